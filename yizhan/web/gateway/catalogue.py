"""Items for machines: search and detail. Public like the guide itself, read-only."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from yizhan.domain.catalogue import queries, rules

router = Router(tags=["事项"])


class ItemOut(Schema):
    """One open item in a list."""

    slug: str
    task_code: str
    name: str
    task_type: str
    task_type_label: str = Field(alias="get_task_type_display")
    unit: str
    topics: list[str]

    @staticmethod
    def resolve_unit(item: Any) -> str:
        """The name of the competent unit."""
        return str(item["unit"] if isinstance(item, dict) else item.organisation.name)


class SearchOut(Schema):
    """A page of items. `total` is exact up to 1,000; `more` says that there are more."""

    total: int
    more: bool
    corrected: str = Field(description="不是原词命中时，说明是怎么找到的")
    items: list[ItemOut]


class LineOut(Schema):
    """One fact of the guide; `missing` when the unit has not written it yet."""

    label: str
    text: str
    missing: bool


class DetailOut(ItemOut):
    """The guide of the current version, its situation questions and the form's JSON Schema."""

    version: int
    state: str
    can_apply: bool
    facts: list[LineOut]
    materials: list[dict[str, Any]]
    fees: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    faqs: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    form: dict[str, Any]


class Asked(Schema):
    """What to look for."""

    q: str = Field(default="", max_length=80, description="事项名、俗称、拼音或首字母")
    unit: int | None = Field(default=None, ge=1, le=2**31)
    served: str | None = Field(default=None, max_length=1)
    topic: str | None = Field(default=None, max_length=20)
    limit: int = Field(default=20, ge=1, le=100)
    offset: int = Field(default=0, ge=0, le=10_000)


@router.get("/", response=SearchOut, summary="查询事项")
def search(request: HttpRequest, asked: Annotated[Asked, Query()]) -> queries.SearchResult:
    """Search as the portal does: words, pinyin, initials, one wrong character."""
    return queries.search(
        asked.q.replace("\x00", ""), region=settings.REGION, unit=asked.unit,
        served=asked.served, topic=(asked.topic or "").replace("\x00", "") or None,
        limit=asked.limit, offset=asked.offset,
    )  # fmt: skip


@router.get("/{slug}/", response=DetailOut, summary="一个事项的办事指南")
def detail(request: HttpRequest, slug: str) -> dict[str, Any]:
    """The guide of an open or suspended item."""
    item = queries.by_slug(settings.REGION, slug.replace("\x00", "")[:32])
    if item is None or item.current is None:
        raise Http404
    version = item.current
    version.item = item
    guide = queries.guide(version)
    lines = [guide.legal_limit, guide.promised_limit, *guide.facts, *guide.texts]
    facts = [{"label": ln.label, "text": ln.text, "missing": ln.missing} for ln in lines]
    listed = {name: getattr(version, name)
              for name in ("materials", "fees", "steps", "faqs", "questions")}  # fmt: skip
    return {
        "slug": item.slug, "task_code": item.task_code, "name": item.name,
        "task_type": item.task_type, "get_task_type_display": item.get_task_type_display(),
        "unit": guide.organisation.name, "topics": item.topics,
        "version": version.number, "state": item.state, "can_apply": guide.can_apply,
        "facts": facts, "form": rules.schema(version), **listed,
    }  # fmt: skip
