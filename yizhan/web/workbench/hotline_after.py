"""After the end: what is published, what is left out of the rates; and the rules they follow."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.models import Order
from yizhan.domain.hotline.rules.terms import PRESETS
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function as F
from yizhan.web.workbench.hotline_forms import FormulaForm


@never_cache
@require_POST
def order_after(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """Publish, take down, ask for or decide an exclusion; the order page says what came of it."""
    order = queries.find(request.user, number)
    deed = DEEDS.get(what)
    if order is None or deed is None:
        raise Http404
    try:
        said = deed(order, request)
    except Refused as no:
        messages.error(request, no.sentence)
    else:
        messages.success(request, said)
    return redirect("workbench:order", number=number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hotline_rules(request: HttpRequest) -> HttpResponse:
    """口径和时限: the formula of the rates and the deadlines in force, with their versions."""
    if not people.holds(request.user, F.SUPERVISOR, F.HOTLINE_DISPATCHER):
        raise PermissionDenied
    region, at = request.user.region, timezone.now()
    form = FormulaForm(request.POST if "contacted" in request.POST else None)
    refusal, status = "", 200 if request.method != "POST" else 422
    try:
        if request.method == "POST" and "preset" in request.POST:
            actions.use_preset(request.POST["preset"], region=region, by=request.user, at=at)
            return redirect("workbench:hotline_rules")
        if request.method == "POST" and form.is_valid():
            actions.set_formula(region=region, by=request.user, at=at, **form.weights())
            return redirect("workbench:hotline_rules")
    except Refused as no:
        refusal, status = no.sentence, 409
    context = {
        "form": form, "refusal": refusal, "formulas": queries.formulas(region)[:50],
        "templates": queries.templates(region)[:50], "presets": list(PRESETS),
        "may": people.holds(request.user, F.SUPERVISOR),
    }  # fmt: skip
    return render(request, "workbench/hotline/rules.html", context, status=status)


def _publish(order: Order, request: HttpRequest) -> str:
    actions.publish(order.pk, by=request.user, at=timezone.now())
    return "已在网站公开，个人信息已隐去。"


def _unpublish(order: Order, request: HttpRequest) -> str:
    reason = request.POST.get("reason", "")
    actions.unpublish(order.pk, reason=reason, by=request.user, at=timezone.now())
    return "已从网站撤下。"


def _ask(order: Order, request: HttpRequest) -> str:
    reason = request.POST.get("reason", "")
    actions.ask_exclusion(order.pk, reason=reason, by=request.user, at=timezone.now())
    return "已申请不计入三率，等监督人员审核。"


def _check(order: Order, request: HttpRequest) -> str:
    exclusion = queries.exclusion_of(order)
    if exclusion is None:
        raise Refused("这张工单没有待审核的申请。")
    allowed = request.POST.get("allowed") == "yes"
    actions.check_exclusion(exclusion.pk, allowed=allowed, by=request.user, at=timezone.now())
    return "已同意，不计入三率。" if allowed else "没有同意，照常计入三率。"


DEEDS: dict[str, Callable[[Order, HttpRequest], str]] = {
    "publish": _publish, "unpublish": _unpublish, "exclude": _ask, "decide": _check,
}  # fmt: skip
