"""The working calendar: which years are known, their days, imports; and the list of places.

Every change recomputes the open deadlines at once and says how many moved.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yizhan.core.flow import Refused
from yizhan.domain.journeys import actions as journeys
from yizhan.domain.journeys import queries as journey_queries
from yizhan.domain.office import actions, queries, rules
from yizhan.domain.office.adapters import chinese
from yizhan.domain.office.models import CalendarDay, CalendarYear
from yizhan.domain.office.shapes import BrokenFile, CalendarReport, DayRow, Problem
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function
from yizhan.web.workbench.office_forms import (
    CalendarFileForm,
    CalendarLibraryForm,
    LocalDayForm,
    RegionsForm,
)
from yizhan.web.workbench.people_forms import Said

SHOWN = 50  # faults of a file that are shown


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Warnings, the days of a year, and the ways to publish one."""
    _door(request)
    return _page(request)


@require_POST
def calendar_file(request: HttpRequest) -> HttpResponse:
    """Publish a year from a CSV or iCalendar file."""
    _door(request)
    form = CalendarFileForm(request.POST, request.FILES, prefix="file")
    if not form.is_valid():
        return _page(request, file=form, status=422)

    def publish() -> CalendarReport:
        facts = form.cleaned_data
        return actions.import_calendar_year(
            year=facts["year"],
            days=rules.day_rows(facts["file"], filename=form.filename),
            source=f"文件 {form.filename}"[:120],
            document=facts["document"],
            by=request.user,
            at=timezone.now(),
        )

    return _publish(request, form, "file", publish)


@require_POST
def calendar_library(request: HttpRequest) -> HttpResponse:
    """Publish a year from the installed package of State Council arrangements."""
    _door(request)
    form = CalendarLibraryForm(request.POST, prefix="library")
    if not form.is_valid():
        return _page(request, library=form, status=422)

    def publish() -> CalendarReport:
        return actions.import_calendar_year(
            year=form.cleaned_data["year"],
            days=chinese.year_days(form.cleaned_data["year"]),
            source=chinese.SOURCE,
            document=form.cleaned_data["document"],
            by=request.user,
            at=timezone.now(),
        )

    return _publish(request, form, "library", publish)


@require_POST
def calendar_local(request: HttpRequest) -> HttpResponse:
    """A day of the county's own."""
    _door(request)
    form = LocalDayForm(request.POST, prefix="local")
    if not form.is_valid():
        return _page(request, local=form, status=422)

    def publish() -> CalendarReport:
        facts = form.cleaned_data
        return actions.set_local_day(
            region=request.user.region,
            day=DayRow(0, facts["day"], facts["kind"], facts["name"]),
            document=facts["document"],
            by=request.user,
            at=timezone.now(),
        )

    return _publish(request, form, "local", publish)


@require_POST
def calendar_local_drop(request: HttpRequest, day_id: int) -> HttpResponse:
    """Take a day of the county's own out again."""
    _door(request)
    try:
        report = actions.drop_local_day(
            day_id, region=request.user.region, by=request.user, at=timezone.now()
        )
    except CalendarDay.DoesNotExist:
        raise Http404 from None
    return _recompute(request, report)


@require_POST
def regions(request: HttpRequest) -> HttpResponse:
    """Import the public code list of places."""
    _door(request)
    form = RegionsForm(request.POST, request.FILES, prefix="regions")
    if not form.is_valid():
        return _page(request, regions=form, status=422)
    try:
        rows = rules.place_rows(rules.text_of(form.cleaned_data["file"]))
        report = actions.import_regions(rows, by=request.user, at=timezone.now())
    except BrokenFile as broken:
        form.add_error("file", _headline(broken))
        return _page(request, regions=form, problems=broken.problems, status=422)
    messages.success(
        request, f"区划已导入：新增{report.added}个，更名{report.changed}个，不变{report.same}个。"
    )
    return redirect("workbench:calendar")


def _door(request: HttpRequest) -> None:
    if not people.holds(request.user, Function.CALENDAR_KEEPER):
        raise PermissionDenied


def _publish(
    request: HttpRequest, form: Said, name: str, publish: Callable[[], CalendarReport]
) -> HttpResponse:
    """Import; a faulty file is shown with its lines, the rest of the form kept."""
    problems: list[Problem] = []
    try:
        return _recompute(request, publish())
    except BrokenFile as broken:
        form.add_error("file" if "file" in form.fields else None, _headline(broken))
        problems = broken.problems
    except Refused as refusal:
        form.refuse(refusal)
    return _page(request, problems=problems, status=422, **{name: form})


def _recompute(request: HttpRequest, report: CalendarReport) -> HttpResponse:
    """After the calendar changed: every open deadline, and a sentence about what happened."""
    moved = journeys.recompute_deadlines(by=request.user, at=timezone.now())
    what = f"{report.year}年的{'地方调整' if report.region else '放假安排'}已生效"
    days = f"有{len(report.changed)}天与原来不同" if report.changed else "与原来完全相同"
    said = (
        f"重算了{moved}个未办结办件的期限，已记录，日期有变的已通知当事人"
        if moved
        else "没有期限需要改动"
    )
    messages.success(request, f"{what}，{days}；{said}。")
    return redirect(f"{reverse('workbench:calendar')}?year={report.year}")


def _headline(broken: BrokenFile) -> str:
    first = str(broken.problems[0])
    more = len(broken.problems) - 1
    return (
        f"{first}（还有{more}处，见下表。什么都没有导入。）" if more else f"{first}什么都没有导入。"
    )


def _published(year: CalendarYear) -> dict[str, Any]:
    return {"facts": year, "days": list(queries.days_of(year))}


def _page(
    request: HttpRequest, *, problems: list[Problem] | None = None, status: int = 200, **forms: Any
) -> HttpResponse:
    now = timezone.now()
    deadlines = journey_queries.open_deadlines(request.user.region)
    years = list(queries.years(request.user.region))
    asked = request.GET.get("year", "")
    chosen = int(asked) if asked.isdigit() and len(asked) == 4 else timezone.localtime(now).year
    context = {
        "warnings": queries.year_warnings(
            now, deadlines=deadlines.provisional, last_due=deadlines.last_due
        ),
        "years": sorted({year.year for year in years}, reverse=True),
        "chosen": chosen,
        "published": [_published(year) for year in years if year.year == chosen],
        "file": CalendarFileForm(prefix="file"),
        "library": CalendarLibraryForm(prefix="library"),
        "local": LocalDayForm(prefix="local"),
        "regions": RegionsForm(prefix="regions"),
        "problems": (problems or [])[:SHOWN],
        **forms,
    }
    return render(request, "workbench/office/calendar.html", context, status=status)
