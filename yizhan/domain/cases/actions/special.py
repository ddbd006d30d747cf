"""Special procedures, which stop the clocks, and more time. Law: 行政许可法 42, 45."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core import tracked
from yizhan.core.flow import Refused, Turn
from yizhan.core.worktime import Unit
from yizhan.domain.cases.actions import _desk as desk
from yizhan.domain.cases.actions import _letters as letters
from yizhan.domain.cases.choices import ClockName, ExtensionState
from yizhan.domain.cases.models import Case, Extension, SpecialProcedure
from yizhan.domain.cases.rules import terms, whole_reason
from yizhan.domain.catalogue.choices import SpecialKind

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

LONGEST_SPECIAL = 180


@transaction.atomic
def start_special(
    case_id: uuid.UUID | str,
    *,
    kind: str,
    reason: str,
    planned_days: int,
    by: Account,
    at: datetime,
) -> Case:
    """Begin a hearing, inspection, testing …: told in writing with the time it needs (art. 45).

    A handler or approver of the unit. Pauses LEGAL, PROMISED and the steps' clocks, starts SPECIAL
    with the planned days, so that a paused case is still watched. Never twice at once (trap T9).
    """
    if kind not in SpecialKind.values:
        raise Refused("请选择特别程序的种类。", field="kind")
    if not 1 <= planned_days <= LONGEST_SPECIAL:
        raise Refused(f"所需时间应为1至{LONGEST_SPECIAL}个工作日。", field="planned_days")
    case = desk.open_case(case_id)
    why = whole_reason(reason, what="启动理由或依据")
    facts = desk.facts_of(case, by)
    _turn_steps(case, Turn.PAUSE, at=at)
    desk.take(
        case, "start_special", by=by, at=at, facts=facts, note=why,
        terms={ClockName.SPECIAL: terms.special(planned_days)}, data={"kind": kind},
    )  # fmt: skip
    procedure = SpecialProcedure.objects.create(
        region=case.region, case=case, kind=kind, reason=why[:300], planned_days=planned_days,
        started_by=by, started_at=at,
    )  # fmt: skip
    clock = desk.running(case)[ClockName.SPECIAL]
    letters.special(case, procedure, clock, by=by, at=at)
    desk.tell(case, "special", at=at, what=SpecialKind(kind).label, until=clock.due_at)
    return case


@transaction.atomic
def end_special(case_id: uuid.UUID | str, *, result: str, by: Account, at: datetime) -> Case:
    """End it with its result: the clocks go on with the days that were left. As starting."""
    case = desk.open_case(case_id)
    said = whole_reason(result, what="特别程序的结果", field="result")
    facts = desk.facts_of(case, by)
    _turn_steps(case, Turn.RESUME, at=at)
    desk.take(case, "end_special", by=by, at=at, facts=facts, note=said)
    procedure = SpecialProcedure.objects.get(case=case, ended_at=None)
    procedure.ended_at, procedure.result = at, said
    procedure.save(update_fields=["ended_at", "result"])
    until = desk.running(case)[ClockName.PROMISED].due_at
    what = SpecialKind(procedure.kind).label
    desk.tell(case, "special_over", at=at, what=what, until=until)
    return case


@transaction.atomic
def request_extension(
    case_id: uuid.UUID | str, *, days: int, reason: str, by: Account, at: datetime
) -> Extension:
    """Ask the head of the unit for more time: at most ten working days, fifteen when joint.

    A handler or approver of the unit, once per case, before the legal deadline (art. 42). The
    clocks change only when it is approved.
    """
    case = desk.open_case(case_id)
    why = whole_reason(reason)
    most = terms.extension_most(case)
    if not 1 <= days <= most:
        raise Refused(f"最多只能延长{most}个工作日。", field="days")
    _in_time(case, at)
    facts = desk.facts_of(case, by, "extensions")
    desk.take(case, "request_extension", by=by, at=at, facts=facts, note=why, data={"days": days})
    return Extension.objects.create(
        region=case.region, case=case, days=days, reason=why[:300], state=ExtensionState.ASKED,
        asked_by=by, asked_at=at,
    )  # fmt: skip


@transaction.atomic
def approve_extension(extension_id: uuid.UUID | str, *, by: Account, at: datetime) -> Extension:
    """Give the time that was asked for: both clocks are extended, the applicant is told why.

    The approver of the unit, never who asked; for joint cases the government's approver (art. 42).
    """
    case, asked = _asked(extension_id)
    _in_time(case, at)
    calendar = desk.calendar_of(case)
    facts = desk.facts_of(case, by, "extensions", "joint")
    clocks = desk.running(case)
    for name in (ClockName.LEGAL, ClockName.PROMISED):
        if name in clocks:
            hours = clocks[name].unit == Unit.HOURS
            tracked.extend(clocks[name], asked.days * (24 if hours else 1), calendar=calendar)
    tracked.nearest(case, clocks.values())
    desk.take(
        case, "approve_extension", by=by, at=at, facts=facts, data={"extension": str(asked.pk)}
    )
    asked.state, asked.decided_by, asked.decided_at = ExtensionState.APPROVED, by, at
    asked.save(update_fields=["state", "decided_by", "decided_at"])
    letters.extension(case, asked, clocks, by=by, at=at)
    until = clocks[ClockName.PROMISED].due_at
    desk.tell(case, "extended", at=at, days=asked.days, until=until)
    return asked


@transaction.atomic
def decline_extension(
    extension_id: uuid.UUID | str, *, by: Account, at: datetime, reason: str = ""
) -> Extension:
    """Refuse more time; the clocks stay as they are. Who may approve."""
    case, asked = _asked(extension_id)
    facts = desk.facts_of(case, by, "extensions", "joint")
    desk.take(
        case, "decline_extension", by=by, at=at, facts=facts, note=reason.strip(),
        data={"extension": str(asked.pk)},
    )  # fmt: skip
    asked.state, asked.decided_by, asked.decided_at = ExtensionState.DECLINED, by, at
    asked.save(update_fields=["state", "decided_by", "decided_at"])
    return asked


def _asked(extension_id: uuid.UUID | str) -> tuple[Case, Extension]:
    found = Extension.objects.only("case_id").get(pk=extension_id)
    case = desk.open_case(found.case_id)
    return case, Extension.objects.get(pk=extension_id)


def _in_time(case: Case, at: datetime) -> None:
    legal = desk.running(case).get(ClockName.LEGAL)
    if legal is not None and legal.due_at is not None and at > legal.due_at:
        raise Refused("法定期限已经届满，不能再延长，请尽快作出决定。")


def _turn_steps(case: Case, what: Turn, *, at: datetime) -> None:
    for name, clock in desk.running(case).items():
        if name.startswith(terms.STEP):
            tracked.turn(clock, what, at=at, calendar=desk.calendar_of(case))
