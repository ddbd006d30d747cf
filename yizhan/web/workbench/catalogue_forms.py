"""Forms of the catalogue pages, made from the fields and shapes of a version."""

from __future__ import annotations

import typing
from enum import Enum
from typing import Any

import msgspec
from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models

from yizhan.domain.catalogue.choices import (
    CODE_LISTS,
    PART_LABELS,
    SpecialKind,
)
from yizhan.domain.catalogue.models import ItemVersion
from yizhan.domain.catalogue.rules.columns import parts
from yizhan.domain.catalogue.shapes import LISTS, Option
from yizhan.domain.office.models import Organisation
from yizhan.web.workbench.people_forms import Said, line

BLANK = ("", "（未填写）")
YES_NO = [("True", "是"), ("False", "否")]
SECTIONS: list[tuple[str, tuple[str, ...]]] = [
    ("基本信息", ("name", "aliases", "task_type", "level", "power_source", "by_law", "use_content",
              "entrusted", "other_units", "intermediary", "quantity_limit", "cancel_on")),
    ("时限", ("project_type", "review_kind", "legal_amount", "legal_unit", "legal_note",
            "promise_amount", "promise_unit", "promise_note", "special_procedures")),
    ("服务对象与主题", ("served", "person_topics", "legal_topics")),
    ("受理与流程", ("conditions", "flow_text")),
    ("怎么办", ("handle_forms", "handle_area", "visits", "visits_reason", "online", "online_depth",
             "online_url", "mobile_url", "in_hall", "bookable", "express", "self_service")),
    ("地点与电话", ("address", "hours", "phone", "complaint_phone")),
    ("收费", ("charged", "fee_basis", "pay_online")),
    ("结果与救济", ("result_type", "result_name", "result_sample", "remedy")),
]  # fmt: skip


class VersionForm(Said):
    """The guide fields of a version; only what was changed is sent on."""

    def __init__(self, version: ItemVersion, data: Any = None) -> None:
        super().__init__(data)
        for _title, names in SECTIONS:
            for name in names:
                field = ItemVersion._meta.get_field(name)
                self.fields[name] = _field(field, blank=name in version.unwritten)
                self.initial[name] = "" if name in version.unwritten else _shown(version, name)

    def content(self) -> dict[str, Any]:
        """The changed fields, each in the type of its column."""
        return {name: self._value(name) for name in self.changed_data}

    def _value(self, name: str) -> Any:
        value = self.cleaned_data[name]
        field = ItemVersion._meta.get_field(name)
        if isinstance(field, models.BooleanField):
            return value == "True"
        if name in ("person_topics", "legal_topics"):
            return parts(value)
        return value

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names]) for title, names in SECTIONS]


def _field(field: Any, *, blank: bool) -> forms.Field:
    label = str(field.verbose_name)
    if field.name in CODE_LISTS:
        return forms.MultipleChoiceField(
            label=label, required=False, choices=CODE_LISTS[field.name].choices,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
    if isinstance(field, models.BooleanField):
        return _choice(label, YES_NO, blank=blank)
    if field.choices:
        return _choice(label, list(field.choices), blank=blank)
    if isinstance(field, models.PositiveIntegerField | models.PositiveSmallIntegerField):
        return forms.IntegerField(
            label=label, min_value=0, max_value=9999, required=not blank,
            error_messages={"required": f"请填写{label}。", "invalid": "应填整数。"},
        )  # fmt: skip
    if isinstance(field, models.DateField):
        return forms.DateField(
            label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}),
            error_messages={"invalid": "请填写实际存在的日期，例如2026-11-25。"},
        )  # fmt: skip
    if isinstance(field, ArrayField):
        return line(label, longest=200, required=False, help_text="多个主题用“、”隔开。")
    if isinstance(field, models.TextField):
        return forms.CharField(
            label=label, required=False, max_length=20_000, widget=forms.Textarea({"rows": 4})
        )
    return line(label, longest=field.max_length, required=field.name == "name")


def _choice(label: str, choices: list[Any], *, blank: bool) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=[BLANK, *choices] if blank else choices, required=not blank,
        error_messages={"required": f"请选择{label}。", "invalid_choice": "请从列表中选择。"},
    )  # fmt: skip


def _shown(version: ItemVersion, name: str) -> Any:
    value = getattr(version, name)
    if isinstance(value, bool):
        return str(value)
    if name in ("person_topics", "legal_topics"):
        return "、".join(value)
    return value


class EntryForm(Said):
    """One entry of a list of the version (a material, a fee, a step …), made from its shape."""

    def __init__(self, name: str, entry: dict[str, Any] | None = None, data: Any = None) -> None:
        super().__init__(data)
        self.shape = LISTS[name][0]
        hints = typing.get_type_hints(self.shape)
        plain = entry or {}
        for info in msgspec.structs.fields(self.shape):
            default = None if info.default is msgspec.NODEFAULT else info.default
            self.fields[info.name] = _entry_field(info.name, hints[info.name], info.required)
            self.initial[info.name] = _text(plain.get(info.name, default))

    def entry(self) -> dict[str, Any]:
        """The entry as stored: what equals the default is left out."""
        hints = typing.get_type_hints(self.shape)
        said = {name: _read(hints[name], value) for name, value in self.cleaned_data.items()}
        return {name: value for name, value in said.items() if value not in ("", None, [], {})}


def _entry_field(name: str, kind: Any, required: bool) -> forms.Field:
    label = PART_LABELS.get(name, name)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _choice(label, list(kind.choices), blank=False)  # type: ignore[attr-defined]
    if kind is bool:
        return forms.BooleanField(label=label, required=False)
    if kind is int:
        return forms.IntegerField(label=label, required=required, min_value=0, max_value=99_999)
    if kind == (float | None):
        return forms.FloatField(label=label, required=False)
    if kind == list[Option]:
        return _lines(label, "一行一个选项，写成“值=文字”，例如 yes=是")
    if kind == list[SpecialKind]:
        return forms.MultipleChoiceField(
            label=label, required=False, choices=SpecialKind.choices,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
    if kind == dict[str, str | int]:
        return _lines(label, "一行一个，写成“字段=值”，例如 promise_amount=3")
    long = name in ("answer", "fill_note", "standard", "reduction")
    widget = forms.Textarea({"rows": 3}) if long else forms.TextInput({"autocomplete": "off"})
    hint = 'CEL 条件，例如 answers.married == "yes"；空着就是总是适用' if name == "when" else ""
    return forms.CharField(
        label=label, required=required, max_length=2000, widget=widget, help_text=hint,
        error_messages={"required": f"请填写{label}。"},
    )  # fmt: skip


def _lines(label: str, hint: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=5000, help_text=hint,
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip


def _text(value: Any) -> Any:
    if isinstance(value, dict):
        return "\n".join(f"{name}={part}" for name, part in value.items())
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "\n".join(f"{part.get('value', '')}={part.get('label', '')}" for part in value)
    return value


def _read(kind: Any, value: Any) -> Any:
    if kind == list[Option]:
        pairs = [row.partition("=") for row in value.splitlines() if row.strip()]
        return [{"value": v.strip(), "label": (w or v).strip()} for v, _, w in pairs]
    if kind == dict[str, str | int]:
        pairs = [row.partition("=") for row in value.splitlines() if row.strip()]
        return {k.strip(): int(v) if v.strip().isdigit() else v.strip() for k, _, v in pairs}
    return value


class NewItemForm(Said):
    """A new item: its unit, code and name; the rest is written on its page."""

    organisation = forms.ModelChoiceField(
        label="实施主体", queryset=Organisation.objects.none(),
        error_messages={"required": "请选择实施主体。", "invalid_choice": "请从列表中选择。"},
    )  # fmt: skip
    task_code = line("实施编码", longest=64, help_text="国家31位编码，或者本省的地方编码。")
    name = line("事项名称", longest=200)

    def __init__(self, units: Any, data: Any = None) -> None:
        super().__init__(data)
        self.fields["organisation"].queryset = units  # type: ignore[attr-defined]


class ReasonForm(Said):
    """Why an item is suspended, resumed or cancelled."""

    reason = line("原因", longest=300)


class PublishForm(Said):
    """From when the new version holds; empty: at once."""

    valid_from = forms.DateTimeField(
        label="启用时间", required=False, help_text="空着就是立即启用。",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": "请填写实际存在的时间，例如2026-12-01 08:30。"},
    )  # fmt: skip


class FileForm(Said):
    """A file of items."""

    file = forms.FileField(
        label="CSV或Excel文件", help_text="CSV（UTF-8或GBK）或.xlsx，最大20 MB。",
        error_messages={"required": "请选择文件。", "empty": "文件是空的。"},
    )  # fmt: skip
