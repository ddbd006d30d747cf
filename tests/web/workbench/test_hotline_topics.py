"""Hot topics and models on the workbench: seen by the hotline, named and switched by who may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import people as cast
from tests.factories import hotline, people
from tests.factories.hot_topics import trained, voiced
from yizhan.domain.hotline import queries
from yizhan.domain.hotline.models import TextModel, TopicCluster

pytestmark = pytest.mark.django_db
LIST = "workbench:hotline_topics"


@pytest.fixture(autouse=True)
def _models() -> Iterator[None]:
    queries.forget_models()
    yield
    queries.forget_models()


@pytest.fixture
def cluster() -> TopicCluster:
    return voiced(
        [hotline.received(sender=f"1380000003{number}") for number in range(3)],
        alarm_at=hotline.AT,
    )  # fmt: skip


def at_desk(account: Any) -> Client:
    return cast.enter(Client(), account)


def test_the_list_shows_what_grows_and_a_seat_switches_no_model(cluster: TopicCluster) -> None:
    trained(active=True)
    seat = at_desk(hotline.agent()).get(reverse(LIST)).content.decode()
    assert cluster.proposed_name in seat
    assert "增长预警" in seat
    assert "推荐模型" not in seat
    boss = at_desk(hotline.dispatcher()).get(reverse(LIST)).content.decode()
    assert "内容分类 第1版" in boss
    assert "0.910" in boss


def test_a_topic_is_named_and_its_report_drafted(cluster: TopicCluster) -> None:
    url = reverse("workbench:hotline_topic", args=(cluster.pk,))
    boss = at_desk(hotline.dispatcher())
    page = boss.get(url).content.decode()
    assert "共收到反映同一事项的诉求3件" in page
    assert "来自3个不同的联系方式" in page
    assert boss.post(url, {"name": ""}).status_code == 422
    refused = boss.post(url, {"name": "热"})
    assert refused.status_code == 409
    assert "写明地点和事情" in refused.content.decode()
    assert boss.post(url, {"name": "胜利社区门口路灯不亮"}).url == url
    assert "胜利社区门口路灯不亮" in boss.get(reverse(LIST)).content.decode()


def test_a_seat_reads_a_topic_and_cannot_name_it(cluster: TopicCluster) -> None:
    url = reverse("workbench:hotline_topic", args=(cluster.pk,))
    seat = at_desk(hotline.agent())
    assert "确定名称" not in seat.get(url).content.decode()
    assert seat.post(url, {"name": "门口路灯不亮"}).status_code == 409
    assert TopicCluster.objects.get().name == ""


def test_a_unit_and_another_county_find_nothing(cluster: TopicCluster) -> None:
    url = reverse("workbench:hotline_topic", args=(cluster.pk,))
    unit = at_desk(hotline.handler(hotline.unit()))
    assert unit.get(reverse(LIST)).status_code == 403
    assert unit.get(url).status_code == 404
    far = people.official("hotline_dispatcher", username="far", scope="410224")
    far.region = "410224"
    far.save(update_fields=["region"])
    assert at_desk(far).get(url).status_code == 404
    model = trained()
    posted = at_desk(far).post(reverse("workbench:model_switch", args=(model.pk,)))
    assert posted.status_code == 404


def test_a_model_is_switched_on_and_off_with_its_reasons() -> None:
    good, worse = trained(), trained(evaluation={"macro_f1": 0.5})
    boss = at_desk(hotline.dispatcher())

    def switch(model: TextModel, reason: str = "") -> Any:
        return boss.post(reverse("workbench:model_switch", args=(model.pk,)), {"reason": reason})

    assert switch(good).url == reverse(LIST)
    refused = switch(worse)
    assert refused.status_code == 409
    assert "较差的版本" in refused.content.decode()
    assert list(TextModel.objects.filter(active=True)) == [good]
    assert switch(worse, "新分类只在这一版里").status_code == 302
    assert switch(worse).status_code == 409  # out of use: a reason too
    assert switch(worse, "先用关键词推荐").status_code == 302
    assert not TextModel.objects.filter(active=True).exists()
    seat = at_desk(hotline.agent())
    assert seat.post(reverse("workbench:model_switch", args=(good.pk,))).status_code == 403
