"""Review: who handles, steps finished or returned, other units asked for help. 行政许可法 34."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core import tracked
from yizhan.core.flow import Refused
from yizhan.domain.cases.actions import _desk as desk
from yizhan.domain.cases.actions._steps import close_step, open_next, open_step
from yizhan.domain.cases.choices import StepResult, StepState
from yizhan.domain.cases.models import Case, CaseStep
from yizhan.domain.cases.queries import is_own
from yizhan.domain.cases.rules import Facts, whole_reason
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function

if TYPE_CHECKING:
    from yizhan.domain.office.models import Organisation
    from yizhan.domain.people.models import Account

LONGEST_HELP = 30  # working days a co-unit may be given


@transaction.atomic
def assign(case_id: uuid.UUID | str, *, handler: Account, by: Account, at: datetime) -> Case:
    """Name who handles the case. A handler or approver of the unit. No clock.

    The handler must have the function in the unit and may not be the applicant.
    """
    case = desk.open_case(case_id)
    if not people.holds(
        handler, Function.HANDLER, Function.APPROVER, organisation=case.organisation
    ):
        raise Refused("承办人应当是本单位的审查人员，请重新选择。", field="handler")
    if is_own(case, handler):
        raise Refused("他是本件的申请人或代办人，应当回避，请另选承办人。", field="handler")
    facts = desk.facts_of(case, by)
    case.handler = handler
    desk.take(case, "assign", by=by, at=at, facts=facts, data={"handler": str(handler.pk)})
    return case


@transaction.atomic
def finish_step(
    case_id: uuid.UUID | str,
    step_id: uuid.UUID | str,
    *,
    opinion: str,
    by: Account,
    at: datetime,
) -> Case:
    """Finish an open step with an opinion; the next order opens when all of this one are done.

    Who has the step's function in the step's unit; the approver is never who reviewed (T12).
    """
    case = desk.open_case(case_id)
    facts = desk.facts_of(case, by, "steps")
    step = _step(facts, step_id)
    said = whole_reason(opinion, what="处理意见", field="opinion")
    case.FLOW.check("finish_step", state=case.state, subject=case, by=by, facts=facts, step=step)
    close_step(case, step, by=by, at=at, opinion=said)
    open_next(case, facts.steps, at=at)
    if case.handler_id is None:
        case.handler = by
    tracked.nearest(case, desk.running(case).values())
    after = desk.facts_of(case, by, "steps")
    _record(case, "finish_step", by=by, at=at, facts=after, data={"step": str(step.pk)})
    return case


@transaction.atomic
def return_step(
    case_id: uuid.UUID | str,
    step_id: uuid.UUID | str,
    *,
    to_key: str,
    reason: str,
    by: Account,
    at: datetime,
) -> Case:
    """Send the review back to an earlier step: a new round of that step and of all after it.

    As finishing; the old rows stay as they were, marked returned. Legal clocks go on.
    """
    case = desk.open_case(case_id)
    facts = desk.facts_of(case, by, "steps")
    step = _step(facts, step_id)
    said = whole_reason(reason, what="退回理由")
    case.FLOW.check("return_step", state=case.state, subject=case, by=by, facts=facts, step=step)
    target = next((s for s in facts.steps if s.key == to_key and s.state == StepState.DONE), None)
    if target is None or target.order >= step.order:
        raise Refused("只能退回到前面已经办完的环节。", field="to_key")
    if not _may_return(case, step):
        raise Refused(f"“{step.name}”不能退回前面的环节。")
    again = [target, *(s for s in facts.steps if s.order > target.order)]
    for old in again:
        _begin_again(case, old, by=by, at=at, reason=said, reopened=old is target)
    tracked.nearest(case, desk.running(case).values())
    _record(
        case, "return_step", by=by, at=at, facts=facts, note=said,
        data={"step": str(step.pk), "to": to_key},
    )  # fmt: skip
    return case


@transaction.atomic
def add_co_unit(
    case_id: uuid.UUID | str,
    *,
    organisation: Organisation,
    name: str,
    days: int,
    by: Account,
    at: datetime,
) -> Case:
    """Ask another unit to look at the case beside the present steps, with days of its own.

    A handler or approver of the competent unit. Starts the step's clock; the legal clocks go on:
    the help of others is inside the time of the unit.
    """
    case = desk.open_case(case_id)
    if organisation.pk == case.organisation_id or organisation.region != case.region:
        raise Refused("请选择本县的其他单位协办。", field="organisation")
    if not 1 <= days <= LONGEST_HELP:
        raise Refused(f"协办期限应为1至{LONGEST_HELP}个工作日。", field="days")
    facts = desk.facts_of(case, by, "steps")
    case.FLOW.check("add_co_unit", state=case.state, subject=case, by=by, facts=facts)
    key = f"co-{organisation.pk}"
    if any(s.key == key and s.state == StepState.OPEN for s in facts.steps):
        raise Refused(f"已经请{organisation.short_name}协办，正在等待回复。", field="organisation")
    order = min((s.order for s in facts.open_steps()), default=1)
    rounds = case.steps.filter(key=key).count()
    step = CaseStep(
        region=case.region, case=case, key=key, name=name.strip()[:60] or "协办", order=order,
        round=rounds + 1, function=Function.HANDLER, organisation=organisation, days=days,
        state=StepState.WAITING,
    )  # fmt: skip
    step.save(force_insert=True)
    open_step(case, step, at=at)
    tracked.nearest(case, desk.running(case).values())
    _record(
        case, "add_co_unit", by=by, at=at, facts=facts,
        data={"organisation": organisation.pk, "step": str(step.pk)},
    )  # fmt: skip
    return case


def _step(facts: Facts, step_id: uuid.UUID | str) -> CaseStep:
    step = next((s for s in facts.steps if str(s.pk) == str(step_id)), None)
    if step is None:
        raise Refused("这个环节已经退回重办或不在本件中，请刷新页面。")
    return step


def _may_return(case: Case, step: CaseStep) -> bool:
    shape = next((s for s in case.version.steps if s["key"] == step.key), None)
    return shape is None or shape.get("may_return", True)


def _begin_again(
    case: Case, old: CaseStep, *, by: Account, at: datetime, reason: str, reopened: bool
) -> None:
    """The old row is closed as returned; a new round waits, the target itself opens at once."""
    fresh = CaseStep(
        region=case.region, case=case, key=old.key, name=old.name, order=old.order,
        round=old.round + 1, function=old.function, organisation_id=old.organisation_id,
        days=old.days, state=StepState.WAITING,
    )  # fmt: skip
    if old.state == StepState.OPEN:
        close_step(
            case, old, by=by, at=at, opinion=reason, state=StepState.RETURNED,
            result=StepResult.RETURN,
        )  # fmt: skip
    else:
        old.state = StepState.RETURNED
        old.save(update_fields=["state"])
    fresh.save(force_insert=True)
    if reopened:
        open_step(case, fresh, at=at)


def _record(
    case: Case,
    kind: str,
    *,
    by: Account,
    at: datetime,
    facts: Facts,
    note: str = "",
    data: dict[str, object],
) -> None:
    """The trail line of a verb whose guard was asked before the rows changed."""
    case.save(update_fields=["handler", "due_at", "due_clock", "warn_at"])
    tracked.record(
        case, kind, by=by, at=at, channel=desk.channel_of(by), note=note, data=data,
        behalf_of=desk.behalf_of(case, kind, by, facts),
    )  # fmt: skip
