"""One order by a link on a phone: sign, contact, answer with a photo; nothing else, no login."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.models import HandlingLink
from yizhan.domain.people.models import Account
from yizhan.web.ui.throttle import too_many
from yizhan.web.workbench import hotline_page
from yizhan.web.workbench.forms import DeedForm
from yizhan.web.workbench.hotline_deeds import DEEDS

ALLOWED = ("sign", "contact", "submit_reply", "finish_part")
TRIES = 30  # looks at links in a minute from one place


@login_not_required
@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The order and what is to do, as large as a thumb."""
    return _page(request, _link(request, token), token)


@login_not_required
@never_cache
@require_POST
def link_act(request: HttpRequest, token: str, verb: str) -> HttpResponse:
    """One step, as the official to whom the link was sent."""
    found, at = _link(request, token), timezone.now()
    if verb not in ALLOWED:
        raise Http404
    facts = hotline_page.load(found.order, account=found.account, at=at)
    form = DEEDS[verb].form(request.POST, request.FILES, name=verb, page=facts)
    if not form.is_valid():
        return _page(request, found, token, bound=form, status=422)
    try:
        DEEDS[verb].run(form, by=found.account, at=at)
    except Refused as no:
        return _page(request, found, token, bound=form, refusal=no.sentence, status=409)
    if queries.order_by_link(actions.digest_of(token), at=at) is None:
        return render(request, "workbench/hotline/link_done.html", {"number": found.order.number})
    return redirect("workbench:link", token=token)


@never_cache
@require_POST
def link_send(request: HttpRequest, number: str) -> HttpResponse:
    """Send a link to a handler's phone."""
    order = queries.find(request.user, number)
    if order is None:
        raise Http404
    account = get_object_or_404(
        Account, username=request.POST.get("account", ""), region=order.region, kind="staff"
    )
    base = request.build_absolute_uri(reverse("workbench:link", args=("x",)))[:-2]
    try:
        actions.send_link(
            order.pk, account=account, phone=request.POST.get("phone", ""), base=base,
            by=request.user, at=timezone.now(),
        )  # fmt: skip
    except Refused as no:
        return render(request, "workbench/hotline/link_done.html",
                      {"number": number, "refusal": no.sentence}, status=409)  # fmt: skip
    return redirect("workbench:order", number=number)


def _link(request: HttpRequest, token: str) -> HandlingLink:
    digest = actions.digest_of(token)
    if too_many(request, "hotline_link", digest, most=TRIES):
        raise Http404
    found = queries.order_by_link(digest, at=timezone.now())
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    found: HandlingLink,
    token: str,
    *,
    bound: DeedForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    facts = hotline_page.load(found.order, account=found.account, at=timezone.now())
    view = hotline_page.build(facts, bound=bound, refusal=refusal)
    offers: list[Any] = [offer for offer in view.offers if offer.deed.name in ALLOWED]
    context = {"page": view, "offers": offers, "token": token, "who": found.account.display_name}
    return render(request, "workbench/hotline/link.html", context, status=status)
