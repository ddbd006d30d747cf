"""Forms: fields → JSON Schema 2020-12, which is what validates; facts are filled on the server.

Order of work at every save and at submission: which fields are visible (CEL) → typed values become
JSON values → the schema of the visible fields → check digits and limits a schema cannot say.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import msgspec

from yizhan.core import numbers
from yizhan.core.flow import Refused
from yizhan.domain.catalogue.choices import FieldKind
from yizhan.domain.catalogue.rules import conditions
from yizhan.domain.catalogue.rules.checklist import relevant
from yizhan.domain.catalogue.shapes import APPLICANT, FACTS, FormField

if TYPE_CHECKING:
    from yizhan.domain.catalogue.models import ItemVersion

Values = Mapping[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
YES = {"yes": True, "true": True, "on": True, "1": True, "是": True,
       "no": False, "false": False, "0": False, "否": False}  # fmt: skip
_KIND: dict[FieldKind, dict[str, Any]] = {
    FieldKind.NUMBER: {"type": "number"},
    FieldKind.MONEY: {"type": "string", "pattern": r"^\d{1,12}(\.\d{1,2})?$"},
    FieldKind.DATE: {"type": "string", "format": "date"},
    FieldKind.YES: {"type": "boolean"},
    FieldKind.ID_NUMBER: {"type": "string", "pattern": r"^\d{17}[\dX]$"},
    FieldKind.USCC: {"type": "string", "pattern": "^[0-9A-HJ-NP-RTUW-Y]{18}$"},
    FieldKind.PHONE: {"type": "string", "pattern": r"^1\d{10}$"},
    FieldKind.PLACE: {"type": "string", "pattern": r"^\d{12}$"},
}
_WRONG = {
    FieldKind.NUMBER: "请填写数字。",
    FieldKind.MONEY: "请填写金额，单位元，最多两位小数。",
    FieldKind.DATE: "请填写实际存在的日期，例如2026-11-25。",
    FieldKind.YES: "请选择“是”或“否”。",
    FieldKind.ID_NUMBER: "身份证号应为18位：前17位是数字，最后一位是数字或X。",
    FieldKind.USCC: "统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z）。",
    FieldKind.PHONE: "手机号应为1开头的11位数字。",
    FieldKind.PLACE: "请选择到村（社区）为止的五级区划。",
    FieldKind.CHOICE: "请从列出的选项中选一项。",
    FieldKind.CHOICES: "请从列出的选项中选择。",
}


def fields_of(version: ItemVersion) -> list[FormField]:
    """The fields of the form, in order."""
    return msgspec.convert(version.fields, list[FormField])


def schema(version: ItemVersion, keys: tuple[str, ...] | None = None) -> dict[str, Any]:
    """The JSON Schema (2020-12) of the form, or of the fields named by `keys`.

    Without `keys` a field that depends on a condition is not required; its condition is told in
    `x-when`.
    """
    chosen = [field for field in fields_of(version) if keys is None or field.key in keys]
    return _schema(chosen, title=version.name, always=keys is not None)


def visible_fields(version: ItemVersion, answers: Values, data: Values) -> list[FormField]:
    """The fields this applicant sees; a hidden field's old value does not show another one."""
    kept = relevant(version, answers)
    shown: dict[str, Any] = {}
    found = []
    for field in fields_of(version):
        if conditions.holds(field.when, kept, shown):
            found.append(field)
            shown[field.key] = typed(field, data.get(field.key))
    return found


def validate_form(
    version: ItemVersion, answers: Values, data: Values, *, today: date | None = None
) -> dict[str, str]:
    """What is wrong: field key → one Chinese sentence. Empty when the form is complete and right.

    `today` (local) makes a birth date in the future wrong.
    """
    shown = visible_fields(version, answers, data)
    clean = {field.key: typed(field, data.get(field.key)) for field in shown}
    clean = {key: value for key, value in clean.items() if value not in (None, "", [])}
    by_key = {field.key: field for field in shown}
    found: dict[str, str] = {}
    for error in _validator(_dump(shown)).iter_errors(clean):
        for key, sentence in _sentences(error, by_key):
            found.setdefault(key, sentence)
    for field in shown:
        if field.key in clean and field.key not in found:
            sentence = _beyond_schema(field, clean[field.key], today or date.max)
            if sentence:
                found[field.key] = sentence
    return {field.key: found[field.key] for field in shown if field.key in found}


def clean_form(
    version: ItemVersion, answers: Values, data: Values, facts: Values
) -> tuple[dict[str, Any], dict[str, str]]:
    """What is stored: (data, provenance: field key → fact name or "applicant").

    A locked field takes the fact the server knows, whatever the client sent (trap T8); when the
    register has no such fact the applicant's own words are taken and marked so (trap T7). Unknown
    and hidden keys are dropped.
    """
    merged = {**data, **_locked(version, facts)}
    stored: dict[str, Any] = {}
    provenance: dict[str, str] = {}
    for field in visible_fields(version, answers, merged):
        value = typed(field, merged.get(field.key))
        if value in (None, "", []):
            continue
        stored[field.key] = value
        known = typed(field, facts.get(field.prefill)) if field.prefill else None
        same = known not in (None, "", []) and known == value
        provenance[field.key] = field.prefill if same else APPLICANT
    return stored, provenance


def prefilled(version: ItemVersion, facts: Values) -> tuple[dict[str, Any], dict[str, str]]:
    """What the form shows before the first key is pressed: (data, provenance)."""
    data = {}
    provenance = {}
    for field in fields_of(version):
        value = typed(field, facts.get(field.prefill)) if field.prefill else None
        if value not in (None, "", []):
            data[field.key], provenance[field.key] = value, field.prefill
    return data, provenance


def source_words(source: str) -> str:
    """Where a value comes from, for the line under the field; empty for the applicant's own."""
    return FACTS.get(source, "")


def typed(field: FormField, value: Any) -> Any:
    """A value as people type it → the JSON value of its kind; the unreadable stays as it is."""
    if field.kind == FieldKind.CHOICES:
        items = value if isinstance(value, list) else [value]
        return [item for item in items if item not in (None, "")]
    if isinstance(value, list):
        value = value[-1] if value else None
    if field.kind == FieldKind.YES and isinstance(value, str):
        return YES.get(value.strip().lower(), value)
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return str(value) if field.kind == FieldKind.MONEY and _is_number(value) else value
    return _typed_text(field.kind, value.strip())


def _typed_text(kind: FieldKind, text: str) -> Any:
    if kind in (FieldKind.ID_NUMBER, FieldKind.USCC, FieldKind.PLACE):
        return numbers.plain(text)
    if kind == FieldKind.PHONE:
        return numbers.plain(text).removeprefix("+86")
    if kind in (FieldKind.NUMBER, FieldKind.MONEY):
        plain = re.sub(r"[,，\s元￥¥]", "", text.translate(_HALF))
        return _number(plain) if kind == FieldKind.NUMBER else plain
    if kind == FieldKind.DATE:
        found = re.fullmatch(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})日?", text.translate(_HALF))
        return "-".join((found[1], found[2].zfill(2), found[3].zfill(2))) if found else text
    return text.replace("\r\n", "\n")


_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(text: str) -> Any:
    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d{1,15}\.\d{1,6}", text) else text


def _locked(version: ItemVersion, facts: Values) -> dict[str, Any]:
    return {
        field.key: facts[field.prefill]
        for field in fields_of(version)
        if field.locked and facts.get(field.prefill) not in (None, "")
    }


def _schema(fields: list[FormField], *, title: str, always: bool) -> dict[str, Any]:
    required = [f.key for f in fields if f.required and (always or not f.when)]
    return {
        "$schema": DIALECT,
        "title": title,
        "type": "object",
        "properties": {field.key: _property(field) for field in fields},
        "required": required,
        "additionalProperties": False,
    }


def _property(field: FormField) -> dict[str, Any]:
    part: dict[str, Any] = {"title": field.label, **_KIND.get(field.kind, {"type": "string"})}
    if field.help:
        part["description"] = field.help
    if field.when:
        part["x-when"] = field.when
    if field.kind in (FieldKind.TEXT, FieldKind.LONG):
        part |= {"minLength": 1, "maxLength": field.max_length}
    if field.kind == FieldKind.NUMBER:
        part |= {k: v for k, v in (("minimum", field.minimum), ("maximum", field.maximum))
                 if v is not None}  # fmt: skip
    options = [option.value for option in field.options]
    if field.kind == FieldKind.CHOICE:
        part |= {"enum": options}
    if field.kind == FieldKind.CHOICES:
        part |= {"type": "array", "items": {"enum": options}, "uniqueItems": True}
        part |= {"minItems": 1} if field.required else {}
    return part


def _dump(fields: list[FormField]) -> str:
    return json.dumps(_schema(fields, title="", always=True), ensure_ascii=False)


@functools.lru_cache(maxsize=2048)
def _validator(text: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(text), validate_formats=True)


def _sentences(error: Any, fields: Mapping[str, FormField]) -> list[tuple[str, str]]:
    rule = error.schema_path[-1]
    if rule == "required":
        return [(key, _please(f)) for key, f in fields.items() if f'"{key}" is' in error.message]
    field = fields.get(str(error.instance_path[0])) if error.instance_path else None
    if field is None:
        return []
    limits = {
        "maxLength": f"最多{field.max_length}个字，现在是{len(str(error.instance))}个字。",
        "minimum": f"不能小于{_plain(field.minimum)}。",
        "maximum": f"不能大于{_plain(field.maximum)}。",
        "uniqueItems": "同一选项选了两次。",
    }
    return [
        (field.key, limits.get(str(rule)) or _WRONG.get(field.kind, "填写的内容不对，请核对。"))
    ]


def _please(field: FormField) -> str:
    verb = "选择" if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.YES) else "填写"
    return f"请{verb}{field.label}。"


def _plain(limit: float | None) -> str:
    if limit is None:
        return ""
    return f"{limit:g}" if abs(limit) < 1e6 else f"{limit:.0f}"


def _beyond_schema(field: FormField, value: Any, today: date) -> str:
    """Check digits, and the limits of money, which is text so that no cent is lost."""
    try:
        if field.kind == FieldKind.ID_NUMBER:
            numbers.id_number(value, today=today)
        if field.kind == FieldKind.USCC:
            numbers.credit_code(value)
    except Refused as refusal:
        return str(refusal)
    if field.kind == FieldKind.MONEY:
        if field.minimum is not None and float(value) < field.minimum:
            return f"不能小于{_plain(field.minimum)}元。"
        if field.maximum is not None and float(value) > field.maximum:
            return f"不能大于{_plain(field.maximum)}元。"
    return ""
