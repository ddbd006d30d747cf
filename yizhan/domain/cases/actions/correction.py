"""Corrections: on the spot, or by one notice that names everything. Law: 行政许可法 32 (3), (4)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from yizhan.core.flow import Refused
from yizhan.domain.cases.actions import _desk as desk
from yizhan.domain.cases.actions import _letters as letters
from yizhan.domain.cases.actions import _timers as timers
from yizhan.domain.cases.actions._materials import SubmittedMaterial, own_files, replace_material
from yizhan.domain.cases.choices import ClockName, MaterialState, State, TouchpointKind
from yizhan.domain.cases.models import Case, CaseMaterial, Correction
from yizhan.domain.cases.queries import applicant_facts
from yizhan.domain.cases.rules import intake, terms
from yizhan.domain.catalogue import rules as catalogue

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

LONGEST_DAYS = 60


@transaction.atomic
def correct_on_spot(
    case_id: uuid.UUID | str, *, changes: Mapping[str, Any], by: Account, at: datetime
) -> Case:
    """Put the applicant's own entries right while he stands there (32 (3)). No clock.

    The window or the competent unit. The trail keeps which fields changed, not their contents.
    """
    case = desk.open_case(case_id)
    changed = [key for key, value in changes.items() if case.data.get(key) != value]
    if not changed:
        raise Refused("没有改动任何内容，请先更正再保存。")
    _fill(case, changes, allowed=None, at=at)
    desk.take(
        case, "correct_on_spot", by=by, at=at, facts=desk.facts_of(case, by),
        data={"fields": sorted(changed)},
    )  # fmt: skip
    desk.tell(case, "corrected_on_spot", at=at)
    return case


@transaction.atomic
def ask_correction(
    case_id: uuid.UUID | str,
    *,
    defects: Mapping[str, str],
    by: Account,
    at: datetime,
    days: int = terms.CORRECTION_DAYS,
) -> Case:
    """Tell everything that has to be corrected, at once and only once (32 (4)).

    The window or the competent unit. `defects`: material or field key → sentence. Stops NOTICE and
    CHECK, starts CORRECTION with `days` working days.
    """
    case = desk.open_case(case_id)
    facts = desk.facts_of(case, by, "corrected", "materials")
    lines = _lines(case, facts.materials, defects)
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(f"补正期限应为1至{LONGEST_DAYS}个工作日。", field="days")
    desk.take(
        case, "ask_correction", by=by, at=at, facts=facts,
        terms={ClockName.CORRECTION: terms.correction(days)}, data={"keys": sorted(defects)},
    )  # fmt: skip
    Correction.objects.create(
        region=case.region, case=case, defects=dict(defects), asked_by=by, asked_at=at
    )
    for material in facts.materials:
        if material.key in defects:
            material.state, material.defect = MaterialState.DEFECTIVE, defects[material.key][:300]
            material.save(update_fields=["state", "defect"])
    letters.correction(case, lines, case.due_at, by=by, at=at)
    desk.tell(case, "ask_correction", at=at, count=len(lines), until=case.due_at)
    return case


@transaction.atomic
def answer_correction(
    case_id: uuid.UUID | str,
    *,
    data: Mapping[str, Any],
    materials: Sequence[SubmittedMaterial],
    by: Account,
    at: datetime,
) -> Case:
    """Hand in everything the notice asked for, in one go; the case is received again.

    The applicant, or the window for him. Stops CORRECTION; NOTICE and CHECK start anew from now.
    Raises Refused beside the field that is still missing.
    """
    case = desk.open_case(case_id)
    facts = desk.facts_of(case, by, "materials")
    correction = Correction.objects.filter(case=case).first()
    asked = correction.defects if correction else {}
    given = {m.key: m for m in materials}
    by_key = {m.key: m for m in facts.materials}
    fields = [key for key in asked if key not in by_key]
    _complete(asked, by_key, given, data)
    desk.take(
        case, "answer_correction", by=by, at=at, facts=facts,
        terms={ClockName.CHECK: terms.CHECK, ClockName.NOTICE: terms.NOTICE},
        data={"keys": sorted(asked)},
    )  # fmt: skip
    own_files((f for m in materials for f in m.file_ids), by)
    for key, material in given.items():
        replace_material(by_key[key], material, by=by, at=at)
    if fields:
        _fill(case, {key: data[key] for key in fields}, allowed=set(fields), at=at)
        case.save(update_fields=["data", "provenance"])
    Correction.objects.filter(case=case).update(answered_at=at)
    if desk.at_counter(by):
        desk.touch(case, TouchpointKind.VISIT, by=by, at=at, channel="window", trip=True)
    else:
        desk.touch(case, TouchpointKind.SESSION, by=by, at=at, channel="portal", trip=False)
    desk.tell(case, "corrected", at=at, until=case.due_at)
    return case


def lapse_corrections(*, at: datetime, limit: int = 100) -> int:
    """What was not corrected in time counts as withdrawn (参照安阳市政务服务条例 36); how many.

    The system. Never on a provisional date: it might come too early for the applicant.
    """
    late = timers.overdue(ClockName.CORRECTION, at=at, states=[State.CORRECTION])
    return timers.each(late.filter(provisional=False)[:limit], lambda case: _lapse(case, at=at))


def _lapse(case: Case, *, at: datetime) -> bool:
    clock = desk.running(case).get(ClockName.CORRECTION)
    firm = clock is not None and not clock.provisional and timers.is_over(clock, at)
    if case.state != State.CORRECTION or not firm:
        return False
    desk.take(case, "lapse_correction", by=None, at=at, facts=desk.facts_of(case, None))
    desk.tell(case, "lapsed", at=at)
    return True


def _lines(
    case: Case, materials: Sequence[CaseMaterial], defects: Mapping[str, str]
) -> list[tuple[str, str]]:
    """(name, sentence) of every defect. Raises Refused for what is unknown, empty or forgotten."""
    if not defects:
        raise Refused("请至少写明一项需要补正的内容。", field="defects")
    names = {m.key: m.name for m in materials}
    names |= {f["key"]: f["label"] for f in case.version.fields}
    for key, sentence in defects.items():
        if key not in names:
            raise Refused("补正内容里有办事指南之外的材料或字段。", field=key)
        if len(sentence.strip()) < 4:
            raise Refused(f"请写明“{names[key]}”怎样补正。", field=key)
    shapes = {m["key"]: m for m in case.version.materials}
    for material in materials:
        shape = shapes.get(material.key, {})
        may_wait = shape.get("defer_days") or shape.get("promise")
        if material.state == MaterialState.MISSING and material.key not in defects and not may_wait:
            raise Refused(
                f"还缺《{material.name}》没有写进补正内容；补正只能告知一次，请一并写明。",
                field=material.key,
            )
    return [(names[key], sentence.strip()) for key, sentence in defects.items()]


def _complete(
    asked: Mapping[str, str],
    materials: Mapping[str, CaseMaterial],
    given: Mapping[str, SubmittedMaterial],
    data: Mapping[str, Any],
) -> None:
    for key in given:
        if key not in asked or key not in materials:
            raise Refused("只需补交告知书上列出的材料，请勿上传其他材料。", field=key)
    for key in asked:
        if key in materials and key not in given:
            raise Refused(f"《{materials[key].name}》还没有补交，请一次补齐。", field=key)
        if key not in materials and key not in data:
            raise Refused("还有需要更正的内容没有填写，请一次补齐。", field=key)


def _fill(
    case: Case, changes: Mapping[str, Any], *, allowed: set[str] | None, at: datetime
) -> None:
    """Put changes into the form of the case, by its own version. Locked facts stay (trap T8)."""
    known = {f["key"] for f in case.version.fields if not f.get("locked")}
    for key in changes:
        if key not in (known if allowed is None else known & allowed):
            raise Refused("这一项不能在这里更改，登记信息有误请到窗口更正。", field=key)
    facts = applicant_facts(case.person, case.legal_person, case.affair.agent)
    merged = {**case.data, **changes}
    data, provenance = catalogue.clean_form(case.version, case.answers, merged, facts)
    today = desk.calendar_of(case).day(at)
    wrong = catalogue.validate_form(case.version, case.answers, data, today=today)
    intake.right_form(case.version.fields, wrong)
    case.data, case.provenance = data, provenance
