"""Reminder, supervision (督办) with its register, escalation. Nobody is woken at night for one.

国办函〔2025〕66号（五）（六）; the causes follow 潍坊市12345条例 by choice (参照).
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from yizhan.core import worktime
from yizhan.core.flow import Refused
from yizhan.core.worktime import Unit
from yizhan.domain.hotline import queries
from yizhan.domain.hotline.actions import _desk as desk
from yizhan.domain.hotline.actions.handling import unpark
from yizhan.domain.hotline.choices import Cause, ClockName, State, Warning
from yizhan.domain.hotline.models import Order, OrderClock, Supervision
from yizhan.domain.hotline.rules import whole
from yizhan.domain.people.rules import needs

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

CAUSES = {
    ClockName.SIGN: Cause.NOT_SIGNED, ClockName.CONTACT: Cause.NOT_CONTACTED,
    ClockName.FINISH: Cause.OVERDUE, ClockName.PLAN: Cause.PLAN_MISSED,
}  # fmt: skip
ESCALATED_AFTER = 2  # working days over time before the supervisor himself is told


@transaction.atomic
def supervise(
    order_id: uuid.UUID | str,
    *,
    cause: str,
    note: str,
    by: Account,
    at: datetime,
    key: str = "",
) -> Supervision:
    """Enter an order in the register of supervision, with the cause and what is demanded.

    The supervisor or the dispatcher. The unit is written to in office hours and must answer.
    `key` makes a repeated click one line.
    """
    order = desk.open_order(order_id)
    if cause not in Cause.values:
        raise Refused("请选择督办原因。", field="cause")
    said = whole(note, what="督办意见和要求", field="note")
    facts = queries.facts(order, by=by, at=at)
    order.FLOW.check("supervise", state=order.state, subject=order, by=by, facts=facts)
    mark = key or f"by-hand:{cause}:{desk.calendar_of(order).day(at)}"
    known = Supervision.objects.filter(order=order, key=mark).first()
    if known is not None:
        return known
    return _register(order, Warning.SUPERVISE, cause, said, mark, by=by, at=at)


@transaction.atomic
def answer_warning(
    warning_id: uuid.UUID | str, *, answer: str, by: Account, at: datetime
) -> Supervision:
    """The unit says what it did about a supervision. A handler or approver of that unit."""
    warning = Supervision.objects.select_for_update(of=("self",)).get(pk=warning_id)
    said = whole(answer, what="对督办的回复", field="answer")
    if warning.organisation is None:
        raise Refused("这条督办没有指定单位，不需要回复。")
    needs(by, "handler", "approver", organisation=warning.organisation)
    if warning.answered_at is not None:
        raise Refused("这条督办已经回复过了。")
    warning.answer, warning.answered_at = said[:300], at
    warning.save(update_fields=["answer", "answered_at"])
    return warning


def watch(*, at: datetime, limit: int = 500) -> int:
    """Look at what ran out or is about to: remind, supervise, escalate; how many lines were made.

    By timer. Each order in a transaction of its own, once per clock; a parked order whose day has
    come goes back to work. The order of the steps: reminder, supervision, escalation.
    """
    made = 0
    for clock in _due(at)[:limit]:
        made += _look(clock.subject_id, clock.pk, at=at)
    return made


def _due(at: datetime) -> list[OrderClock]:
    """Running clocks of units that are close or over and have no line yet for that."""
    names = [*CAUSES]
    lines = Supervision.objects.filter(order=OuterRef("subject"))
    pk = Cast("pk", output_field=Supervision._meta.get_field("key"))
    stage = {
        kind: Exists(lines.filter(key=Concat(Value(f"{kind}:"), OuterRef("mark"))))
        for kind in (Warning.REMIND, Warning.SUPERVISE, Warning.ESCALATE)
    }
    rows = OrderClock.objects.filter(
        Q(name__in=names) | Q(name__startswith="co:"), stopped_at=None, warn_at__lte=at
    ).annotate(mark=pk)
    close = Q(due_at__gte=at, name__in=(ClockName.FINISH, "co")) & ~stage[Warning.REMIND]
    over = Q(due_at__lt=at) & ~stage[Warning.SUPERVISE]
    long_over = Q(due_at__lt=at, name=ClockName.FINISH) & ~stage[Warning.ESCALATE]
    return list(rows.filter(close | over | long_over).order_by(F("due_at"), "id"))


@transaction.atomic
def _look(order_id: uuid.UUID, clock_id: uuid.UUID, *, at: datetime) -> int:
    order = desk.free_order(order_id)
    clock = OrderClock.objects.filter(pk=clock_id, stopped_at=None).first()
    if order is None or clock is None or clock.due_at is None:
        return 0
    cause = CAUSES.get(ClockName(clock.name)) if clock.name in CAUSES else Cause.OVERDUE
    assert cause is not None  # noqa: S101 - every name that is watched has one
    if at <= clock.due_at:
        return _once(order, Warning.REMIND, cause, "期限将到，请抓紧办理。", clock, at=at)
    over = desk.calendar_of(order)
    made = _once(
        order, Warning.SUPERVISE, cause, f"{cause.label}，请说明情况并立即办理。", clock, at=at
    )
    until = worktime.due(clock.due_at, ESCALATED_AFTER, Unit.WORKDAYS, over)
    if clock.name == ClockName.FINISH and until is not None and at > until:
        note = f"逾期超过{ESCALATED_AFTER}个工作日，报监督人员。"
        made += _once(order, Warning.ESCALATE, cause, note, clock, at=at)
    if clock.name == ClockName.PLAN and order.state == State.PARKED:
        unpark(order.pk, by=None, at=at, reason="挂账承诺的日期已到")
    return made


def _once(
    order: Order, kind: str, cause: str, note: str, clock: OrderClock, *, at: datetime
) -> int:
    key = f"{kind}:{clock.pk}"
    if Supervision.objects.filter(order=order, key=key).exists():
        return 0
    _register(order, kind, cause, note, key, by=None, at=at)
    return 1


def _register(
    order: Order, kind: str, cause: str, note: str, key: str, *, by: Account | None, at: datetime
) -> Supervision:
    line = Supervision.objects.create(
        region=order.region, order=order, organisation=order.lead, kind=kind, cause=cause,
        note=note[:300], key=key, by=by, at=at,
    )  # fmt: skip
    facts = queries.facts(order, by=by, at=at)
    desk.stay(
        order, "supervise", by=by, at=at, facts=facts, note=note, data={"warning": str(line.pk)}
    )
    label = Warning(kind).label
    desk.tell_unit(order, f"【{label}】工单{order.number}：{note}", key=f"warning:{line.pk}", at=at)
    return line
