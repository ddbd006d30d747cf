"""What the page of one draft shows: known facts, open fields by section, materials, what is wrong.

A known fact is printed from the server's own record and never travels through the page (trap T8).
Everything is read here; the template asks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.urls import reverse
from django.utils.functional import cached_property

from yizhan.core.numbers import masked
from yizhan.domain.cases import queries as cases
from yizhan.domain.cases.choices import CommitmentKind
from yizhan.domain.cases.models import Draft
from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.choices import FieldKind, ItemState
from yizhan.domain.catalogue.models import ItemVersion
from yizhan.domain.catalogue.shapes import FormField, Material
from yizhan.domain.files.models import StoredFile
from yizhan.domain.office import queries as office
from yizhan.web.portal.forms import ItemForm, Places

HIDDEN = {"person.id_number": (3, 4), "person.phone": (3, 4), "agent.phone": (3, 4)}


@dataclass(frozen=True, slots=True)
class Known:
    """A fact the office already has: shown, not asked."""

    label: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one field; empty while its condition is not met."""

    key: str
    bound: BoundField | None
    many: bool
    source: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its fields."""

    title: str
    slots: list[Slot]


@dataclass(frozen=True, slots=True)
class Paper:
    """One material of the personal checklist: its files, or the promise made instead."""

    material: Material
    why: str
    files: list[StoredFile]
    commitment: str
    errors: list[str]

    @property
    def pages(self) -> int:
        """Pages of all files together."""
        return sum(file.pages for file in self.files)

    @property
    def promised(self) -> bool:
        """Whether a written promise takes its place."""
        return not self.files and self.commitment == CommitmentKind.PROMISE

    @property
    def deferred(self) -> bool:
        """Whether it comes later."""
        return not self.files and self.commitment == CommitmentKind.DEFERRAL

    @property
    def missing(self) -> bool:
        """Whether something has still to be done."""
        return not self.files and not self.commitment


class Filling:
    """One draft on the screen. `asked` also asks for what is still missing (the review does)."""

    def __init__(
        self,
        draft: Draft,
        *,
        asked: bool = False,
        errors: Mapping[str, list[str]] | None = None,
    ) -> None:
        self.draft = draft
        self.asked = asked
        self.errors = errors or {}
        self.facts = cases.draft_facts(draft)

    @property
    def version(self) -> ItemVersion:
        """The version the draft began with."""
        return self.draft.version

    @cached_property
    def fields(self) -> list[FormField]:
        """All fields that are asked in this situation, with these values."""
        return rules.visible_fields(self.version, self.draft.answers, self.full)

    @cached_property
    def full(self) -> dict[str, Any]:
        """The data with the known facts filled in, as the rules want to see it."""
        first, _ = rules.prefilled(self.version, self.facts)
        locked = {f.key: first[f.key] for f in rules.fields_of(self.version) if self.is_known(f)}
        return {**first, **self.draft.data, **locked}

    @cached_property
    def open_fields(self) -> list[FormField]:
        """Those a person fills; the others are known."""
        return [f for f in self.fields if not self.is_known(f)]

    def is_known(self, wanted: FormField) -> bool:
        """Whether the field is locked and the office has the fact."""
        return bool(wanted.locked and wanted.prefill and self.facts.get(wanted.prefill))

    @cached_property
    def known(self) -> list[Known]:
        """What is printed instead of asked."""
        return [
            Known(f.label, hidden(f.prefill, self.facts[f.prefill]), rules.source_words(f.prefill))
            for f in self.fields
            if self.is_known(f)
        ]

    @cached_property
    def wrong(self) -> dict[str, str]:
        """Sentence by field: what was typed wrongly, and when asked also what is missing."""
        found = rules.validate_form(self.version, self.draft.answers, self.full)
        open_keys = {f.key for f in self.open_fields}
        return {
            key: sentence
            for key, sentence in found.items()
            if key in open_keys and (self.asked or self.full.get(key) not in (None, "", []))
        }

    @cached_property
    def form(self) -> ItemForm:
        """The open fields with their values and sentences."""
        shown = {f.key: self.full.get(f.key) for f in self.open_fields}
        return ItemForm(
            self.open_fields, data=shown, errors=self.wrong, places=self._places(),
            save_url=reverse("portal:draft_save", args=[self.draft.pk]),
        )  # fmt: skip

    @cached_property
    def sections(self) -> list[Section]:
        """The fields under their headings; a field whose condition is not met keeps its place."""
        grouped: dict[str, list[Slot]] = {}
        for wanted in rules.fields_of(self.version):
            if self.is_known(wanted):
                continue
            there = wanted.key in self.form.fields
            grouped.setdefault(wanted.section or "填写内容", []).append(
                Slot(
                    wanted.key,
                    self.form[wanted.key] if there else None,
                    wanted.kind == FieldKind.CHOICES,
                    self._origin(wanted),
                )
            )
        return [Section(title, slots) for title, slots in grouped.items()]

    def _origin(self, wanted: FormField) -> str:
        fact = self.facts.get(wanted.prefill) if wanted.prefill else None
        if fact and self.full.get(wanted.key) == fact:
            return f"来自{rules.source_words(wanted.prefill)}，可以修改"
        return ""

    def _places(self) -> Places:
        if any(f.kind == FieldKind.PLACE for f in self.open_fields):
            return office.place_choices(self.draft.region)
        return ()

    @cached_property
    def papers(self) -> list[Paper]:
        """The materials this person needs, with the files so far."""
        draft = self.draft
        stored = cases.draft_files(draft)
        return [
            Paper(
                line.material, line.why, stored.get(line.material.key, []),
                draft.commitments.get(line.material.key, ""),
                self.errors.get(line.material.key, []),
            )
            for line in rules.checklist(self.version, draft.answers)
            if line.needed
        ]  # fmt: skip

    @property
    def missing_papers(self) -> list[Paper]:
        """Materials with neither a file nor a promise."""
        return [paper for paper in self.papers if paper.missing]

    @property
    def url(self) -> str:
        """The page of the draft."""
        return reverse("portal:draft", args=[self.draft.pk])

    @property
    def subject(self) -> str:
        """Who applies."""
        legal = self.draft.legal_person
        return legal.name if legal is not None else self.facts.get("person.name", "本人")

    @property
    def behalf(self) -> str:
        """Who does it for a company; empty when a person applies."""
        return self.facts.get("agent.name", "")

    def changed(self, before: Filling) -> list[Slot]:
        """The slots that look different from before: shown, gone, or with another sentence."""
        keys = {
            f.key
            for f in rules.fields_of(self.version)
            if (f.key in self.form.fields) != (f.key in before.form.fields)
            or self.wrong.get(f.key) != before.wrong.get(f.key)
        }
        return [slot for section in self.sections for slot in section.slots if slot.key in keys]

    @property
    def stale(self) -> str:
        """Why this draft can no longer be submitted as it is: withdrawn, suspended, new version."""
        item = self.version.item
        if item.state == ItemState.WITHDRAWN:
            return "这个事项已经取消办理，不能再提交。您填写的内容还在，可以打印或删除。"
        if item.state == ItemState.SUSPENDED:
            return "这个事项现在暂停办理，恢复后可以继续提交，您填写的内容会一直保留。"
        if item.current_id != self.version.pk:
            return "您填写期间，这个事项的要求更新了。请换到新要求继续填写，已填的内容会带过去。"
        return ""

    @property
    def replaceable(self) -> bool:
        """Whether there is a newer version to carry the draft to."""
        item = self.version.item
        return item.state == ItemState.OPEN and item.current_id != self.version.pk


def hidden(fact: str, value: str) -> str:
    """Numbers are shown with their middle hidden."""
    ends = HIDDEN.get(fact)
    return masked(value, head=ends[0], tail=ends[1]) if ends else value
