"""Where telephone, SMS, WeChat and microblog servers knock: signed, once per message, one door.

401 with a sentence for a wrong or old signature; 409 with the sentence of a rule; 200 with the
order's number. A replay inside the window is the same message. Closed (401) without a secret.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions
from yizhan.domain.hotline.actions import Incoming
from yizhan.domain.hotline.adapters import cti, parts, signing, social
from yizhan.domain.hotline.choices import Channel


class _Sms(msgspec.Struct):
    id: str
    sender: str
    text: str
    reference: int = 0
    total: int = 1
    number: int = 1


def signed(secret_of: Callable[[], str]) -> Callable[..., Callable[..., HttpResponse]]:
    """A POST that carries our signature over time, key and body."""

    def around(view: Callable[[bytes], dict[str, Any]]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @login_not_required
        @require_POST
        @wraps(view)
        def run(request: HttpRequest) -> HttpResponse:
            try:
                signing.verify(secret_of(), request.body, request.headers, at=timezone.now())
                return _answer(view(request.body), 200)
            except signing.Untrusted as no:
                return _answer({"message": str(no)}, 401)
            except Refused as no:
                return _answer({"message": no.sentence, "field": no.field}, 409)

        return run

    return around


@signed(lambda: settings.CTI_SECRET)
def call_event(body: bytes) -> dict[str, Any]:
    """ring, answer, hangup, recording of one call."""
    event = cti.read(body, at=timezone.now())
    call = actions.record_call(event, region=settings.REGION)
    return {"call": call.call_id, "missed": bool(call.ended_at and not call.answered_at)}


@signed(lambda: settings.SMS_IN_SECRET)
def short_message(body: bytes) -> dict[str, Any]:
    """A short message of a person, whole or a part of a long one."""
    try:
        given = msgspec.json.decode(body, type=_Sms)
    except msgspec.MsgspecError:
        raise Refused("短信的格式不对，请对照接口文档。") from None
    part = parts.Part(given.text, given.reference, given.total, given.number)
    message = actions.take_part(
        part, region=settings.REGION, sender=given.sender, message_id=given.id, at=timezone.now()
    )
    return {"order": message.order.number if message else "", "waiting": message is None}


@signed(lambda: settings.WEIBO_SECRET)
def weibo(body: bytes) -> dict[str, Any]:
    """A private message to the county's microblog."""
    return {"order": _in(social.weibo(body), Channel.WEIBO)}


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def wechat(request: HttpRequest) -> HttpResponse:
    """WeChat's own way: SHA-1 over token, time and nonce in the address; XML; answer "success"."""
    at = timezone.now()
    try:
        signing.verify_wechat(settings.WECHAT_TOKEN, request.GET, at=at)
        if request.method != "POST":
            return HttpResponse(request.GET.get("echostr", "")[:100], content_type="text/plain")
        post = social.wechat(request.body)
        if post is not None:
            _in(post, Channel.WECHAT)
    except signing.Untrusted as no:
        return _answer({"message": str(no)}, 401)
    except Refused as no:
        return _answer({"message": no.sentence, "field": no.field}, 409)
    return HttpResponse("success", content_type="text/plain")


def _in(post: social.Post, channel: str) -> str:
    incoming = Incoming(
        region=settings.REGION, channel=channel, message_id=post.message_id, text=post.text,
        occurred_at=post.occurred_at, sender=post.sender, name=post.name,
    )  # fmt: skip
    return actions.intake(incoming, by=None, at=timezone.now()).order.number


def _answer(content: dict[str, Any], status: int) -> HttpResponse:
    body = msgspec.json.encode(content)
    return HttpResponse(body, content_type="application/json; charset=utf-8", status=status)


urlpatterns: list[URLPattern] = [
    path("hotline/cti/", call_event, name="cti"),
    path("hotline/sms/", short_message, name="sms"),
    path("hotline/weibo/", weibo, name="weibo"),
    path("hotline/wechat/", wechat, name="wechat"),
]
