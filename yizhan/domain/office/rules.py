"""Reading the public code list of places and holiday arrangements; every fault has its line.

Division codes: 统计用区划代码 (2 province, 4 city, 6 county, 9 town, 12 village; zeros fill up).
Holidays: 国务院办公厅关于部分节假日安排的通知, as CSV (date, kind, name) or iCalendar.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import date, timedelta

from yizhan.domain.office.choices import DayKind, RegionLevel
from yizhan.domain.office.shapes import BrokenFile, DayRow, PlaceRow, Problem

LEVELS = {
    2: RegionLevel.PROVINCE,
    4: RegionLevel.CITY,
    6: RegionLevel.COUNTY,
    9: RegionLevel.TOWN,
    12: RegionLevel.VILLAGE,
}
PARENT_LENGTH = {4: 2, 6: 4, 9: 6, 12: 9}
MOST_PROBLEMS = 200
_KINDS = {
    DayKind.OFF: ("off", "放假", "休", "休息", "假", "holiday", "节假日"),
    DayKind.ON: ("on", "调休上班", "上班", "班", "补班", "调休", "workday", "工作日"),
}
_COLUMNS = {
    "code": ("code", "代码", "统计用区划代码", "区划代码"),
    "name": ("name", "名称"),
    "parent": ("parent", "上级", "上级代码"),
    "level": ("level", "级别"),
    "day": ("date", "day", "日期"),
    "kind": ("kind", "安排", "类型"),
    "holiday": ("name", "holiday", "名称", "节日"),
}


def text_of(content: bytes) -> str:
    """A file's text: UTF-8 (with or without mark) or GB18030. Raises BrokenFile."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BrokenFile([Problem(0, "文件不是文本，请另存为 CSV（UTF-8 或 GBK 编码）再上传。")])


def place_rows(text: str) -> list[PlaceRow]:
    """The lines of a code list with the columns code and name (parent and level if there)."""
    reader, names = _table(text, "code", "name")
    return [
        PlaceRow(
            reader_line,
            (row.get(names["code"]) or "").strip(),
            (row.get(names["name"]) or "").strip(),
            (row.get(names.get("parent", "")) or "").strip(),
            (row.get(names.get("level", "")) or "").strip(),
        )
        for reader_line, row in reader
    ]


def significant(code: str) -> str:
    """A code without the zeros that fill it up: 410225000000 → 410225, 410225001 stays.

    Raises ValueError when it is no division code.
    """
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", code):
        raise ValueError(code)
    full = code.ljust(12, "0")
    if full[:2] == "00":
        raise ValueError(code)
    for length in (2, 4, 6, 9):
        if not full[length:].strip("0"):
            return full[:length]
    return full


def check_places(rows: Iterable[PlaceRow], known: frozenset[str]) -> list[Problem]:
    """Everything wrong with a code list; `known` are the codes (12 digits) already stored."""
    found: list[Problem] = []
    rows = list(rows)
    seen: dict[str, int] = {}
    for row in rows:
        problem = _place_problem(row, seen)
        if problem:
            found.append(Problem(row.line, problem))
        else:
            seen[significant(row.code).ljust(12, "0")] = row.line
    for row in rows:
        try:
            short = significant(row.code)
        except ValueError:
            continue
        above = parent_code(short)
        if above and above not in seen and above not in known:
            found.append(Problem(row.line, f"{row.name}的上级{above}不在文件里，系统里也没有。"))
    if not rows:
        found.append(Problem(0, "文件里没有一行数据。"))
    return sorted(found, key=lambda problem: problem.line)


def parent_code(short: str) -> str:
    """The 12-digit code of the place above; empty for a province.

    Counties directly under a province (4190xx) have no city: their parent is the province.
    """
    if len(short) == 2:
        return ""
    length = PARENT_LENGTH[len(short)]
    if len(short) == 6 and short[2:4] == "90":
        length = 2
    return short[:length].ljust(12, "0")


def day_rows(content: bytes, *, filename: str) -> list[DayRow]:
    """The days of a CSV or iCalendar file. Raises BrokenFile with every unreadable line."""
    text = text_of(content)
    if "BEGIN:VCALENDAR" in text[:200].upper() or filename.lower().endswith(".ics"):
        return _ics_rows(text)
    return _csv_days(text)


def check_days(rows: Iterable[DayRow], *, year: int) -> list[Problem]:
    """Everything wrong with an arrangement of `year`: other years, doubles, contradictions."""
    found: list[Problem] = []
    seen: dict[date, DayRow] = {}
    rows = list(rows)
    for row in rows:
        if row.day.year != year:
            found.append(
                Problem(row.line, f"{words(row.day)}不是{year}年的日期，请确认选对了年份和文件。")
            )
        earlier = seen.setdefault(row.day, row)
        if earlier is row:
            continue
        if earlier.kind != row.kind:
            sentence = f"{words(row.day)}在第{earlier.line}行写的是另一种安排，前后矛盾。"
        else:
            sentence = f"{words(row.day)}与第{earlier.line}行重复。"
        found.append(Problem(row.line, sentence))
    for row in seen.values():
        if row.kind == DayKind.ON and row.day.weekday() < 5:
            found.append(Problem(row.line, f"{words(row.day)}本来就是工作日，不需要写成调休上班。"))
    if not any(row.kind == DayKind.OFF for row in rows):
        found.append(Problem(0, "文件里没有一个放假的日子，不像一年的放假安排。"))
    return sorted(found, key=lambda problem: problem.line)


def words(day: date) -> str:
    """2026年10月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _place_problem(row: PlaceRow, seen: dict[str, int]) -> str:
    try:
        short = significant(row.code)
    except ValueError:
        return f"区划代码“{row.code}”应为2、4、6、9或12位数字。"
    if not 1 <= len(row.name) <= 60 or not re.search(r"\w", row.name):
        return "名称是空的，或者超过60个字。"
    full = short.ljust(12, "0")
    if full in seen:
        return f"区划代码{row.code}与第{seen[full]}行重复。"
    if row.level and row.level != LEVELS[len(short)]:
        return f"级别“{row.level}”与代码{row.code}不符，应为{LEVELS[len(short)]}。"
    if row.parent:
        try:
            stated = significant(row.parent)
        except ValueError:
            return f"上级代码“{row.parent}”应为2、4、6、9或12位数字。"
        if stated.ljust(12, "0") != parent_code(short):
            return f"上级代码{row.parent}与代码{row.code}不符。"
    return ""


def _csv_days(text: str) -> list[DayRow]:
    reader, names = _table(text, "day", "kind")
    rows, found = [], []
    for line, row in reader:
        try:
            day = _day((row.get(names["day"]) or "").strip())
        except ValueError:
            found.append(Problem(line, f"日期“{row.get(names['day'])}”读不出来，应像2026-10-01。"))
            continue
        kind = _kind((row.get(names["kind"]) or "").strip())
        if kind is None:
            found.append(Problem(line, "安排应写“放假”或“上班”。"))
            continue
        name = (row.get(names.get("holiday", "")) or "").strip()[:40]
        rows.append(DayRow(line, day, kind, name))
    if found:
        raise BrokenFile(found[:MOST_PROBLEMS])
    return rows


def _ics_rows(text: str) -> list[DayRow]:
    """The whole-day events of an iCalendar file; 「班」 in the summary marks a make-up day."""
    lines = re.sub(r"\r?\n[ \t]", "", text).splitlines()  # unfold, RFC 5545 3.1
    rows: list[DayRow] = []
    found: list[Problem] = []
    event: dict[str, str] | None = None
    for number, line in enumerate(lines, 1):
        name, _, value = line.partition(":")
        name = name.split(";")[0].upper()
        if line.strip().upper() == "BEGIN:VEVENT":
            event = {"line": str(number)}
        elif line.strip().upper() == "END:VEVENT" and event is not None:
            try:
                rows += _event_days(event)
            except ValueError:
                found.append(Problem(int(event["line"]), "这个日程的日期读不出来。"))
            event = None
        elif event is not None:
            event.setdefault(name, value.strip())
    if found or not rows:
        raise BrokenFile(found or [Problem(0, "日历文件里没有一个日程。")])
    return rows


def _event_days(event: dict[str, str]) -> list[DayRow]:
    line, summary = int(event["line"]), event.get("SUMMARY", "").replace("\\,", "，")
    first = _day(event["DTSTART"][:8]) if "DTSTART" in event else _day("")
    last = _day(event["DTEND"][:8]) if "DTEND" in event else first + timedelta(days=1)
    if not first < last <= first + timedelta(days=31):
        raise ValueError(summary)
    kind = DayKind.ON if re.search(r"班|workday", summary, re.IGNORECASE) else DayKind.OFF
    days = (last - first).days
    return [DayRow(line, first + timedelta(days=n), kind, summary[:40]) for n in range(days)]


def _day(text: str) -> date:
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", text)
    if not found:
        raise ValueError(text)
    return date(*(int(part) for part in found.groups()))


def _kind(text: str) -> str | None:
    return next((kind for kind, said in _KINDS.items() if text.lower() in said), None)


def _table(text: str, *needed: str) -> tuple[list[tuple[int, dict[str, str]]], dict[str, str]]:
    """The lines with their numbers, and which column is which. Raises BrokenFile."""
    try:
        reader = csv.DictReader(io.StringIO(text), strict=True)
        heads = [(head or "").strip() for head in reader.fieldnames or []]
        reader.fieldnames = heads
        lines = [(reader.line_num, row) for row in reader if any((v or "") for v in row.values())]
    except csv.Error:
        raise BrokenFile([Problem(0, "文件不是规范的 CSV，请检查引号和分隔符。")]) from None
    names = {key: head for key, said in _COLUMNS.items() for head in heads if head.lower() in said}
    missing = [_COLUMNS[key][0] for key in needed if key not in names]
    if missing:
        raise BrokenFile([Problem(1, f"表头缺少这些列：{'、'.join(missing)}。")])
    return lines, names
