"""The decision: granted or refused, for instant items in one sitting. Law: 行政许可法 34, 38."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from yizhan.core.flow import Refused
from yizhan.domain.cases.actions import _desk as desk
from yizhan.domain.cases.actions import _letters as letters
from yizhan.domain.cases.actions._acceptance import begin_review
from yizhan.domain.cases.actions._steps import close_step
from yizhan.domain.cases.choices import (
    ClockName,
    CommitmentState,
    DeliveryMode,
    DeliveryState,
    MaterialState,
    State,
    StepState,
)
from yizhan.domain.cases.models import Case, Delivery
from yizhan.domain.cases.rules import Facts, terms, whole_reason
from yizhan.domain.people.choices import Function

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

DECISION = ("steps", "materials", "extensions")


@transaction.atomic
def grant(
    case_id: uuid.UUID | str,
    *,
    by: Account,
    at: datetime,
    result_name: str = "",
    result_number: str = "",
    result_until: date | None = None,
) -> Case:
    """Grant: the written decision with the result's number. Stops LEGAL and PROMISED.

    The approver where the review has one, never who reviewed (T12); else a handler. All steps
    done, nothing owed. Starts DELIVERY, ten working days (art. 44). Without `result_number` the
    decision's own number is the result's.
    """
    case = desk.open_case(case_id)
    if result_until is not None and result_until < desk.calendar_of(case).day(at):
        raise Refused("有效期不能早于今天。", field="result_until")
    facts = desk.facts_of(case, by, *DECISION)
    _decide(case, "grant", by=by, at=at, facts=facts)
    _result(case, result_name, result_number, result_until, by=by, at=at)
    desk.tell(case, "granted", at=at)
    return case


@transaction.atomic
def refuse(case_id: uuid.UUID | str, *, reason: str, by: Account, at: datetime) -> Case:
    """Refuse, with reasons and the ways of review and suit in writing (art. 38 (2)).

    As granting, but what is still owed does not stand in the way. Stops LEGAL and PROMISED,
    starts DELIVERY; open promises end.
    """
    case = desk.open_case(case_id)
    case.reason = whole_reason(reason)
    facts = desk.facts_of(case, by, *DECISION)
    case.commitments.filter(state=CommitmentState.OPEN).update(
        state=CommitmentState.WITHDRAWN, settled_at=at
    )
    _decide(case, "refuse", by=by, at=at, facts=facts, note=case.reason)
    letters.refused(case, by=by, at=at)
    desk.tell(case, "refused", at=at)
    return case


@transaction.atomic
def accept_and_decide(
    case_id: uuid.UUID | str,
    *,
    by: Account,
    at: datetime,
    result: Mapping[str, Any],
    delivery: Mapping[str, Any],
) -> Case:
    """An instant item (即办件) in one sitting: received, accepted, granted, handed over, closed.

    The window or the unit. `result`: name, number, until; `delivery`: receiver. No receipt and no
    acceptance notice are needed when it is finished on the spot (参照安阳市政务服务条例 36); the
    trail has every step. All clocks start and stop within the sitting.
    """
    case = desk.open_case(case_id)
    _instant(case)
    if case.state == State.SUBMITTED:
        desk.take(case, "receive", by=by, at=at, facts=desk.facts_of(case, by))
    facts = desk.facts_of(case, by, "materials", "extensions")
    desk.take(case, "accept", by=by, at=at, facts=facts, terms=terms.decision_terms(case))
    begin_review(case, (), by=by, at=at, papers=False)
    _decide(case, "grant", by=by, at=at, facts=facts, instant=True)
    for step in case.steps.filter(state=StepState.WAITING).order_by("order", "id"):
        close_step(case, step, by=by, at=at, opinion="当场办结")
    until = result.get("until")
    _result(case, result.get("name", ""), result.get("number", ""), until, by=by, at=at)
    _hand_over(case, delivery, by=by, at=at)
    desk.tell(case, "delivered", at=at)
    return case


def _decide(
    case: Case, move: str, *, by: Account, at: datetime, facts: Facts, note: str = "", **more: Any
) -> None:
    """The move itself; the steps still open at the decision are its own and end with it."""
    case.decided_at = at
    desk.take(
        case, move, by=by, at=at, facts=facts, note=note,
        terms={ClockName.DELIVERY: terms.DELIVERY}, **more,
    )  # fmt: skip
    said = "准予" if move == "grant" else "不予批准"
    for step in case.steps.filter(state=StepState.OPEN):
        close_step(case, step, by=by, at=at, opinion="当场办结" if more else said)


def _result(
    case: Case, name: str, number: str, until: date | None, *, by: Account, at: datetime
) -> None:
    version = case.version
    case.result_name = (name.strip() or version.result_name or version.name)[:120]
    case.result_number, case.result_until = number.strip()[:80], until
    paper = letters.granted(case, by=by, at=at)
    case.result_number = case.result_number or paper.number
    case.save(update_fields=["result_name", "result_number", "result_until"])


def _instant(case: Case) -> None:
    if not case.instant:
        raise Refused("本事项不是即办件，请受理后按环节审查、决定。")
    if any(step.get("function") == Function.APPROVER for step in case.version.steps):
        raise Refused("本事项有审批环节，不能由一人当场办结，请先受理。")
    if case.materials.filter(state=MaterialState.DEFERRED).exists():
        raise Refused("有容缺后补的材料，不能当场办结，请先受理。")


def _hand_over(case: Case, delivery: Mapping[str, Any], *, by: Account, at: datetime) -> None:
    receiver = str(delivery.get("receiver") or case.subject_name)[:60]
    desk.take(case, "send_result", by=by, at=at, facts=desk.facts_of(case, by))
    row = Delivery.objects.create(
        region=case.region, case=case, mode=DeliveryMode.WINDOW, state=DeliveryState.HANDED,
        receiver=receiver, proof="当场交付", created_at=at, handed_at=at,
    )  # fmt: skip
    desk.take(
        case, "confirm_delivery", by=by, at=at, facts=desk.facts_of(case, by),
        data={"delivery": str(row.pk)},
    )  # fmt: skip
