"""12345 on the site: say it, follow it, rate it, without a login; nobody sees another's."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import people as cast
from tests.factories import files, hotline, office, people
from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions
from yizhan.domain.hotline.actions import Heard
from yizhan.domain.hotline.models import Message, Order
from yizhan.domain.office.models import Organisation

pytestmark = pytest.mark.django_db
URL = "/hotline/"


@pytest.fixture
def unit() -> Organisation:
    return hotline.unit()


def said(**changes: Any) -> dict[str, Any]:
    return {"key": "k" * 16, "text": hotline.TEXT, "phone": hotline.PHONE, "kept": ""} | changes


def knowing(order: Order) -> Client:
    """A browser that has given number and phone."""
    client = Client()
    client.post(reverse("portal:hotline_track"), {"number": order.number, "phone": hotline.PHONE})
    return client


def test_a_matter_is_said_once_with_photos_and_followed_without_a_login() -> None:
    village = office.village()
    client = Client()
    photo = SimpleUploadedFile("灯.jpg", files.picture(), "image/jpeg")
    answer = client.post(URL, said(place=village.code, photos=photo), follow=True)
    order = Order.objects.get()
    page = answer.content.decode()
    assert order.query_code in page
    assert order.files.count() == 1
    assert (order.channel, order.place_code) == ("web", village.code)
    again = SimpleUploadedFile("灯.jpg", files.picture(), "image/jpeg")
    assert client.post(URL, said(place=village.code, photos=again)).status_code == 302
    assert client.post(URL, said(text="水管漏水了，请派人来修。")).status_code == 409
    assert Order.objects.count() == 1
    assert order.number in client.get(reverse("portal:hotline_track")).content.decode()


def test_a_double_click_is_one_order() -> None:
    client = Client()
    first, again = client.post(URL, said()), client.post(URL, said())
    assert first.url == again.url
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": ""}, "请写下您要反映的事"),
        ({"phone": "12"}, "11位数字"),
        ({"place": "410225999999"}, "选择一个有效的选项"),
    ],
)
def test_what_was_typed_and_photographed_survives(changes: dict[str, str], sentence: str) -> None:
    photo = SimpleUploadedFile("灯.jpg", files.picture(), "image/jpeg")
    client = Client()
    answer = client.post(URL, said(photos=photo, place_text="东门", **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "东门" in page
    assert "已收下 1 个文件" in page
    kept = page.split('name="kept" value="')[1].split('"')[0]
    client.post(URL, said(kept=kept))
    assert Order.objects.get().files.count() == 1


def test_a_bad_photo_is_named_and_nothing_is_lost() -> None:
    program = SimpleUploadedFile("灯.jpg", files.program(), "image/jpeg")
    answer = Client().post(URL, said(photos=program))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "灯.jpg" in page
    assert hotline.TEXT in page
    assert not Order.objects.exists()


def test_a_forged_list_of_photos_is_empty() -> None:
    Client().post(URL, said(kept="['x']"))
    assert Order.objects.get().files.count() == 0


def test_danger_is_answered_with_where_to_call() -> None:
    page = Client().post(URL, said(text="有人要跳楼，在县医院楼顶！"), follow=True)
    assert "110、119或120" in page.content.decode()


def test_only_number_and_phone_open_an_order() -> None:
    order = hotline.received()
    url = reverse("portal:hotline_order", args=(order.number,))
    stranger = Client()
    assert stranger.get(url).status_code == 404
    wrong = stranger.post(
        reverse("portal:hotline_track"), {"number": order.number, "phone": "13800000002"}
    )
    assert wrong.status_code == 422
    assert stranger.get(url).status_code == 404
    for verb in ("more", "rate", "withdraw"):
        post = reverse(f"portal:hotline_{verb}", args=(order.number,))
        posted = {"text": "x", "key": "y" * 9, "solved": "yes"}
        assert stranger.post(post, posted).status_code == 404
    assert knowing(order).get(url).status_code == 200


def test_guessing_is_slowed_down() -> None:
    order = hotline.received()
    client = Client()
    answers = [
        client.post(
            reverse("portal:hotline_track"),
            {"number": order.number, "phone": f"1380000{n:04d}"},
        ).status_code
        for n in range(8)
    ]
    assert answers[-1] == 429


def test_an_accounts_own_orders_need_no_number() -> None:
    person = people.person(name="李秀英")
    account = people.citizen(person=person)
    order = hotline.received(person=person)
    client = cast.enter(Client(), account)
    assert order.number in client.get(reverse("portal:hotline_track")).content.decode()
    other = cast.enter(Client(), people.citizen(person=people.person()))
    url = reverse("portal:hotline_order", args=(order.number,))
    assert client.get(url).status_code == 200
    assert other.get(url).status_code == 404


def test_the_caller_adds_urges_and_withdraws(unit: Organisation) -> None:
    order = hotline.to_sign(unit)
    client = knowing(order)
    more = reverse("portal:hotline_more", args=(order.number,))
    words = {"key": "m" * 12, "text": "补充：是东门的第二盏灯。"}
    assert client.post(more, words).status_code == 302
    assert client.post(more, words).status_code == 302
    assert client.post(more, {"key": "n" * 12, "text": ""}).status_code == 422
    assert Message.objects.filter(order=order).count() == 2
    page = client.get(reverse("portal:hotline_order", args=(order.number,))).content.decode()
    assert "答复诉求人时限" in page
    assert "个工作日" in page
    client.post(reverse("portal:hotline_withdraw", args=(order.number,)))
    order.refresh_from_db()
    assert order.closing == "withdrawn"
    late = client.post(more, {"key": "o" * 12, "text": "还没修好"})
    assert late.status_code == 409
    assert "重新反映" in late.content.decode()


def test_the_caller_sees_the_answer_and_rates_it(unit: Organisation) -> None:
    order = hotline.calling(unit, at=timezone.now())
    client = knowing(order)
    url = reverse("portal:hotline_order", args=(order.number,))
    page = client.get(url).content.decode()
    assert "现场试灯正常" in page
    assert "派维修班" not in page  # the internal note
    assert "checked" not in page  # nothing is rated beforehand
    rate = reverse("portal:hotline_rate", args=(order.number,))
    assert client.post(rate, {"satisfied": "very"}).status_code == 422
    unhappy = {"solved": "no", "satisfied": "not", "words": "灯还是不亮"}
    assert client.post(rate, unhappy | {"words": ""}).status_code == 409
    assert client.post(rate, unhappy).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.redos) == ("handling", 1)


def test_the_list_for_everybody_is_masked_and_agreed(unit: Organisation) -> None:
    shown = hotline.calling(unit, public=True, text="我叫张三丰，13712345678，门口路灯坏了请修。")
    hidden = hotline.calling(unit, sender="13800000011")
    report = hotline.calling(
        unit, sender="13800000012", public=True, text="举报东街黑作坊无证经营。", nature="report"
    )
    for order in (shown, hidden, report):
        actions.record_callback(
            order.pk, heard=Heard("answered", solved=True), by=hotline.caller_back(), at=hotline.AT
        )
    actions.publish(shown.pk, by=hotline.dispatcher(), at=hotline.AT)
    for order in (hidden, report):
        with pytest.raises(Refused, match="不能公开"):
            actions.publish(order.pk, by=hotline.dispatcher(), at=hotline.AT)
    page = Client().get(reverse("portal:hotline_answers")).content.decode()
    assert "现场试灯正常" in page
    assert "张三丰" not in page
    assert "13712345678" not in page
    actions.unpublish(shown.pk, reason="诉求人改了主意", by=hotline.dispatcher(), at=hotline.AT)
    assert "现场试灯正常" not in Client().get(reverse("portal:hotline_answers")).content.decode()
