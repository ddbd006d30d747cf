"""Intake: once per message id, nobody joins another's order, nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import hotline, office, people
from tests.factories.together import together
from yizhan.core import tracked
from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.models import Message, Order
from yizhan.domain.notices.models import Notice

pytestmark = pytest.mark.django_db


def test_a_call_becomes_an_order_with_a_running_clock() -> None:
    order = hotline.received()
    order.refresh_from_db()

    assert order.state == "received"
    assert order.number.startswith("RX41022520261125")
    assert (order.nature, order.level) == ("help", "normal")
    assert hotline.running(order) == {"take": hotline.AT + timedelta(hours=2)}
    assert order.due_at == hotline.AT + timedelta(hours=2)
    assert [line.kind for line in order.trail.all()] == ["intake"]
    assert list(tracked.broken(order)) == []
    assert hotline.PHONE.encode() not in bytes(order.sender_sealed or b"")
    assert queries.sender_of(order) == hotline.PHONE
    notice = Notice.objects.get(subject=order.number)
    assert order.query_code in notice.text


def test_intake_takes_few_statements() -> None:
    """Whatever the table holds (the speed of a day of calls)."""
    hotline.received()
    with CaptureQueriesContext(
        connection,
    ) as caught:
        hotline.received()
    asked = [q["sql"][:60] for q in caught.captured_queries if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= 6, asked


def test_the_same_message_twice_is_one_order() -> None:
    first = hotline.message(message_id="cti-77")
    again = hotline.message(message_id="cti-77")
    assert again.pk == first.pk
    assert Order.objects.count() == 1


def test_an_id_with_other_content_is_refused() -> None:
    hotline.message(message_id="cti-77")
    with pytest.raises(Refused, match="已经登记过别的内容"):
        hotline.message(message_id="cti-77", text="完全不同的一件事情，水管漏水。")


@pytest.mark.django_db(transaction=True)
def test_the_same_message_at_once_is_one_order() -> None:
    office.county()
    acts = [partial(hotline.message, message_id="wx-1", channel="wechat") for _ in range(4)]
    found = together(*acts)
    assert len({m.pk for m in found}) == 1
    assert Order.objects.count() == 1


def test_the_caller_adds_to_his_own_order() -> None:
    order = hotline.received()
    message = hotline.message(
        text="补充一下：是东门的那一盏。", order_number=order.number, channel="sms"
    )
    assert message.order_id == order.pk
    assert message.kind == "follow_up"
    assert [line.kind for line in order.trail.order_by("seq")] == ["intake", "follow_up"]


def test_a_stranger_who_quotes_a_number_gets_his_own_order() -> None:
    order = hotline.received()
    message = hotline.message(
        sender="13900000002", order_number=order.number, text="那件事怎样了？"
    )
    assert message.order_id != order.pk
    assert message.order.follows is None


def test_a_withheld_number_joins_nothing() -> None:
    order = hotline.received(sender="")
    message = hotline.message(sender="", order_number=order.number, text="我来补充一点情况。")
    assert message.order_id != order.pk
    assert queries.sender_of(message.order) == ""
    assert hotline.told(message.order) == []


def test_an_answer_to_a_mail_joins_by_its_thread_and_sender() -> None:
    mail: dict[str, Any] = {"channel": "mail", "sender": "li@example.org"}
    order = hotline.received(message_id="<a@example.org>", **mail)
    again = hotline.message(
        message_id="<b@example.org>", thread=("<a@example.org>",), text="另外井盖也坏了。", **mail
    )
    other = hotline.message(
        message_id="<c@evil.org>", thread=("<a@example.org>",), text="另外井盖也坏了。",
        channel="mail", sender="eve@evil.org",
    )  # fmt: skip
    assert again.order_id == order.pk
    assert other.order_id != order.pk


def test_an_urging_is_no_new_order() -> None:
    order = hotline.received()
    message = hotline.message(text="我上次反映的路灯问题到现在还没有修，催一下。")
    order.refresh_from_db()
    assert message.order_id == order.pk
    assert message.kind == "urge"
    assert order.urges == 1
    assert hotline.told(order) == ["received", "urged"]


def test_an_urging_without_an_open_order_is_an_order() -> None:
    message = hotline.message(text="我上次反映的路灯问题到现在还没有修，催一下。")
    assert message.kind == "report"


def test_danger_is_urgent_whatever_the_form_says() -> None:
    order = hotline.received(text="有人要跳楼，在人民路大桥上，快来人！", level="normal")
    assert order.level == "urgent"
    assert order.proposal["alarms"]
    assert hotline.running(order) == {"take": hotline.AT + timedelta(hours=1)}


def test_two_channels_at_once_are_two_messages_and_a_hint() -> None:
    one = hotline.received(channel="phone")
    two = hotline.received(channel="wechat", sender=hotline.PHONE)
    assert one.pk != two.pk


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": "  "}, "没有收到诉求内容"),
        ({"text": "字" * 50_000}, "内容有50000个字"),
        ({"channel": "fax"}, "不在选项里"),
        ({"message_id": ""}, "消息编号不对"),
        ({"place": "410225999999"}, "没有这个地点"),
        ({"place": "410100000000"}, "没有这个地点"),
        ({"file_ids": tuple(f"{n:032d}" for n in range(10))}, "附件最多9个"),
    ],
)
def test_bad_input_is_refused_with_what_to_do(changes: dict[str, Any], sentence: str) -> None:
    office.county()
    with pytest.raises(Refused, match=sentence):
        hotline.message(**changes)
    assert not Message.objects.exists()


def test_a_place_of_the_list_is_kept() -> None:
    village = office.village()
    assert hotline.received(place=village.code).place_code == village.code


def test_the_words_of_an_order_are_masked() -> None:
    order = hotline.received(text="我叫张三丰，电话13712345678，门口的路灯坏了。")
    assert "张三丰" not in order.masked_text
    assert "13712345678" not in order.masked_text
    assert "13712345678" not in order.title


def test_messages_cannot_be_rewritten() -> None:
    message = hotline.message()
    with pytest.raises(Exception, match="append-only"):
        Message.objects.filter(pk=message.pk).update(text="别的")


def test_who_may_open_an_order() -> None:
    """The door: the hotline all, a unit its own, a citizen his own, nobody else anything."""
    person = people.person(name="李秀英")
    order = hotline.received(person=person)
    owner, other = people.citizen(person=person), people.citizen(person=people.person())
    elsewhere = hotline.handler(hotline.unit("水利局"))
    assert list(queries.visible_to(hotline.agent())) == [order]
    assert list(queries.visible_to(owner)) == [order]
    assert list(queries.visible_to(other)) == []
    assert list(queries.visible_to(elsewhere)) == []
    assert list(queries.visible_to(people.clerk(username="w"))) == []
    for account in (hotline.agent(), owner, other, elsewhere):
        found = queries.find(account, order.number)
        assert (found is not None) == queries.visible_to(account).filter(pk=order.pk).exists()


def test_number_and_phone_open_the_order_and_nothing_else_does() -> None:
    order = hotline.received()
    assert queries.by_number_and_phone(order.number, "138 0000 0001").pk == order.pk
    assert queries.by_number_and_phone(order.number, order.query_code.lower()).pk == order.pk
    for number, phone in (
        (order.number, "13800000002"),
        ("RX1", hotline.PHONE),
        (order.number, ""),
    ):
        with pytest.raises(Refused, match="没有查到"):
            queries.by_number_and_phone(number, phone)
    hidden = hotline.received(sender="")
    with pytest.raises(Refused):
        queries.by_number_and_phone(hidden.number, "")


def test_actions_are_named_in_one_place() -> None:
    assert set(actions.__all__) >= {"Incoming", "intake"}
