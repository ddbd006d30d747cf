"""The guide page and what leads to it: everything a citizen may read, nothing that is not open."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import CharField, Count, Func, QuerySet

from yizhan.core.compiled import compiled
from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.choices import (
    HandleForm,
    ItemState,
    LimitUnit,
    OnlineDepth,
    ServedKind,
)
from yizhan.domain.catalogue.models import Item, ItemEvent, ItemVersion
from yizhan.domain.catalogue.rules import ChecklistLine
from yizhan.domain.catalogue.shapes import LISTS, Situation
from yizhan.domain.office.models import Organisation

MISSING = "本单位尚未填写"
MOST_KEPT = 500  # versions in memory, some 20 kB each
_kept: dict[tuple[Any, str], ItemVersion] = {}
RECOUNTED = 60.0  # seconds
_counted: dict[str, tuple[Any, float, tuple[list[tuple[str, int]], dict[Any, int]]]] = {}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the guide: its label and what it says; `missing` when the unit is silent."""

    label: str
    text: str
    missing: bool = False


@dataclass(frozen=True)
class Guide:
    """Everything the guide page shows, ready to print."""

    item: Item
    version: ItemVersion
    organisation: Organisation
    legal_limit: Line
    promised_limit: Line
    facts: list[Line]  # short facts, in the order of the page
    texts: list[Line]  # long texts
    materials: list[Any] = field(default_factory=list)
    fees: list[Any] = field(default_factory=list)
    steps: list[Any] = field(default_factory=list)
    faqs: list[Any] = field(default_factory=list)
    situations: list[Any] = field(default_factory=list)
    questions: list[Any] = field(default_factory=list)

    @cached_property
    def missing(self) -> list[str]:
        """The labels of what the unit has not written yet."""
        lines = [self.legal_limit, self.promised_limit, *self.facts, *self.texts]
        found = [line.label for line in lines if line.missing]
        return found if self.materials else [*found, "申请材料"]

    @property
    def can_apply(self) -> bool:
        """Whether it can be applied for online here: open, online, with a form."""
        return (
            self.item.state == ItemState.OPEN and self.version.online and bool(self.version.fields)
        )


def published(region: str) -> QuerySet[Item]:
    """The items of a county that can be applied for now."""
    return Item.objects.filter(region=region, state=ItemState.OPEN).defer("search")


def by_slug(region: str, slug: str) -> Item | None:
    """The item behind an address, with its unit and current version; suspended ones are found too,
    so that their page can say so. None when never published, withdrawn or unknown.
    """
    return (
        Item.objects.filter(region=region, slug=slug, current__isnull=False)
        .exclude(state__in=(ItemState.DRAFT, ItemState.WITHDRAWN))
        .select_related("organisation", "current")
        .defer("search")
        .first()
    )


def applicable(region: str, slug: str) -> ItemVersion | None:
    """The version that an application is made under now, with its item; None as for by_slug.

    One small query: what was published never changes, so the version itself is kept in memory, by
    its key and the state of its item.
    """
    key = next(iter(_current(region, slug)), None)
    if key is None:
        return None
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = ItemVersion.objects.select_related("item__organisation").get(pk=key[0])
    return _kept[key]


@compiled
def _current(region: str, slug: str) -> QuerySet[Item, tuple[UUID, str]]:
    found = Item.objects.filter(region=region, slug=slug, current__isnull=False).exclude(
        state__in=(ItemState.DRAFT, ItemState.WITHDRAWN)
    )
    return found.values_list("current_id", "state")[:1]


def checklist(
    version: ItemVersion, answers: Mapping[str, Any], *, person: Any = None
) -> list[ChecklistLine]:
    """The personal checklist: per material whether it is needed and why, needed ones first.

    `person` is reserved for what the county already holds about the applicant (certificates).
    """
    return rules.checklist(version, answers)


def situation_of(version: ItemVersion, answers: Mapping[str, Any]) -> Situation | None:
    """The 业务办理项 of these answers."""
    return rules.situation_of(version, answers)


def topics(region: str) -> list[tuple[str, int]]:
    """Life events and subjects with the number of open items, most items first."""
    return list(_counts(region)[0])


def units(region: str) -> list[Organisation]:
    """Units that have open items, with their number in `open_items`, in the order of names."""
    by_unit = _counts(region)[1]
    found = list(Organisation.objects.filter(pk__in=by_unit, active=True).order_by("name", "id"))
    for unit in found:
        unit.open_items = by_unit[unit.pk]  # type: ignore[attr-defined]
    return found


def _counts(region: str) -> tuple[list[tuple[str, int]], dict[Any, int]]:
    """Open items by topic and by unit. Counting reads every item: done once for each change.

    The catalogue's history is append-only, so its last event says whether anything changed; after
    a minute they are counted again in any case (two changes may commit in another order).
    """
    mark = next(iter(_last_event(region)), None)
    known = _counted.get(region)
    fresh = known is not None and time.monotonic() - known[1] < RECOUNTED
    if known is not None and fresh and mark is not None and mark == known[0]:
        return known[2]
    rows = (
        published(region)
        .annotate(topic=Func("topics", function="unnest", output_field=CharField()))
        .values("topic")
        .annotate(items=Count("id"))
        .order_by("-items", "topic")
    )
    by_topic = [(row["topic"], row["items"]) for row in rows if row["topic"]]
    per_unit = published(region).values("organisation_id").annotate(n=Count("id")).order_by()
    made = by_topic, {row["organisation_id"]: row["n"] for row in per_unit}
    _counted[region] = (mark, time.monotonic(), made)
    return made


@compiled
def _last_event(region: str) -> QuerySet[ItemEvent, UUID]:
    return ItemEvent.objects.filter(region=region).order_by("-id").values_list("id", flat=True)[:1]


def guide(version: ItemVersion) -> Guide:
    """The guide of one version (not only the current one: a case shows the version it began with).

    Never fails on a sparse version: what the unit has not written is marked missing, not invented.
    At most two queries when item and unit are not loaded yet.
    """
    lists = {name: _entries(version, name) for name in LISTS if name != "fields"}
    return Guide(
        item=version.item,
        version=version,
        organisation=version.item.organisation,
        legal_limit=_limit(version, "legal", "法定办结时限"),
        promised_limit=_limit(version, "promise", "承诺办结时限"),
        facts=_facts(version),
        texts=_texts(version),
        **lists,
    )


def _entries(version: ItemVersion, name: str) -> list[Any]:
    try:
        return msgspec.convert(getattr(version, name) or [], list[LISTS[name][0]])  # type: ignore[misc]
    except msgspec.ValidationError:
        return []  # a draft being edited; the publish check names the mistake


def _line(label: str, text: str) -> Line:
    text = text.strip()
    return Line(label, text or MISSING, missing=not text)


def _limit(version: ItemVersion, which: str, label: str) -> Line:
    if f"{which}_amount" in _unwritten(version):
        return _line(label, "")
    amount, unit = getattr(version, f"{which}_amount"), getattr(version, f"{which}_unit")
    note = getattr(version, f"{which}_note")
    if unit == LimitUnit.NONE:
        text = "无期限"
    elif amount == 0 and which == "promise":
        text = "当场办结"
    else:
        text = f"{amount}{LimitUnit(unit).label}" if unit in LimitUnit.values else ""
    return _line(label, f"{text}（{note}）" if note and text else text)


def _unwritten(version: ItemVersion) -> set[str]:
    """Columns whose default nobody wrote."""
    return set(version.unwritten)


def _labels(kind: Any, codes: list[str]) -> str:
    known = dict(kind.choices)
    return "、".join(str(known.get(code, code)) for code in codes)


def _facts(v: ItemVersion) -> list[Line]:
    visits = f"{v.visits}次" + (f"（{v.visits_reason}）" if v.visits and v.visits_reason else "")
    depth = _labels(OnlineDepth, v.online_depth) if v.online else "暂不支持网上办理"
    unit = v.item.organisation
    said = [
        ("task_type", "事项类型", v.get_task_type_display()),
        ("level", "行使层级", v.get_level_display()),
        ("project_type", "办件类型", v.get_project_type_display()),
        ("served", "服务对象", _labels(ServedKind, v.served)),
        ("handle_forms", "办理形式", _labels(HandleForm, v.handle_forms)),
        ("visits", "到办事现场次数", visits),
        ("online", "网上办理深度", depth),
        ("handle_area", "通办范围", v.get_handle_area_display()),
        ("charged", "是否收费", "收费" if v.charged else "不收费"),
        ("result_name", "办理结果", v.result_name),
        ("address", "办理地点", v.address or unit.address),
        ("hours", "办理时间", v.hours),
        ("phone", "咨询电话", v.phone or unit.phone),
        ("complaint_phone", "监督投诉电话", v.complaint_phone or unit.complaint_phone),
    ]
    blank = _unwritten(v)
    lines = [_line(label, "" if name in blank else str(text)) for name, label, text in said]
    optional = {
        "联办机构": v.other_units, "中介服务": v.intermediary, "数量限制": v.quantity_limit,
        "网办地址": v.online_url, "移动端地址": v.mobile_url,
        "支持预约": "支持" if v.bookable else "", "支持物流快递": "支持" if v.express else "",
        "支持自助终端": "支持" if v.self_service else "",
    }  # fmt: skip
    return lines + [_line(label, text) for label, text in optional.items() if text.strip()]


def _texts(v: ItemVersion) -> list[Line]:
    return [
        _line("设定依据", v.by_law),
        _line("受理条件", v.conditions),
        _line("办理流程", v.flow_text),
        _line("救济途径", v.remedy),
    ]
