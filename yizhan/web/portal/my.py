"""The cards of "my affairs": where each case stands, until when, and what is the person's turn."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from yizhan.domain.cases import queries
from yizhan.domain.cases.choices import State
from yizhan.domain.cases.models import Case
from yizhan.web.ui.words import TONES, day_words


@dataclass(frozen=True, slots=True)
class Card:
    """One case in the list."""

    case: Case
    tone: str
    todo: str
    due: str


def cards(found: list[Case]) -> list[Card]:
    """The cards of one page of cases; asks nothing more of the database."""
    return [Card(case, TONES.get(case.state, ""), _todo(case), _due(case)) for case in found]


def _todo(case: Case) -> str:
    if case.state == State.CORRECTION:
        day = f"{_day(case)}前" if case.due_at else "尽快"
        return f"要您补正，请{day}补好。"
    return ""


def _due(case: Case) -> str:
    if case.due_at is None or case.closed_at is not None:
        return ""
    return f"{queries.clock_label(case.due_clock)}：{_day(case)}前"


def _day(case: Case) -> str:
    return day_words(timezone.localtime(case.due_at).date())
