"""Places and offices. The Lankao names are the real ones; streets and phones are invented.

county()                       # 兰考县 with 河南省 and 开封市 above it
village()                      # 兰阳街道胜利社区
organisation()                 # 兰考县测试局, another one on each call
organisation(short_name="税务局", code="tax")
hall(); window(); working_hours(hall)
calendar_year(2026)            # the State Council's arrangement of 2026
"""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from yizhan.core.numbers import uscc_check
from yizhan.domain.office import queries
from yizhan.domain.office.models import (
    CalendarDay,
    CalendarYear,
    Hall,
    OpeningHours,
    Organisation,
    Region,
    Window,
)

REGION = "410225"
_sequence = itertools.count(1)

# 国办发明电〔2025〕7号
DAYS_2026 = {
    "off": [
        ("2026-01-01", "2026-01-03", "元旦"), ("2026-02-15", "2026-02-23", "春节"),
        ("2026-04-04", "2026-04-06", "清明节"), ("2026-05-01", "2026-05-05", "劳动节"),
        ("2026-06-19", "2026-06-21", "端午节"), ("2026-09-25", "2026-09-27", "中秋节"),
        ("2026-10-01", "2026-10-07", "国庆节"),
    ],
    "on": [
        ("2026-01-04", "元旦"), ("2026-02-14", "春节"), ("2026-02-28", "春节"),
        ("2026-05-09", "劳动节"), ("2026-09-20", "国庆节"), ("2026-10-10", "国庆节"),
    ],
}  # fmt: skip


def credit_code(number: int, head: str = "11410225") -> str:
    """A test credit code with a right check character."""
    body = f"{head}{number:09d}"
    return body + uscc_check(body)


def place(code: str, level: str, name: str, parent: Region | None = None) -> Region:
    """A region, made once."""
    above = parent.full_name if parent else ""
    facts = {"level": level, "name": name, "parent": parent, "full_name": above + name}
    return Region.objects.get_or_create(code=code, defaults=facts)[0]


def county() -> Region:
    """兰考县."""
    province = place("410000000000", "province", "河南省")
    return place(
        "410225000000", "county", "兰考县", place("410200000000", "city", "开封市", province)
    )


def village(code: str = "410225001002", name: str = "胜利社区") -> Region:
    """A village or community of 兰阳街道."""
    return place(code, "village", name, place("410225001000", "town", "兰阳街道", county()))


def organisation(**fields: Any) -> Organisation:
    """A unit of the county; the same one again when `code` is given twice."""
    number = next(_sequence)
    code = fields.pop("code", f"P{number:05d}")
    short_name = fields.setdefault("short_name", f"测试{number}局")
    facts = {
        "place": county(),
        "uscc": credit_code(900_000 + number),
        "name": f"兰考县{short_name}",
        "phone": "0371-26990000",
        "complaint_phone": "0371-26990001",
        "address": "兰考县测试路1号",
    }
    region = fields.pop("region", REGION)
    return Organisation.objects.get_or_create(region=region, code=code, defaults=facts | fields)[0]


def hall(**fields: Any) -> Hall:
    """The county's service hall, made once; no opening hours."""
    name = fields.pop("name", "兰考县政务服务大厅")
    facts = {"place": county(), "address": "兰考县测试路2号"} | fields
    if "organisation" not in facts:
        facts["organisation"] = organisation(code="hall", short_name="政务服务和大数据管理局")
    return Hall.objects.get_or_create(region=REGION, name=name, defaults=facts)[0]


def window(number: int = 1, *, at: Hall | None = None, **fields: Any) -> Window:
    """A general window of the hall."""
    facts = {"name": "综合窗口", "kind": "general"} | fields
    return Window.objects.get_or_create(hall=at or hall(), number=number, defaults=facts)[0]


def working_hours(at: Hall) -> None:
    """Monday to Friday, 8:30–12:00 and 13:30–17:30."""
    for weekday in range(5):
        for opens, closes in ((time(8, 30), time(12)), (time(13, 30), time(17, 30))):
            OpeningHours.objects.create(hall=at, weekday=weekday, opens=opens, closes=closes)


def calendar_year(year: int = 2026, *, region: str = "") -> CalendarYear:
    """A published year; 2026 with its real days, any other one with New Year's Day off."""
    made, new = CalendarYear.objects.get_or_create(
        region=region, year=year,
        defaults={
            "document": "国办发明电〔2025〕7号" if year == 2026 else "测试",
            "source": "测试", "imported_by": "测试",
            "imported_at": datetime(2025, 11, 5, tzinfo=UTC),
        },
    )  # fmt: skip
    days = []
    if new and year == 2026:
        for first, last, name in DAYS_2026["off"]:
            day = date.fromisoformat(first)
            while day <= date.fromisoformat(last):
                days.append(CalendarDay(year=made, day=day, kind="off", name=name))
                day += timedelta(days=1)
        days += [
            CalendarDay(year=made, day=date.fromisoformat(day), kind="on", name=f"{name}调休")
            for day, name in DAYS_2026["on"]
        ]
    elif new:
        days = [CalendarDay(year=made, day=date(year, 1, 1), kind="off", name="元旦")]
    CalendarDay.objects.bulk_create(days)
    queries.forget_calendar()
    return made
