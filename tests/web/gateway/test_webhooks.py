"""What knocks at the gateway: signed, in time, once, in any order; others learn nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import people as cast
from tests.factories import hotline
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.adapters import signing
from yizhan.domain.hotline.models import Call, Message, Order, SmsPart
from yizhan.domain.notices.models import Notice

pytestmark = pytest.mark.django_db
SECRET = "a-secret-of-both-sides"  # noqa: S105


@pytest.fixture(autouse=True)
def secrets(settings: Any) -> None:
    settings.CTI_SECRET = settings.SMS_IN_SECRET = settings.WEIBO_SECRET = SECRET
    settings.WECHAT_TOKEN = SECRET


def post(
    where: str, content: dict[str, Any], *, key: str = "k1", late: int = 0, **headers: str
) -> Any:
    body = json.dumps(content, ensure_ascii=False).encode()
    marks = signing.sign(SECRET, body, key=key, at=timezone.now() - timedelta(seconds=late))
    return Client().post(
        f"/api/hotline/{where}/", body, content_type="application/json", headers=marks | headers
    )


def event(kind: str, *, after: float = 0, **changes: str) -> dict[str, Any]:
    at = timezone.now() - timedelta(minutes=10) + timedelta(seconds=after)
    return {"event": kind, "call": "c-1", "number": hotline.PHONE, "at": at.isoformat()} | changes


def test_a_call_is_one_call_however_its_events_come() -> None:
    for kind, after in (("hangup", 95), ("answer", 8), ("ring", 0), ("answer", 8), ("hangup", 95)):
        assert post("cti", event(kind, after=after)).status_code == 200
    post("cti", event("recording", recording="https://cti.example/1.wav"))
    call = Call.objects.get()
    assert call.answered_at is not None
    assert call.ended_at is not None
    assert round((call.answered_at - call.rang_at).total_seconds()) == 8
    assert queries.number_of(call) == hotline.PHONE
    now = timezone.now()
    figures = queries.call_figures("410225", now - timedelta(days=1), now)
    assert (figures.offered, figures.answered, figures.within) == (1, 1, 1)
    assert figures.connection_rate == figures.soon_rate == 1
    assert round(figures.talk or 0) == 87


def test_a_missed_call_is_told_listed_and_returned() -> None:
    post("cti", event("ring"))
    post("cti", event("hangup", after=40))
    call = Call.objects.get()
    assert Notice.objects.filter(template="hotline.missed").count() == 1
    agent = hotline.agent()
    assert list(queries.missed_calls(agent)) == [call]
    client = cast.enter(Client(), agent)
    page = client.get("/work/hotline/calls/").content.decode()
    assert hotline.PHONE in page
    client.post(f"/work/hotline/calls/{call.pk}/")
    call.refresh_from_db()
    assert call.called_back_by == agent
    assert list(queries.missed_calls(agent)) == []


def test_a_ringing_call_pops_up_with_what_it_asked_before() -> None:
    order = hotline.received()
    post("cti", event("ring", at=timezone.now().isoformat()))
    page = cast.enter(Client(), hotline.agent()).get("/work/hotline/calls/").content.decode()
    assert f"phone={hotline.PHONE}" in page
    assert order.title in page


def test_a_withheld_number_is_a_call_too() -> None:
    post("cti", event("ring", number="anonymous"))
    post("cti", event("hangup", number="anonymous", after=3))
    assert queries.number_of(Call.objects.get()) == ""
    assert not Notice.objects.exists()


@pytest.mark.parametrize("where", ["cti", "sms", "weibo"])
def test_a_wrong_or_old_signature_learns_nothing(where: str, settings: Any) -> None:
    content = event("ring") | {"id": "1", "sender": "u", "text": hotline.TEXT}
    assert post(where, content, late=400).status_code == 401
    wrong = post(where, content, **{"X-Signature": "sha256=00"})
    assert wrong.status_code == 401
    assert "签名不对" in wrong.json()["message"]
    moved = post(where, content, **{"Idempotency-Key": "other"})
    assert moved.status_code == 401
    settings.CTI_SECRET = settings.SMS_IN_SECRET = settings.WEIBO_SECRET = ""
    assert post(where, content).status_code == 401
    assert not Order.objects.exists()
    assert not Call.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"event": "dance"}, "event"), ({"call": ""}, "call"), ({"at": "2026-11-25T09:00:00"}, "at"),
     ({"at": "2099-01-01T00:00:00+08:00"}, "at")],
)  # fmt: skip
def test_a_broken_event_is_refused_with_its_field(changes: dict[str, str], field: str) -> None:
    answer = post("cti", event("ring") | changes)
    assert answer.status_code == 409
    assert answer.json()["field"] == field


def test_a_microblog_message_is_one_order() -> None:
    said = {"id": "w-1", "sender": "user-9", "text": hotline.TEXT, "at": timezone.now().isoformat()}
    first, again = post("weibo", said), post("weibo", said)
    assert first.json() == again.json()
    assert Order.objects.get().channel == "weibo"


def test_a_long_message_is_joined_in_any_order() -> None:
    parts = ["兰阳街道胜利社区门口的路灯", "坏了一个多星期，晚上没法走，", "希望尽快修一下。"]
    for number in (3, 1, 1, 2):
        answer = post("sms", {
            "id": f"s-{number}", "sender": hotline.PHONE, "text": parts[number - 1],
            "reference": 7, "total": 3, "number": number})  # fmt: skip
        assert answer.status_code == 200
    assert Order.objects.get().text == "".join(parts)
    assert answer.json()["waiting"] is False


def test_what_came_is_taken_in_when_the_rest_does_not_come() -> None:
    post("sms", {"id": "s-1", "sender": hotline.PHONE, "text": "门口的路灯坏了，",
                 "reference": 7, "total": 2, "number": 1})  # fmt: skip
    assert actions.join_overdue(at=timezone.now()) == 0
    assert actions.join_overdue(at=timezone.now() + timedelta(minutes=11)) == 1
    assert "第2条短信没有收到" in Order.objects.get().text
    assert not SmsPart.objects.filter(joined_at=None).exists()


def test_a_short_message_of_the_caller_joins_his_order() -> None:
    order = hotline.received()
    said = {"id": "s-9", "sender": hotline.PHONE, "text": "我上次反映的路灯还没有修，催一下。"}
    assert post("sms", said).json()["order"] == order.number
    assert Message.objects.filter(order=order, kind="urge").exists()


def wechat(text: str, **changes: str) -> Any:
    stamp = str(int(timezone.now().timestamp()))
    facts = {"timestamp": stamp, "nonce": "n1"} | changes
    facts.setdefault("signature", signing.wechat_signature(SECRET, facts["timestamp"], "n1"))
    body = (
        "<xml><ToUserName><![CDATA[gh]]></ToUserName><FromUserName><![CDATA[open-1]]>"
        f"</FromUserName><CreateTime>{stamp}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>55</MsgId></xml>"
    )
    query = "&".join(f"{name}={value}" for name, value in facts.items())
    return Client().post(f"/api/hotline/wechat/?{query}", body.encode(), content_type="text/xml")


def test_wechat_is_answered_in_its_own_way() -> None:
    assert wechat(hotline.TEXT).content == b"success"
    assert wechat(hotline.TEXT).content == b"success"
    order = Order.objects.get()
    assert (order.channel, queries.sender_of(order)) == ("wechat", "open-1")
    assert wechat("x", signature="0").status_code == 401
    assert wechat("x", timestamp="1000000000").status_code == 401
    stamp = str(int(timezone.now().timestamp()))
    hello = Client().get("/api/hotline/wechat/", {
        "timestamp": stamp, "nonce": "n1", "echostr": "hallo",
        "signature": signing.wechat_signature(SECRET, stamp, "n1")})  # fmt: skip
    assert hello.content == b"hallo"
