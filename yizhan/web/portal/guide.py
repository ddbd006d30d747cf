"""What the guide, the checklist and the search results show, in the order people ask.

A field the unit left empty is said to be empty; nothing is invented for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.choices import ItemState
from yizhan.domain.catalogue.models import Item
from yizhan.domain.catalogue.queries import Guide
from yizhan.domain.catalogue.queries.guide import MISSING, Line
from yizhan.domain.catalogue.rules import ChecklistLine
from yizhan.web.ui import browse

PAGE = 20
LONGEST = 60  # characters of a search that are looked at
PREFIX = "q-"  # of answers in addresses: ?q-married=yes


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the guide."""

    anchor: str
    title: str
    rows: list[Line]


class GuidePage:
    """One item's guide in sections, made of what catalogue.queries.guide says."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.item = guide.item
        self.version = guide.version
        self._lines = {line.label: line for line in (*guide.facts, *guide.texts)}

    @property
    def closed(self) -> str:
        """Why nobody can apply now; empty when one can."""
        return closed(self.item)

    @property
    def trips(self) -> Line:
        """How often one has to come."""
        line = self._lines["到办事现场次数"]
        if not line.missing and self.version.visits == 0 and self.version.online:
            return Line(line.label, "不用跑，网上就能办")
        return line if line.missing else Line(line.label, f"最多{self.version.visits}次")

    @property
    def charge(self) -> Line:
        """Whether it costs money."""
        return self._lines["是否收费"]

    @property
    def what(self) -> Part:
        """What one gets."""
        sample = self.version.result_sample
        more = [Line("结果样本", sample)] if sample else []
        return Part("what", "办成后得到什么", [*self._pick("办理结果"), *more])

    @property
    def who(self) -> Part:
        """Who may apply."""
        return Part("who", "谁可以办", self._pick("服务对象", "受理条件", "数量限制"))

    @property
    def where(self) -> Part:
        """Where, when, by which way."""
        labels = ("办理形式", "办理地点", "办理时间", "咨询电话", "网上办理深度", "通办范围",
                  "网办地址", "移动端地址", "支持预约", "支持物流快递", "支持自助终端")  # fmt: skip
        unit = Line("办理单位", self.guide.organisation.name)
        return Part("where", "到哪里办、什么时间办", [unit, *self._pick(*labels)])

    @property
    def time(self) -> Part:
        """How long it takes and why."""
        limits = [self.guide.promised_limit, self.guide.legal_limit]
        return Part("time", "多长时间办好", [*limits, *self._pick("办件类型")])

    @property
    def money(self) -> Part:
        """What it costs."""
        rows = [self.charge]
        if self.version.charged:
            rows.append(
                Line("收费依据", self.version.fee_basis or MISSING, not self.version.fee_basis)
            )
            rows.append(Line("怎么交", "可以网上支付" if self.version.pay_online else "在窗口缴纳"))
        return Part("money", "要不要交钱", rows)

    @property
    def visits(self) -> Part:
        """Trips, and why."""
        rows = [Line("到现场", self.trips.text, self.trips.missing)]
        if self.version.visits:
            why = self.version.visits_reason
            rows.append(Line("为什么要到现场", why or MISSING, not why))
        return Part("visits", "要跑几趟", rows)

    @property
    def remedy(self) -> Part:
        """What to do when one disagrees."""
        return Part("remedy", "对结果不服怎么办", self._pick("救济途径", "监督投诉电话"))

    @property
    def basis(self) -> Part:
        """Law, codes and version."""
        at = self.version.published_at
        said = f"第{self.version.number}版" + (
            f"，{timezone.localtime(at):%Y-%m-%d}发布" if at else ""
        )
        codes = [Line("实施编码", self.item.task_code), Line("版本", said)]
        labels = ("设定依据", "事项类型", "行使层级", "联办机构", "中介服务")
        return Part("basis", "依据和版本", [*self._pick(*labels), *codes])

    def _pick(self, *labels: str) -> list[Line]:
        return [self._lines[label] for label in labels if label in self._lines]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its offered answers: (value, words, chosen)."""

    key: str
    text: str
    help: str
    options: list[tuple[str, str, bool]]

    @property
    def answer(self) -> str:
        """The chosen answer in words, empty when there is none."""
        return next((label for _, label, chosen in self.options if chosen), "")


@dataclass(frozen=True)
class Checklist:
    """Questions of the situation and this person's own list."""

    item: Item
    questions: list[Asked]
    kept: dict[str, str]
    missing: Mapping[str, str]
    lines: list[ChecklistLine]

    @classmethod
    def of(cls, item: Item, given: Mapping[str, Any]) -> Checklist:
        """From the answers in an address or a posted page; foreign answers are dropped."""
        version = item.current
        answers = {
            key.removeprefix(PREFIX): value[:60]
            for key, value in given.items()
            if key.startswith(PREFIX)
        }
        asked = rules.visible_questions(version, answers)
        missing = rules.missing_answers(version, answers)
        kept = {q.key: answers[q.key] for q in asked if q.key not in missing}
        shown = [
            Asked(q.key, q.text, q.help,
                  [(o.value, o.label, kept.get(q.key) == o.value) for o in q.options])
            for q in asked
        ]  # fmt: skip
        return cls(item, shown, kept, missing, rules.checklist(version, kept))

    @property
    def closed(self) -> str:
        """Why nobody can apply now."""
        return closed(self.item)

    @property
    def can_apply(self) -> bool:
        """Whether the application can be made on this site."""
        return self.item.current.online and bool(self.item.current.fields)

    @property
    def needed(self) -> list[ChecklistLine]:
        """What this person brings."""
        return [line for line in self.lines if line.needed]

    @property
    def spared(self) -> list[ChecklistLine]:
        """What this person does not need, and why."""
        return [line for line in self.lines if not line.needed]

    @property
    def unwritten(self) -> bool:
        """Whether the unit has not written any material: then nobody knows that none is needed."""
        return not self.lines

    @property
    def complete(self) -> bool:
        """Whether every question that matters is answered."""
        return not self.missing

    @property
    def query(self) -> str:
        """The answers as part of an address."""
        return urlencode({PREFIX + key: value for key, value in self.kept.items()})

    @property
    def apply_url(self) -> str:
        """Where the application begins with these answers."""
        url = reverse("portal:apply", args=[self.item.slug])
        return f"{url}?{self.query}" if self.query else url


@dataclass(frozen=True)
class Hits:
    """One page of search results and how it was asked for."""

    text: str
    unit: str
    served: str
    topic: str
    number: int
    found: Any

    @classmethod
    def of(cls, given: Mapping[str, str], units: Mapping[str, Any]) -> Hits:
        """Search with the words and filters of an address; unknown units are no filter."""
        text = given.get("q", "")[:LONGEST].replace("\x00", "")
        unit, served, topic = (given.get(key, "")[:40] for key in ("unit", "served", "topic"))
        number = int(given.get("page", "1")) if given.get("page", "1").isdecimal() else 1
        number = min(max(number, 1), 500)
        found = browse.found(
            text, region=settings.REGION, unit=units.get(unit), served=served or None,
            topic=topic or None, limit=PAGE, offset=(number - 1) * PAGE,
        )  # fmt: skip
        return cls(text, unit, served, topic, number, found)

    @property
    def filtered(self) -> bool:
        """Whether any filter narrows the results."""
        return bool(self.unit or self.served or self.topic)

    @property
    def query(self) -> str:
        """The question as part of an address, ready for `page=`."""
        asked = {"q": self.text, "unit": self.unit, "served": self.served, "topic": self.topic}
        return urlencode({key: value for key, value in asked.items() if value}) + "&"

    @property
    def previous(self) -> int:
        """Number of the page before, 0 when this is the first."""
        return self.number - 1

    @property
    def next(self) -> int:
        """Number of the page after, 0 when this is the last."""
        return self.number + 1 if self.number * PAGE < self.found.total else 0

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(-(-self.found.total // PAGE), 1)


def closed(item: Item) -> str:
    """Why nobody can apply for an item now; empty when one can."""
    if item.state == ItemState.SUSPENDED:
        return "这个事项现在暂停办理。什么时候恢复，请拨打咨询电话询问。"
    return ""
