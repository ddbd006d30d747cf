"""Reads of the catalogue: the door to items for citizens, editors and machines."""

from yizhan.domain.catalogue.queries.editing import (
    draft_of,
    editable_by,
    event_lines,
    run_by_id,
    runs_of,
    version_of,
    versions_of,
    works_county_wide,
)
from yizhan.domain.catalogue.queries.guide import (
    Guide,
    applicable,
    by_slug,
    checklist,
    guide,
    published,
    situation_of,
    topics,
    units,
)
from yizhan.domain.catalogue.queries.search import SearchResult, search

__all__ = [
    "Guide",
    "SearchResult",
    "applicable",
    "by_slug",
    "checklist",
    "draft_of",
    "editable_by",
    "event_lines",
    "guide",
    "published",
    "run_by_id",
    "runs_of",
    "search",
    "situation_of",
    "topics",
    "units",
    "version_of",
    "versions_of",
    "works_county_wide",
]
