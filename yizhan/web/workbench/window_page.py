"""What the window's template prints, prepared from a desk: nothing is left to decide there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from yizhan.core.numbers import masked
from yizhan.domain.cases.choices import SourceKind
from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.choices import LimitUnit, MaterialForm
from yizhan.domain.catalogue.models import ItemVersion
from yizhan.domain.catalogue.rules import ChecklistLine
from yizhan.domain.people.choices import IdKind
from yizhan.web.workbench import applicant, desk, entry, listing
from yizhan.web.workbench.desk import Desk

TYPED = (
    "kind", "uscc", "org_name", "q", "phone", "result_number",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One situation question."""

    key: str
    text: str
    help: str
    options: tuple[entry.Option, ...]
    error: str


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One needed material and how it was satisfied."""

    key: str
    name: str
    note: str
    error: str
    options: tuple[entry.Option, ...]
    files: list[str]


@dataclass(frozen=True, slots=True)
class Ending:
    """One way to end the visit."""

    name: str
    label: str
    key: str
    tone: str
    hint: str

    @property
    def shown_key(self) -> str:
        """The key as it is printed."""
        return self.key.upper()


@dataclass
class WindowPage:
    """Everything on the page."""

    desk: Desk
    places: list[tuple[str, str]]
    average: str
    url: str
    refusal: str = ""
    under_way: list[listing.Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        d = self.desk
        self.token = d.visit.token(d.by.pk)
        self.seconds = d.visit.seconds(d.at)
        self.elapsed = clock(self.seconds)
        self.place_key = str(d.visit.window or "")
        self.errors = d.errors
        self.typed = {name: d.posted.get(name, "") for name in TYPED}
        self.known = d.visit.known
        self.cards = applicant.cards(d.person, d.company, d.agent) if self.known else []
        self.blocks = [] if self.known else applicant.blocks(d.posted, d.errors)
        self.id_kinds = IdKind.choices
        self.phone_hint = _phone_hint(d)
        self.version, self.instant = d.version, d.instant
        self.summary = [] if not self._serving else list(d.errors.items())
        self._item()

    @property
    def _serving(self) -> bool:
        return self.desk.posted.get("do", "").startswith("serve:")

    def _item(self) -> None:
        d = self.desk
        self.questions: list[Asked] = []
        self.lines: list[MaterialLine] = []
        self.spared: list[tuple[str, str]] = []
        self.sections: list[entry.Section] = []
        self.endings: list[Ending] = []
        self.prefilled = 0
        self.materials_done = False
        self.unit = self.limits = self.fee = ""
        if d.version is not None:
            self.unit = d.version.item.organisation.name
            self.limits = _limits(d.version)
            self.fee = "收费" if d.version.charged else "不收费"
            self.questions = [_asked(d, q) for q in rules.visible_questions(d.version, d.answers)]
            self.lines = [_material(d, line) for line in d.needed]
            self.spared = [(li.material.name, li.why) for li in d.lines if not li.needed]
            self.sections = entry.sections(
                d.version, d.answers, d.data, facts=d.facts, errors=d.errors, places=d.places
            )
            self.prefilled = sum(bool(li.source) for s in self.sections for li in s.lines)
            self.materials_done = all(d.source(line) for line in d.needed)
            self.endings = _endings(d)

    @property
    def focus(self) -> str:
        """The field where the clerk goes on: the first wrong one, else the next empty step."""
        for name in self.desk.errors:
            return name
        if not self.known:
            return "uscc" if self.typed["kind"] == "org" else "id_number"
        return "q" if self.version is None else ""


def clock(seconds: int) -> str:
    """3分07秒."""
    return f"{seconds // 60}分{seconds % 60:02d}秒"


def _limits(version: ItemVersion) -> str:
    """Promised and legal term in a few words."""
    said = []
    for which, label in (("promise", "承诺"), ("legal", "法定")):
        amount, unit = getattr(version, f"{which}_amount"), getattr(version, f"{which}_unit")
        if which == "promise" and amount == 0 and unit != LimitUnit.NONE:
            said.append("承诺当场办结")
        elif amount and unit != LimitUnit.NONE:
            said.append(f"{label}{amount}{LimitUnit(unit).label}")
    return "，".join(said)


def _phone_hint(d: Desk) -> str:
    known = d.facts.get("agent.phone" if d.agent else "person.phone")
    return f"{masked(known, head=3, tail=4)}，留空就用这个" if known else "选填，用来发送进度"


def _asked(d: Desk, question: Any) -> Asked:
    chosen = d.answers.get(question.key)
    return Asked(
        question.key, question.text, question.help,
        tuple(entry.Option(o.value, o.label, o.value == chosen) for o in question.options),
        d.errors.get(f"a-{question.key}", ""),
    )  # fmt: skip


def _material(d: Desk, line: ChecklistLine) -> MaterialLine:
    m, chosen = line.material, d.source(line)
    wrong = d.errors.get(f"m-{m.key}", "")
    said = [MaterialForm(m.form).label]
    if m.form != MaterialForm.ELECTRONIC:
        said.append(f"原件{m.originals}份" + (f"、复印件{m.copies}份" if m.copies else ""))
    if m.standard:
        said.append(m.standard)
    names = [d.files[key].name for key in d.visit.files.get(m.key, []) if key in d.files]
    options = [*desk.options(d, line), *([(str(SourceKind.SCAN), "已扫描")] if names else [])]
    options.append((desk.NOT_HERE, "没带"))
    return MaterialLine(
        m.key, m.name, " · ".join(said), wrong.removeprefix(f"《{m.name}》"),
        tuple(entry.Option(value, label, value == chosen) for value, label in options), names,
    )  # fmt: skip


def _endings(d: Desk) -> list[Ending]:
    first = "plain" if d.instant else "primary"
    found = [
        Ending("accept", "收件并受理", "a", first, "打印收件凭证和受理通知书，交承办单位审查。"),
        Ending("correction", "材料不齐，一次性告知", "z", "plain", "打印一次性补正告知书。"),
        Ending("receive", "只收件", "r", "plain", "打印收件凭证，由承办单位决定是否受理。"),
    ]
    if d.instant:
        hint = "即办件：收件、受理、决定、交付一次完成。"
        found.insert(0, Ending("decide", "当场办结，交付结果", "s", "primary", hint))
    return found
