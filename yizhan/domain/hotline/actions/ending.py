"""The honest end: call-back by who had no hand in it, redo with a limit, withdrawal, recall."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core.flow import Refused
from yizhan.domain.hotline import queries
from yizhan.domain.hotline.actions import _desk as desk
from yizhan.domain.hotline.actions import _merged as merged
from yizhan.domain.hotline.choices import (
    CallResult,
    Cause,
    Channel,
    ClockName,
    Closing,
    Role,
    Satisfaction,
    Warning,
)
from yizhan.domain.hotline.models import Assignment, Callback, Order, Reply, Supervision
from yizhan.domain.hotline.rules import Facts, whole
from yizhan.domain.hotline.shapes import Heard

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

ATTEMPTS = 3  # calls before an order is closed without having reached the caller
REDOS = 2  # times an unhappy caller's order goes back to the unit before it goes up
AT_ONCE = (CallResult.DECLINED, CallResult.NO_NUMBER)


@transaction.atomic
def record_callback(
    order_id: uuid.UUID | str,
    *,
    heard: Heard,
    by: Account | None,
    at: datetime,
    as_caller: bool = False,
) -> Callback:
    """Write down one call-back, or the caller's own rating by link or web, and what follows.

    Call-back staff who neither handled nor checked the order; `as_caller` when the caller was known
    by number and phone. Reached and content, or solved: closed. Unhappy and unsolved: redone, after
    REDOS times up to a conference. Not reached: again, after ATTEMPTS closed and not counted in any
    rate. 参照北京市接诉即办工作条例23条; 国办函〔2025〕66号（六）.
    """
    order = desk.open_order(order_id)
    facts = queries.facts(order, by=by, at=at)
    if as_caller:
        facts = queries.as_caller(facts)
    elif by is None:
        raise Refused("回访要由回访员登记，或者由诉求人凭工单编号和手机号评价。")
    _whole(heard)
    order.FLOW.check("record_callback", state=order.state, subject=order, by=by, facts=facts)
    order.calls += 1
    answered = heard.result == CallResult.ANSWERED
    call = Callback.objects.create(
        region=order.region, order=order, organisation=order.lead, attempt=order.calls,
        round=order.redos, channel=heard.channel, result=heard.result,
        contacted=heard.contacted if answered else None,
        solved=heard.solved if answered else None,
        satisfied=heard.satisfied if answered else "", words=heard.words.strip()[:1000], by=by,
        at=at, final=answered,
    )  # fmt: skip
    desk.stay(
        order, "record_callback", by=by, at=at, facts=facts, channel=heard.channel,
        data={"callback": str(call.pk), "result": heard.result},
    )  # fmt: skip
    _follow(order, call, by=by, at=at, facts=facts)
    return call


@transaction.atomic
def withdraw(
    order_id: uuid.UUID | str,
    *,
    by: Account | None,
    at: datetime,
    as_caller: bool = False,
    reason: str = "",
) -> Order:
    """The caller takes his words back; all clocks stop. He himself, or a seat at his wish."""
    order = desk.open_order(order_id)
    facts = queries.facts(order, by=by, at=at)
    if as_caller:
        facts = queries.as_caller(facts)
    _end(order, Closing.WITHDRAWN, "withdraw", by=by, at=at, facts=facts, note=reason)
    desk.tell(order, "withdrawn", at=at)
    return order


@transaction.atomic
def recall(order_id: uuid.UUID | str, *, by: Account | None, at: datetime, reason: str) -> Order:
    """The upper platform takes its order back, even while it is handled. All clocks stop."""
    order = desk.open_order(order_id)
    if not order.upper_number:
        raise Refused("这张工单不是上级平台派来的，不能由上级收回。")
    facts = queries.facts(order, by=by, at=at)
    _end(order, Closing.RECALLED, "recall", by=by, at=at, facts=facts, note=reason)
    desk.tell_unit(order, f"工单{order.number}已由上级平台收回，不用再办。", key="recalled", at=at)
    return order


def _end(
    order: Order,
    closing: str,
    name: str,
    *,
    by: Account | None,
    at: datetime,
    facts: Facts,
    note: str,
) -> None:
    order.closing, order.parked_at = closing, None
    desk.take(order, name, by=by, at=at, facts=facts, note=note.strip()[:300])
    order.parkings.filter(ended_at=None).update(ended_at=at)
    merged.release(order, at=at)


def _whole(heard: Heard) -> None:
    if heard.result not in CallResult.values:
        raise Refused("请选择回访结果。", field="result")
    if heard.channel not in Channel.values:
        raise Refused("请选择回访方式。", field="channel")
    if heard.result != CallResult.ANSWERED:
        return
    if heard.solved is None:
        raise Refused("请选择问题是否解决。", field="solved")
    if heard.satisfied and heard.satisfied not in Satisfaction.values:
        raise Refused("请选择满意程度；诉求人不愿评价的，可以不选。", field="satisfied")
    if heard.satisfied == Satisfaction.NOT and not heard.solved:
        whole(heard.words, what="诉求人不满意的地方，退回重办时单位要看", field="words", least=2)


def _follow(
    order: Order, call: Callback, *, by: Account | None, at: datetime, facts: Facts
) -> None:
    """What a call-back leads to."""
    if call.result == CallResult.ANSWERED:
        if not call.solved and call.satisfied == Satisfaction.NOT:
            _again(order, call, by=by, at=at, facts=facts)
        else:
            _close(order, by=by, at=at, facts=facts)
        return
    tries = order.callbacks.filter(round=order.redos).count()
    if call.result in AT_ONCE or tries >= ATTEMPTS:
        _close(order, by=by, at=at, facts=facts)


def _close(order: Order, *, by: Account | None, at: datetime, facts: Facts) -> None:
    order.closing = _closing(order)
    desk.take(order, "close", by=by, at=at, facts=facts, data={"closing": order.closing})
    order.callbacks.filter(published_at=None).update(published_at=at)
    desk.tell(order, "closed", at=at, how=Closing(order.closing).label)


def _closing(order: Order) -> str:
    """How the order ends: merged ones as duplicates, others as their checked answer said."""
    if order.merged_into_id is not None:
        return Closing.DUPLICATE
    reply = Reply.objects.filter(order=order, passed=True).order_by("-round").first()
    return reply.closing if reply is not None else Closing.EXPLAINED


def _again(order: Order, call: Callback, *, by: Account | None, at: datetime, facts: Facts) -> None:
    """Unhappy and unsolved: back to the unit, or up when that was tried often enough."""
    if order.redos >= REDOS:
        desk.take(order, "escalate", by=by, at=at, facts=facts, note=call.words)
        Supervision.objects.create(
            region=order.region, order=order, organisation=order.lead, kind=Warning.ESCALATE,
            cause=Cause.UNSOLVED, note=f"重办{order.redos}次仍未解决，转会商。",
            key=f"escalate:{order.redos}", by=by, at=at,
        )  # fmt: skip
        order.redos += 1
        order.save(update_fields=["redos"])
        return
    order.redos += 1
    order.merged_into = None
    desk.take(order, "redo", by=by, at=at, facts=facts, note=call.words)
    if not order.parts.filter(role=Role.LEAD, ended_at=None).exists():  # it had followed another
        Assignment.objects.create(
            region=order.region, order=order, organisation=desk.lead_of(order), role=Role.LEAD,
            state="signed", by=None, dispatched_at=at, signed_at=at,
        )  # fmt: skip
    until = order.clocks.filter(name=ClockName.ANSWER, stopped_at=None).first()
    if until is not None:
        desk.tell(order, "redo", at=at, until=until.due_at)
    desk.tell_unit(
        order, f"工单{order.number}诉求人不满意且未解决，已退回重办，请重新联系诉求人。",
        key=f"redo:{order.redos}", at=at,
    )  # fmt: skip
