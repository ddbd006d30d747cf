"""The self-service machine: find an item, read and print its guide, ask about a case. No login.

Nothing is remembered between two people: no session, no history, and every page goes back to the
start when nobody touches it for a while, longer where there is much to read. It says so twenty
seconds before, and any touch gives the whole time again (WCAG 2.2.1).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yizhan.domain.catalogue import queries
from yizhan.web.ui import browse
from yizhan.web.ui.lookup import QueryForm, look_up, posted

PAGE = 8  # as many as fit on the screen without scrolling
SHORT, LONG = 60, 180  # seconds until the start page comes back
LONGEST = 60


@login_not_required
@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Two big doors and the life events."""
    return _show(request, "start", topics=queries.topics(settings.REGION)[:12])


@login_not_required
@never_cache
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Items for what was typed, popular ones first when nothing was."""
    text = request.GET.get("q", "")[:LONGEST].replace("\x00", "")
    number = _number(request)
    found = browse.found(text, region=settings.REGION, limit=PAGE, offset=(number - 1) * PAGE)
    more = number + 1 if number * PAGE < found.total else 0
    return _show(request, "search", text=text, found=found, number=number, more=more)


@login_not_required
@never_cache
@require_safe
def topic(request: HttpRequest, name: str) -> HttpResponse:
    """The items of one life event."""
    if name not in dict(queries.topics(settings.REGION)):
        raise Http404
    items = queries.published(settings.REGION).filter(topics__contains=[name])
    ordered = items.select_related("organisation").order_by("-popularity", "name", "id")
    page = Paginator(ordered, PAGE).get_page(request.GET.get("page"))
    return _show(request, "topic", name=name, page=page)


@login_not_required
@never_cache
@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """What one item needs, short and large; the machine's printer prints it."""
    item = queries.by_slug(settings.REGION, slug)
    if item is None:
        raise Http404
    item.current.item = item
    return _show(request, "guide", LONG, guide=queries.guide(item.current))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def query(request: HttpRequest) -> HttpResponse:
    """Progress by number and code."""
    form = QueryForm(posted(request))
    answer, status = look_up(request, form, at=timezone.now())
    wait = LONG if answer else SHORT
    return _show(request, "query", wait, status=status, form=form, answer=answer)


def _show(
    request: HttpRequest, template: str, wait: int = SHORT, *, status: int = 200, **facts: Any
) -> HttpResponse:
    context = {"wait": wait if template != "start" else 0, **facts}
    return render(request, f"kiosk/{template}.html", context, status=status)


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), 100) if text.isdecimal() else 1
