"""The only deadline arithmetic in the house.

Law: 行政许可法 art. 82 (days are working days; public holidays do not count), art. 45 (hearing,
inspection, testing, expert review do not count); 民法典 art. 201 (the first day does not count).
A deadline is a pure function of start, amount, unit, calendar and pauses: never counted down.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
Pause = tuple[datetime, datetime | None]
LONGEST = 3660  # days; a longer term is a typing mistake, not a deadline


class Unit(StrEnum):
    """What an amount counts."""

    WORKDAYS = "workdays"
    DAYS = "days"
    HOURS = "hours"


UNIT_WORDS = {Unit.WORKDAYS: "个工作日", Unit.DAYS: "个自然日", Unit.HOURS: "小时"}


@dataclass(frozen=True)
class Calendar:
    """Published holidays (`off`) and make-up working days (`on`); all else is Monday to Friday.

    `years` are the years whose arrangement the State Council has published: outside them any
    working-day deadline is provisional.
    """

    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()
    zone: ZoneInfo = field(default=CHINA)

    def day(self, moment: datetime) -> date:
        """The local day of a moment: 07:00 in Lankao is still yesterday in UTC."""
        return moment.astimezone(self.zone).date()

    def is_workday(self, day: date) -> bool:
        """Whether offices work on this local day."""
        if day in self.on:
            return True
        return day.weekday() < 5 and day not in self.off

    def end_of(self, day: date) -> datetime:
        """The last instant of a local day."""
        return datetime.combine(day, time.max, tzinfo=self.zone)


def due(
    start: datetime,
    amount: int,
    unit: Unit,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
) -> datetime | None:
    """When `amount` of `unit` after `start` ends; None while a pause is open.

    The day of `start` and every day after the beginning of a pause up to and including the day
    of its end do not count; the deadline is the end of the last counted local day, or of the day
    on which a pause that began on that last day ends. Hours run on the clock, pauses taken out.
    Raises ValueError for a negative or absurdly long amount.
    """
    if not 0 <= amount <= LONGEST * (24 if unit == Unit.HOURS else 1):
        raise ValueError(f"amount out of range: {amount} {unit}")
    still = _merged(pauses)
    if still and still[-1][1] is None:
        return None
    if unit == Unit.HOURS:
        return _due_hours(start, amount, still)
    stopped = [(calendar.day(a), calendar.day(b)) for a, b in still if b is not None]
    day = calendar.day(start)
    while amount:
        day += timedelta(days=1)
        counts = unit == Unit.DAYS or calendar.is_workday(day)
        if counts and not any(a < day <= b for a, b in stopped):
            amount -= 1
    for a, b in stopped:
        if a <= day < b:  # stopped on the last day: that day is given back after the pause
            day = b
            while unit == Unit.WORKDAYS and not calendar.is_workday(day):
                day += timedelta(days=1)
    return calendar.end_of(day)


def close(
    start: datetime,
    amount: int,
    unit: Unit,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
) -> datetime | None:
    """From when a deadline is close: its last fifth, at least its last two days.

    None while a pause is open; the start itself for terms of a day or two.
    """
    pauses = list(pauses)
    if due(start, amount, unit, calendar, pauses) is None:
        return None
    tail = amount // 5 if unit == Unit.HOURS else max(1, amount // 5) + 1
    if amount < tail:
        return start
    return due(start, amount - tail, unit, calendar, pauses)


def is_provisional(start: datetime, end: datetime | None, unit: Unit, calendar: Calendar) -> bool:
    """Whether the deadline crosses a year whose holidays are not published yet."""
    if unit != Unit.WORKDAYS:
        return False
    last = calendar.day(end or start)
    crossed = range(calendar.day(start).year, last.year + 1)
    return any(year not in calendar.years for year in crossed)


def remaining(moment: datetime, end: datetime, unit: Unit, calendar: Calendar) -> int:
    """Whole units left at `moment` (negative once overdue); 0 on the last day itself."""
    if unit == Unit.HOURS:
        return int((end - moment).total_seconds() // 3600)
    first, last = calendar.day(moment), calendar.day(end)
    low, high = sorted((first, last))
    days = (low + timedelta(days=n) for n in range(1, (high - low).days + 1))
    left = sum(unit == Unit.DAYS or calendar.is_workday(day) for day in days)
    return left if last >= first else -left


def explain(
    start: datetime,
    amount: int,
    unit: Unit,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    *,
    what: str = "",
) -> str:
    """One Chinese sentence that derives the deadline, for a citizen and for an auditor."""
    first = calendar.day(start)
    label = f"{what}：" if what else ""
    rule = f"{label}自{_words(first)}起算（当日不计），{amount}{UNIT_WORDS[unit]}"
    if amount == 0:
        rule = f"{label}自{_words(first)}起，当日办结"
    end = due(start, amount, unit, calendar, pauses)
    if end is None:
        since = next(a for a, b in pauses if b is None)
        stop = f"{_words(calendar.day(since))}起暂停计时"
        return f"{rule}；{stop}，恢复后按剩余时间继续，现在没有截止日。"
    parts = [rule, *_skipped(first, calendar.day(end), unit, calendar, _merged(pauses))]
    last = calendar.day(end)
    clock = f"{end.astimezone(calendar.zone):%H:%M}" if unit == Unit.HOURS else "当日24:00前"
    text = "，".join(parts) + f"，截止{_words(last)}{clock}。"
    if is_provisional(start, end, unit, calendar):
        missing = [y for y in range(first.year, last.year + 1) if y not in calendar.years]
        years = "、".join(f"{year}年" for year in missing)
        text += f"{years}放假安排尚未公布，此为暂定日期，以正式放假安排为准。"
    return text


def _due_hours(start: datetime, amount: int, pauses: Sequence[Pause]) -> datetime:
    moment = start + timedelta(hours=amount)
    for begin, end in pauses:
        if end is not None and begin < moment and end > start:
            moment += end - max(begin, start)
    return moment


def _merged(pauses: Iterable[Pause]) -> list[Pause]:
    """Pauses in order, overlaps joined, so that no day is taken out twice (trap T9)."""
    merged: list[Pause] = []
    for begin, end in sorted(pauses, key=lambda pause: pause[0]):
        if merged:
            earlier, until = merged[-1]
            if until is None:
                break
            if begin <= until:
                merged[-1] = (earlier, None if end is None else max(until, end))
                continue
        merged.append((begin, end))
    return merged


def _skipped(
    first: date, last: date, unit: Unit, calendar: Calendar, pauses: Sequence[Pause]
) -> list[str]:
    span = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    parts = []
    if unit == Unit.WORKDAYS:
        rest = sum(not calendar.is_workday(day) for day in span)
        extra = sum(day in calendar.on and day.weekday() >= 5 for day in span)
        if rest:
            parts.append(f"其间{rest}天休息日、节假日不计")
        if extra:
            parts.append(f"{extra}个调休上班日照常计入")
    for begin, end in pauses:
        if end is not None and calendar.day(begin) <= last:
            parts.append(
                f"{_words(calendar.day(begin))}至{_words(calendar.day(end))}暂停的时间不计"
            )
    return parts


def _words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
