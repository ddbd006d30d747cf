"""The telephone beside the orders: who calls now, whom nobody answered, how fast we answer."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yizhan.core.flow import Refused
from yizhan.core.worktime import CHINA
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.models import Call
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function as F
from yizhan.web.workbench.hotline_list import share

MOST = 50
TEMPLATE = "workbench/hotline/calls.html"
WHO = (F.HOTLINE_AGENT, F.HOTLINE_DISPATCHER, F.SUPERVISOR)


@never_cache
@require_safe
def hotline_calls(request: HttpRequest) -> HttpResponse:
    """Ringing now with the number and what it asked before; missed ones; today's figures."""
    if not people.holds(request.user, *WHO):
        raise PermissionDenied
    return _page(request)


@never_cache
@require_POST
def call_returned(request: HttpRequest, call_id: Any) -> HttpResponse:
    """A missed call was called back."""
    call = get_object_or_404(queries.calls_visible_to(request.user), pk=call_id)
    try:
        actions.return_call(call.pk, by=request.user, at=timezone.now())
    except Refused as no:
        return _page(request, refusal=no.sentence, status=409)
    return redirect("workbench:hotline_calls")


def _page(request: HttpRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    at, region = timezone.now(), request.user.region
    today = datetime.combine(at.astimezone(CHINA).date(), time.min, tzinfo=CHINA)
    figures = queries.call_figures(region, today, at)
    context = {
        "live": [_line(call, region) for call in queries.live_calls(request.user, at=at)[:MOST]],
        "missed": [_line(call, region) for call in queries.missed_calls(request.user)[:MOST]],
        "figures": figures, "connection": share(figures.connection_rate),
        "soon": share(figures.soon_rate), "refusal": refusal,
    }  # fmt: skip
    name = f"{TEMPLATE}#calls" if request.htmx else TEMPLATE
    return render(request, name, context, status=status)


def _line(call: Call, region: str) -> dict[str, Any]:
    past = queries.history_of(region, call.number_index, most=3)
    return {
        "pk": call.pk, "number": queries.number_of(call), "rang_at": call.rang_at,
        "ringing": call.answered_at is None, "agent": call.agent, "line": call.line, "past": past,
    }  # fmt: skip
