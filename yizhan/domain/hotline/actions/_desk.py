"""An order taken in hand: locked, moved, ended, the caller told. Used by every action."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet

from yizhan.core import tracked
from yizhan.core.compiled import compiled
from yizhan.core.flow import Refused, Turn
from yizhan.core.rows import insert_together
from yizhan.core.tracked import Term
from yizhan.core.worktime import Calendar
from yizhan.domain.hotline import flow, queries, texts
from yizhan.domain.hotline.choices import Channel, State
from yizhan.domain.hotline.models import Order, OrderClock
from yizhan.domain.hotline.rules import Facts, terms
from yizhan.domain.notices import actions as notices
from yizhan.domain.notices.choices import Channel as NoticeChannel
from yizhan.domain.office import queries as office
from yizhan.domain.people.choices import AccountKind

if TYPE_CHECKING:
    from yizhan.domain.office.models import Organisation
    from yizhan.domain.people.models import Account

_MOBILE = re.compile(r"1[3-9]\d{9}")
_MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
OFFICE_OPENS, OFFICE_CLOSES = 8, 20  # local hours in which people and units are written to


def open_order(order_id: UUID | str) -> Order:
    """The order, its row locked until the transaction ends. Raises Order.DoesNotExist."""
    found = _held(UUID(str(order_id)))
    if not found:
        raise Order.DoesNotExist
    return found[0]


def free_order(order_id: UUID | str) -> Order | None:
    """The order, locked; None when somebody else holds it just now."""
    rows = Order.objects.select_for_update(of=("self",), skip_locked=True)
    return rows.select_related("lead").filter(pk=order_id).first()


def take(
    order: Order,
    name: str,
    *,
    by: Account | None,
    at: datetime,
    facts: Facts | None = None,
    terms: Mapping[str, Term] | None = None,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    channel: str = "",
    **context: Any,
) -> None:
    """One move of the flow with its clocks and trail line.

    The terms of the clocks it starts come from the order's template where they are not given.
    """
    step = flow.ORDER.moves[name]
    known = facts if facts is not None else queries.facts(order, by=by, at=at)
    if step.target == State.CLOSED:
        order.closed_at = at
    started = [clock for clock, turn in step.clocks.items() if turn == Turn.START]
    lengths = dict(terms or {})
    if lacking := [clock for clock in started if clock not in lengths]:
        template = queries.template_of(order)
        lengths |= {clock: template.term(clock) for clock in lacking}
    step = flow.ORDER.check(name, state=order.state, subject=order, by=by, facts=known, **context)
    if order.lead_id and step.target in (State.CLOSED, State.MERGED, State.DISPATCHING):
        stop_parts(order, at=at)
    tracked.move(
        order, name, by=by, at=at, calendar=calendar_of(order), terms=lengths, note=note,
        data=data, channel=channel or channel_of(by), facts=known, **context,
    )  # fmt: skip


def stay(
    order: Order, name: str, *, by: Account | None, at: datetime, facts: Facts, note: str = "",
    data: Mapping[str, Any] | None = None, channel: str = "", **context: Any,
) -> None:  # fmt: skip
    """The trail line of a verb that leaves the state, after its rule was asked."""
    order.FLOW.check(name, state=order.state, subject=order, by=by, facts=facts, **context)
    order.save()
    tracked.record(
        order, name, by=by, at=at, channel=channel or channel_of(by), note=note, data=data
    )


def tell(order: Order, kind: str, *, at: datetime, **facts: Any) -> None:
    """Queue a message to the caller's mobile in this transaction; none when it is not known."""
    address = queries.sender_of(order)
    if way_to(address):
        insert_together([notice(order, kind, address, at=at, **facts)])


def notice(order: Order, kind: str, address: str, *, at: datetime, **facts: Any) -> Any:
    """The unsaved message of a kind to a mobile or mail address: one for each trail line."""
    row = notices.build(
        region=order.region, person=None, address=address, template=f"hotline.{kind}",
        channel=way_to(address) or NoticeChannel.SMS,
        text=texts.text(kind, number=order.number, **facts), subject=order.number,
        key=f"hotline:{order.pk}:{order.trail_seq}:{kind}", at=at,
    )  # fmt: skip
    row.person_id = order.caller_id
    return row


def tell_unit(order: Order, text: str, *, key: str, at: datetime) -> None:
    """Write to the lead unit's duty phone in office hours; nothing when it has no mobile."""
    number = order.lead.phone if order.lead is not None else ""
    if _MOBILE.fullmatch(number):
        notices.queue(
            region=order.region, person=None, address=number, template="hotline.unit", text=text,
            key=f"hotline:{order.pk}:{key}", subject=order.number, at=in_office_time(order, at),
        )  # fmt: skip


def in_office_time(order: Order, at: datetime) -> datetime:
    """The moment itself, or the next working day's opening: reminders leave nobody awake."""
    calendar = calendar_of(order)
    local = at.astimezone(calendar.zone)
    if OFFICE_OPENS <= local.hour < OFFICE_CLOSES and calendar.is_workday(local.date()):
        return at
    day = local.date() if local.hour < OFFICE_OPENS else local.date() + timedelta(days=1)
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return local.replace(
        year=day.year, month=day.month, day=day.day, hour=OFFICE_OPENS, minute=0, second=0,
        microsecond=0,
    )  # fmt: skip


def lead_of(order: Order) -> Organisation:
    """The unit that leads. Raises Refused before dispatch."""
    if order.lead is None:
        raise Refused("这张工单还没有派单，请等热线派单后办理。")
    return order.lead


def is_mobile(number: str) -> bool:
    """Whether a short message can reach this number."""
    return bool(_MOBILE.fullmatch(number))


def way_to(address: str) -> str:
    """By which channel a message reaches an address: SMS, mail, or none ("")."""
    if is_mobile(address):
        return NoticeChannel.SMS
    return NoticeChannel.MAIL if _MAIL.fullmatch(address) else ""


def calendar_of(order: Order) -> Calendar:
    """The working calendar that counts for an order."""
    return office.calendar(order.region)


def running(order: Order) -> dict[str, OrderClock]:
    """The clocks of an order that have not stopped, by name."""
    return {clock.name: clock for clock in _running(order.pk)}


def renew_due(order: Order) -> None:
    """The nearest deadline after clocks changed outside a move; the caller saves."""
    tracked.nearest(order, running(order).values())


def channel_of(by: Account | None) -> str:
    """Where an act comes from when the page does not say."""
    if by is None:
        return "system"
    return Channel.WEB if by.kind == AccountKind.CITIZEN else "workbench"


def stop_parts(order: Order, *, at: datetime) -> None:
    """The clocks of co-units end with the order, or when it leaves the unit that asked them."""
    for name, clock in running(order).items():
        if name.startswith(terms.CO):
            tracked.turn(clock, Turn.STOP, at=at, calendar=calendar_of(order))


@compiled
def _held(order_id: UUID) -> QuerySet[Order]:
    rows = Order.objects.select_for_update(of=("self",)).select_related("lead", "about_unit")
    return rows.filter(pk=order_id)


@compiled
def _running(order_id: UUID) -> QuerySet[OrderClock]:
    return OrderClock.objects.filter(subject_id=order_id, stopped_at=None)
