"""What follows acceptance, however it came about: dates, commitments, steps, paper, message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from yizhan.core import tracked
from yizhan.core.flow import Refused
from yizhan.domain.cases.actions import _desk as desk
from yizhan.domain.cases.actions import _letters as letters
from yizhan.domain.cases.actions._steps import copy_steps
from yizhan.domain.cases.choices import (
    ClockName,
    CommitmentKind,
    CommitmentState,
    MaterialState,
    SourceKind,
)
from yizhan.domain.cases.models import Case, CaseMaterial, Commitment
from yizhan.domain.cases.rules import LACKING, intake, terms
from yizhan.domain.catalogue.shapes import Material

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

PROMISE_DAYS = 30  # working days to verify a promise where the item sets none (参照安阳27)
AS = {
    CommitmentKind.DEFERRAL: (MaterialState.DEFERRED, SourceKind.DEFERRAL),
    CommitmentKind.PROMISE: (MaterialState.PROMISED, SourceKind.PROMISE),
}


def begin_review(
    case: Case,
    commitments: Sequence[tuple[str, str]],
    *,
    by: Account | None,
    at: datetime,
    silent: bool = False,
    papers: bool = True,
) -> None:
    """What follows acceptance, however it came about: dates, commitments, steps, paper, message."""
    clocks = desk.running(case)
    case.accepted_at = clocks[ClockName.LEGAL].started_at
    case.save(update_fields=["accepted_at"])
    commit(case, commitments, by=by, at=at)
    copy_steps(case, at=at)
    desk.renew_due(case)
    if papers:
        letters.acceptance(case, clocks, by=by, at=at, silent=silent)
        until = clocks[ClockName.PROMISED].due_at
        desk.tell(case, "deemed_accepted" if silent else "accepted", at=at, until=until)


def commit(
    case: Case, chosen: Sequence[tuple[str, str]], *, by: Account | None, at: datetime
) -> list[Commitment]:
    """Write the commitments of a case that is being accepted: row, clock, letter for each.

    `chosen` adds (kind, material key) to what the applicant chose at submission. The caller renews
    the case's nearest deadline. Raises Refused for what the item does not allow.
    """
    shapes = {m.key: m for m in msgspec.convert(case.version.materials, list[Material])}
    materials = {m.key: m for m in case.materials.order_by("id")}
    wanted: dict[str, str] = {key: kind for kind, key in chosen}
    for material in materials.values():
        for own_kind, (state, _) in AS.items():
            if material.state == state:
                wanted.setdefault(material.key, own_kind)
    made = []
    for key, kind in sorted(wanted.items()):
        if key not in materials or key not in shapes or kind not in CommitmentKind.values:
            raise Refused("材料清单里没有这份材料，不能容缺或承诺。", field="commitments")
        made.append(_one(case, materials[key], shapes[key], CommitmentKind(kind), by=by, at=at))
    return made


def _one(
    case: Case,
    material: CaseMaterial,
    shape: Material,
    kind: CommitmentKind,
    *,
    by: Account | None,
    at: datetime,
) -> Commitment:
    deferral = kind == CommitmentKind.DEFERRAL
    state, source = AS[kind]
    if deferral and not shape.defer_days:
        raise Refused(f"《{shape.name}》不能容缺后补，请一次性告知补正。", field="commitments")
    if not deferral:
        _trusted(case)
    if not deferral and not shape.promise:
        raise Refused(
            f"《{shape.name}》不能用告知承诺代替，请一次性告知补正。", field="commitments"
        )
    if material.state not in (*LACKING, state):
        raise Refused(f"《{shape.name}》已经提交，不需要容缺或承诺。", field="commitments")
    material.state, material.source = state, source
    material.grade = intake.grade_of(source) if not deferral else ""
    material.save(update_fields=["state", "source", "grade"])
    days = shape.defer_days if deferral else shape.defer_days or PROMISE_DAYS
    term = terms.supply(days, deferral=deferral)
    clock = tracked.start(
        case, terms.supply_clock(shape.key), term, at=at, calendar=desk.calendar_of(case)
    )
    clock.save(force_insert=True)
    commitment = Commitment.objects.create(
        region=case.region, case=case, kind=kind, material_key=shape.key,
        text=letters.commitment_text(shape.name, clock.due_at, deferral=deferral),
        state=CommitmentState.OPEN, made_at=at,
    )  # fmt: skip
    letters.commitment(case, commitment, shape.name, clock.due_at, by=by, at=at)
    return commitment


def _trusted(case: Case) -> None:
    """A promise that was broken bars new ones (参照安阳市政务服务条例 29). Raises Refused."""
    broken = Commitment.objects.filter(
        kind=CommitmentKind.PROMISE,
        state=CommitmentState.BROKEN,
        case__person=case.person,
        case__legal_person=case.legal_person,
    )
    if broken.exists():
        raise Refused(
            "申请人有未履行的承诺，修复前不能再用告知承诺，请提交材料。", field="commitments"
        )
