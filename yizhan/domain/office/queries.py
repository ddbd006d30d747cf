"""Reads of the office: places, units, halls and the working calendar kept in the process."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Prefetch, QuerySet

from yizhan.core.worktime import CHINA, Calendar
from yizhan.domain.office.choices import DayKind, RegionLevel
from yizhan.domain.office.models import (
    CalendarDay,
    CalendarYear,
    Hall,
    OpeningHours,
    Organisation,
    Region,
)
from yizhan.domain.office.shapes import HallCard

FRESH = 5.0  # seconds for which a process believes its calendar
_WEEK = "一二三四五六日"
_kept: dict[str, tuple[float, tuple[object, ...], Calendar]] = {}


def calendar(region: str = "") -> Calendar:
    """The working calendar of a region: the State Council's and the region's own days.

    Kept in the process: no query on a hot path; an import elsewhere is seen within five seconds.
    """
    now = time.monotonic()
    known = _kept.get(region)
    if known is not None and now - known[0] < FRESH:
        return known[2]
    mark = _calendar_mark(region)
    made = known[2] if known is not None and known[1] == mark else read_calendar(region)
    _kept[region] = (now, mark, made)
    return made


def forget_calendar() -> None:
    """Read the calendar again at the next question (after an import in this process)."""
    _kept.clear()


def read_calendar(region: str = "") -> Calendar:
    """The calendar from the tables; a region's own day wins over the State Council's."""
    days = CalendarDay.objects.filter(year__region__in={"", region}).order_by("year__region")
    kinds = {day: kind for day, kind in days.values_list("day", "kind")}  # noqa: C416 - later wins
    years = CalendarYear.objects.filter(region="").values_list("year", flat=True)
    return Calendar(
        off=frozenset(day for day, kind in kinds.items() if kind == DayKind.OFF),
        on=frozenset(day for day, kind in kinds.items() if kind == DayKind.ON),
        years=frozenset(years),
    )


def years(region: str = "") -> QuerySet[CalendarYear]:
    """The published years of the State Council and of the region, newest first."""
    return CalendarYear.objects.filter(region__in={"", region}).order_by("-year", "region")


def days_of(year: CalendarYear) -> QuerySet[CalendarDay]:
    """The days of a year that differ from the plain week."""
    return CalendarDay.objects.filter(year=year).order_by("day")


def year_warnings(
    at: datetime, *, deadlines: int = 0, last_due: datetime | None = None
) -> list[str]:
    """What is missing in the calendar, in sentences: this year, the next one, years of deadlines.

    `deadlines` is how many open deadlines are provisional, `last_due` the latest open one: the
    pages know them. The next year is asked for from November on: that is when it is published.
    """
    today = at.astimezone(CHINA).date()
    known = calendar().years
    wanted = {today.year} | ({today.year + 1} if today.month >= 11 else set())
    if last_due is not None:
        wanted |= set(range(today.year, last_due.astimezone(CHINA).year + 1))
    found = []
    for year in sorted(wanted - known):
        sentence = f"{year}年的放假安排还没有导入，跨入{year}年的工作日期限都是暂定的。"
        if deadlines and year == min(wanted - known):
            sentence += f"现在有{deadlines}个未办结的期限受影响，导入后会自动重算并通知当事人。"
        found.append(sentence)
    return found


def place(code: str) -> Region | None:
    """A place by its code, short or padded."""
    return Region.objects.filter(code=code.ljust(12, "0")).first()


def regions_under(code: str) -> QuerySet[Region]:
    """The places directly below one."""
    return Region.objects.filter(parent_id=code.ljust(12, "0")).order_by("code")


def search_places(text: str, *, within: str = "", limit: int = 20) -> list[Region]:
    """Places whose name contains the text; the full name tells villages of one name apart."""
    text = "".join(text.split())
    if not text:
        return []
    found = Region.objects.filter(full_name__contains=text, code__startswith=within)
    exact = found.filter(name__contains=text)
    return list((exact if exact.exists() else found).order_by("code")[:limit])


def doubled_names(within: str = "") -> dict[str, int]:
    """Names that several places of one level share, with how many do."""
    rows = (
        Region.objects.filter(code__startswith=within)
        .values("name", "level")
        .annotate(n=Count("code"))
        .filter(n__gt=1)
        .order_by("name")
    )
    return {row["name"]: row["n"] for row in rows}


def place_choices(region: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every village of a county under its town, for a list to choose from: (code, name)."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    villages = Region.objects.filter(code__startswith=region, level=RegionLevel.VILLAGE)
    rows = villages.order_by("code").values_list("code", "name", "parent__name")
    for code, name, town in rows:
        grouped.setdefault(town, []).append((code, name))
    return list(grouped.items())


def organisations(region: str) -> QuerySet[Organisation]:
    """The units of a region that are in use."""
    return Organisation.objects.filter(region=region, active=True).order_by("code", "id")


def hall_open(hall: Hall, at: datetime) -> bool:
    """Whether a hall is open at a moment: a working day of the calendar, within its hours.

    On a make-up working day at a weekend the hours of a plain working day hold (Friday's, then
    any other weekday's), unless the hall has hours for that weekday itself.
    """
    local = at.astimezone(CHINA)
    return any(
        hours.opens <= local.time() < hours.closes for hours in _hours_on(hall, local.date())
    )


def hall_cards(region: str, *, at: datetime) -> list[HallCard]:
    """The halls of a region for the portal, with whether they are open now and when next."""
    halls = Hall.objects.filter(region=region).order_by("id")
    ordered = OpeningHours.objects.order_by("weekday", "opens")
    return [_card(hall, at) for hall in halls.prefetch_related(Prefetch("hours", ordered))]


def _card(hall: Hall, at: datetime) -> HallCard:
    is_open = hall_open(hall, at)
    local = at.astimezone(CHINA)
    if is_open:
        until = next(
            h.closes for h in _hours_on(hall, local.date()) if h.opens <= local.time() < h.closes
        )
        sentence = f"现在开放，到{until:%H:%M}。"
    else:
        sentence = _next_opening(hall, local)
    return HallCard(hall.name, hall.address, hall.phone, _week(hall), is_open, sentence)


def _next_opening(hall: Hall, local: datetime) -> str:
    for ahead in range(30):
        day = local.date() + timedelta(days=ahead)
        for hours in _hours_on(hall, day):
            if ahead or hours.opens > local.time():
                when = (
                    "今天" if not ahead else f"{day.month}月{day.day}日（周{_WEEK[day.weekday()]}）"
                )
                return f"现在不开放，{when}{hours.opens:%H:%M}开门。"
    return "现在不开放，开放时间请电话咨询。"


def _hours_on(hall: Hall, day: date) -> list[OpeningHours]:
    known = calendar(hall.region)
    weekly: dict[int, list[OpeningHours]] = {}
    for hours in sorted(hall.hours.all(), key=lambda h: (h.weekday, h.opens)):
        weekly.setdefault(hours.weekday, []).append(hours)
    own = weekly.get(day.weekday(), [])
    if day in known.on and not own:
        return next((weekly[weekday] for weekday in (4, 3, 2, 1, 0) if weekday in weekly), [])
    if day in known.off:
        return []
    return own


def _week(hall: Hall) -> list[str]:
    """The week in lines, days of equal hours together: 周一至周五 08:30–12:00、13:30–17:30."""
    spoken: dict[int, str] = {}
    for hours in sorted(hall.hours.all(), key=lambda h: (h.weekday, h.opens)):
        span = f"{hours.opens:%H:%M}–{hours.closes:%H:%M}"
        before = spoken.get(hours.weekday)
        spoken[hours.weekday] = f"{before}、{span}" if before else span
    lines: list[tuple[int, int, str]] = []
    for weekday, text in sorted(spoken.items()):
        if lines and lines[-1][1] == weekday - 1 and lines[-1][2] == text:
            lines[-1] = (lines[-1][0], weekday, text)
        else:
            lines.append((weekday, weekday, text))
    return [
        f"周{_WEEK[first]}至周{_WEEK[last]} {text}" if first != last else f"周{_WEEK[first]} {text}"
        for first, last, text in lines
    ]


def _calendar_mark(region: str) -> tuple[object, ...]:
    """Changes with every import: one small query, at most every five seconds."""
    found = CalendarYear.objects.filter(region__in={"", region}).aggregate(
        last=Max("imported_at"), newest=Max("id"), number=Count("id")
    )
    return (settings.DATABASES["default"]["NAME"], *found.values())
