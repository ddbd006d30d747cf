"""What happens to the orders that were merged into one, when that one moves.

The main order is always locked before those merged into it.
"""

from __future__ import annotations

from datetime import datetime

from yizhan.core import tracked
from yizhan.core.flow import Turn
from yizhan.core.tracked import Term
from yizhan.domain.hotline.actions import _desk as desk
from yizhan.domain.hotline.choices import ClockName, State
from yizhan.domain.hotline.models import Order


def answer(main: Order, *, at: datetime) -> None:
    """Every caller gets the answer in an own order, and is called back for himself."""
    for order in _waiting(main):
        order.lead, order.public_answer, order.answered_at = main.lead, main.public_answer, at
        desk.take(order, "answer_merged", by=None, at=at, data={"main": main.number})
        desk.tell(order, "passed", at=at)


def release(main: Order, *, at: datetime) -> None:
    """The main order ended without an answer: the others are dispatched on their own."""
    for order in _waiting(main):
        order.merged_into = None
        desk.take(order, "unmerge", by=None, at=at, data={"main": main.number})


def wait(main: Order, term: Term, *, at: datetime, reason: str, until: str) -> None:
    """The main order is parked: the others wait for the same planned day, and are told."""
    for order in _waiting(main):
        _swap(order, ClockName.ANSWER, ClockName.PLAN, term, at=at)
        tracked.record(order, "main_parked", by=None, at=at, data={"main": main.number})
        desk.tell(order, "parked", at=at, reason=reason, until=until)


def go_on(main: Order, term: Term, *, at: datetime) -> None:
    """The main order is worked on again: so are the others' own clocks."""
    for order in _waiting(main):
        _swap(order, ClockName.PLAN, ClockName.ANSWER, term, at=at)
        tracked.record(order, "main_unparked", by=None, at=at, data={"main": main.number})


def _swap(order: Order, old: str, new: str, term: Term, *, at: datetime) -> None:
    calendar = desk.calendar_of(order)
    clocks = desk.running(order)
    if old in clocks:
        tracked.turn(clocks[old], Turn.STOP, at=at, calendar=calendar)
    if new not in clocks:
        tracked.start(order, new, term, at=at, calendar=calendar).save(force_insert=True)
    desk.renew_due(order)
    order.save(update_fields=["due_at", "due_clock", "warn_at"])


def _waiting(main: Order) -> list[Order]:
    rows = Order.objects.select_for_update(of=("self",)).select_related("lead")
    return list(rows.filter(merged_into=main, state=State.MERGED).order_by("id"))
