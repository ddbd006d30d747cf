"""A published calendar moves the deadlines of open orders; the trail and the caller are told."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core import tracked
from yizhan.domain.hotline.actions import _desk as desk
from yizhan.domain.hotline.choices import ClockName

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account


@transaction.atomic
def recompute_order(order_id: uuid.UUID | str, *, by: Account | None, at: datetime) -> bool:
    """Compute the running clocks of an order by the present calendar; whether anything changed.

    Who may import a calendar, or the system (trap T3). The caller is told when the day of his
    answer moved.
    """
    order = desk.open_order(order_id)
    calendar, clocks = desk.calendar_of(order), desk.running(order)
    changes: dict[str, list[str | None]] = {}
    for name, clock in clocks.items():
        change = tracked.recompute(clock, calendar=calendar)
        if change is not None:
            changes[name] = [moment.isoformat() if moment else None for moment in change]
    if not changes:
        return False
    tracked.nearest(order, clocks.values())
    order.save(update_fields=["due_at", "due_clock", "warn_at"])
    tracked.record(
        order, "deadline_recomputed", by=by, at=at, channel=desk.channel_of(by),
        data={"clocks": changes},
    )  # fmt: skip
    old, new = changes.get(ClockName.ANSWER, [None, None])
    if old != new:
        desk.tell(order, "moved", at=at, until=clocks[ClockName.ANSWER].due_at)
    return True
