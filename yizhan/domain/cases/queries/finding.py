"""Cases found by what a person remembers of them, and what a supervisor sees by unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from yizhan.domain.cases.choices import ExtensionState
from yizhan.domain.cases.models import Case, Extension
from yizhan.domain.cases.queries.doors import visible_to
from yizhan.domain.cases.queries.lists import _COLUMNS, PAGE, RED, Row, _row, supervised

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account


@dataclass(frozen=True, slots=True)
class UnitLine:
    """How many cases of a unit are overdue or close to it."""

    unit: int
    name: str
    red: int
    yellow: int


def found(account: Account, text: str, *, at: datetime) -> list[Row]:
    """The first 50 visible cases whose number or applicant's name begins with the text."""
    if not text:
        return []
    begins = Q(number__startswith=text) | Q(subject_name__startswith=text)
    rows = visible_to(account).filter(begins).order_by("-submitted_at", "-id")
    return [_row(values, at) for values in rows.values_list(*_COLUMNS)[:PAGE]]


def by_unit(account: Account, *, at: datetime) -> list[UnitLine]:
    """Red and yellow cases by unit, the most overdue unit first; units without any are left out."""
    rows = (
        supervised(account)
        .filter(warn_at__lte=at)
        .values("organisation_id", "organisation__name")
        .annotate(
            red=Count("id", filter=Q(due_at__lt=at)), yellow=Count("id", filter=Q(due_at__gte=at))
        )
        .order_by("-red", "-yellow", "organisation__name")
    )
    return [
        UnitLine(row["organisation_id"], row["organisation__name"], row["red"], row["yellow"])
        for row in rows
    ]


def pressing(
    account: Account, *, at: datetime, colour: str = "", unit: int | None = None
) -> list[Row]:
    """The cases behind a figure: red, yellow or both, of one unit or all, due first, at most 50."""
    rows = supervised(account).filter(warn_at__lte=at)
    if colour:
        rows = rows.filter(due_at__lt=at) if colour == RED else rows.filter(due_at__gte=at)
    if unit is not None:
        rows = rows.filter(organisation_id=unit)
    ordered = rows.order_by("due_at", "id").values_list(*_COLUMNS)[:PAGE]
    return [_row(values, at) for values in ordered]


def asked_extensions(account: Account) -> QuerySet[Extension]:
    """Requests for more time that wait for an answer, oldest first."""
    cases: QuerySet[Case] = supervised(account)
    return (
        Extension.objects.filter(state=ExtensionState.ASKED, case__in=cases.values("pk"))
        .select_related("case__organisation", "asked_by")
        .order_by("asked_at", "id")[:PAGE]
    )
