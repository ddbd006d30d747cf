"""Review steps: copied from the version at acceptance, walked in order, equal ones together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from yizhan.core import tracked
from yizhan.core.flow import Turn
from yizhan.core.numbers import uuid7
from yizhan.domain.cases.actions import _desk as desk
from yizhan.domain.cases.choices import StepResult, StepState
from yizhan.domain.cases.models import Case, CaseStep
from yizhan.domain.cases.rules import terms
from yizhan.domain.catalogue.shapes import Step
from yizhan.domain.office.models import Organisation
from yizhan.domain.people.choices import Function

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

PLAIN = Step(key="review", name="审查", order=1, function=Function.HANDLER)


def copy_steps(case: Case, *, at: datetime) -> list[CaseStep]:
    """The steps of a case's own version; those of the first order open at once.

    An item without steps is examined by one handler. A co-unit is named by its code; a code that
    is not (or no longer) known falls to the competent unit, so that no case is stuck.
    """
    shapes = msgspec.convert(case.version.steps, list[Step]) or [PLAIN]
    codes = {shape.organisation for shape in shapes if shape.organisation}
    units = dict(
        Organisation.objects.filter(region=case.region, code__in=codes).values_list("code", "pk")
    )
    rows = [
        CaseStep(
            id=uuid7(), region=case.region, case=case, key=shape.key, name=shape.name,
            order=shape.order, function=shape.function or Function.HANDLER,
            organisation_id=units.get(shape.organisation, case.organisation_id), days=shape.days,
            state=StepState.WAITING,
        )
        for shape in shapes
    ]  # fmt: skip
    CaseStep.objects.bulk_create(rows)
    open_next(case, rows, at=at)
    return rows


def open_next(case: Case, steps: Iterable[CaseStep], *, at: datetime) -> None:
    """Open the waiting steps of the lowest order once nothing before them is left to do."""
    live = [step for step in steps if step.state != StepState.RETURNED]
    unfinished = [step for step in live if step.state in (StepState.OPEN, StepState.WAITING)]
    if not unfinished:
        return
    order = min(step.order for step in unfinished)
    for step in unfinished:
        if step.order == order and step.state == StepState.WAITING:
            open_step(case, step, at=at)


def open_step(case: Case, step: CaseStep, *, at: datetime) -> None:
    """One step begins; a co-unit's step with days of its own runs a clock of its own."""
    step.state, step.opened_at = StepState.OPEN, at
    step.save(update_fields=["state", "opened_at"])
    if step.days and step.organisation_id != case.organisation_id:
        tracked.start(
            case, terms.step_clock(step.key), terms.step(step.days), at=at,
            calendar=desk.calendar_of(case),
        ).save(force_insert=True)  # fmt: skip


def close_step(
    case: Case,
    step: CaseStep,
    *,
    by: Account | None,
    at: datetime,
    opinion: str,
    state: str = StepState.DONE,
    result: str = StepResult.PASS,
) -> None:
    """One step ends, done or returned; its clock stops."""
    step.state, step.result, step.opinion = state, result, opinion
    step.by, step.done_at = by, at
    step.save(update_fields=["state", "result", "opinion", "by", "done_at"])
    clock = desk.running(case).get(terms.step_clock(step.key))
    if clock is not None:
        tracked.turn(clock, Turn.STOP, at=at, calendar=desk.calendar_of(case))
