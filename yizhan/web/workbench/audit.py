"""What the audit administrator reads: accounts' events, looks at personal data, whole trails."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yizhan.domain.journeys import queries as journeys
from yizhan.domain.people import queries, rules
from yizhan.domain.people.choices import Function

PAGE = 50
LONGEST = 60


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The security trail of accounts, newest first."""
    text = _text(request)
    named = Q(account__username__contains=text) | Q(account__display_name__contains=text)
    page = _paged(request, queries.account_events(request.user).filter(named))
    for event in page:
        event.words = "，".join(f"{key} {value}" for key, value in sorted(event.data.items()))
    context = {"page": page, "q": text, "tab": "events", "pager_query": _query(text)}
    return render(request, "workbench/audit/events.html", context)


@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Who looked at whose data and why; the persons appear by record number only."""
    text = _text(request)
    found = queries.access_lines(request.user).filter(account_name__contains=text)
    page = _paged(request, found)
    context = {"page": page, "q": text, "tab": "looks", "pager_query": _query(text)}
    return render(request, "workbench/audit/looks.html", context)


@require_safe
def trails(request: HttpRequest) -> HttpResponse:
    """Recompute the hash chains of the cases that changed last, or of one case."""
    number = _text(request)
    context = {
        "check": journeys.check_trails(request.user.region, number=number),
        "q": number,
        "tab": "trails",
    }
    return render(request, "workbench/audit/trails.html", context)


def _text(request: HttpRequest) -> str:
    """The search text, once the reader is known to be the audit administrator."""
    if not rules.holds(request.user, Function.AUDIT_ADMIN):
        raise PermissionDenied
    return request.GET.get("q", "").strip()[:LONGEST].replace("\x00", "")


def _query(text: str) -> str:
    return f"{urlencode({'q': text})}&" if text else ""


def _paged(request: HttpRequest, rows: QuerySet[Any]) -> Any:
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))
