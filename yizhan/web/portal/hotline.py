"""12345 on the site: say it, follow it, add to it, rate it; read what others were answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yizhan.core.flow import Refused
from yizhan.domain.files import actions as files
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.choices import Channel, Level
from yizhan.domain.hotline.models import Order
from yizhan.domain.office import queries as office
from yizhan.web.portal.hotline_forms import MoreForm, RatingForm, ReportForm, TrackForm, keep
from yizhan.web.portal.hotline_page import OrderPage
from yizhan.web.ui.lookup import SLOWLY, posted
from yizhan.web.ui.throttle import too_many

MINE = "hotline_orders"  # session: the orders whose number and phone were right
KEPT = 20
BUSY = 600  # messages a minute by the site; a county has as many on its busiest day
FAST = "提交太频繁了，请一分钟以后再试；急的话请拨打 12345。"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Say what is wrong, with photos; the number and the code come at once."""
    at, form = timezone.now(), ReportForm(posted(request), region=settings.REGION)
    kept, wrong = _photos(request, form, at=at)
    refusal, status = "", 200 if request.method != "POST" else 422
    if request.method == "POST" and too_many(request, "hotline", "all", most=BUSY):
        refusal, status = FAST, 429
    elif request.method == "POST" and form.is_valid() and not wrong:
        try:
            incoming = form.incoming(account=request.user, file_ids=kept, at=at)
            message = actions.intake(incoming, by=_account(request), at=at)
        except Refused as no:
            refusal, status = no.sentence, 409
        else:
            return _received(request, message.order)
    context = {
        "form": form, "wrong": wrong, "refusal": refusal, "kept": keep(kept), "count": len(kept),
    }  # fmt: skip
    return render(request, "portal/hotline/report.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Number and phone (or code) open one's own order."""
    form = TrackForm(posted(request), initial={"number": request.GET.get("number", "")[:30]})
    status = 200 if request.method != "POST" else 422
    if request.method == "POST" and form.is_valid():
        number, phone = form.cleaned_data["number"], form.cleaned_data["phone"]
        if too_many(request, "hotline_track", number):
            form.add_error(None, SLOWLY)
            return render(request, "portal/hotline/track.html", {"form": form}, status=429)
        try:
            order = queries.by_number_and_phone(number, phone)
        except Refused as no:
            form.add_error("phone", no.sentence)
        else:
            _remember(request, order)
            return redirect("portal:hotline_order", number=order.number)
    mine = _mine(request)[:KEPT]
    return render(request, "portal/hotline/track.html", {"form": form, "mine": mine}, status=status)


@login_not_required
@never_cache
@require_safe
def hotline_order(request: HttpRequest, number: str) -> HttpResponse:
    """Where it stands, until when and why, the answer."""
    return _page(request, _own(request, number))


@login_not_required
@never_cache
@require_POST
def hotline_more(request: HttpRequest, number: str) -> HttpResponse:
    """Add to one's open order, or ask where it stays."""
    order, form, at = _own(request, number), MoreForm(request.POST), timezone.now()
    if not form.is_valid():
        return _page(request, order, more=form, status=422)
    try:
        actions.add_words(
            order.pk, text=form.cleaned_data["text"], channel=Channel.WEB,
            message_id=f"web:{form.cleaned_data['key']}", by=_account(request), at=at,
        )  # fmt: skip
    except Refused as no:
        return _page(request, order, more=form, refusal=no.sentence, status=409)
    messages.success(request, "已收到，已转办理单位。")
    return redirect("portal:hotline_order", number=number)


@login_not_required
@never_cache
@require_POST
def hotline_rate(request: HttpRequest, number: str) -> HttpResponse:
    """Say how it was; unhappy and unsolved goes back to the unit."""
    order, form, at = _own(request, number), RatingForm(request.POST), timezone.now()
    if not form.is_valid():
        return _page(request, order, rating=form, status=422)
    try:
        actions.record_callback(
            order.pk, heard=form.heard(), by=_account(request), as_caller=True, at=at
        )
    except Refused as no:
        return _page(request, order, rating=form, refusal=no.sentence, status=409)
    messages.success(request, "谢谢您的评价，已如实记录。")
    return redirect("portal:hotline_order", number=number)


@login_not_required
@never_cache
@require_POST
def hotline_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take one's words back."""
    order = _own(request, number)
    try:
        actions.withdraw(order.pk, by=_account(request), as_caller=True, at=timezone.now())
    except Refused as no:
        return _page(request, order, refusal=no.sentence, status=409)
    messages.success(request, "已撤回。")
    return redirect("portal:hotline_order", number=number)


@login_not_required
@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """Questions and answers of the units, and what others were answered, masked."""
    q = request.GET.get("q", "").strip()[:100]
    today = office.calendar(settings.REGION).day(timezone.now())
    context = {
        "q": q, "entries": queries.search(None, q, today=today, most=20),
        "orders": queries.published()[:20],
    }  # fmt: skip
    return render(request, "portal/hotline/answers.html", context)


def _photos(request: HttpRequest, form: ReportForm, *, at: Any) -> tuple[list[UUID], list[str]]:
    """The photos of this page and those kept from the page before; why one was refused."""
    kept, wrong = form.kept_files(), []
    for upload in request.FILES.getlist("photos"):
        try:
            stored = files.store_upload(
                region=settings.REGION, name=upload.name or "", stream=upload,
                by=_account(request), at=at,
            )  # fmt: skip
        except Refused as no:
            wrong.append(f"“{upload.name}”：{no.sentence}")
        else:
            kept.append(stored.pk)
    return kept, wrong


def _received(request: HttpRequest, order: Order) -> HttpResponse:
    _remember(request, order)
    said = f"已收到，工单编号{order.number}，查询码{order.query_code}，请记下来。"
    messages.success(request, said)
    if order.level == Level.URGENT:
        messages.warning(request, "如果有人身危险，请马上拨打110、119或120。")
    return redirect("portal:hotline_order", number=order.number)


def _account(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


def _remember(request: HttpRequest, order: Order) -> None:
    known = [one for one in request.session.get(MINE, []) if one != str(order.pk)]
    request.session[MINE] = [str(order.pk), *known][:KEPT]


def _mine(request: HttpRequest) -> list[Order]:
    """The caller's own orders: those he proved in this session, and those of his account."""
    proven = Order.objects.filter(
        pk__in=request.session.get(MINE, []), region=settings.REGION
    ).select_related("lead")
    own = queries.visible_to(request.user).select_related("lead")
    found = {order.pk: order for order in [*proven, *own[:KEPT]]}
    return sorted(found.values(), key=lambda order: order.received_at, reverse=True)


def _own(request: HttpRequest, number: str) -> Order:
    proven = Order.objects.filter(
        pk__in=request.session.get(MINE, []), region=settings.REGION, number=number
    )
    order = proven.select_related("lead", "merged_into").first()
    order = order or queries.visible_to(request.user).filter(number=number).first()
    if order is None:
        raise Http404
    return order


def _page(request: HttpRequest, order: Order, *, status: int = 200, **said: Any) -> HttpResponse:
    fresh = Order.objects.select_related("lead", "merged_into").get(pk=order.pk)
    page = OrderPage(fresh, at=timezone.now(), **said)
    return render(request, "portal/hotline/order.html", {"page": page}, status=status)
