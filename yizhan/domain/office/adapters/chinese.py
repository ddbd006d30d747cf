"""The State Council's arrangements as the package `chinesecalendar` knows them."""

from __future__ import annotations

import importlib
import warnings
from datetime import date, timedelta

from yizhan.core.flow import Refused
from yizhan.domain.office.choices import DayKind
from yizhan.domain.office.shapes import DayRow

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}
SOURCE = "chinesecalendar 软件包"


def year_days(year: int) -> list[DayRow]:
    """The days of a year that differ from the plain week.

    Raises Refused when the installed package does not know the year yet. Loaded only here: its
    tables of twenty years are of no use to a web process.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library = importlib.import_module("chinese_calendar")
    day, found = date(year, 1, 1), []
    try:
        while day.year == year:
            holiday, name = library.get_holiday_detail(day)
            works = library.is_workday(day)
            if holiday and name:
                found.append(DayRow(0, day, DayKind.OFF, NAMES.get(name, name)))
            elif works and day.weekday() >= 5:
                found.append(DayRow(0, day, DayKind.ON, f"{NAMES.get(name, name or '')}调休"))
            day += timedelta(days=1)
    except NotImplementedError:
        raise Refused(
            f"软件包里还没有{year}年的放假安排。请等国务院办公厅公布后更新软件包，或上传文件导入。"
        ) from None
    return found
