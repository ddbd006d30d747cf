"""Open311 GeoReport v2 (XML and JSON), with paging, update filters and extensions.

https://wiki.open311.org/GeoReport_v2. Everybody reads what was published, masked; a key (a machine
credential) reads what its posts reach, masked too, and hands in requests. Errors have the shape of
the standard: a list of {code, description}.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.actions import Incoming
from yizhan.domain.hotline.choices import Channel, State
from yizhan.domain.hotline.models import Order
from yizhan.domain.people.actions import account_of_token
from yizhan.domain.people.choices import Function
from yizhan.domain.people.rules import holds
from yizhan.web.gateway.open311_shapes import FORMATS, definition, render, request, service

MOST, PAGE = 200, 50  # requests in one answer
WINDOW = timedelta(days=90)  # of a list that names no dates


class Wrong(Exception):  # noqa: N818 - an answer in the standard's shape
    """An answer of the standard: code (HTTP) and what is wrong."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description


def answered(root: str) -> Callable[..., Callable[..., HttpResponse]]:
    """The view's content in the asked form, refusals as the standard's errors."""

    def around(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @login_not_required
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def run(asked: HttpRequest, *args: Any, form: str, **more: Any) -> HttpResponse:
            form = form if form in FORMATS else "json"
            status, name = 200, root
            try:
                _jurisdiction(asked)
                content = view(asked, *args, **more)
            except Wrong as wrong:
                status, name = wrong.code, "errors"
                content = [{"code": wrong.code, "description": wrong.description}]
            except Refused as refusal:
                status, name = 400, "errors"
                content = [{"code": 400, "description": refusal.sentence}]
            body, media = render(name, content, form)
            return HttpResponse(body, content_type=media, status=status)

        return run

    return around


@answered("services")
def services(asked: HttpRequest) -> Any:
    """What may be asked for: the topics in use."""
    return [service(topic) for topic in queries.topics(settings.REGION) if topic.level > 1]


@answered("service_definition")
def service_definition(asked: HttpRequest, code: str) -> Any:
    """What may be said beside one."""
    return definition(_topic(code))


@answered("service_requests")
def requests(asked: HttpRequest) -> Any:
    """GET: a list, newest first, masked. POST: hand one in."""
    if asked.method == "POST":
        return [_handed_in(asked)]
    known = asked.GET
    rows = _filtered(_readable(asked), known)
    size = min(_number(known.get("per_page") or known.get("page_size"), PAGE), MOST)
    begin = (_number(known.get("page"), 1) - 1) * size
    extensions = known.get("extensions") == "true"
    found = rows.select_related("lead").order_by("-received_at", "-id")[begin : begin + size]
    return [request(order, extensions=extensions) for order in found]


@answered("service_requests")
def one_request(asked: HttpRequest, number: str) -> Any:
    """One order, masked."""
    order = _readable(asked).select_related("lead").filter(number=number.upper()).first()
    if order is None:
        raise Wrong(404, f"没有找到 {number}。")
    return [request(order, extensions=asked.GET.get("extensions") == "true")]


@answered("service_requests")
def token(asked: HttpRequest, number: str) -> Any:
    """We answer with the id at once, so a token is the id itself; unknown where it is not read."""
    if not _readable(asked).filter(number=number.upper()).exists():
        raise Wrong(404, f"没有找到 {number}。")
    return [{"service_request_id": number, "token": number}]


def _handed_in(asked: HttpRequest) -> dict[str, Any]:
    said, at = asked.POST, timezone.now()
    account = _key(said.get("api_key", ""), at)
    if account is None or not holds(account, Function.HOTLINE_AGENT):
        raise Wrong(403, "需要有效的 api_key。")
    if not said.get("service_code"):
        raise Wrong(400, "缺少 service_code。")
    topic = _topic(said["service_code"])
    where = " ".join(
        filter(None, (said.get("address_string", ""), _point(said.get("lat"), said.get("long"))))
    )
    if not where and not said.get("address_id"):
        raise Wrong(400, "需要 address_string、address_id 或 lat 与 long。")
    name = f"{said.get('last_name', '')}{said.get('first_name', '')}"
    message = actions.intake(
        Incoming(
            region=settings.REGION, channel=Channel.OPEN311, message_id=_message_id(asked, at),
            text=said.get("description", ""), occurred_at=at,
            sender=said.get("phone") or said.get("email", ""), name=name,
            place=said.get("address_id", ""), place_text=where, topic=topic.code,
            topic_label=topic.path, nature=said.get("attribute[nature]", ""),
            confidential=said.get("attribute[confidential]") == "yes",
        ),
        by=account, at=at,
    )  # fmt: skip
    return {
        "service_request_id": message.order.number, "service_notice": "已收到，热线会尽快受理。",
        "account_id": said.get("account_id", ""),
    }  # fmt: skip


def _message_id(asked: HttpRequest, at: datetime) -> str:
    """The client's key, or the content of the day: a repeat by the network is one request."""
    given = asked.headers.get("Idempotency-Key", "")
    if given:
        return f"o311:{given[:150]}"
    day = timezone.localtime(at).date().isoformat()
    content = json.dumps([day, sorted(asked.POST.lists())], ensure_ascii=False)
    return f"o311:{hashlib.sha256(content.encode()).hexdigest()}"


def _readable(asked: HttpRequest) -> QuerySet[Order]:
    given = asked.GET.get("api_key", "")
    if not given:
        return queries.published()
    account = _key(given, timezone.now())
    if account is None:
        raise Wrong(403, "api_key 无效。")
    return queries.visible_to(account).filter(confidential=False)


def _filtered(rows: QuerySet[Order], known: Any) -> QuerySet[Order]:
    if known.get("service_request_id"):
        numbers = [one.strip().upper() for one in known["service_request_id"].split(",")]
        return rows.filter(number__in=numbers[:MOST])
    if known.get("service_code"):
        rows = rows.filter(topic__in=known["service_code"].split(",")[:MOST])
    wanted = {one for one in known.get("status", "").split(",") if one}
    if wanted - {"open", "closed"}:
        raise Wrong(400, "status 只能是 open 或 closed。")
    if len(wanted) == 1:
        closed = wanted == {"closed"}
        rows = rows.filter(state=State.CLOSED) if closed else rows.exclude(state=State.CLOSED)
    until = _moment(known.get("end_date")) or timezone.now()
    rows = rows.filter(
        received_at__gte=_moment(known.get("start_date")) or until - WINDOW, received_at__lte=until
    )
    if after := _moment(known.get("updated_after")):
        rows = rows.filter(trail_at__gte=after)
    if before := _moment(known.get("updated_before")):
        rows = rows.filter(trail_at__lte=before)
    return rows


def _topic(code: str) -> queries.Named:
    found = queries.topic(settings.REGION, code)
    if found is None:
        raise Wrong(404, f"没有 service_code {code}。")
    return found


def _key(given: str, at: datetime) -> Any:
    return account_of_token(given, at=at) if given else None


def _jurisdiction(asked: HttpRequest) -> None:
    given = asked.GET.get("jurisdiction_id") or asked.POST.get("jurisdiction_id")
    if given and given != settings.REGION:
        raise Wrong(404, f"没有 jurisdiction_id {given}，本平台是 {settings.REGION}。")


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise Wrong(400, f"时间“{text}”应为 2026-11-25T08:00:00+08:00 的样子。")
    return found if found.tzinfo else timezone.make_aware(found)


def _number(text: str | None, usual: int) -> int:
    if not text:
        return usual
    if not text.isdigit() or int(text) < 1:
        raise Wrong(400, "页码和每页条数应为正整数。")
    return int(text)


def _point(lat: str | None, long: str | None) -> str:
    if not lat or not long:
        return ""
    try:
        north, east = float(lat), float(long)
    except ValueError:
        raise Wrong(400, "lat 和 long 应为小数。") from None
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise Wrong(400, "lat 或 long 超出范围。")
    return f"（北纬{north:.6f}，东经{east:.6f}）"


BASE = "open311/v2/"
urlpatterns: list[URLPattern] = [
    path(f"{BASE}services.<str:form>", services, name="open311_services"),
    path(f"{BASE}services/<str:code>.<str:form>", service_definition, name="open311_service"),
    path(f"{BASE}requests.<str:form>", requests, name="open311_requests"),
    path(f"{BASE}requests/<str:number>.<str:form>", one_request, name="open311_request"),
    path(f"{BASE}tokens/<str:number>.<str:form>", token, name="open311_token"),
]
