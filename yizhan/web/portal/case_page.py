"""What a citizen sees of a case: where it stands, until when and why, what was handed in.

Everything is read before the template begins, with a number of queries that does not grow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone

from yizhan.domain.cases import queries
from yizhan.domain.cases.choices import (
    CommitmentState,
    DeliveryMode,
    DeliveryState,
    DocumentKind,
    MaterialState,
    State,
)
from yizhan.domain.cases.models import Case, Commitment, Delivery, Document
from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.choices import FieldKind
from yizhan.domain.files.models import StoredFile
from yizhan.domain.office import queries as office
from yizhan.domain.people.models import Account
from yizhan.web.portal.filling import hidden
from yizhan.web.portal.review import Said, spoken
from yizhan.web.ui.words import TONES, day_words

OWED = (MaterialState.MISSING, MaterialState.DEFECTIVE)
MATERIAL_TONES = {
    MaterialState.PROVIDED: "green", MaterialState.DEFERRED: "amber",
    MaterialState.PROMISED: "blue", MaterialState.DEFECTIVE: "red", MaterialState.MISSING: "amber",
}  # fmt: skip
WAITING = {
    State.SUBMITTED: "单位正在核对您的申请。",
    State.RECEIVED: "单位已经收件，正在核对材料。",
    State.CORRECTION: "等您补正。",
    State.GRANTED: "已经批准，正在准备把结果给您。",
    State.REFUSED: "已经作出决定，正在把决定书给您。",
    State.DELIVERING: "结果已经做好，等您领取或正在寄送。",
}
OVER = "这件事已经办完，没有正在计时的期限。"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline as the shared component shows it."""

    title: str
    at: datetime
    by: str
    text: str
    now: bool


@dataclass(frozen=True, slots=True)
class Deadline:
    """One running deadline: the day, and the sentence that derives it."""

    title: str
    sentence: str
    basis: str
    light: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the application, with where it came from."""

    label: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Given:
    """One material: how it was satisfied or why it was not asked for; its files."""

    key: str
    name: str
    state: str
    tone: str
    why: str
    files: list[StoredFile]
    may_supply: bool
    errors: list[str]


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing to put right: a material or a field."""

    key: str
    label: str
    text: str


class CasePage:
    """One case on its applicant's screen."""

    def __init__(
        self,
        case: Case,
        account: Account,
        *,
        at: datetime,
        errors: dict[str, list[str]] | None = None,
    ) -> None:
        self.case = case
        self.account = account
        self.at = at
        self.errors = errors or {}

    @property
    def tone(self) -> str:
        """The colour of the state's badge; the word is always there."""
        return TONES.get(self.case.state, "blue")

    @cached_property
    def clocks(self) -> list[Deadline]:
        """The running deadlines in the words of the citizen."""
        found = queries.clock_sentences(self.case, at=self.at)
        lines = [line for line in found if line.running and not line.internal]
        lines.sort(key=lambda line: (line.due_at is None, line.due_at))
        return [deadline(line) for line in lines]

    @property
    def no_clock(self) -> str:
        """What stands where no deadline runs."""
        return WAITING.get(State(self.case.state), OVER)

    @cached_property
    def timeline(self) -> list[Event]:
        """What happened, newest first: people look for the last thing."""
        lines = queries.timeline(self.case)
        events = [
            Event(
                line.label,
                line.at,
                line.by,
                "" if line.internal else line.note,
                now=line is lines[-1],
            )
            for line in lines
        ]
        return events[::-1]

    @cached_property
    def documents(self) -> list[Document]:
        """The papers of the case, newest first."""
        papers = queries.documents_visible_to(self.account).filter(case=self.case)
        return list(papers.order_by("-issued_at", "-id"))

    @cached_property
    def materials(self) -> list[Given]:
        """What was handed in, and what was spared and why."""
        listed = [m["key"] for m in self.case.version.materials]
        rows = sorted(
            self.case.materials.prefetch_related("files__file"),
            key=lambda m: listed.index(m.key) if m.key in listed else len(listed),
        )
        live = (CommitmentState.OPEN, CommitmentState.BROKEN)
        owed = {c.material_key for c in self.commitments if c.state in live}
        return [
            Given(
                m.key, m.name, str(MaterialState(m.state).label), MATERIAL_TONES.get(m.state, ""),
                m.defect or m.why_not_asked,
                [f.file for f in sorted(m.files.all(), key=lambda f: f.position)
                 if f.replaced_at is None],
                m.state == MaterialState.DEFERRED and m.key in owed,
                self.errors.get(m.key, []),
            )
            for m in rows
        ]  # fmt: skip

    @cached_property
    def commitments(self) -> list[Commitment]:
        """Promises and deferrals of this case."""
        return list(self.case.commitments.order_by("id"))

    @cached_property
    def recap(self) -> list[Fact]:
        """The application by the version it was made with, numbers half hidden."""
        case = self.case
        places = self._places()
        found = []
        for wanted in rules.visible_fields(case.version, case.answers, case.data):
            value = spoken(wanted, case.data.get(wanted.key), places)
            origin = case.provenance.get(wanted.key, "")
            if value:
                shown = hidden(wanted.prefill, value) if origin == wanted.prefill else value
                found.append(Fact(wanted.label, shown, rules.source_words(origin)))
        return found

    def _places(self) -> dict[str, str]:
        codes = [
            str(self.case.data.get(f.key, ""))
            for f in rules.fields_of(self.case.version)
            if f.kind == FieldKind.PLACE
        ]
        return {code: str(office.place(code) or code) for code in codes if code}

    @property
    def correction_open(self) -> bool:
        """Whether the unit waits for a correction."""
        return self.case.state == State.CORRECTION

    @cached_property
    def defects(self) -> list[Defect]:
        """All that is to be put right, told at once."""
        if not self.correction_open:
            return []
        labels = {m["key"]: m["name"] for m in self.case.version.materials}
        labels |= {f.key: f.label for f in rules.fields_of(self.case.version)}
        return [
            Defect(key, labels.get(key, key), text)
            for key, text in self.case.correction.defects.items()
        ]

    @cached_property
    def result(self) -> list[Said]:
        """The decision and how it reaches the applicant."""
        case = self.case
        lines = [
            Said("结果名称", case.result_name),
            Said("结果编号", case.result_number),
            Said("有效期至", day_words(case.result_until)),
            Said("理由", case.reason),
            Said("怎么给您", self._delivery()),
        ]
        return [line for line in lines if line.value]

    def _delivery(self) -> str:
        sent: Delivery | None = self.case.deliveries.order_by("-created_at", "-id").first()
        if sent is None:
            return ""
        parts = [DeliveryMode(sent.mode).label, DeliveryState(sent.state).label]
        if sent.tracking:
            parts.append(f"物流单号{sent.tracking}")
        return "，".join(str(part) for part in parts)

    @cached_property
    def may_withdraw(self) -> bool:
        """Whether the applicant can still take it back."""
        return any(
            choice.move.name == "withdraw" and choice
            for choice in queries.choices_for(self.case, self.account)
        )

    @property
    def phone(self) -> str:
        """Whom to call about it."""
        return self.case.version.phone or self.case.organisation.phone

    @cached_property
    def receipt(self) -> Document | None:
        """The receipt as a paper, once the window or unit has confirmed the material."""
        return next((d for d in self.documents if d.kind == DocumentKind.RECEIPT), None)

    @cached_property
    def next_steps(self) -> list[Said]:
        """What happens next, by which day, and why that day."""
        lines = [Said(clock.title, clock.sentence) for clock in self.clocks]
        return [
            *lines,
            Said(
                "受理以后",
                f"承诺时限从受理的第二天起算，受理时会告诉您办结的日子。{self._promise()}",
            ),
            Said("每走一步，都给您发短信", "不用到处打听，也可以随时在“我的办事”里看。"),
        ]

    def _promise(self) -> str:
        unit = self.case.version.get_promise_unit_display()
        amount = self.case.version.promise_amount
        return f"本事项承诺{amount}{unit}办结。" if amount else "本事项当场办结。"


def deadline(line: queries.ClockLine) -> Deadline:
    """A clock as its applicant reads it."""
    if line.due_at is None:
        title = f"{line.label}：现在暂停计时"
    else:
        title = f"{line.label}：{day_words(timezone.localtime(line.due_at).date())}前"
    return Deadline(title, line.sentence, line.basis, line.light)
