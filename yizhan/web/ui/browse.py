"""Search, and everything there is when nothing was asked: one list for portal and kiosk."""

from __future__ import annotations

from typing import Any

from yizhan.domain.catalogue import queries
from yizhan.domain.catalogue.queries import SearchResult


def found(text: str, *, region: str, limit: int, offset: int, **filters: Any) -> SearchResult:
    """Items for the words and filters; without either all open items, the most used first."""
    if text.strip() or any(filters.values()):
        return queries.search(text, region=region, limit=limit, offset=offset, **filters)
    items = queries.published(region).select_related("organisation")
    ordered = items.order_by("-popularity", "name", "id")
    return SearchResult(items=list(ordered[offset : offset + limit]), total=items.count())
