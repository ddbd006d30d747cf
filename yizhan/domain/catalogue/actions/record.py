"""The line in an item's history, and what lists and search keep of its current version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Value
from django.db.models.functions import Cast

from yizhan.domain.catalogue.choices import EventKind
from yizhan.domain.catalogue.models import Item, ItemEvent, ItemVersion
from yizhan.domain.catalogue.rules import words
from yizhan.domain.people.models import Account

SYSTEM = "系统"
BODY = 400  # characters of other guide words that are indexed


def event(
    item: Item,
    kind: EventKind,
    *,
    by: Account | None,
    at: datetime,
    number: int = 0,
    reason: str = "",
) -> ItemEvent:
    """One line of an item's history, unsaved."""
    return ItemEvent(
        region=item.region, item=item, kind=kind, number=number, reason=reason[:300], by=by,
        by_name=str(by) if by is not None else SYSTEM, at=at,
    )  # fmt: skip


def mirror(item: Item, version: ItemVersion) -> None:
    """Copy to the item what lists and search need; the caller saves."""
    item.current = version
    item.name, item.task_type = version.name, version.task_type
    item.topics = list(dict.fromkeys([*version.person_topics, *version.legal_topics]))
    item.served, item.aliases = version.served, version.aliases
    item.search = Cast(Value(search_literal(item, version)), SearchVectorField())


def search_literal(item: Item, version: ItemVersion) -> str:
    """The text of the item's tsvector."""
    unit = item.organisation
    return words.vector(
        name=version.name,
        aliases=version.aliases,
        near="、".join([*item.topics, unit.name, unit.short_name]),
        body=_body(version)[:BODY],
    )


def _body(version: ItemVersion) -> str:
    names: list[Any] = [version.result_name, *version.extra.values()]
    for entry in [*version.situations, *version.materials]:
        if isinstance(entry, dict):
            names.append(entry.get("name", ""))
    return "、".join(str(name) for name in names if name and "://" not in str(name))
