"""容缺 and 告知承诺: what may be missing at acceptance, by when it comes, what follows if not.

Law: 河南省优化营商环境条例 35; 参照安阳市政务服务条例 24-27.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core import tracked
from yizhan.core.flow import Refused, Turn
from yizhan.domain.cases.actions import _desk as desk
from yizhan.domain.cases.actions import _timers as timers
from yizhan.domain.cases.actions._materials import (
    SubmittedMaterial,
    own_files,
    replace_material,
)
from yizhan.domain.cases.choices import (
    CommitmentKind,
    CommitmentState,
    MaterialState,
    SourceKind,
    TouchpointKind,
)
from yizhan.domain.cases.flow import UNDER_REVIEW
from yizhan.domain.cases.models import Case, CaseClock
from yizhan.domain.cases.rules import LACKING, by_reviewer, terms, whole_reason

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account


@transaction.atomic
def supply_deferred(
    case_id: uuid.UUID | str,
    *,
    key: str,
    files: Sequence[uuid.UUID | str],
    by: Account,
    at: datetime,
) -> Case:
    """A material that was deferred (or still lacking) comes in: its commitment is kept.

    The applicant with files, or the window and the unit (without files: the original was seen).
    Stops the clock `supply:<key>`.
    """
    case = desk.open_case(case_id)
    facts = desk.facts_of(case, by, "materials")
    material = next((m for m in facts.materials if m.key == key), None)
    if material is None or material.state not in (*LACKING, MaterialState.DEFERRED):
        raise Refused("这份材料不需要补交，请刷新页面查看。", field="key")
    counter = desk.at_counter(by)
    source = SourceKind.ORIGINAL_SEEN if counter and not files else SourceKind.UPLOAD
    if counter and files:
        source = SourceKind.SCAN
    own_files(files, by)
    _stop_clock(case, key, at=at)
    desk.take(case, "supply_deferred", by=by, at=at, facts=facts, data={"key": key})
    replace_material(
        material, SubmittedMaterial(key=key, source=source, file_ids=list(files)), by=by, at=at
    )
    _settle(case, key, CommitmentState.KEPT, at=at)
    desk.renew_due(case)
    kind = TouchpointKind.VISIT if counter else TouchpointKind.SESSION
    desk.touch(case, kind, by=by, at=at, channel="window" if counter else "portal", trip=counter)
    desk.tell(case, "supplied", at=at)
    return case


@transaction.atomic
def withdraw_promise(case_id: uuid.UUID | str, *, key: str, by: Account, at: datetime) -> Case:
    """Take a promise back before the decision; the material is then owed (参照安阳26).

    The applicant, or the window for him. Stops the clock `supply:<key>`.
    """
    case = desk.open_case(case_id)
    facts = desk.facts_of(case, by, "commitments", "materials")
    if not any(c.material_key == key for c in facts.live(CommitmentKind.PROMISE)):
        raise Refused("没有这项告知承诺，或者已经撤回。", field="key")
    _stop_clock(case, key, at=at)
    desk.take(case, "withdraw_promise", by=by, at=at, facts=facts, data={"key": key})
    _settle(case, key, CommitmentState.WITHDRAWN, at=at)
    for material in facts.materials:
        if material.key == key:
            material.state, material.source, material.grade = MaterialState.MISSING, "", ""
            material.save(update_fields=["state", "source", "grade"])
    desk.renew_due(case)
    desk.tell(case, "promise_withdrawn", at=at)
    return case


@transaction.atomic
def verify_promise(
    case_id: uuid.UUID | str, *, key: str, kept: bool, note: str, by: Account, at: datetime
) -> Case:
    """Write down what verifying a promise found, before or after the decision (参照安阳27).

    A handler or approver of the unit. Stops the clock `supply:<key>`; a broken promise is told to
    the applicant, shown to the supervisor, and is a reason to revoke.
    """
    case = desk.open_case(case_id)
    facts = desk.facts_of(case, by, "commitments")
    by_reviewer(subject=case, by=by, facts=facts)
    if not any(c.material_key == key for c in facts.live(CommitmentKind.PROMISE)):
        raise Refused("没有待核查的这项承诺，请刷新页面。", field="key")
    said = whole_reason(note, what="核查情况", field="note")
    _end_promise(case, key, kept=kept, by=by, at=at, note=said)
    return case


def lapse_commitments(*, at: datetime, limit: int = 100) -> int:
    """What was deferred and did not come ends the case; a promise not verified in time is broken.

    The system; how many. 参照安阳市政务服务条例 24, 27. Never on a provisional date.
    """
    late = (
        CaseClock.objects.filter(
            name__startswith=terms.SUPPLY, stopped_at=None, due_at__lt=at, provisional=False
        )
        .order_by("due_at", "id")
        .values_list("subject_id", flat=True)
    )
    return timers.each(dict.fromkeys(late[:limit]), lambda case: _lapse(case, at=at))


def _lapse(case: Case, *, at: datetime) -> bool:
    acted = False
    for name, clock in desk.running(case).items():
        late = not clock.provisional and timers.is_over(clock, at)
        if not name.startswith(terms.SUPPLY) or not late:
            continue
        key = name.removeprefix(terms.SUPPLY)
        made = case.commitments.filter(material_key=key, state=CommitmentState.OPEN).first()
        if made is None:
            continue
        acted = True
        if made.kind == CommitmentKind.PROMISE:
            _end_promise(case, key, kept=False, by=None, at=at, note="期限届满未履行")
        elif case.state in UNDER_REVIEW:
            _settle(case, key, CommitmentState.BROKEN, at=at)
            case.commitments.filter(state=CommitmentState.OPEN).update(
                state=CommitmentState.WITHDRAWN, settled_at=at
            )
            desk.take(
                case, "lapse_deferral", by=None, at=at, facts=desk.facts_of(case, None),
                data={"key": key},
            )  # fmt: skip
            desk.tell(case, "lapsed", at=at)
            break
    return acted


def _end_promise(
    case: Case, key: str, *, kept: bool, by: Account | None, at: datetime, note: str
) -> None:
    _stop_clock(case, key, at=at)
    _settle(case, key, CommitmentState.KEPT if kept else CommitmentState.BROKEN, at=at)
    desk.renew_due(case)
    kind = "promise_kept" if kept else "promise_broken"
    tracked.record(
        case, kind, by=by, at=at, channel=desk.channel_of(by), note=note, data={"key": key}
    )
    desk.tell(case, kind, at=at)


def _stop_clock(case: Case, key: str, *, at: datetime) -> None:
    clock = desk.running(case).get(terms.supply_clock(key))
    if clock is not None:
        tracked.turn(clock, Turn.STOP, at=at, calendar=desk.calendar_of(case))


def _settle(case: Case, key: str, state: str, *, at: datetime) -> None:
    case.commitments.filter(material_key=key, state=CommitmentState.OPEN).update(
        state=state, settled_at=at
    )
