"""Dispatch: who leads, who helps, by the catalogue; conference before it; merging. 66号（五）."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core import tracked
from yizhan.core.flow import Refused
from yizhan.core.tracked import Term
from yizhan.core.worktime import Unit
from yizhan.domain.hotline import flow, queries
from yizhan.domain.hotline.actions import _desk as desk
from yizhan.domain.hotline.choices import ClockName, Level, PartState, Role, State
from yizhan.domain.hotline.models import Assignment, Order
from yizhan.domain.hotline.rules import Facts, terms, whole
from yizhan.domain.hotline.rules.guards import handle_it

if TYPE_CHECKING:
    from yizhan.domain.office.models import Organisation
    from yizhan.domain.people.models import Account

LONGEST_HELP = 30  # working days a co-unit may be given


@dataclass(frozen=True, slots=True)
class CoUnit:
    """A unit asked to help: with what, and within how many working days."""

    organisation: Organisation
    task: str = ""
    days: int = 3


@transaction.atomic
def confer(order_id: uuid.UUID | str, *, reason: str, by: Account, at: datetime) -> Order:
    """Nobody's duty is clear: agree with the units before dispatch. Dispatcher; CONFER runs."""
    order = desk.open_order(order_id)
    why = whole(reason, what="需要会商的问题", field="reason")
    desk.take(order, "confer", by=by, at=at, note=why)
    return order


@transaction.atomic
def dispatch(
    order_id: uuid.UUID | str,
    *,
    lead: Organisation,
    by: Account,
    at: datetime,
    co_units: Sequence[CoUnit] = (),
    level: str = "",
    pushed_down: str = "",
    note: str = "",
    ordered: bool = False,
) -> Order:
    """Send the order to the unit that leads, and ask others to help.

    The dispatcher. SIGN, CONTACT and FINISH run from this moment, not from signing. Never to the
    unit complained about; a department's duty goes to a town only with a reason. `ordered`: decided
    by a conference or ruling, may not be returned.
    """
    order = desk.open_order(order_id)
    if level and level not in Level.values:
        raise Refused("请选择紧急程度。", field="level")
    if lead in [co.organisation for co in co_units]:
        raise Refused("主办单位不能同时是协办单位。", field="co_units")
    return assign(
        order, lead, co_units, by=by, at=at, level=level, pushed_down=pushed_down, note=note,
        ordered=ordered or order.state == State.CONFERENCE,
    )  # fmt: skip


def assign(
    order: Order,
    lead: Organisation,
    co_units: Sequence[CoUnit] = (),
    *,
    by: Account,
    at: datetime,
    level: str = "",
    pushed_down: str = "",
    note: str = "",
    ordered: bool = False,
    ruled: bool = False,
) -> Order:
    """Dispatch an order that is locked, also right after a ruling (`ruled`), which is final."""
    proposal = queries.unit_for(order, at=at)
    order.level = level or order.level
    facts = queries.facts(order, by=by, at=at)
    order.parts.filter(ended_at=None).update(ended_at=at, state=PartState.MOVED)
    order.lead, order.handler, order.dispatched_at = lead, None, at
    order.ordered = ordered or ruled
    desk.take(
        order, "dispatch", by=by, at=at, facts=facts, note=note.strip() or pushed_down.strip(),
        data={"lead": str(lead.pk), "rule": str(proposal.rule_id) if proposal else ""},
        units=[lead, *(co.organisation for co in co_units)], pushed_down=pushed_down,
        duty_of=proposal.lead if proposal else None, ruled=ruled,
    )  # fmt: skip
    Assignment.objects.create(
        region=order.region, order=order, organisation=lead, role=Role.LEAD,
        state=PartState.WAITING, pushed_down=pushed_down.strip()[:200], by=by, dispatched_at=at,
    )  # fmt: skip
    for co in co_units:
        ask(order, co, by=by, at=at)
    desk.renew_due(order)
    order.save(update_fields=["due_at", "due_clock", "warn_at"])
    _tell(order, lead, at=at)
    return order


def _tell(order: Order, lead: Organisation, *, at: datetime) -> None:
    """The caller learns who has it and until when; the unit that something waits."""
    until = order.clocks.filter(name=ClockName.ANSWER, stopped_at=None).first()
    if until is not None:
        desk.tell(order, "dispatched", at=at, unit=lead.short_name, until=until.due_at)
    desk.tell_unit(
        order, f"有新工单{order.number}，请在{terms_of(order, ClockName.SIGN)}内签收。",
        key=f"dispatch:{order.trail_seq}", at=at,
    )  # fmt: skip


def terms_of(order: Order, clock: str) -> str:
    """The length of a clock of an order in words."""
    term = queries.template_of(order).term(clock)
    words = {Unit.WORKDAYS: "个工作日", Unit.DAYS: "天", Unit.HOURS: "小时"}
    return f"{term.amount}{words[term.unit]}"


def ask(order: Order, co: CoUnit, *, by: Account, at: datetime) -> Assignment:
    """A co-unit's part with its own clock; the caller renews the order's nearest deadline."""
    if not 1 <= co.days <= LONGEST_HELP:
        raise Refused(f"协办时限应在1到{LONGEST_HELP}个工作日之间。", field="days")
    handle_it(order, co.organisation)
    if order.parts.filter(organisation=co.organisation, ended_at=None).exists():
        raise Refused(f"{co.organisation.short_name}已经在办这张工单。", field="organisation")
    part = Assignment.objects.create(
        region=order.region, order=order, organisation=co.organisation, role=Role.CO,
        state=PartState.WAITING, task=co.task.strip()[:200], by=by, dispatched_at=at,
    )  # fmt: skip
    term = Term(co.days, Unit.WORKDAYS, "协办通知载明的时限")
    calendar = desk.calendar_of(order)
    clock = tracked.start(order, terms.co_clock(part.pk), term, at=at, calendar=calendar)
    clock.save(force_insert=True)
    return part


@transaction.atomic
def redispatch(order_id: uuid.UUID | str, *, reason: str, by: Account, at: datetime) -> Order:
    """Take an order back from its unit to dispatch it anew (wrong unit, unit abolished).

    The dispatcher, with a reason. The unit's clocks stop, DISPATCH runs, the caller's goes on.
    """
    order = desk.open_order(order_id)
    why = whole(reason, what="收回改派的理由", field="reason")
    desk.take(order, "redispatch", by=by, at=at, note=why)
    leave(order, at=at)
    return order


def leave(order: Order, *, at: datetime) -> None:
    """The unit has no part in the order any more."""
    order.parts.filter(ended_at=None).update(ended_at=at, state=PartState.MOVED)
    order.extensions.filter(state="asked").update(state="declined", decided_at=at)
    order.lead, order.handler = None, None
    order.save(update_fields=["lead", "handler"])


@transaction.atomic
def merge(
    order_id: uuid.UUID | str, into_id: uuid.UUID | str, *, by: Account, at: datetime
) -> Order:
    """Many voices, one matter: this caller's order follows the other and keeps an own answer.

    The hotline. Its unit's clocks stop, the caller's own goes on. 重复诉求并单, 66号（五）.
    """
    into = desk.open_order(into_id)
    order = into if into.pk == uuid.UUID(str(order_id)) else desk.open_order(order_id)
    facts = queries.facts(order, by=by, at=at)
    if order.state == State.RECEIVED:
        flow.ORDER.moves["merge"].guard(subject=order, by=by, facts=facts, into=into)  # type: ignore[misc]
        desk.take(order, "accept", by=by, at=at, facts=facts)
    had_unit = order.lead_id is not None
    order.merged_into = into if into.pk != order.pk else None
    desk.take(order, "merge", by=by, at=at, facts=facts, into=into, data={"into": into.number})
    if had_unit:
        leave(order, at=at)
    _carry(order, into, by=by, at=at)
    until = order.clocks.filter(name=ClockName.ANSWER, stopped_at=None).first()
    if until is not None:
        desk.tell(order, "merged", at=at, until=until.due_at)
    return order


@transaction.atomic
def unmerge(order_id: uuid.UUID | str, *, reason: str, by: Account, at: datetime) -> Order:
    """It was another matter after all: dispatch it on its own. The dispatcher."""
    order = desk.open_order(order_id)
    why = whole(reason, what="拆出的理由", field="reason")
    facts: Facts = queries.facts(order, by=by, at=at)
    order.merged_into = None
    desk.take(order, "unmerge", by=by, at=at, facts=facts, note=why)
    return order


def _carry(order: Order, into: Order, *, by: Account, at: datetime) -> None:
    """What had been merged into this order goes on with it: redirects never form a chain."""
    followers = Order.objects.select_for_update(of=("self",)).filter(
        merged_into=order, state=State.MERGED
    )
    for follower in followers.order_by("id"):
        follower.merged_into = into
        follower.save(update_fields=["merged_into"])
        tracked.record(follower, "main_merged", by=by, at=at, data={"into": into.number})
