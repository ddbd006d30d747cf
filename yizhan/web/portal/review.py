"""The page before submitting: everything once more, and what still keeps it from being sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import QueryDict

from yizhan.domain.cases.choices import DeliveryMode
from yizhan.domain.cases.models import Draft
from yizhan.domain.catalogue.choices import FieldKind
from yizhan.domain.catalogue.shapes import FormField
from yizhan.domain.office import queries as office
from yizhan.web.portal.filling import Filling, Paper, hidden
from yizhan.web.portal.forms import DeliveryForm
from yizhan.web.ui.words import day_words


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the recapitulation."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing still to be done, with the place where to do it."""

    text: str
    url: str


class Review(Filling):
    """A draft looked at as a whole."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft, asked=True)

    @cached_property
    def recap(self) -> list[Said]:
        """Every visible field with its value in words."""
        places = self._place_names()
        return [Said(f.label, spoken(f, self._said(f), places)) for f in self.fields]

    @cached_property
    def todo(self) -> list[Todo]:
        """What is wrong or missing, each with a link to its field or material."""
        labels = {f.key: f.label for f in self.fields}
        lines = [
            Todo(f"{labels[key]}：{sentence}", f"{self.url}#field-{key}")
            for key, sentence in self.wrong.items()
        ]
        return lines + [
            Todo(f"请上传《{p.material.name}》。", f"{self.url}#paper-{p.material.key}")
            for p in self.missing_papers
        ]

    @property
    def ready(self) -> bool:
        """Whether nothing keeps the application from being submitted."""
        return not self.todo and not self.stale

    @property
    def promised(self) -> list[Paper]:
        """Materials that a written promise replaces."""
        return [paper for paper in self.papers if paper.promised]

    @property
    def unit(self) -> str:
        """Who decides."""
        return self.version.item.organisation.name

    def delivery(self, posted: QueryDict | None = None) -> DeliveryForm:
        """How the result is wanted; by what the item offers, phone and address known already."""
        known = self.facts.get
        first = {
            "mode": self.modes[0][0],
            "receiver": known("person.name") or known("agent.name", ""),
            "address": known("person.address") or known("org.address", ""),
            "phone": known("person.phone") or known("agent.phone", ""),
        }
        return DeliveryForm(posted, modes=self.modes, initial=first)

    @property
    def modes(self) -> list[tuple[str, str]]:
        """What the item offers: always the window, by post or electronically where it does."""
        version = self.version
        offers = [
            (version.online, DeliveryMode.ELECTRONIC, "网上下载，不用跑"),
            (version.express, DeliveryMode.POST, "邮寄到家"),
            (True, DeliveryMode.WINDOW, "到窗口领取"),
        ]
        return [(mode.value, label) for there, mode, label in offers if there]

    def _said(self, wanted: FormField) -> object:
        if self.is_known(wanted):
            return hidden(wanted.prefill, str(self.facts[wanted.prefill]))
        return self.full.get(wanted.key)

    def _place_names(self) -> dict[str, str]:
        codes = [str(self.full.get(f.key)) for f in self.fields if f.kind == FieldKind.PLACE]
        return {code: str(office.place(code) or code) for code in codes if code.isdigit()}


def spoken(wanted: FormField, value: object, places: dict[str, str]) -> str:
    """A stored value as a person reads it; empty when there is none."""
    if value in (None, "", []):
        return ""
    labels = {option.value: option.label for option in wanted.options}
    if wanted.kind == FieldKind.YES:
        return "是" if value is True or value == "yes" else "否"
    if isinstance(value, list):
        return "、".join(labels.get(str(part), str(part)) for part in value)
    text = places.get(str(value)) or labels.get(str(value)) or str(value)
    if wanted.kind == FieldKind.MONEY:
        return f"{grouped(text)}元"
    return day_of(text) if wanted.kind == FieldKind.DATE else text


def grouped(amount: str) -> str:
    """500000.50 → 500,000.50; what is no number stays as typed."""
    whole, dot, rest = amount.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole.isdecimal() else amount


def day_of(text: str) -> str:
    """2026-11-01 → 2026年11月1日（周日）; what is no day stays as typed."""
    try:
        return day_words(date.fromisoformat(text))
    except ValueError:
        return text
