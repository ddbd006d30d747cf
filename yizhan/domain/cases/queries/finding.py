"""Cases found by what a person remembers of them, and what a supervisor sees by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yizhan.domain.cases.choices import ExtensionState, MaterialState
from yizhan.domain.cases.models import Case, CaseMaterial, Extension, MaterialFile
from yizhan.domain.cases.queries.doors import visible_to
from yizhan.domain.cases.queries.lists import (
    PAGE,
    RED,
    Page,
    Row,
    _row,
    in_order,
    paged,
    supervised,
)

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account, LegalPerson, Person

EARLIER = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """How many cases of a unit are overdue or close to it."""

    unit: int
    name: str
    red: int
    yellow: int


def found(account: Account, text: str, *, at: datetime, page: str = "") -> Page:
    """Visible cases whose number or applicant's name begins with the text, newest first.

    50 at a time; `page` is the mark of the page before. Raises Refused for a typed mark.
    """
    if not text:
        return Page("", [], "")
    begins = Q(number__startswith=text) | Q(subject_name__startswith=text)
    rows = in_order(visible_to(account).filter(begins), "-submitted_at")
    return paged(rows, "-submitted_at", page=page, at=at)


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
    account: Account, *, at: datetime, colour: str = "", unit: int | None = None, page: str = ""
) -> Page:
    """The cases behind a figure: red, yellow or both, of one unit or all, due first.

    50 at a time; `page` is the mark of the page before. Raises Refused for a typed mark.
    """
    rows = supervised(account).filter(warn_at__lte=at)
    if colour:
        rows = rows.filter(due_at__lt=at) if colour == RED else rows.filter(due_at__gte=at)
    if unit is not None:
        rows = rows.filter(organisation_id=unit)
    return paged(in_order(rows, "due_at"), "due_at", page=page, at=at)


def asked_extensions(account: Account) -> QuerySet[Extension]:
    """Requests for more time that wait for an answer, oldest first."""
    cases: QuerySet[Case] = supervised(account)
    return (
        Extension.objects.filter(state=ExtensionState.ASKED, case__in=cases.values("pk"))
        .select_related("case__organisation", "asked_by")
        .order_by("asked_at", "id")[:PAGE]
    )


def earlier_materials(
    person: Person | None, legal_person: LegalPerson | None, names: Sequence[str], *, at: datetime
) -> dict[str, CaseMaterial]:
    """What this applicant handed in before, with files, in the last two years: name → the latest.

    Asking twice for the same thing is forbidden (安阳市政务服务条例 23); whether it still holds is
    judged by who looks at it, so its date is shown.
    """
    if person is None and legal_person is None:
        return {}
    kept = MaterialFile.objects.filter(material=OuterRef("pk"), replaced_at=None)
    rows = (
        CaseMaterial.objects.filter(
            Exists(kept), case__person=person, case__legal_person=legal_person, name__in=names,
            state=MaterialState.PROVIDED, taken_at__gte=at - EARLIER,
        )
        .select_related("case")
        .order_by("taken_at", "id")
    )  # fmt: skip
    return {row.name: row for row in rows}


def under_way(
    account: Account, person: Person | None, legal_person: LegalPerson | None, *, at: datetime
) -> list[Row]:
    """What this applicant has open and the clerk may see, due first, at most ten."""
    if person is None and legal_person is None:
        return []
    mine = Q(person=person, legal_person=legal_person)
    rows = in_order(visible_to(account).filter(mine, closed_at=None), "due_at")
    return [_row(values, at) for values in rows[:10]]
