"""The materials of an application: each satisfied by a source with its receipt and trust grade."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from yizhan.core.flow import Refused
from yizhan.domain.cases.choices import MaterialState, SourceKind
from yizhan.domain.cases.models import Case, CaseMaterial, MaterialFile
from yizhan.domain.cases.rules import intake
from yizhan.domain.catalogue import rules as catalogue
from yizhan.domain.catalogue.rules import ChecklistLine
from yizhan.domain.files.models import StoredFile
from yizhan.domain.people.choices import AccountKind

if TYPE_CHECKING:
    from yizhan.domain.cases.actions.submitting import Submission
    from yizhan.domain.people.models import Account


@dataclass(frozen=True, slots=True)
class SubmittedMaterial:
    """One material as handed in. The source decides its state and grade.

    `receipt` proves the source: {"material": id} of an earlier case, {"seen_by": …} and the like.
    """

    key: str
    source: str = ""
    file_ids: Sequence[uuid.UUID | str] = ()
    state: str = ""
    receipt: Mapping[str, Any] = field(default_factory=dict)
    copies: int = 0


def material_rows(
    case: Case, submission: Submission, *, by: Account | None, at: datetime
) -> list[Any]:
    """The material rows of a new case with their files, unsaved. Raises Refused.

    What the situation does not ask for is kept with the reason: "materials reduced" is a count.
    """
    lines = catalogue.checklist(submission.version, submission.answers)
    given = {m.key: m for m in submission.materials if m.source}
    intake.known_materials(
        [m.key for m in submission.materials], [line.material.key for line in lines]
    )
    own_files((f for m in given.values() if m.source != SourceKind.EARLIER_CASE
               for f in m.file_ids), by)  # fmt: skip
    rows: list[Any] = []
    for line in lines:
        row = _row(case, line, given.get(line.material.key), by=by, at=at)
        rows.append(row)
        chosen = given.get(line.material.key)
        if chosen is None:
            continue
        files = _earlier(case, row) if chosen.source == SourceKind.EARLIER_CASE else chosen.file_ids
        rows += file_rows(row, files)
    return rows


def file_rows(material: CaseMaterial, file_ids: Iterable[Any]) -> list[MaterialFile]:
    """The files of a material in order, unsaved."""
    return [
        MaterialFile(region=material.region, material=material, file_id=file_id, position=n)
        for n, file_id in enumerate(file_ids)
    ]


def replace_material(
    material: CaseMaterial, given: SubmittedMaterial, *, by: Account | None, at: datetime
) -> None:
    """A material that was missing or defective comes: new source, files, grade; old files stay.

    Raises Refused when the source lacks its proof. The files must be checked to be the caller's.
    """
    staff = by is None or by.kind == AccountKind.STAFF
    source = given.source or SourceKind.UPLOAD
    if source not in (*intake.AT_COUNTER, SourceKind.UPLOAD):
        raise Refused(f"《{material.name}》要补交材料本身。", field=material.key)
    intake.proven(source, files=given.file_ids, staff=staff, name=material.name, key=material.key)
    material.files.filter(replaced_at=None).update(replaced_at=at)
    material.state, material.source, material.defect = MaterialState.PROVIDED, source, ""
    material.grade, material.receipt = intake.grade_of(source), dict(given.receipt)
    material.copies, material.taken_at = given.copies, at
    material.save()
    MaterialFile.objects.bulk_create(file_rows(material, given.file_ids))


def own_files(file_ids: Iterable[uuid.UUID | str], by: Account | None) -> None:
    """Raises Refused unless every file was put in by this account (traps T1, T2)."""
    wanted = {str(file_id) for file_id in file_ids}
    if not wanted:
        return
    if StoredFile.objects.filter(pk__in=wanted, owner=by).count() != len(wanted):
        raise Refused("上传的文件不见了，请重新上传。", field="files")


def _row(
    case: Case,
    line: ChecklistLine,
    given: SubmittedMaterial | None,
    *,
    by: Account | None,
    at: datetime,
) -> CaseMaterial:
    material = line.material
    row = CaseMaterial(
        region=case.region, case=case, key=material.key, name=material.name,
        state=MaterialState.MISSING,
    )  # fmt: skip
    if given is None:
        if not line.needed:
            row.state, row.why_not_asked = MaterialState.NOT_ASKED, line.why[:200]
        return row
    _allowed(line, given)
    staff = by is None or by.kind == AccountKind.STAFF
    intake.proven(
        given.source, files=given.file_ids, staff=staff, name=material.name, key=material.key
    )
    row.state = intake.SUBMITTED_AS.get(SourceKind(given.source), MaterialState.PROVIDED)
    row.source, row.grade = given.source, intake.grade_of(given.source)
    row.receipt, row.copies = dict(given.receipt), given.copies
    if row.state == MaterialState.PROVIDED:
        row.taken_at = at
    if given.source in (SourceKind.PROMISE, SourceKind.EARLIER_CASE):
        row.why_not_asked = SourceKind(given.source).label
    return row


def _allowed(line: ChecklistLine, given: SubmittedMaterial) -> None:
    material = line.material
    if given.source == SourceKind.PROMISE and not material.promise:
        raise Refused(f"《{material.name}》不能用告知承诺代替，请提交材料。", field=material.key)
    if given.source == SourceKind.DEFERRAL and not material.defer_days:
        raise Refused(f"《{material.name}》不能容缺后补，请提交材料。", field=material.key)


def _earlier(case: Case, row: CaseMaterial) -> list[uuid.UUID]:
    """The files of a material of an earlier case of the same applicant; its grade is kept."""
    earlier = (
        CaseMaterial.objects.filter(
            pk=row.receipt.get("material") or uuid.UUID(int=0),
            state=MaterialState.PROVIDED,
            case__person=case.person,
            case__legal_person=case.legal_person,
        )
        .select_related("case")
        .first()
    )
    if earlier is None:
        raise Refused(f"没有找到您以前提交过的《{row.name}》，请重新上传。", field=row.key)
    row.grade = earlier.grade
    row.receipt = {"material": str(earlier.pk), "case": earlier.case.number}
    row.why_not_asked = f"以前的办件{earlier.case.number}已提交"[:200]
    kept = earlier.files.filter(replaced_at=None).order_by("position", "id")
    return list(kept.values_list("file_id", flat=True))
