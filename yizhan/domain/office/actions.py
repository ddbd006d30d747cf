"""Imports of places and holiday arrangements: all or nothing, the same again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from importlib import resources
from typing import Any

from django.db import transaction

from yizhan.core.flow import Refused
from yizhan.domain.office import queries, rules
from yizhan.domain.office.choices import DayKind
from yizhan.domain.office.models import CalendarDay, CalendarYear, Region
from yizhan.domain.office.shapes import (
    BrokenFile,
    CalendarReport,
    DayRow,
    PlaceRow,
    RegionReport,
)

LOCAL = "地方调整"


@transaction.atomic
def import_regions(rows: Iterable[PlaceRow], *, by: Any, at: datetime) -> RegionReport:
    """Add and rename the places of a code list; places that are not in it stay.

    All or nothing: raises BrokenFile with every faulty line and changes nothing. Importing the
    same list again changes nothing. `by` and `at` are whose work it was, for the caller's log.
    """
    rows = list(rows)
    known = Region.objects.in_bulk()
    problems = rules.check_places(rows, frozenset(known))
    if problems:
        raise BrokenFile(problems[: rules.MOST_PROBLEMS])
    named = {code: place.name for code, place in known.items()}
    shorts = {rules.significant(row.code): row.name for row in rows}
    named |= {short.ljust(12, "0"): name for short, name in shorts.items()}
    made = [_region(short, name, named) for short, name in sorted(shorts.items(), key=_from_above)]
    fresh = [place for place in made if place.code not in known]
    changed = [place for place in made if place.code in known and _differs(place, known)]
    Region.objects.bulk_create(fresh, batch_size=2000)
    Region.objects.bulk_update(changed, ["name", "full_name", "level", "parent"], batch_size=2000)
    if changed:
        _rename_below({place.code for place in made}, named)
    return RegionReport(len(fresh), len(changed), len(made) - len(fresh) - len(changed))


def import_lankao(*, by: Any, at: datetime) -> RegionReport:
    """Lankao's own list: the county, 22 towns and 470 villages, with 河南省 and 开封市 above."""
    fixture = resources.files("yizhan.domain.office") / "fixtures" / "lankao-regions.csv"
    text = rules.text_of(fixture.read_bytes())
    return import_regions(rules.place_rows(text), by=by, at=at)


@transaction.atomic
def import_calendar_year(
    *,
    year: int,
    days: Iterable[DayRow],
    source: str,
    document: str,
    by: Any,
    at: datetime,
    region: str = "",
) -> CalendarReport:
    """Publish a year's arrangement, or replace the one there is; `region` empty: State Council's.

    The caller checks who may (the calendar keeper) and recomputes open deadlines afterwards.
    Raises BrokenFile with every faulty line (another year, a day twice, a contradiction).
    """
    days = list(days)
    problems = rules.check_days(days, year=year)
    if problems:
        raise BrokenFile(problems[: rules.MOST_PROBLEMS])
    return _publish(year, region, days, source=source, document=document, by=by, at=at)


@transaction.atomic
def set_local_day(
    *, region: str, day: DayRow, document: str, by: Any, at: datetime
) -> CalendarReport:
    """A day of the region's own (a festival, a snow day): off, or worked; over the national one."""
    if not region:
        raise Refused("地方调整要属于一个县。")
    if not document.strip():
        raise Refused("请写明依据的文件，例如“县政府办公室通知”。", field="document")
    works = queries.read_calendar().is_workday(day.day)
    if works == (day.kind == DayKind.ON):
        said = "本来就是工作日" if works else "本来就放假"
        raise Refused(f"{rules.words(day.day)}{said}，不用另设。", field="day")
    year = CalendarYear.objects.select_for_update().filter(region=region, year=day.day.year).first()
    own = [DayRow(0, d.day, d.kind, d.name) for d in year.days.all()] if year else []
    if any(other.day == day.day for other in own):
        raise Refused("这一天已经有地方安排，请先删除再重新设置。", field="day")
    return _publish(
        day.day.year, region, [*own, day], source=LOCAL, document=document.strip(), by=by, at=at
    )


@transaction.atomic
def drop_local_day(day_id: int, *, region: str, by: Any, at: datetime) -> CalendarReport:
    """Take a day of the region's own out again. Raises DoesNotExist for any other day."""
    found = CalendarDay.objects.select_related("year").get(pk=day_id, year__region=region)
    others = found.year.days.exclude(pk=day_id)
    rest = [DayRow(0, other.day, other.kind, other.name) for other in others]
    document = found.year.document
    return _publish(found.year.year, region, rest, source=LOCAL, document=document, by=by, at=at)


def _publish(
    year: int,
    region: str,
    rows: Iterable[DayRow],
    *,
    source: str,
    document: str,
    by: Any,
    at: datetime,
) -> CalendarReport:
    days = {row.day: row for row in rows}
    facts = {
        "source": source,
        "document": document,
        "imported_at": at,
        "imported_by": str(by or "系统"),
    }
    published, _ = CalendarYear.objects.update_or_create(region=region, year=year, defaults=facts)
    before = {d.day: d.kind for d in published.days.all()}
    after = {day: row.kind for day, row in days.items()}
    published.days.all().delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(year=published, day=day, kind=row.kind, name=row.name)
        for day, row in sorted(days.items())
    )
    transaction.on_commit(queries.forget_calendar)
    queries.forget_calendar()
    changed = sorted(
        day for day in before.keys() | after.keys() if before.get(day) != after.get(day)
    )
    return CalendarReport(year, region, len(days), changed)


def _region(short: str, name: str, named: dict[str, str]) -> Region:
    above = rules.parent_code(short)
    return Region(
        code=short.ljust(12, "0"), level=rules.LEVELS[len(short)], name=name,
        parent_id=above or None, full_name=_full_name(short, named),
    )  # fmt: skip


def _full_name(short: str, named: dict[str, str]) -> str:
    parts = []
    while short:
        parts.append(named[short.ljust(12, "0")])
        above = rules.parent_code(short)
        short = rules.significant(above) if above else ""
    return "".join(reversed(parts))


def _rename_below(done: set[str], named: dict[str, str]) -> None:
    """A renamed town changes the full names of the villages that the list did not mention."""
    rest = []
    for place in Region.objects.exclude(code__in=done):
        full = _full_name(rules.significant(place.code), named)
        if full != place.full_name:
            place.full_name = full
            rest.append(place)
    Region.objects.bulk_update(rest, ["full_name"], batch_size=2000)


def _differs(place: Region, known: dict[str, Region]) -> bool:
    before = known[place.code]
    return (before.name, before.full_name, before.level, before.parent_id) != (
        place.name, place.full_name, place.level, place.parent_id,
    )  # fmt: skip


def _from_above(pair: tuple[str, str]) -> tuple[int, str]:
    return len(pair[0]), pair[0]
