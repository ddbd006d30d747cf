"""What the case page's template prints: words, links and lights, prepared from the case's facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from yizhan.core.numbers import masked
from yizhan.core.worktime import CHINA
from yizhan.domain.cases import queries
from yizhan.domain.cases.choices import (
    DeliveryMode,
    DeliveryState,
    MaterialState,
    SourceKind,
    StepState,
    TrustGrade,
)
from yizhan.domain.cases.models import Case, CaseMaterial, MaterialFile
from yizhan.domain.catalogue.choices import FieldKind
from yizhan.domain.office import queries as office
from yizhan.domain.office.models import Region
from yizhan.domain.people import queries as people
from yizhan.web.workbench import entry, lights
from yizhan.web.workbench.case_page import CaseFacts, Offer, Offers
from yizhan.web.workbench.forms import PURPOSES

TONES = {
    MaterialState.PROVIDED: "green",
    MaterialState.MISSING: "red",
    MaterialState.DEFECTIVE: "red",
    MaterialState.DEFERRED: "amber",
    MaterialState.PROMISED: "amber",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One person or company, numbers masked."""

    role: str
    name: str
    number: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the application: what, and where it came from."""

    label: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class File:
    """One file of a material."""

    name: str
    meta: str
    url: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One material."""

    name: str
    state: str
    tone: str
    grade: str
    grade_words: str
    source: str
    note: str
    files: list[File]


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock with the sentence that derives its day."""

    light: str
    text: str
    sentence: str


@dataclass
class CaseView:
    """Everything on the page."""

    case: Case
    offers: list[Offer]
    refused: list[Offer]
    light: str
    light_text: str
    cards: list[Card]
    situation: str
    facts: list[Fact]
    papers: list[Paper]
    step_rows: list[dict[str, str]]
    review_lines: list[str]
    documents: list[dict[str, str]]
    delivery_lines: list[str]
    touchpoints: list[dict[str, Any]]
    trips: str
    timeline: Sequence[Any]
    clocks: list[ClockLine]
    about: list[tuple[str, str]]
    refusal: str = ""
    done: str = ""
    revealed: list[Any] = field(default_factory=list)
    purpose: str = ""
    purposes: tuple[str, ...] = PURPOSES

    @property
    def may_reveal(self) -> bool:
        """Whether somebody with numbers hangs on the case."""
        return any(card.phone or "*" in card.number for card in self.cards)


def build(facts: CaseFacts, offers: Offers, **said: Any) -> CaseView:
    """The page of a case; `said` is refusal, done, revealed or purpose."""
    case, at = facts.case, facts.at
    calendar = office.calendar(case.region)
    light = lights.light(
        queries.light(case.due_at, case.warn_at, at), due_at=case.due_at, at=at,
        calendar=calendar, state=case.state, closed=case.closed_at is not None,
    )  # fmt: skip
    points = list(case.affair.touchpoints.select_related("actor").order_by("started_at", "id"))
    return CaseView(
        case=case, offers=offers.possible, refused=offers.refused,
        light=light.colour, light_text=light.text, cards=_cards(case),
        situation=_situation(case), facts=_facts(facts), papers=_papers(facts),
        step_rows=_steps(facts), review_lines=_review_lines(case), documents=documents(case),
        delivery_lines=_deliveries(case), touchpoints=[_touchpoint(p) for p in points],
        trips=f"跑了 {sum(p.physical_trip for p in points)} 趟", timeline=_events(case),
        clocks=[
            _clock(c, at=at, calendar=calendar, case=case)
            for c in queries.clock_sentences(case, at=at)
        ],
        about=_about(case), **said,
    )  # fmt: skip


def documents(case: Case) -> list[dict[str, str]]:
    """The papers of a case with their links."""
    return [
        {
            "label": paper.get_kind_display(),
            "number": paper.number,
            "url": reverse("workbench:case_document", args=(case.number, paper.pk)),
        }
        for paper in case.documents.order_by("issued_at", "id")
    ]


def _cards(case: Case) -> list[Card]:
    found = []
    if case.person is not None:
        found.append(_person("申请人", case.person))
    if case.legal_person is not None:
        company = case.legal_person
        phone = masked(company.phone, head=3, tail=4)
        found.append(Card("申请单位", company.name, company.uscc, phone, company.address))
    if case.affair.agent is not None:
        found.append(_person("经办人" if case.legal_person_id else "代办人", case.affair.agent))
    return found


def _person(role: str, one: Any) -> Card:
    return Card(role, one.name, people.masked_id(one), people.masked_phone(one), one.address)


def _situation(case: Case) -> str:
    """The answers to the situation questions, in words."""
    said = []
    for question in case.version.questions:
        chosen = case.answers.get(question["key"])
        label = next((o["label"] for o in question["options"] if o["value"] == chosen), "")
        if label:
            said.append(f"{question['text']} {label}")
    return "　".join(said)


def _facts(facts: CaseFacts) -> list[Fact]:
    case = facts.case
    codes = [case.data.get(f.key) for f in facts.fields if f.kind == FieldKind.PLACE]
    known = Region.objects.filter(code__in=codes) if codes else ()
    places = [(one.code, str(one)) for one in known]
    return [
        Fact(
            label=f.label,
            value=entry.words(f, case.data.get(f.key), places=places),
            source=entry.origin(case.provenance.get(f.key)),
        )
        for f in facts.fields
    ]


def _papers(facts: CaseFacts) -> list[Paper]:
    number = facts.case.number
    files: dict[Any, list[File]] = {}
    kept = MaterialFile.objects.filter(material__case=facts.case).select_related("file")
    for row in kept.order_by("position", "id"):
        url = reverse("workbench:case_file", args=(number, row.file_id))
        pages = f"{row.file.pages}页 · " if row.file.pages > 1 else ""
        old = "已被替换 · " if row.replaced_at else ""
        file = File(row.file.name, f"{old}{pages}{max(row.file.size // 1024, 1)} KB", url)
        files.setdefault(row.material_id, []).append(file)
    return [_paper(m, files.get(m.pk, [])) for m in facts.materials]


def _paper(m: CaseMaterial, files: list[File]) -> Paper:
    said = [m.defect, m.why_not_asked, f"收取 {m.copies} 份" if m.copies else ""]
    return Paper(
        name=m.name, state=m.get_state_display(), tone=TONES.get(m.state, ""), grade=m.grade,
        grade_words=TrustGrade(m.grade).label if m.grade else "",
        source=SourceKind(m.source).label if m.source else "",
        note="；".join(part for part in said if part), files=files,
    )  # fmt: skip


def _steps(facts: CaseFacts) -> list[dict[str, str]]:
    return [
        {
            "name": step.name + (f"（第{step.round}次）" if step.round > 1 else ""),
            "unit": step.organisation.short_name,
            "state": StepState(step.state).label,
            "by": str(step.by) if step.by else "",
            "opinion": step.opinion,
        }
        for step in facts.steps
    ]


def _review_lines(case: Case) -> list[str]:
    """Special procedures and extensions, one sentence each."""
    found = []
    for one in case.special_procedures.order_by("started_at", "id"):
        end = f"，{day(one.ended_at)}结束：{one.result}" if one.ended_at else "，正在进行"
        found.append(
            f"{one.get_kind_display()}：{day(one.started_at)}开始，需要{one.planned_days}个工作日，"
            f"{one.reason}{end}"
        )
    for one in case.extensions.select_related("asked_by", "decided_by").order_by("asked_at", "id"):
        who = f"，{one.decided_by}" if one.decided_by else ""
        found.append(
            f"延期{one.days}个工作日（{one.asked_by} {day(one.asked_at)}申请：{one.reason}）："
            f"{one.get_state_display()}{who}"
        )
    return found


def _deliveries(case: Case) -> list[str]:
    found = []
    for one in case.deliveries.order_by("created_at", "id"):
        mode, state = DeliveryMode(one.mode).label, DeliveryState(one.state).label
        tracking = f"，物流单号 {one.tracking}" if one.tracking else ""
        proof = f"，凭证：{one.proof}" if one.proof else ""
        found.append(
            f"{mode}，领取人 {one.receiver or case.subject_name}：{state}{tracking}{proof}"
        )
    return found


def _touchpoint(point: Any) -> dict[str, Any]:
    seconds = int((point.ended_at - point.started_at).total_seconds()) if point.ended_at else 0
    return {
        "at": point.started_at,
        "way": f"{point.get_channel_display()} · {point.get_kind_display()}",
        "place": point.place or "—",
        "length": f"{seconds // 60}分{seconds % 60:02d}秒" if seconds else "—",
        "trip": "跑了一趟" if point.physical_trip else "没跑腿",
    }


def _clock(clock: queries.ClockLine, *, at: datetime, calendar: Any, case: Case) -> ClockLine:
    basis = f"依据：{clock.basis}。" if clock.basis else ""
    sentence = clock.sentence + basis
    if not clock.running:
        late = clock.due_at is not None and clock.stopped_at > clock.due_at
        words = "逾期" if late else "按期"
        return ClockLine("grey", f"{clock.label}：{day(clock.stopped_at)}{words}停止", sentence)
    shown = lights.light(
        clock.light, due_at=clock.due_at, at=at, calendar=calendar, unit=clock.unit,
        state=case.state,
    )  # fmt: skip
    return ClockLine(shown.colour, f"{clock.label}：{shown.text}", sentence)


def _events(case: Case) -> list[dict[str, Any]]:
    """The trail for the timeline component, newest first: staff look for what happened last."""
    found = [
        {
            "title": line.label, "at": line.at, "by": line.by, "text": line.note,
            "now": False, "ahead": False,
        }
        for line in reversed(queries.timeline(case))
    ]  # fmt: skip
    if found and case.closed_at is None:
        found[0]["now"] = True
    return found


def _about(case: Case) -> list[tuple[str, str]]:
    rows = [
        ("承办单位", case.organisation.name),
        ("承办人", str(case.handler) if case.handler else "未指定"),
        ("来源", case.get_channel_display()),
        ("查询码", case.query_code),
        ("事项版本", f"第{case.version.number}版"),
        ("提交", moment(case.submitted_at)),
        ("受理", moment(case.accepted_at)),
        ("决定", moment(case.decided_at)),
        ("结果", f"{case.result_name} {case.result_number}".strip()),
        ("有效期至", case.result_until.isoformat() if case.result_until else ""),
        ("理由", case.reason),
    ]
    return [(label, value) for label, value in rows if value]


def day(moment_at: datetime | None) -> str:
    """11月25日."""
    if moment_at is None:
        return ""
    local = moment_at.astimezone(CHINA)
    return f"{local.month}月{local.day}日"


def moment(at: datetime | None) -> str:
    """2026-11-25 10:05."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if at else ""
