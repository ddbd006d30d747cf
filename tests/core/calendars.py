"""A published calendar for tests: 2025 and 2026 as the State Council announced them."""

from datetime import date, timedelta
from functools import cache

import chinese_calendar

from yizhan.core.worktime import Calendar


@cache
def published(*years: int) -> Calendar:
    """Working days of the given years (2025 and 2026 by default) from `chinesecalendar`."""
    years = years or (2025, 2026)
    off, on = set(), set()
    for year in years:
        day = date(year, 1, 1)
        while day.year == year:
            works = chinese_calendar.is_workday(day)
            if works and day.weekday() >= 5:
                on.add(day)
            if not works and day.weekday() < 5:
                off.add(day)
            day += timedelta(days=1)
    return Calendar(frozenset(off), frozenset(on), frozenset(years))
