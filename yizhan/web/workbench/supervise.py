"""The supervisor's view: overdue and nearly overdue clocks by unit, each figure opens its cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yizhan.core.flow import Refused
from yizhan.domain.cases import queries
from yizhan.domain.cases.queries import finding
from yizhan.domain.office import queries as office
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function
from yizhan.web.workbench import listing

COLOURS = {"red": "超期", "yellow": "快到期"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One unit: its counts, their links, and how wide they are drawn (of 100)."""

    name: str
    red: int
    yellow: int
    red_text: str
    yellow_text: str
    red_url: str
    yellow_url: str
    red_width: str
    yellow_width: str


@dataclass
class Supervision:
    """The page."""

    moment: datetime
    units: list[Bar]
    label: str
    filtered: bool
    rows: list[listing.Line]
    after: str
    extensions: list[dict[str, Any]]
    broken: list[dict[str, Any]]


@never_cache
@require_safe
def supervise(request: HttpRequest) -> HttpResponse:
    """Overdue first; extensions that wait for an answer; promises that were not kept."""
    if not people.holds(request.user, Function.SUPERVISOR, Function.APPROVER):
        raise PermissionDenied
    colour = request.GET.get("light", "")
    colour = colour if colour in COLOURS else ""
    text = request.GET.get("unit", "")
    unit = int(text) if text.isdigit() and len(text) < 10 else None
    mark = request.GET.get("page", "")
    try:
        page = _build(request.user, at=timezone.now(), colour=colour, unit=unit, mark=mark)
    except Refused:  # a mark somebody typed: the first page
        return redirect("workbench:supervise")
    return render(request, "workbench/supervise/supervise.html", {"page": page})


def _build(account: Any, *, at: datetime, colour: str, unit: int | None, mark: str) -> Supervision:
    calendar = office.calendar(account.region)
    units = finding.by_unit(account, at=at)
    most = max((line.red + line.yellow for line in units), default=1)
    name = next((f"{line.name}：" for line in units if line.unit == unit), "")
    found = finding.pressing(account, at=at, colour=colour, unit=unit, page=mark)
    asked = {"unit": unit, "light": colour, "page": found.next}
    return Supervision(
        moment=at,
        units=[_bar(line, most) for line in units],
        label=f"{name}{COLOURS.get(colour, '超期和快到期')}的办件",
        filtered=bool(colour or unit is not None),
        rows=[listing.line(row, at=at, calendar=calendar) for row in found.rows],
        after="?" + urlencode({k: v for k, v in asked.items() if v}) if found.next else "",
        extensions=[_extension(one) for one in finding.asked_extensions(account)],
        broken=[_broken(one) for one in queries.supervision(account, at=at)["broken"]],
    )


def _bar(line: finding.UnitLine, most: int) -> Bar:
    base = reverse("workbench:supervise")
    return Bar(
        name=line.name, red=line.red, yellow=line.yellow,
        red_text=f"超期 {line.red}", yellow_text=f"快到期 {line.yellow}",
        red_url=f"{base}?{urlencode({'unit': line.unit, 'light': 'red'})}",
        yellow_url=f"{base}?{urlencode({'unit': line.unit, 'light': 'yellow'})}",
        red_width=f"{line.red * 100 / most:.1f}", yellow_width=f"{line.yellow * 100 / most:.1f}",
    )  # fmt: skip


def _extension(one: Any) -> dict[str, Any]:
    return {
        **_case(one.case, "?do=approve_extension#do-approve_extension"),
        "days": one.days,
        "reason": one.reason,
        "by": str(one.asked_by),
        "at": one.asked_at,
    }


def _broken(one: Any) -> dict[str, Any]:
    return {**_case(one.case), "kind": one.get_kind_display(), "at": one.settled_at}


def _case(case: Any, suffix: str = "") -> dict[str, Any]:
    return {
        "url": reverse("workbench:case", args=(case.number,)) + suffix,
        "title": case.title,
        "number": case.number,
        "unit": case.organisation.short_name,
    }
