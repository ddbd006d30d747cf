"""Forms of the case page that are built from the case's own materials and form fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from yizhan.domain.cases.choices import MaterialState
from yizhan.domain.catalogue.choices import FieldKind
from yizhan.domain.catalogue.shapes import FormField
from yizhan.web.workbench.forms import DeedForm, pick, words

OWED = (MaterialState.MISSING, MaterialState.DEFECTIVE, MaterialState.DEFERRED)
SCANNABLE = {"accept": "image/*,application/pdf"}


class Defects(DeedForm):
    """Everything that has to be corrected, at once: a tick and a sentence for each line."""

    def fit(self) -> None:
        """One tick and one sentence for each material and each form field."""
        for key, label, sentence, ticked in self.page.defect_lines:
            self.fields[f"tick-{key}"] = forms.BooleanField(
                label=label,
                required=False,
                initial=ticked,
            )
            self.fields[f"text-{key}"] = forms.CharField(
                label=f"{label}：怎样补正",
                required=False,
                initial=sentence,
                max_length=300,
            )

    def pairs(self) -> Iterator[tuple[Any, Any]]:
        """The tick and its sentence, for the template."""
        for key, *_ in self.page.defect_lines:
            yield self[f"tick-{key}"], self[f"text-{key}"]

    def clean(self) -> dict[str, Any]:
        """At least one line; every ticked line has its sentence."""
        data = super().clean() or {}
        found = {}
        for key, *_ in self.page.defect_lines:
            if data.get(f"tick-{key}"):
                found[key] = (data.get(f"text-{key}") or "").strip()
                if not found[key]:
                    self.add_error(f"text-{key}", "请写明这一项怎样补正。")
        if not found:
            raise forms.ValidationError("请勾选需要补正的内容。补正只能告知一次，请一次勾全。")
        data["defects"] = found
        return data

    def kwargs(self) -> dict[str, Any]:
        """Only the defects."""
        return {"defects": self.cleaned_data["defects"]}


class Acceptance(DeedForm):
    """Acceptance, with what may be missing now against a promise or a later supply."""

    commitments = forms.MultipleChoiceField(
        label="缺少的材料怎样处理",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def fit(self) -> None:
        """Only what this case is still missing and the item allows."""
        options = self.page.commitment_options
        self.fields["commitments"].choices = options
        if not options:
            del self.fields["commitments"]

    def kwargs(self) -> dict[str, Any]:
        """The chosen commitments as (kind, material key)."""
        chosen = self.cleaned_data.get("commitments", [])
        return {"commitments": [tuple(value.split(":", 1)) for value in chosen]}


class Answers(DeedForm):
    """What the applicant brings to the counter after a correction notice."""

    def fit(self) -> None:
        """A new value for each field, a scan or a look at the original for each material."""
        materials = {m.key: m for m in self.page.materials}
        fields = {f.key: f for f in self.page.open_fields}
        for key, sentence in self.page.asked.items():
            if key in materials:
                self.fields[f"seen-{key}"] = forms.BooleanField(
                    label=f"{materials[key].name}：已核验原件", help_text=sentence, required=False
                )
                self.fields[f"scan-{key}"] = forms.FileField(
                    label=f"{materials[key].name}：扫描件",
                    required=False,
                    widget=forms.FileInput(attrs=SCANNABLE),
                )
            elif key in fields:
                value = self.page.case.data.get(key)
                self.fields[key] = _own_field(fields[key], value)
                self.fields[key].help_text = sentence

    def kwargs(self) -> dict[str, Any]:
        """(material key, scan or None) for what was seen or scanned, and the changed fields."""
        given, data = [], {}
        for key in self.page.asked:
            if f"seen-{key}" in self.fields:
                scan = self.cleaned_data.get(f"scan-{key}")
                if scan or self.cleaned_data.get(f"seen-{key}"):
                    given.append((key, scan))
            elif key in self.fields:
                data[key] = self.cleaned_data[key]
        return {"materials": given, "data": data}


class Corrections(DeedForm):
    """The applicant's own words, put right while the applicant stands there (32 (3))."""

    def fit(self) -> None:
        """Every field the applicant may change, with its present value."""
        for field in self.page.open_fields:
            self.fields[field.key] = _own_field(field, self.page.case.data.get(field.key))

    def kwargs(self) -> dict[str, Any]:
        """Only what differs from before."""
        before = self.page.case.data
        changes = {
            key: value
            for key, value in self.cleaned_data.items()
            if _same_text(value) != _same_text(before.get(key))
        }
        return {"changes": changes}


class Supply(DeedForm):
    """A material that was deferred arrives."""

    key = pick("后补的材料")
    scan = forms.FileField(
        label="扫描件（PDF 或照片）",
        required=False,
        help_text="没有扫描件时，表示当场核验了原件。",
        widget=forms.FileInput(attrs=SCANNABLE),
    )

    def fit(self) -> None:
        """The materials that are still owed."""
        self.fields["key"].choices = [
            (m.key, m.name) for m in self.page.materials if m.state in OWED
        ]


class Verification(DeedForm):
    """What verifying a promise found."""

    key = pick("核查哪一项承诺")
    kept = pick("核查结果", [("yes", "属实，已履行"), ("no", "不实或未履行")])
    note = words("核查情况", missing="请写明怎样核查、查到什么。", max_length=1000)

    def fit(self) -> None:
        """The promises that still run."""
        self.fields["key"].choices = [
            (m.key, m.name) for m in self.page.materials if m.state == MaterialState.PROMISED
        ]

    def kwargs(self) -> dict[str, Any]:
        """The result as yes or no."""
        return {**self.cleaned_data, "kept": self.cleaned_data["kept"] == "yes"}


class PromiseBack(DeedForm):
    """A promise taken back before the decision; the material is then owed again."""

    key = pick("撤回哪一项承诺")

    def fit(self) -> None:
        """The promises that still run."""
        self.fields["key"].choices = [
            (m.key, m.name) for m in self.page.materials if m.state == MaterialState.PROMISED
        ]


def _same_text(value: Any) -> str:
    """What a person would read: 88 typed again is no change, and an empty field stays empty."""
    return "" if value in (None, False, "", []) else str(value)


def _own_field(field: FormField, value: Any) -> forms.Field:
    """The widget of a catalogue field; what is allowed is decided by catalogue.rules."""
    facts = {"label": field.label, "help_text": field.help, "required": False, "initial": value}
    options = [(option.value, option.label) for option in field.options]
    if field.kind == FieldKind.CHOICES:
        return forms.MultipleChoiceField(
            choices=options, widget=forms.CheckboxSelectMultiple, **facts
        )
    if field.kind == FieldKind.CHOICE:
        return forms.ChoiceField(choices=[("", "请选择"), *options], **facts)
    if field.kind == FieldKind.YES:
        return forms.BooleanField(**facts)
    if field.kind == FieldKind.DATE:
        return forms.CharField(widget=forms.TextInput(attrs={"type": "date"}), **facts)
    if field.kind == FieldKind.LONG:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **facts)
    return forms.CharField(**facts)
