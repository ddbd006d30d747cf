"""Deadlines after a calendar was published: computed anew, with a trail line where they moved."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core import tracked
from yizhan.domain.cases.actions import _desk as desk
from yizhan.domain.cases.choices import ClockName
from yizhan.domain.cases.models import Case, CaseClock

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

# the deadlines an applicant was told; a moved one is told again
TOLD = (ClockName.CORRECTION, ClockName.PROMISED, ClockName.LEGAL, ClockName.CHECK)


@transaction.atomic
def recompute_case(case_id: uuid.UUID | str, *, by: Account | None, at: datetime) -> bool:
    """Compute the running clocks of a case by the present calendar; whether anything changed.

    Who may import a calendar, or the system. One trail line (`deadline_recomputed`) with the old
    and new moments; the applicant is told when a date that he was told has moved. Trap T3.
    """
    case = desk.open_case(case_id)
    calendar = desk.calendar_of(case)
    clocks = list(desk.running(case).values())
    changes = {}
    for clock in clocks:
        change = tracked.recompute(clock, calendar=calendar)
        if change is not None:
            changes[clock.name] = [_iso(change[0]), _iso(change[1])]
    if not changes:
        return False
    tracked.nearest(case, clocks)
    case.save(update_fields=["due_at", "due_clock", "warn_at"])
    tracked.record(
        case, "deadline_recomputed", by=by, at=at, channel=desk.channel_of(by),
        data={"clocks": changes},
    )  # fmt: skip
    _tell(case, clocks, changes, at=at)
    return True


def _tell(
    case: Case,
    clocks: list[CaseClock],
    changes: dict[str, list[str | None]],
    *,
    at: datetime,
) -> None:
    """The first of the told deadlines that moved to another moment."""
    by_name = {clock.name: clock for clock in clocks}
    for name in TOLD:
        old, new = changes.get(name, (None, None))
        if old != new and by_name[name].due_at is not None:
            desk.tell(case, "deadline_moved", at=at, until=by_name[name].due_at)
            return


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
