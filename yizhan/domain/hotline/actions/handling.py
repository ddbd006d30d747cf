"""What the unit does: sign, contact the caller, ask for help or time, say honestly "not now"."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core import tracked
from yizhan.core.flow import Refused, Turn
from yizhan.core.tracked import Term
from yizhan.core.worktime import Unit
from yizhan.domain.hotline import queries
from yizhan.domain.hotline.actions import _desk as desk
from yizhan.domain.hotline.actions import _merged as merged
from yizhan.domain.hotline.actions.dispatching import CoUnit, ask
from yizhan.domain.hotline.choices import Asked, ClockName, PartState, Role
from yizhan.domain.hotline.models import Assignment, Contact, MoreTime, Order, Parking
from yizhan.domain.hotline.rules import terms, whole

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

LONGEST_PLAN = 366  # days a parked order may wait before it is looked at again
NAMED = {Unit.WORKDAYS: "个工作日", Unit.DAYS: "天", Unit.HOURS: "小时"}


@transaction.atomic
def sign(order_id: uuid.UUID | str, *, by: Account, at: datetime, channel: str = "") -> Order:
    """The unit takes the order over; SIGN stops, all else has run since dispatch. The unit."""
    order = desk.open_order(order_id)
    order.handler = by
    desk.take(order, "sign", by=by, at=at, channel=channel)
    lead = order.parts.filter(role=Role.LEAD, ended_at=None)
    lead.update(state=PartState.SIGNED, signed_by=by, signed_at=at)
    return order


@transaction.atomic
def contact(
    order_id: uuid.UUID | str,
    *,
    reached: bool,
    note: str,
    by: Account,
    at: datetime,
    way: str = "电话",
    channel: str = "",
) -> Contact:
    """Write down that the unit spoke with the caller, or tried. CONTACT stops when it did.

    The unit. 参照北京市接诉即办工作条例15条: 及时联系诉求人.
    """
    order = desk.open_order(order_id)
    said = whole(note, what="联系情况", field="note", least=2)
    data = {"reached": reached}
    if reached:
        desk.take(order, "contact", by=by, at=at, data=data, channel=channel)
    else:
        facts = queries.facts(order, by=by, at=at)
        desk.stay(order, "contact", by=by, at=at, facts=facts, data=data, channel=channel)
    return Contact.objects.create(
        region=order.region, order=order, by=by, at=at, way=way.strip()[:20], reached=reached,
        note=said[:300],
    )  # fmt: skip


@transaction.atomic
def add_co_unit(
    order_id: uuid.UUID | str, *, co: CoUnit, by: Account, at: datetime, pushed_down: str = ""
) -> Order:
    """Ask another unit to help by a day of its own. The lead unit, or the dispatcher."""
    order = desk.open_order(order_id)
    facts = queries.facts(order, by=by, at=at)
    down = co.organisation.level in ("5", "6")
    if down and order.lead is not None and order.lead.level not in ("5", "6"):
        whole(pushed_down, what="请乡镇、村协办的理由", field="pushed_down")
    order.FLOW.check("add_co_unit", state=order.state, subject=order, by=by, facts=facts)
    part = ask(order, co, by=by, at=at)
    desk.renew_due(order)
    desk.stay(
        order, "add_co_unit", by=by, at=at, facts=facts, note=pushed_down.strip(),
        data={"part": str(part.pk), "unit": str(co.organisation.pk)},
    )  # fmt: skip
    return order


@transaction.atomic
def finish_part(
    order_id: uuid.UUID | str, part_id: uuid.UUID | str, *, opinion: str, by: Account, at: datetime
) -> Order:
    """A co-unit says what it did; its clock stops. Who works in that unit."""
    order = desk.open_order(order_id)
    said = whole(opinion, what="协办意见", field="opinion")
    part = (
        Assignment.objects.select_related("organisation")
        .filter(pk=part_id, order=order, role=Role.CO, ended_at=None)
        .first()
    )
    if part is None or part.state == PartState.DONE:
        raise Refused("这项协办已经办完或收回，请刷新页面。")
    facts = queries.facts(order, by=by, at=at)
    order.FLOW.check("finish_part", state=order.state, subject=order, by=by, facts=facts, part=part)
    part.state, part.opinion, part.signed_by = PartState.DONE, said, by
    part.signed_at = part.signed_at or at
    part.save(update_fields=["state", "opinion", "signed_by", "signed_at"])
    clock = desk.running(order).get(terms.co_clock(part.pk))
    if clock is not None:
        tracked.turn(clock, Turn.STOP, at=at, calendar=desk.calendar_of(order))
    desk.renew_due(order)
    desk.stay(
        order, "finish_part", by=by, at=at, facts=facts, data={"part": str(part.pk)}, part=part
    )
    return order


@transaction.atomic
def request_extension(
    order_id: uuid.UUID | str, *, amount: int, reason: str, by: Account, at: datetime
) -> MoreTime:
    """Ask the head of the unit for more time, before the time is over. The unit.

    At most what the template allows, as often as it allows (Anyang: once, 5 working days).
    """
    order = desk.open_order(order_id)
    why = whole(reason, what="延期理由（诉求人会看到）", field="reason")
    most = queries.template_of(order).extension
    if not 1 <= amount <= most.amount:
        raise Refused(f"最多只能延长{most.amount}{NAMED[most.unit]}。", field="amount")
    _in_time(order, at)
    facts = queries.facts(order, by=by, at=at)
    desk.stay(
        order, "request_extension", by=by, at=at, facts=facts, note=why, data={"amount": amount}
    )
    return MoreTime.objects.create(
        region=order.region, order=order, amount=amount, unit=most.unit, reason=why[:300],
        state=Asked.ASKED, asked_by=by, asked_at=at,
    )  # fmt: skip


@transaction.atomic
def approve_extension(extension_id: uuid.UUID | str, *, by: Account, at: datetime) -> MoreTime:
    """Give the time: FINISH and ANSWER are longer, the caller is told why. The unit's head."""
    order, asked = _asked(extension_id)
    _in_time(order, at)
    facts = queries.facts(order, by=by, at=at)
    order.FLOW.check("approve_extension", state=order.state, subject=order, by=by, facts=facts)
    clocks = desk.running(order)
    for name in (ClockName.FINISH, ClockName.ANSWER):
        if name in clocks:
            amount = _in_unit(asked.amount, Unit(asked.unit), Unit(clocks[name].unit))
            tracked.extend(clocks[name], amount, calendar=desk.calendar_of(order))
    tracked.nearest(order, clocks.values())
    desk.stay(
        order, "approve_extension", by=by, at=at, facts=facts, data={"extension": str(asked.pk)}
    )
    _decide(asked, Asked.APPROVED, by=by, at=at)
    answer = clocks.get(ClockName.ANSWER) or clocks.get(ClockName.FINISH)
    if answer is not None:
        desk.tell(order, "extended", at=at, until=answer.due_at, reason=asked.reason)
    return asked


@transaction.atomic
def decline_extension(
    extension_id: uuid.UUID | str, *, by: Account, at: datetime, reason: str = ""
) -> MoreTime:
    """No more time; the clocks stay as they are. Who may approve."""
    order, asked = _asked(extension_id)
    facts = queries.facts(order, by=by, at=at)
    desk.stay(
        order, "decline_extension", by=by, at=at, facts=facts, note=reason.strip(),
        data={"extension": str(asked.pk)},
    )  # fmt: skip
    _decide(asked, Asked.DECLINED, by=by, at=at)
    return asked


@transaction.atomic
def park(
    order_id: uuid.UUID | str,
    *,
    reason: str,
    plan: str,
    until: date,
    explained: str,
    by: Account,
    at: datetime,
) -> Parking:
    """挂账: it cannot be solved now. Why, what is planned until which day, how it was explained.

    The head of the unit. FINISH and ANSWER stop, PLAN runs to the day; the order stays open and is
    counted. 参照北京市接诉即办工作条例15条（客观暂不能解决的做好解释）.
    """
    order = desk.open_order(order_id)
    why = whole(reason, what="暂不能解决的客观原因", field="reason", least=6)
    planned = whole(plan, what="解决计划", field="plan", least=6)
    told = whole(explained, what="怎样向诉求人解释的", field="explained", least=6)
    today = desk.calendar_of(order).day(at)
    days = (until - today).days
    if not 1 <= days <= LONGEST_PLAN:
        raise Refused(f"计划解决日期应在明天到{LONGEST_PLAN}天之内。", field="until")
    if not order.contacts.filter(reached=True).exists() and order.sender_index:
        raise Refused("挂账前要先联系诉求人并说明情况，请先登记联系情况。", field="explained")
    order.parked_at = at
    term = Term(days, Unit.DAYS, "挂账时向诉求人承诺的日期")
    desk.take(order, "park", by=by, at=at, note=why, terms={ClockName.PLAN: term})
    parking = Parking.objects.create(
        region=order.region, order=order, organisation=desk.lead_of(order), reason=why,
        plan=planned,
        until=until, explained=told, by=by, at=at,
    )  # fmt: skip
    said = f"{why[:60]}。" if not why.endswith("。") else why[:60]
    shown = f"{until.year}年{until.month}月{until.day}日"
    desk.tell(order, "parked", at=at, reason=said, until=shown)
    merged.wait(order, term, at=at, reason=said, until=shown)
    return parking


@transaction.atomic
def unpark(
    order_id: uuid.UUID | str, *, by: Account | None, at: datetime, reason: str = ""
) -> Order:
    """Work goes on: FINISH and ANSWER begin anew. The unit, the dispatcher, or the planned day."""
    order = desk.open_order(order_id)
    template = queries.template_of(order)
    order.parked_at = None
    desk.take(order, "unpark", by=by, at=at, note=reason.strip())
    order.parkings.filter(ended_at=None).update(ended_at=at)
    merged.go_on(order, template.term(ClockName.ANSWER), at=at)
    return order


def _asked(extension_id: uuid.UUID | str) -> tuple[Order, MoreTime]:
    found = MoreTime.objects.only("order_id").get(pk=extension_id)
    order = desk.open_order(found.order_id)
    return order, MoreTime.objects.select_related("asked_by").get(pk=extension_id)


def _decide(asked: MoreTime, state: str, *, by: Account, at: datetime) -> None:
    asked.state, asked.decided_by, asked.decided_at = state, by, at
    asked.save(update_fields=["state", "decided_by", "decided_at"])


def _in_time(order: Order, at: datetime) -> None:
    finish = desk.running(order).get(ClockName.FINISH)
    if finish is not None and finish.due_at is not None and at > finish.due_at:
        raise Refused("办结期限已过，不能再延期，请尽快办结；暂不能解决的，请办理挂账。")


def _in_unit(amount: int, given: Unit, wanted: Unit) -> int:
    """An amount of hours in days or days in hours: a clock is extended in its own unit."""
    if given == wanted or Unit.HOURS not in (given, wanted):
        return amount
    return amount * 24 if wanted == Unit.HOURS else -(-amount // 24)
