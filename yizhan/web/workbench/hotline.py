"""The 12345 on the workbench: lists, the seat's form, the order page and every action on it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.models import Order, OrderFile
from yizhan.domain.people import queries as registered
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function as F
from yizhan.web.workbench import cases, forms, hotline_list, hotline_page
from yizhan.web.workbench.hotline_deeds import DEEDS
from yizhan.web.workbench.hotline_intake import IntakeForm

TEMPLATE = "workbench/hotline/order.html"
SEATS = (F.HOTLINE_AGENT, F.HOTLINE_DISPATCHER)


@never_cache
@require_safe
def hotline(request: HttpRequest) -> HttpResponse:
    """What is due first and why; danger above all; search by number or caller."""
    page = hotline_list.worklist(request.user, request.GET, at=timezone.now())
    name = "workbench/hotline/worklist.html"
    return render(request, f"{name}#list" if request.htmx else name, {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hotline_new(request: HttpRequest) -> HttpResponse:
    """The seat writes down what a caller says; the page knows who calls."""
    _seat(request)
    at, by, region = timezone.now(), request.user, request.user.region
    said = {"sender": request.GET.get("phone", "")[:40]}
    form = IntakeForm(request.POST or None, request.FILES or None, region=region, initial=said)
    refusal, status = "", 200 if request.method != "POST" else 422
    if request.method == "POST" and form.is_valid():
        try:
            message = actions.intake(form.incoming(by=by, at=at), by=by, at=at)
        except Refused as no:
            refusal, status = no.sentence, 409
        else:
            return redirect("workbench:order", number=message.order.number)
    hints = hotline_list.hints(by, request.POST or said, at=at)
    context = {"form": form, "hints": hints, "refusal": refusal}
    return render(request, "workbench/hotline/new.html", context, status=status)


@never_cache
@require_POST
def hotline_hints(request: HttpRequest) -> HttpResponse:
    """While the seat types: danger, earlier orders, the same matter, knowledge."""
    _seat(request)
    hints = hotline_list.hints(request.user, request.POST, at=timezone.now())
    form = IntakeForm(region=request.user.region, initial=request.POST.dict())
    name = "workbench/hotline/new.html"
    context = {"form": form, "hints": hints}
    return render(request, f"{name}#hints" if request.htmx else name, context)


@never_cache
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one order on one page; a known caller can see who read it."""
    found = _order(request, number)
    if found.caller is not None and queries.reading(found, request.user).full:
        registered.note_access(
            found.caller, by=request.user, purpose="查看热线工单", at=timezone.now(), subject=number
        )
    return _page(request, found, want=request.GET.get("do", ""))


@never_cache
@require_POST
def order_act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One action: the door, its form, the call; 409 with the sentence, 422 with the errors."""
    found, deed, at = _order(request, number), DEEDS.get(verb), timezone.now()
    if deed is None:
        raise Http404
    facts = hotline_page.load(found, account=request.user, at=at)
    choice = next((c for c in facts.choices if c.move.name == verb), None)
    if choice is None or choice.refusal:
        no = choice.refusal if choice else f"现在是“{found.state_label}”，不能“{deed.label}”。"
        return _page(request, found, refusal=no, status=409)
    form = deed.form(request.POST, request.FILES, name=verb, page=facts)
    if not form.is_valid():
        return _page(request, found, bound=form, status=422)
    try:
        deed.run(form, by=request.user, at=at)
    except Refused as no:
        return _page(request, _order(request, number), bound=form, refusal=no.sentence, status=409)
    return _after(request, number, deed.label)


@never_cache
@require_safe
def order_file(request: HttpRequest, number: str, file_id: Any) -> HttpResponse:
    """A photo, scan or piece of evidence, through the door of its order."""
    found = _order(request, number)
    known = OrderFile.objects.filter(order=found, file_id=file_id)
    stored = get_object_or_404(queries.files_visible_to(request.user), pk__in=known.values("file"))
    return cases.send(stored, download="download" in request.GET)


@never_cache
@require_POST
def answer_warning(request: HttpRequest, number: str, warning_id: Any) -> HttpResponse:
    """The unit answers a supervision."""
    found = _order(request, number)
    warning = get_object_or_404(queries.warnings(found), pk=warning_id)
    said = request.POST.get("answer", "")
    try:
        actions.answer_warning(warning.pk, answer=said, by=request.user, at=timezone.now())
    except Refused as no:
        return _page(request, found, refusal=no.sentence, status=409)
    return _after(request, number, "回复督办")


@never_cache
@require_safe
def hotline_figures(request: HttpRequest) -> HttpResponse:
    """How many, about what, how it ended, the three rates with their denominators."""
    if not people.holds(request.user, *queries.OVER_ALL, F.APPROVER):
        raise PermissionDenied
    page = hotline_list.figures(request.user.region, request.GET, at=timezone.now())
    return render(request, "workbench/hotline/figures.html", {"page": page})


def _seat(request: HttpRequest) -> None:
    if not people.holds(request.user, *SEATS):
        raise PermissionDenied


def _order(request: HttpRequest, number: str) -> Order:
    """The order through its door; a stranger's number is not found."""
    found = queries.find(request.user, number)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    found: Order,
    *,
    bound: forms.DeedForm | None = None,
    want: str = "",
    status: int = 200,
    **said: Any,
) -> HttpResponse:
    """The page, or with htmx the part that changed."""
    facts = hotline_page.load(found, account=request.user, at=timezone.now())
    if bound is not None:
        bound.page = facts
    page = hotline_page.build(facts, bound=bound, want=want, **said)
    template = f"{TEMPLATE}#order" if request.htmx else TEMPLATE
    return render(request, template, {"page": page}, status=status)


def _after(request: HttpRequest, number: str, label: str) -> HttpResponse:
    """The order after an action; one that is no longer mine to see sends back to the list."""
    found = queries.find(request.user, number)
    if found is None:
        return redirect("workbench:hotline")
    if request.htmx:
        return _page(request, found, done=f"“{label}”已办好。")
    return redirect("workbench:order", number=number)
