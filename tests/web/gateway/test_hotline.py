"""Work orders by the interface: once per key, through the door, by the rules of the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.factories import files, hotline, people
from yizhan.domain.hotline import actions
from yizhan.domain.hotline.models import Order
from yizhan.domain.office.models import Organisation
from yizhan.domain.people.actions import issue_token

pytestmark = pytest.mark.django_db
URL = "/api/v1/orders/"


def machine(function: str, unit: Organisation | None = None, name: str = "cti") -> Client:
    """A machine's client with its credential."""
    account = people.staff(name, name, kind="machine")
    people.post(account, function, organisation=unit)
    now = timezone.now()
    secret = issue_token(account.pk, name=name, valid_to=now + timedelta(days=1), by=None, at=now)[
        1
    ]
    return Client(headers={"Authorization": f"Bearer {secret}"})


def send(client: Client, key: str = "key-000001", **changes: Any) -> Any:
    body = {"text": hotline.TEXT, "sender": hotline.PHONE, "channel": "wechat"} | changes
    return client.post(URL, body, content_type="application/json", headers={"Idempotency-Key": key})


def test_a_message_is_one_order_however_often_it_is_sent() -> None:
    client = machine("hotline_agent")
    first, again = send(client), send(client)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    order = Order.objects.get()
    assert first.json()["number"] == order.number
    assert first.json()["query_code"] == order.query_code
    other = send(client, text="完全不同的事，水管漏水。")
    assert other.status_code == 409
    assert "已经登记过" in other.json()["message"]
    more = send(client, key="key-000002", text="补充：东门第二盏", order_number=order.number)
    assert (more.json()["number"], more.json()["kind"]) == (order.number, "follow_up")


def test_bad_input_is_answered_with_what_to_do() -> None:
    client = machine("hotline_agent")
    assert send(client, text=" ").json()["field"] == "text"
    assert send(client, text="字" * 50_000).status_code == 409
    assert send(client, place="410225999999").json()["field"] == "place"
    assert client.post(URL, {"text": "x"}, content_type="application/json").status_code == 422
    assert not Order.objects.exists()


def test_who_has_no_seat_hands_nothing_in() -> None:
    assert send(machine("handler", hotline.unit())).status_code == 409
    assert send(Client()).status_code == 401
    assert not Order.objects.exists()


def test_a_unit_fills_back_by_its_own_system() -> None:
    unit = hotline.unit()
    order = hotline.to_sign(unit, at=timezone.now())
    client, stranger = machine("handler", unit), machine("handler", hotline.unit("水利局"), "other")
    assert stranger.get(f"{URL}{order.number}/").status_code == 404
    assert stranger.post(f"{URL}{order.number}/sign/").status_code == 404
    assert [r["number"] for r in client.get(URL).json()["rows"]] == [order.number]
    assert client.post(f"{URL}{order.number}/sign/").json()["state"] == "handling"
    assert client.post(f"{URL}{order.number}/sign/").status_code == 409
    contact = client.post(
        f"{URL}{order.number}/contact/", {"reached": True, "note": "已问清"},
        content_type="application/json",
    )  # fmt: skip
    assert contact.status_code == 200
    photo = client.post(
        f"{URL}files/", {"file": SimpleUploadedFile("灯.jpg", files.picture(), "image/jpeg")}
    ).json()
    said = {
        "contacted": True, "solved": True, "internal_note": "换灯一套",
        "public_answer": "已于今日更换灯具，现场试灯正常。", "file_ids": [photo["id"]],
    }  # fmt: skip
    answer = client.post(f"{URL}{order.number}/reply/", said, content_type="application/json")
    assert answer.json()["state"] == "reviewing"
    detail = client.get(f"{URL}{order.number}/").json()
    assert [line["label"] for line in detail["timeline"]][-1] == "提交答复"
    assert any("个工作日" in clock["sentence"] for clock in detail["clocks"])


def test_a_confidential_callers_words_do_not_reach_the_units_system() -> None:
    unit = hotline.unit()
    order = hotline.to_sign(unit, confidential=True, text="我叫张三丰，举报东街的黑作坊。")
    detail = machine("handler", unit).get(f"{URL}{order.number}/").content.decode()
    assert "张三丰" not in detail
    assert hotline.PHONE not in detail


def test_the_upper_platform_sends_adds_and_takes_back() -> None:
    """Its own number makes its messages one order, whoever called there."""
    upper, unit = machine("hotline_agent", name="province"), hotline.unit()
    facts = {"channel": "upper", "upper_number": "HN-2026-1", "sender": ""}
    sent = send(upper, key="upper-0001", **facts).json()
    more = send(upper, key="upper-0002", text="诉求人补充：东门第二盏。", **facts).json()
    assert (more["number"], more["kind"]) == (sent["number"], "follow_up")
    order = Order.objects.get()
    assert order.upper_number == "HN-2026-1"
    actions.accept(order.pk, by=hotline.agent(), at=timezone.now())
    hotline.dispatched(order, unit, at=timezone.now())
    url = f"{URL}{order.number}/recall/"
    handler = machine("handler", unit, "unit-system")
    said = {"reason": "转市级办理"}
    assert handler.post(url, said, content_type="application/json").status_code == 409
    back = upper.post(url, said, content_type="application/json").json()
    assert (back["state"], back["closing"]) == ("closed", "recalled")
    late = handler.post(f"{URL}{order.number}/sign/")
    assert late.status_code == 409
    again = send(upper, key="upper-0004", **facts)
    assert again.status_code == 409
    assert "请用新的编号" in again.json()["message"]
    own = send(upper, key="upper-0003").json()
    refused = upper.post(f"{URL}{own['number']}/recall/", said, content_type="application/json")
    assert "不是上级平台派来的" in refused.json()["message"]
