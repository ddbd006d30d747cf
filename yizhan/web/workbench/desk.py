"""The window page, put together from a posted visit: item, materials, form, what is missing.

Nothing here is stored; the page carries everything, and what it carries is judged again at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime
from typing import Any

from django.http import QueryDict

from yizhan.core.worktime import CHINA
from yizhan.domain.cases import queries
from yizhan.domain.cases.actions import Submission, SubmittedMaterial
from yizhan.domain.cases.choices import Channel, DeliveryMode, SourceKind
from yizhan.domain.cases.models import CaseMaterial
from yizhan.domain.cases.queries import finding
from yizhan.domain.catalogue import queries as catalogue
from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.choices import FieldKind, ProjectType
from yizhan.domain.catalogue.models import ItemVersion
from yizhan.domain.catalogue.rules import ChecklistLine
from yizhan.domain.files.models import StoredFile
from yizhan.domain.office.choices import RegionLevel
from yizhan.domain.office.models import Region
from yizhan.domain.people.models import LegalPerson, Person
from yizhan.web.workbench import applicant, entry
from yizhan.web.workbench.visit import Visit

NOT_HERE = "none"


@dataclass
class Desk:
    """One posted page with everything it points at, loaded once."""

    visit: Visit
    posted: QueryDict
    by: Any
    at: datetime
    errors: dict[str, str] = made(default_factory=dict)
    person: Person | None = None
    company: LegalPerson | None = None
    agent: Person | None = None
    version: ItemVersion | None = None
    facts: dict[str, Any] = made(default_factory=dict)
    answers: dict[str, str] = made(default_factory=dict)
    data: dict[str, Any] = made(default_factory=dict)
    lines: list[ChecklistLine] = made(default_factory=list)
    files: dict[str, StoredFile] = made(default_factory=dict)
    places: list[tuple[str, str]] = made(default_factory=list)
    earlier: dict[str, CaseMaterial] = made(default_factory=dict)

    @property
    def instant(self) -> bool:
        """Whether the item is decided on the spot (即办件)."""
        return self.version is not None and self.version.project_type == ProjectType.INSTANT

    @property
    def needed(self) -> list[ChecklistLine]:
        """The materials that this applicant has to bring."""
        return [line for line in self.lines if line.needed]

    def source(self, line: ChecklistLine) -> str:
        """How the clerk says a material was satisfied; a scan speaks for itself."""
        chosen = self.posted.get(f"m-{line.material.key}", "")
        if chosen in dict(options(self, line)):
            return chosen
        scanned = self.visit.files.get(line.material.key) and chosen != NOT_HERE
        return str(SourceKind.SCAN) if scanned else ""


def load(visit: Visit, posted: QueryDict, *, by: Any, at: datetime) -> Desk:
    """Everything the posted page points at; a fixed number of queries."""
    desk = Desk(visit, posted, by, at)
    desk.person, desk.company, desk.agent = applicant.people_of(visit, region=by.region)
    if visit.known:
        desk.facts = queries.applicant_facts(desk.person, desk.company, desk.agent)
    if visit.version:
        known = ItemVersion.objects.select_related("item__organisation")
        desk.version = known.filter(pk=visit.version, region=by.region).first()
    if desk.version is not None:
        read(desk)
        names = [line.material.name for line in desk.needed]
        desk.earlier = finding.earlier_materials(desk.person, desk.company, names, at=at)
    keys = [key for keys in visit.files.values() for key in keys]
    if keys:
        found = StoredFile.objects.filter(pk__in=keys, owner=by)
        desk.files = {str(one.pk): one for one in found}
    return desk


def read(desk: Desk) -> None:
    """Answers, form values and the checklist of the chosen item, from the posted page."""
    version = desk.version
    raw = {k[2:]: v for k, v in desk.posted.items() if k.startswith("a-") and isinstance(v, str)}
    asked = rules.visible_questions(version, raw)
    desk.answers = {q.key: raw[q.key] for q in asked if q.key in raw}
    fields = rules.visible_fields(version, desk.answers, {})
    if any(field.kind == FieldKind.PLACE for field in fields):
        desk.places = villages(desk.by.region)
    desk.data = entry.read(fields, desk.posted, places=desk.places)
    again = rules.visible_fields(version, desk.answers, desk.data)
    desk.data = entry.read(again, desk.posted, places=desk.places)
    desk.lines = catalogue.checklist(version, desk.answers, person=desk.person)


def villages(region: str) -> list[tuple[str, str]]:
    """(code, 兰阳街道胜利社区) of every village and community of the county."""
    found = Region.objects.filter(code__startswith=region, level=RegionLevel.VILLAGE)
    return [
        (one.code, f"{one.parent.name}{one.name}" if one.parent else one.name)
        for one in found.select_related("parent").order_by("code")
    ]


def options(desk: Desk, line: ChecklistLine) -> list[tuple[str, str]]:
    """How a material may be satisfied at the window."""
    found = []
    earlier = desk.earlier.get(line.material.name)
    if earlier is not None and earlier.taken_at is not None:
        day = earlier.taken_at.astimezone(CHINA)
        found.append((str(SourceKind.EARLIER_CASE), f"用{day:%Y年%-m月%-d日}交过的"))
    found += [(str(SourceKind.ORIGINAL_SEEN), "核验原件"), (str(SourceKind.PAPER), "收纸质")]
    if line.material.defer_days:
        found.append((str(SourceKind.DEFERRAL), f"容缺，{line.material.defer_days}个工作日内补"))
    if line.material.promise:
        found.append((str(SourceKind.PROMISE), "承诺代替"))
    return found


def problems(desk: Desk, *, ending: str) -> dict[str, str]:
    """Everything that keeps the visit from this ending: place on the page → sentence."""
    wrong: dict[str, str] = {}
    if not desk.visit.known:
        wrong["id_number"] = "请先确认申请人。"
    if desk.version is None:
        wrong["q"] = "请先选择要办的事项。"
        return wrong
    for key, sentence in rules.missing_answers(desk.version, desk.answers).items():
        wrong[f"a-{key}"] = sentence
    merged = {**known_values(desk), **desk.data}
    today = desk.at.astimezone(CHINA).date()
    for key, sentence in rules.validate_form(
        desk.version, desk.answers, merged, today=today
    ).items():
        wrong[f"{entry.PREFIX}{key}"] = sentence
    if ending == "correction" and not lacking(desk):
        wrong["materials"] = "材料已经齐全，不需要补正，请直接受理。"
    if ending in ("accept", "decide"):
        for line in desk.needed:
            if not desk.source(line):
                wrong[f"m-{line.material.key}"] = (
                    f"《{line.material.name}》还没有核验、收取或扫描；没带的可以一次性告知补正。"
                )
    return wrong


def lacking(desk: Desk) -> dict[str, str]:
    """What the applicant has to bring, as the correction notice says it: key → sentence."""
    return {
        line.material.key: f"请补充提供《{line.material.name}》"
        + (f"，{line.material.standard}。" if line.material.standard else "。")
        for line in desk.needed
        if not desk.source(line)
    }


def known_values(desk: Desk) -> dict[str, Any]:
    """What the registers say; it wins over the page for locked fields (trap T8)."""
    known, _ = rules.prefilled(desk.version, desk.facts)
    locked = {
        f.key for f in rules.visible_fields(desk.version, desk.answers, desk.data) if f.locked
    }
    for key in locked & known.keys():
        desk.data.pop(key, None)
    return known


def submission(desk: Desk, *, place: str) -> Submission:
    """The whole visit as one submission; the nonce of the page makes a double click one case."""
    merged = {**known_values(desk), **desk.data}
    data, provenance = rules.clean_form(desk.version, desk.answers, merged, desk.facts)
    phone = desk.posted.get("phone", "").strip() or (
        desk.facts.get("agent.phone" if desk.agent else "person.phone") or ""
    )
    return Submission(
        version=desk.version, answers=desk.answers, data=data, provenance=provenance,
        person=desk.person if desk.company is None else None, legal_person=desk.company,
        agent=desk.agent, materials=[_material(desk, line) for line in desk.needed],
        channel=Channel.WINDOW, place=place, started_at=desk.visit.began, physical_trip=True,
        idempotency_key=f"window:{desk.visit.nonce}",
        delivery={"mode": DeliveryMode.WINDOW}, phone=phone,
    )  # fmt: skip


def _material(desk: Desk, line: ChecklistLine) -> SubmittedMaterial:
    source, key = desk.source(line), line.material.key
    seen = source in (SourceKind.ORIGINAL_SEEN, SourceKind.PAPER, SourceKind.SCAN)
    receipt = {"seen_by": str(desk.by.pk)} if seen else {}
    if source == SourceKind.EARLIER_CASE:
        receipt = {"material": str(desk.earlier[line.material.name].pk)}
    return SubmittedMaterial(
        key=key, source=source, file_ids=desk.visit.files.get(key, []) if seen else [],
        receipt=receipt,
        copies=max(line.material.originals, 1) if source == SourceKind.PAPER else 0,
    )  # fmt: skip
