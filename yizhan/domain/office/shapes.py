"""What importers read and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One line of a statistics code list, as read; `line` is for the report."""

    line: int
    code: str
    name: str
    parent: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of a holiday arrangement, as read."""

    line: int
    day: date
    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line of a file, in a sentence; line 0 is the whole file."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"第{self.line}行：{self.sentence}" if self.line else self.sentence


class BrokenFile(Exception):  # noqa: N818 - says what the file is
    """A file that is refused as a whole, with every reason."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("；".join(str(problem) for problem in problems[:5]))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class RegionReport:
    """What an import of places did."""

    added: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True)
class CalendarReport:
    """What an import of a year did: the days that differ from before."""

    year: int
    region: str
    days: int
    changed: list[date] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HallCard:
    """A hall as the portal shows it."""

    name: str
    address: str
    phone: str
    hours: list[str]
    open: bool
    sentence: str
