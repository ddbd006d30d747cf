"""What changed between two versions, field by field, in words an editor and an auditor read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yizhan.domain.catalogue import choices as _choices
from yizhan.domain.catalogue.choices import CODE_LISTS, PART_LABELS
from yizhan.domain.catalogue.shapes import LISTS

if TYPE_CHECKING:
    from yizhan.domain.catalogue.models import ItemVersion

# what belongs to the making of a version, not to its words
BOOKKEEPING = {
    "id", "region", "item", "number", "state", "valid_from", "valid_to", "origin", "created_at",
    "created_by", "edited_by", "edited_at", "published_at", "published_by", "unwritten",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of a field, or of one entry of a list field (`entry` names it)."""

    field: str
    label: str
    kind: str  # added | removed | changed
    entry: str = ""
    part: str = ""
    before: str = ""
    after: str = ""


def content_fields(version: ItemVersion) -> list[Any]:
    """The model fields that carry words of the guide, in their order on the page."""
    return [field for field in version._meta.concrete_fields if field.name not in BOOKKEEPING]


def difference(old: ItemVersion, new: ItemVersion) -> list[Change]:
    """Every change from `old` to `new`; lists are compared entry by entry."""
    found: list[Change] = []
    for field in content_fields(new):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before == after:
            continue
        label = str(field.verbose_name)
        if field.name in LISTS:
            found += _list_changes(field.name, label, before, after)
        elif isinstance(before, list) and isinstance(after, list):
            found += _set_changes(field, label, before, after)
        else:
            words = (shown(field, before), shown(field, after))
            found.append(Change(field.name, label, _kind(*words), before=words[0], after=words[1]))
    return found


def shown(field: Any, value: Any) -> str:
    """A value in words: the label of a choice, 是/否, 、 between several."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        known = dict(CODE_LISTS[field.name].choices) if field.name in CODE_LISTS else {}
        return "、".join(str(known.get(item, item)) for item in value)
    if isinstance(value, dict):
        return "；".join(f"{key}：{item}" for key, item in value.items())
    if value is None:
        return ""
    choices = dict(field.choices or []) if hasattr(field, "choices") else {}
    return str(choices.get(value, value))


def _kind(before: str, after: str) -> str:
    if not before:
        return "added"
    return "changed" if after else "removed"


def _set_changes(field: Any, label: str, before: list[Any], after: list[Any]) -> list[Change]:
    added = [Change(field.name, label, "added", after=shown(field, [item]))
             for item in after if item not in before]  # fmt: skip
    removed = [Change(field.name, label, "removed", before=shown(field, [item]))
               for item in before if item not in after]  # fmt: skip
    if not added and not removed:
        return [Change(field.name, label, "changed", before=shown(field, before),
                       after=shown(field, after))]  # fmt: skip
    return removed + added


def _list_changes(name: str, label: str, before: Any, after: Any) -> list[Change]:
    key = LISTS[name][1]
    olds, news = _keyed(before, key), _keyed(after, key)
    found = []
    for mark, entry in olds.items():
        if mark not in news:
            found.append(Change(name, label, "removed", _title(entry, mark), before=_words(entry)))
    for mark, entry in news.items():
        title = _title(entry, mark)
        if mark not in olds:
            found.append(Change(name, label, "added", title, after=_words(entry)))
            continue
        found += _part_changes(name, label, title, olds[mark], entry)
    if not found:
        found.append(Change(name, label, "changed", before="、".join(olds), after="、".join(news)))
    return found


def _part_changes(
    name: str, label: str, title: str, old: dict[str, Any], new: dict[str, Any]
) -> list[Change]:
    return [
        Change(name, label, "changed", title, PART_LABELS.get(part, part),
               _part(name, part, old.get(part)), _part(name, part, new.get(part)))
        for part in dict.fromkeys([*old, *new])
        if old.get(part) != new.get(part)
    ]  # fmt: skip


def _keyed(entries: Any, key: str) -> dict[str, dict[str, Any]]:
    """Entries by their key; what has none, or repeats one, is told apart by its place."""
    found: dict[str, dict[str, Any]] = {}
    for place, entry in enumerate(entries or [], start=1):
        facts = entry if isinstance(entry, dict) else {"value": entry}
        mark = str(facts.get(key) or f"第{place}项")
        found[mark if mark not in found else f"{mark}（第{place}项）"] = facts
    return found


def _title(entry: dict[str, Any], mark: str) -> str:
    return str(entry.get("name") or entry.get("label") or entry.get("text") or mark)


def _words(entry: dict[str, Any]) -> str:
    told = [(PART_LABELS.get(k, k), v) for k, v in entry.items() if v not in ("", None, [], {})]
    return "；".join(f"{label}：{_plain(value)}" for label, value in told)


def _part(name: str, part: str, value: Any) -> str:
    shape = LISTS[name][0]
    enum = shape.__annotations__.get(part, "")
    kinds = {"MaterialNeed", "MaterialForm", "MaterialSource", "FieldKind"}
    if enum in kinds and isinstance(value, str):
        return _label(enum, value)
    return _plain(value)


def _label(enum: str, value: str) -> str:
    kind = getattr(_choices, enum)
    return str(dict(kind.choices).get(value, value))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_plain(item) for item in value)
    if isinstance(value, dict):
        return _words(value)
    return "" if value is None else str(value)
