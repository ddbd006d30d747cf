"""Search that forgives: words, sound, initials, one wrong character; filters by unit and topic.

One statement per attempt through the GIN index. A wide question ("证", more than `WIDEST` matches)
is answered by walking the items from the most used on, so that none reads the whole catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from yizhan.domain.catalogue.models import Item
from yizhan.domain.catalogue.rules import words

WIDEST = 1000  # matches that are all ranked; more are told as "1000+"
WALK = 60  # of a wide question: the most used matches that are ranked
SHARE = 0.5  # of the pairs that a loose answer must hold
STEP_WORDS = {
    "exact": "",
    "typo": "没有完全一致的事项，下面是最接近的（可能有一个字不同）。",
    "sound": "没有完全一致的事项，下面是读音相同的。",
    "loose": "没有完全一致的事项，下面是部分相符的。",
}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of items; `total` is exact up to 1,000 (`more` beyond); `corrected` says how found."""

    items: list[Item] = field(default_factory=list)
    total: int = 0
    corrected: str = ""
    more: bool = False
    wish: str = ""


NARROW = """
SELECT id, name, popularity{search} FROM catalogue_item
WHERE region = %(region)s AND state = 'open' {filters} AND search @@ %(query)s::tsquery
LIMIT %(widest)s
"""
PROBE = "SELECT count(*) FROM (SELECT 1 FROM ({matched}) AS found) AS probe"
WIDE = """
(SELECT id, name, popularity{search} FROM catalogue_item
 WHERE region = %(region)s AND state = 'open' {filters} AND search @@ %(query)s::tsquery
 ORDER BY region, popularity DESC, char_length(name) LIMIT %(walk)s)
UNION
(SELECT id, name, popularity{search} FROM catalogue_item
 WHERE region = %(region)s AND state = 'open' {filters} AND lower(name) = %(wish)s LIMIT 20)
"""
RANKED = """
WITH matched AS MATERIALIZED ({matched})
SELECT id, count(*) OVER () FROM matched {least}
ORDER BY (lower(name) = %(wish)s) DESC, {share} strpos(lower(name), %(wish)s) = 0, {rank}
  popularity DESC, char_length(name), id
LIMIT %(limit)s OFFSET %(offset)s
"""
HITS = (
    "(SELECT count(*) FROM unnest(%(pairs)s::text[]) p WHERE search @@ quote_literal(p)::tsquery)"
)


def search(
    text: str,
    *,
    region: str,
    unit: Any = None,
    served: str | None = None,
    topic: str | None = None,
    limit: int = 20,
    offset: int = 0,
) -> SearchResult:
    """Open items of the county for a question as people type it, best first.

    `unit` is an Organisation or its id. Without words but with a filter: all items of the filter,
    popular ones first. Tries the words themselves, then their sound, then one wrong character, then
    a share of the words; `corrected` tells which.
    """
    wish = words.question(text)
    facts = {"region": region, "limit": min(max(limit, 1), 100), "offset": max(offset, 0)}
    filters = _filters(facts, unit=unit, served=served, topic=topic)
    if not words.chunks(wish):
        return _browse(facts, filters, wish)
    for step, query, extra in _attempts(wish):
        if query:
            found = _run({**facts, **extra, "query": query, "wish": wish}, filters, step)
            if found.total:
                return found
    return SearchResult(wish=wish)


def _attempts(wish: str) -> list[tuple[str, str, dict[str, Any]]]:
    loose, pairs = words.loose_query(wish)
    return [
        ("exact", words.exact_query(wish), {}),
        ("sound", words.sound_query(wish), {}),
        ("typo", words.typo_query(wish), {}),
        ("loose", loose if len(pairs) > 1 else "", {"pairs": pairs, "least": len(pairs) * SHARE}),
    ]


def _filters(facts: dict[str, Any], *, unit: Any, served: str | None, topic: str | None) -> str:
    sql = ""
    if unit is not None:
        facts["unit"] = getattr(unit, "pk", unit)
        sql += " AND organisation_id = %(unit)s"
    if served:
        facts["served"] = [served]
        sql += " AND served @> %(served)s::varchar[]"
    if topic:
        facts["topic"] = [topic]
        sql += " AND topics @> %(topic)s::varchar[]"
    return sql


def _run(facts: dict[str, Any], filters: str, step: str) -> SearchResult:
    """One attempt; when it matches more than `WIDEST` items, the most used of them are ranked."""
    facts = {**facts, "widest": WIDEST + 1, "walk": max(WALK, facts["offset"] + facts["limit"])}
    column = ", search" if step in ("typo", "loose") else ""  # wide, and only they rank by it
    narrow = NARROW.format(filters=filters, search=column)
    with connection.cursor() as cursor:
        cursor.execute(PROBE.format(matched=narrow), facts)
        matches = cursor.fetchone()[0]
    wide = matches > WIDEST
    if not matches:
        return SearchResult(wish=facts["wish"])
    total, ids = _ranked(
        facts, WIDE.format(filters=filters, search=column) if wide else narrow, step
    )
    return SearchResult(
        _items(ids), WIDEST if wide else total, STEP_WORDS[step], wide, facts["wish"]
    )


def _ranked(facts: dict[str, Any], matched: str, step: str) -> tuple[int, list[Any]]:
    loose = step == "loose"
    sql = RANKED.format(
        matched=matched,
        share=f"{HITS} DESC," if loose else "",
        rank="ts_rank(search, %(query)s::tsquery) DESC," if step == "typo" else "",
        least=f"WHERE {HITS} >= %(least)s" if loose else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        rows = cursor.fetchall()
        if not rows and facts["offset"]:  # a page beyond the last: the total is still told
            cursor.execute(sql, {**facts, "offset": 0, "limit": 1})
            return next((row[1] for row in cursor.fetchall()), 0), []
    return (rows[0][1] if rows else 0), [row[0] for row in rows]


def _items(ids: list[Any]) -> list[Item]:
    found = Item.objects.select_related("organisation").defer("search").in_bulk(ids)
    return [found[pk] for pk in ids]


def _browse(facts: dict[str, Any], filters: str, wish: str) -> SearchResult:
    """Everything of a unit, subject or life event; nothing when nothing was asked."""
    if not filters:
        return SearchResult(wish=wish)
    rows = Item.objects.filter(region=facts["region"], state="open")
    if "unit" in facts:
        rows = rows.filter(organisation_id=facts["unit"])
    if "served" in facts:
        rows = rows.filter(served__contains=facts["served"])
    if "topic" in facts:
        rows = rows.filter(topics__contains=facts["topic"])
    total = rows.order_by()[: WIDEST + 1].count()
    page = rows.select_related("organisation").defer("search")
    page = page.order_by("-popularity", "name", "id")
    items = list(page[facts["offset"] : facts["offset"] + facts["limit"]])
    return SearchResult(items, min(total, WIDEST), "", total > WIDEST, wish)
