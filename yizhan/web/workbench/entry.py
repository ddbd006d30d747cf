"""An item's own form on a workbench page: what to show, and what was typed.

The version says which fields there are (catalogue.rules); this module only turns them into lines a
template can print, and a posted page back into raw values. A locked fact is shown masked and never
read from the page (trap T8).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from yizhan.core.numbers import masked
from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.choices import FieldKind
from yizhan.domain.catalogue.models import ItemVersion
from yizhan.domain.catalogue.shapes import FormField

PREFIX = "f-"
INPUTS = {FieldKind.DATE: "date", FieldKind.PHONE: "tel"}
KEYBOARDS = {
    FieldKind.NUMBER: "decimal",
    FieldKind.MONEY: "decimal",
    FieldKind.PHONE: "tel",
}
SECRET = {"person.id_number": (3, 4), "person.phone": (3, 4), "agent.phone": (3, 4)}
Places = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice, and whether it is the present one."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One field as the page shows it."""

    key: str
    name: str
    label: str
    kind: str
    input: str
    keyboard: str
    required: bool
    help: str
    value: str
    shown: str
    options: tuple[Option, ...]
    error: str
    locked: bool
    source: str
    longest: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its fields."""

    title: str
    lines: tuple[Line, ...]


def sections(
    version: ItemVersion,
    answers: Mapping[str, Any],
    data: Mapping[str, Any],
    *,
    facts: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    places: Places = (),
) -> list[Section]:
    """The visible fields in order, under their headings; known facts already filled in."""
    grouped: dict[str, list[Line]] = {}
    for field in rules.visible_fields(version, answers, data):
        wrong = (errors or {}).get(PREFIX + field.key, "")
        line = _line(field, data, facts or {}, wrong, places)
        grouped.setdefault(field.section, []).append(line)
    return [Section(title, tuple(lines)) for title, lines in grouped.items()]


def read(fields: Iterable[FormField], posted: QueryDict, *, places: Places = ()) -> dict[str, Any]:
    """The raw values of a posted page; fields the page did not carry are left out.

    A place is typed by its name and chosen from a list; what is in the list becomes its code.
    """
    found: dict[str, Any] = {}
    codes = {name: code for code, name in places}
    for field in fields:
        name = PREFIX + field.key
        if field.kind == FieldKind.CHOICES:
            found[field.key] = posted.getlist(name)
        elif name in posted:
            value = posted[name].replace("\x00", "").strip()
            yes_no = {"yes": True, "no": False} if field.kind == FieldKind.YES else {}
            found[field.key] = yes_no.get(value, value)
            if field.kind == FieldKind.PLACE:
                found[field.key] = codes.get(value, value)
    return found


def words(field: FormField, value: Any, *, places: Places = ()) -> str:
    """A stored value as a person reads it."""
    labels = {option.value: option.label for option in field.options}
    if value in (None, "", []):
        return "未填"
    if field.kind == FieldKind.YES:
        return "是" if value is True else "否"
    if isinstance(value, (list, tuple)):
        return "、".join(labels.get(str(part), str(part)) for part in value)
    text = {**labels, **dict(places)}.get(str(value), str(value))
    if field.kind == FieldKind.MONEY:
        return f"{text} 元"
    if field.kind in (FieldKind.ID_NUMBER, FieldKind.PHONE) or field.prefill in SECRET:
        # a document number may stand in a plain field: passports have no fixed form
        return masked(text, head=3, tail=4)
    return text


def origin(source: Any) -> str:
    """Where a stored value came from, in words."""
    return _spoken(rules.source_words(str(source or ""))) or "申请人填写"


def _line(
    field: FormField,
    data: Mapping[str, Any],
    facts: Mapping[str, Any],
    error: str,
    places: Places,
) -> Line:
    fact = facts.get(field.prefill) if field.prefill else None
    value = data.get(field.key)
    if (field.key not in data or field.locked) and fact not in (None, ""):
        value = fact
    locked = bool(field.locked and fact not in (None, ""))
    if field.kind == FieldKind.PLACE:
        value = dict(places).get(value, value)
    head_tail = SECRET.get(field.prefill)
    shown = masked(str(value), head=head_tail[0], tail=head_tail[1]) if head_tail else ""
    return Line(
        key=field.key, name=PREFIX + field.key, label=field.label, kind=str(field.kind),
        input=INPUTS.get(field.kind, "text"), keyboard=KEYBOARDS.get(field.kind, "text"),
        required=field.required, help=field.help, value=_text(value),
        shown=shown or words(field, value), options=_options(field, value), error=error,
        locked=locked, source=_source(field, fact, value),
        longest=field.max_length,
    )  # fmt: skip


def _options(field: FormField, value: Any) -> tuple[Option, ...]:
    chosen: Sequence[Any] = value if isinstance(value, (list, tuple)) else [value]
    if field.kind == FieldKind.YES:
        return (Option("yes", "是", value is True), Option("no", "否", value is False))
    return tuple(
        Option(option.value, option.label, option.value in chosen) for option in field.options
    )


def _source(field: FormField, fact: Any, value: Any) -> str:
    """Named only while the shown value still is the known one."""
    same = fact not in (None, "") and fact == value
    return _spoken(rules.source_words(field.prefill)) if same else ""


def _spoken(text: str) -> str:
    """The catalogue speaks to the applicant; here a clerk reads."""
    return text.replace("您", "申请人")


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, (list, tuple, bool)) else str(value)
