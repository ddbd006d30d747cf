"""Whether a matter grows: more voices this week than chance would bring."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

WEEK = timedelta(days=7)
WINDOW = timedelta(days=30)  # orders that are looked at
FEWEST = 5  # voices of a week below which nothing is an alarm
CHANCE = 0.01  # that a week brings so many by itself
LEAST = 0.5  # voices a week that are always expected: a new matter has no past
MANY = 300  # expected voices from which the normal curve stands for Poisson's


@dataclass(frozen=True, slots=True)
class Growth:
    """Voices of the last seven days, expected by the earlier ones, and by what chance so many."""

    recent: int
    expected: float
    chance: float
    alarm: bool

    def as_dict(self) -> dict[str, Any]:
        """For the table."""
        return asdict(self)


def growth(moments: Iterable[datetime], *, at: datetime) -> Growth:
    """The growth of a matter from when its voices came.

    The rate of the 23 days before gives what a week should bring; the chance of at least as many is
    Poisson's. A matter of a few regular voices a week stays silent, five in the first week of a new
    one ring. Voices that answer each other (a call to complain) are no chance: that is the alarm.
    """
    given = [moment for moment in moments if at - WINDOW <= moment < at]
    recent = sum(moment >= at - WEEK for moment in given)
    earlier = len(given) - recent
    expected = max(LEAST, earlier * (WEEK / (WINDOW - WEEK)))
    chance = at_least(recent, expected)
    alarm = recent >= FEWEST and chance < CHANCE
    return Growth(recent, round(expected, 2), round(chance, 6), alarm)


def at_least(number: int, expected: float) -> float:
    """The chance of `number` or more where `expected` are usual (Poisson)."""
    if expected > MANY:
        return 0.5 * math.erfc((number - 0.5 - expected) / math.sqrt(2 * expected))
    term = total = math.exp(-expected)
    if number == 0:
        return 1.0
    for count in range(1, number):
        term *= expected / count
        total += term
    return max(0.0, 1 - total)
