"""The write of a checked import: units, items, versions and history in bulk, one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Max

from yizhan.core.flow import Refused
from yizhan.domain.catalogue.actions.copying import copy_rows
from yizhan.domain.catalogue.actions.planning import CHUNK, Change, Plan, Wish
from yizhan.domain.catalogue.actions.record import event, mirror, search_literal
from yizhan.domain.catalogue.choices import EventKind, ItemState, Origin, VersionState
from yizhan.domain.catalogue.models import ImportRun, Item, ItemVersion
from yizhan.domain.catalogue.rules import content as contents
from yizhan.domain.catalogue.rules.difference import content_fields
from yizhan.domain.office.models import Organisation, Region

MIRRORED = ("current", "name", "task_type", "topics", "served", "aliases", "search")


def write(plan: Plan, *, run: ImportRun, at: datetime, tell: Callable[[int], None]) -> None:
    """Write the plan. Must run inside a transaction; the plan must have no problem."""
    units = _units(plan, run.region)
    slugs = set(Item.objects.filter(region=run.region).values_list("slug", flat=True))
    for start in range(0, len(plan.changes), CHUNK):
        chunk = plan.changes[start : start + CHUNK]
        _write_chunk(chunk, units=units, slugs=slugs, run=run, at=at)
        tell(start + len(chunk))
    Item.objects.bulk_update(
        [Item(pk=pk, row_hash=digest) for pk, digest in plan.touched],
        ["row_hash"],
        batch_size=CHUNK,
    )


def _units(plan: Plan, region: str) -> dict[str, Organisation]:
    found = {unit.pk: unit for unit in Organisation.objects.filter(region=region)}
    units = {name: found[pk] for name, pk in plan.units.items()}
    if not plan.new_units:
        return units
    place = Region.objects.filter(code=f"{region}000000").first()
    if place is None:
        raise Refused(f"还没有区划{region}000000，请先导入区划，再导入事项。")
    made = Organisation.objects.bulk_create(
        Organisation(
            region=region, place=place, code=unit.code, uscc=unit.uscc, name=unit.name,
            short_name=unit.name[:30],
        )
        for unit in plan.new_units
    )  # fmt: skip
    return units | {unit.name: unit for unit in made}


def _write_chunk(
    chunk: list[Change],
    *,
    units: dict[str, Organisation],
    slugs: set[str],
    run: ImportRun,
    at: datetime,
) -> None:
    old = _existing(chunk)
    new_items, changed_items, versions, events = [], [], [], []
    for change in chunk:
        wish, unit = change.wish, units[change.wish.unit]
        if change.item_id is None:
            item, number = _new_item(wish, unit, run.region, slugs), 1
            new_items.append(item)
        else:
            item, number = old[change.item_id]
            item.organisation = unit
            changed_items.append(item)
        version = _version(item, wish, number=number, run=run, at=at)
        versions.append(version)
        mirror(item, version)
        if change.item_id is None:
            item.search = search_literal(item, version)  # COPY takes no expression
        item.row_hash, item.local_code = wish.hash, wish.local_code or item.local_code
        if item.state == ItemState.DRAFT:
            item.state = ItemState.OPEN
        line = event(item, EventKind.IMPORTED, by=run.by, at=at, number=number)
        line.reason = f"导入文件第{wish.row}行"
        events.append(line)
    ItemVersion.objects.filter(
        item__in=[item.pk for item in changed_items], state=VersionState.PUBLISHED
    ).update(state=VersionState.RETIRED, valid_to=at)
    copy_rows(new_items)  # item → version → item: the keys are checked at commit
    copy_rows(versions)
    fields = [*MIRRORED, "state", "organisation", "local_code", "row_hash"]
    Item.objects.bulk_update(changed_items, fields)
    copy_rows(events)


def _existing(chunk: list[Change]) -> dict[Any, tuple[Item, int]]:
    """Items of the chunk, locked, each with the number of its next version."""
    ids = [change.item_id for change in chunk if change.item_id is not None]
    if not ids:
        return {}
    highest = dict(
        ItemVersion.objects.filter(item__in=ids)
        .values_list("item_id")
        .annotate(n=Max("number"))
        .order_by()
    )
    items = (
        Item.objects.filter(pk__in=ids)
        .select_for_update(of=("self",))
        .select_related("current", "organisation")
        .defer("search")
        .order_by("id")
    )
    return {item.pk: (item, (highest.get(item.pk) or 0) + 1) for item in items}


def _new_item(wish: Wish, unit: Organisation, region: str, slugs: set[str]) -> Item:
    return Item(
        region=region, organisation=unit, task_code=wish.code, local_code=wish.local_code,
        slug=_free_slug(wish.code, slugs), state=ItemState.OPEN,
    )  # fmt: skip


def _free_slug(code: str, slugs: set[str]) -> str:
    for length in (8, 10, 12, 16):
        slug = contents.slug(code, length=length)
        if slug not in slugs:
            slugs.add(slug)
            return slug
    raise Refused(f"实施编码“{code}”生成的网址短码与别的事项相同，请联系技术支持。")


def _version(item: Item, wish: Wish, *, number: int, run: ImportRun, at: datetime) -> ItemVersion:
    """A published version: of a new item, or the current words with the row's on top."""
    facts = _base(item)
    facts |= wish.words
    written = {contents.TOGETHER.get(name, name) for name in wish.words}
    blank = item.current.unwritten if item.current is not None else list(contents.DEFAULTS)
    return ItemVersion(
        region=item.region, item=item, number=number, state=VersionState.PUBLISHED,
        origin=Origin.IMPORT, valid_from=at, created_at=at, created_by=run.by_name,
        published_at=at, published_by=run.by_name,
        unwritten=[name for name in blank if name not in written], **facts,
    )  # fmt: skip


def _base(item: Item) -> dict[str, Any]:
    current = item.current
    if current is None:
        return {"task_type": "20", **contents.DEFAULTS}
    return {
        field.attname: getattr(current, field.attname)
        for field in content_fields(current)
        if field.name != "unwritten"
    }
