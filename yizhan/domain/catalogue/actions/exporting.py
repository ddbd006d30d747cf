"""Export of the open items in the national exchange shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from yizhan.core.worktime import CHINA
from yizhan.domain.catalogue.adapters import exchange
from yizhan.domain.catalogue.choices import ItemState
from yizhan.domain.catalogue.models import BasicItem, ItemVersion

CHUNK = 500


def export(directory: str | Path, *, region: str, at: datetime) -> dict[str, int]:
    """Write up_task_*.csv of all open and suspended items; returns rows per table.

    Files of an earlier export in the same folder are replaced. Raises OSError.
    """
    moment = at.astimezone(CHINA)
    writer = exchange.Writer(
        Path(directory), batch=f"{region}{moment:%Y%m%d%H%M%S}", time=f"{moment:%Y%m%dT%H%M%S}",
        source=region,
    )  # fmt: skip
    try:
        for basic in BasicItem.objects.order_by("catalog_code").iterator(CHUNK):
            writer.add("up_task_directory", basic.catalog_code, _directory(basic))
        for version in _versions(region):
            _write(writer, version)
    finally:
        writer.close()
    return writer.counts


def _versions(region: str) -> Iterator[ItemVersion]:
    shown = (ItemState.OPEN, ItemState.SUSPENDED)
    return (
        ItemVersion.objects.filter(region=region, item__state__in=shown, state="published")
        .select_related("item__organisation", "item__basic")
        .defer("item__search")
        .order_by("item__task_code")
        .iterator(CHUNK)
    )


def _write(writer: exchange.Writer, version: ItemVersion) -> None:
    code = version.item.task_code
    basic = exchange.blanked(exchange.basic(version), version.unwritten)
    writer.add("up_task_general_basic", code, basic)
    for situation in version.situations:
        # 业务办理项: the same row under the code of the situation (31 + 2 digits)
        row = {**basic, "task_handle_item": code + str(situation["code"])}
        row["task_name"] = f"{version.name}（{situation['name']}）"
        writer.add("up_task_general_basic", row["task_handle_item"], row)
    extend = exchange.blanked(exchange.extend(version), version.unwritten)
    writer.add("up_task_general_extend", code, extend)
    lists: tuple[tuple[str, Callable[[Any], Iterator[dict[str, Any]]]], ...] = (
        ("up_task_general_material", exchange.materials),
        ("up_task_general_fee_project", exchange.fees),
        ("up_task_general_questions", exchange.questions),
    )
    for table, rows in lists:
        for row in rows(version):
            writer.add(table, f"{code}/{row['order_num']}", row)


def _directory(basic: BasicItem) -> dict[str, Any]:
    return {
        "catalog_code": basic.catalog_code, "local_catalog_code": basic.local_code,
        "task_name": basic.name, "task_type": basic.task_type, "by_law": basic.by_law,
        "use_level": "^".join(basic.levels), "task_state": "1",
        "task_version": basic.version, "plan_effective_date": _day(basic.effective_on),
        "plan_cancel_date": _day(basic.cancelled_on),
    }  # fmt: skip


def _day(day: Any) -> str:
    return f"{day:%Y%m%d}" if day else ""
