"""The demonstration's phone: the messages that a real installation would have sent."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yizhan.domain.notices import queries

SHOWN = 30


@login_not_required
@never_cache
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The latest messages, codes included. Without DEMO there is no such page."""
    if not settings.DEMO:
        raise Http404
    part = "#list" if request.htmx else ""
    context = {"lines": queries.demo_outbox(SHOWN)}
    return render(request, f"portal/outbox.html{part}", context)
