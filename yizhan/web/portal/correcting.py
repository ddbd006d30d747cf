"""The correction round trip: every defect beside its own field or material, answered at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.forms import BoundField
from django.http import HttpRequest

from yizhan.domain.cases import actions
from yizhan.domain.cases.actions import SubmittedMaterial
from yizhan.domain.cases.choices import SourceKind
from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.choices import FieldKind
from yizhan.domain.catalogue.shapes import FormField
from yizhan.domain.office import queries as office
from yizhan.web.portal.case_page import CasePage
from yizhan.web.portal.forms import ItemForm, read
from yizhan.web.portal.uploads import store


@dataclass(frozen=True, slots=True)
class Part:
    """One defect with the place to put it right: a field, or new files for a material."""

    key: str
    label: str
    text: str
    bound: BoundField | None
    errors: list[str]
    kept: list[UUID]


class Correcting(CasePage):
    """A case that waits for its applicant's correction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.typed: dict[str, Any] = {}
        self.files: dict[str, list[UUID]] = {}
        self.wrong_files: dict[str, list[str]] = {}
        self.posted = False

    @cached_property
    def fields(self) -> list[FormField]:
        """The fields that were found wrong."""
        asked = {defect.key for defect in self.defects}
        return [f for f in rules.fields_of(self.case.version) if f.key in asked]

    @property
    def data(self) -> dict[str, Any]:
        """The application with what was typed now."""
        return {**self.case.data, **self.typed}

    def take(self, request: HttpRequest) -> None:
        """Read the posted page: typed fields, and new files, each judged by itself."""
        self.posted = True
        self.typed = read(self.fields, request.POST)
        for defect in self.defects:
            if defect.key in {f.key for f in self.fields}:
                continue
            good, wrong = store(request, f"file-{defect.key}", at=self.at)
            # files that arrived with an earlier try of this page; the action checks whose they are
            good = good or whole(request.POST.getlist(f"kept-{defect.key}"))
            self.files[defect.key] = good
            if wrong or not good:
                self.wrong_files[defect.key] = wrong or [f"请重新上传《{defect.label}》。"]

    @cached_property
    def form(self) -> ItemForm:
        """The wrong fields with what stands in them and the sentence of the rules."""
        found = rules.validate_form(self.case.version, self.case.answers, self.data)
        mine = {f.key for f in self.fields}
        errors = {k: v for k, v in found.items() if k in mine} if self.posted else {}
        needs_places = any(f.kind == FieldKind.PLACE for f in self.fields)
        places = office.place_choices(self.case.region) if needs_places else ()
        shown = {key: self.data.get(key) for key in mine}
        return ItemForm(self.fields, data=shown, errors=errors, places=places)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What keeps the answer from being sent: (place on the page, sentence)."""
        typed = [(f"f-{key}", texts[0]) for key, texts in self.form.errors.items()]
        files = [(f"file-{key}", text) for key, all_ in self.wrong_files.items() for text in all_]
        return typed + files

    @property
    def parts(self) -> list[Part]:
        """The defects in the order they were told."""
        return [
            Part(
                d.key, d.label, d.text,
                self.form[d.key] if d.key in self.form.fields else None,
                self.wrong_files.get(d.key, []),
                self.files.get(d.key, []),
            )
            for d in self.defects
        ]  # fmt: skip

    def answer(self, request: HttpRequest) -> None:
        """Send everything at once. Raises Refused."""
        handed = [
            SubmittedMaterial(key=key, source=SourceKind.UPLOAD, file_ids=ids)
            for key, ids in self.files.items()
        ]
        actions.answer_correction(
            self.case.pk, data=self.typed, materials=handed, by=request.user, at=self.at
        )


def whole(texts: list[str]) -> list[UUID]:
    """The texts that are identifiers; anything else is left out."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
