"""Many voices about one matter: what looks like an order that is open already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from yizhan.domain.catalogue.rules.words import grams
from yizhan.domain.hotline.choices import State
from yizhan.domain.hotline.models import Order

ALIKE = 0.30  # share of common character pairs (Jaccard) from which a hint is given
SAME_PLACE = 0.15  # … where the place is the same
LOOKED_AT = 300  # newest open orders that are compared
WINDOW = timedelta(days=30)
_COLUMNS = (
    "id", "number", "title", "masked_text", "state", "sender_index", "place_code", "topic",
    "received_at", "lead__short_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hint:
    """An order that may be the same matter, and why we think so."""

    id: UUID
    number: str
    title: str
    unit: str
    why: str
    score: float


def duplicates_of(
    region: str,
    text: str,
    *,
    at: datetime,
    index: str = "",
    place: str = "",
    topic: str = "",
    without: UUID | None = None,
    most: int = 5,
) -> list[Hint]:
    """The open orders most like a text: same caller, same place and topic, similar words.

    At most LOOKED_AT orders of the last 30 days are read, by index; closest first.
    """
    rows = Order.objects.filter(region=region, closed_at=None).exclude(state=State.MERGED)
    near = Q(received_at__gte=at - WINDOW)
    chosen: dict[UUID, tuple[Any, ...]] = {}
    for wanted in _where(index, place):
        for row in (
            rows.filter(near & wanted).order_by("-received_at").values_list(*_COLUMNS)[:LOOKED_AT]
        ):
            chosen[row[0]] = row
    mine = set(grams(text))
    hints = [_hint(row, mine, index, place, topic) for row in chosen.values() if row[0] != without]
    return sorted(filter(None, hints), key=lambda h: (-h.score, h.number))[:most]


def history_of(region: str, index: str, *, most: int = 20) -> list[dict[str, Any]]:
    """The earlier orders of a caller's number, newest first: what the seat sees when it rings."""
    if not index:
        return []
    rows = Order.objects.filter(region=region, sender_index=index).order_by("-received_at")
    names = (
        "number", "title", "state", "nature", "received_at", "closing", "urges", "lead__short_name",
    )  # fmt: skip
    return list(rows.values(*names)[:most])


def _where(index: str, place: str) -> Iterable[Q]:
    if index:
        yield Q(sender_index=index)
    if place:
        yield Q(place_code=place)
    yield Q()


def _hint(row: tuple[Any, ...], mine: set[str], index: str, place: str, topic: str) -> Hint | None:
    facts = dict(zip(_COLUMNS, row, strict=True))
    theirs = set(grams(facts["masked_text"]))
    score = len(mine & theirs) / max(len(mine | theirs), 1)
    reasons = []
    if index and facts["sender_index"] == index:
        reasons.append("同一诉求人")
    same_place = bool(place) and facts["place_code"] == place
    same_topic = bool(topic) and facts["topic"] == topic
    if same_place and same_topic:
        reasons.append("同一地点、同类问题")
    if score >= ALIKE:
        reasons.append("内容相近")
    elif same_place and not same_topic and score >= SAME_PLACE:
        reasons.append("同一地点、内容有些相近")
    if not reasons:
        return None
    return Hint(
        facts["id"], facts["number"], facts["title"], facts["lead__short_name"] or "",
        "；".join(reasons), round(score, 2),
    )  # fmt: skip
