"""A county's own model: learnt from confirmed orders, used when a person says so."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction

from tests.factories import hotline, people
from yizhan.config.demo.hotline import topics as demo_topics
from yizhan.config.demo.hotline_texts import compose
from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions, queries, tasks
from yizhan.domain.hotline.actions import text_models
from yizhan.domain.hotline.models import Order, TextModel
from yizhan.domain.hotline.understanding import apart
from yizhan.domain.hotline.understanding.proposing import propose

pytestmark = pytest.mark.django_db
REGION, AT = hotline.REGION, hotline.AT
LEARNT = [(one.text, one.topic_code[:5]) for one in compose(1, 900)]
LAMP = "桐乡街道小学门口的路灯坏了半个月，晚上黑漆漆的。"


@pytest.fixture(scope="module")
def trained() -> tuple[bytes, dict]:
    """A model of our own texts over some forty topics of the second level."""
    often = [topic for _, topic in LEARNT]
    kept = [(text, topic) for text, topic in LEARNT if often.count(topic) >= 10]
    return apart.fit([text for text, _ in kept], [topic for _, topic in kept])


@pytest.fixture(autouse=True)
def _topics(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    queries.forget_models()
    queries.forget_topics()
    actions.import_topics(demo_topics(), region=REGION, by=None)
    yield
    queries.forget_models()
    queries.forget_topics()


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch, trained: tuple[bytes, dict]) -> None:
    """Training itself is shown once; here its result is at hand."""
    monkeypatch.setattr(apart, "fitted", lambda texts, labels: (trained[0], dict(trained[1])))


def retrained(**changes: object) -> TextModel:
    facts = {"region": REGION, "by": hotline.dispatcher(), "at": AT, "examples": LEARNT}
    return actions.retrain(**(facts | changes))  # type: ignore[arg-type]


def activated(model: TextModel, **changes: object) -> TextModel:
    with transaction.atomic():
        done = actions.activate_model(model.pk, by=hotline.dispatcher(), at=AT, **changes)  # type: ignore[arg-type]
    queries.forget_models()
    return done


def test_until_a_model_is_active_the_keywords_propose():
    said = propose(LAMP, region=REGION)
    assert (said.topic, said.by_model, said.confident) == ("01.01.01", False, True)
    assert "路灯" in said.top3[0].words
    assert said.top3[0].label == "城市管理 › 市政设施 › 路灯"


def test_training_in_a_process_of_its_own_stores_figures_and_changes_nothing():
    model = retrained(examples=[(text, topic[:2]) for text, topic in LEARNT[:400]])
    assert (model.version, model.active) == (1, False)
    assert model.trained_by == hotline.dispatcher()
    figures = model.evaluation
    assert figures["macro_f1"] > 0.3  # of sentences it never saw, from 400 messages; chance: 0.07
    assert figures["messages"] == model.orders
    assert figures["weakest"][0][1] <= figures["macro_f1"]
    assert model.size == len(model.content) < 30_000_000
    assert propose(LAMP, region=REGION).by_model is False


@pytest.mark.usefixtures("fast")
def test_an_active_model_proposes_within_three_milliseconds():
    activated(retrained())
    said = propose(LAMP, region=REGION)
    assert (said.top3[1].code, said.by_model) == ("01.01", True)
    assert len(said.top3) == 3
    assert said.top3[1].label == "城市管理 › 市政设施"
    texts = [one.text for one in compose(2, 300)]
    begin = time.process_time()
    for text in texts:
        propose(text, region=REGION)
    assert (time.process_time() - begin) / len(texts) < 0.003
    order = hotline.received(text=LAMP)
    assert order.proposal["by_model"] is True
    assert [one[0] for one in order.proposal["topics"]][:2] == ["01.01.01", "01.01"]


@pytest.mark.usefixtures("fast")
def test_a_topic_the_model_never_learnt_is_found_by_its_keywords(trained):
    activated(retrained())
    rows = [*demo_topics(), {"code": "09.09", "name": "校车", "keywords": "接送车 校车"}]
    actions.import_topics(rows, region=REGION, by=None)
    queries.forget_topics()
    said = propose("接送车超员。", region=REGION)
    assert (said.topic, said.confident, said.by_model) == ("09.09", True, True)


@pytest.mark.usefixtures("fast")
def test_a_topic_out_of_use_is_proposed_no_more():
    activated(retrained())
    rows = [row for row in demo_topics() if not row["code"].startswith("01")]
    actions.import_topics(rows, region=REGION, by=None)
    queries.forget_topics()
    said = propose(LAMP, region=REGION)
    assert all(not one.code.startswith("01") for one in said.top3)
    assert not said.confident


@pytest.mark.usefixtures("fast")
def test_a_worse_version_needs_a_reason_that_is_kept(monkeypatch, trained):
    first = activated(retrained())
    worse = dict(trained[1]) | {"macro_f1": 0.1}
    monkeypatch.setattr(apart, "fitted", lambda texts, labels: (trained[0], worse))
    second = retrained()
    assert second.version == 2
    with pytest.raises(Refused, match="较差的版本") as refusal:
        activated(second)
    assert refusal.value.field == "reason"
    assert list(TextModel.objects.filter(active=True)) == [first]
    activated(second, reason="旧版本没有新增的分类")
    assert list(TextModel.objects.filter(active=True)) == [second]
    kept = TextModel.objects.get(pk=second.pk)
    assert (kept.reason, kept.changed_by) == ("旧版本没有新增的分类", hotline.dispatcher())
    activated(first)  # back to the better one: nothing to explain
    assert list(TextModel.objects.filter(active=True)) == [first]


@pytest.mark.usefixtures("fast")
def test_a_model_is_put_out_of_use_with_a_reason():
    model = activated(retrained())
    with pytest.raises(Refused):
        actions.deactivate_model(model.pk, by=hotline.dispatcher(), at=AT, reason="")
    actions.deactivate_model(model.pk, by=hotline.dispatcher(), at=AT, reason="分类目录整个换了")
    queries.forget_models()
    assert propose(LAMP, region=REGION).by_model is False


@pytest.mark.usefixtures("fast")
def test_a_damaged_file_is_not_used():
    model = activated(retrained())
    TextModel.objects.filter(pk=model.pk).update(content=b"PK not a model")
    queries.forget_models()
    said = propose(LAMP, region=REGION)
    assert (said.by_model, said.topic) == (False, "01.01.01")


@pytest.mark.usefixtures("fast")
def test_only_one_version_of_a_county_is_in_use():
    activated(retrained())
    other = retrained()
    with pytest.raises(IntegrityError), transaction.atomic():
        TextModel.objects.filter(pk=other.pk).update(active=True)


@pytest.mark.usefixtures("fast")
def test_a_rare_topic_is_learnt_as_its_branch(monkeypatch, trained):
    seen: list[str] = []

    def fitted(texts: list[str], labels: list[str]) -> tuple[bytes, dict]:
        seen.extend(labels)
        return trained[0], dict(trained[1])

    monkeypatch.setattr(apart, "fitted", fitted)
    often = {"01.01.01": 150, "01.01.02": 6, "01.01.03": 5, "01.02.01": 4, "02.01.01": 60, "03": 3}
    model = retrained(examples=[(LAMP, topic) for topic, n in often.items() for _ in range(n)])
    assert {topic: seen.count(topic) for topic in set(seen)} == {
        "01.01.01": 150, "01.01": 11, "02.01.01": 60,
    }  # fmt: skip
    assert model.evaluation["in_branch"] == ["01.01.02", "01.01.03"]
    assert model.evaluation["left_out"] == [["01.02.01", 4], ["03", 3]]


@pytest.mark.usefixtures("fast")
def test_keywords_refine_the_branch_that_the_model_names():
    activated(retrained())  # of topics of the second level
    said = propose(LAMP, region=REGION)
    assert (said.topic, said.top3[1].code) == ("01.01.01", "01.01")
    assert said.confident


def test_too_little_is_refused_and_nothing_is_stored():
    with pytest.raises(Refused, match="至少要200件"):
        retrained(examples=LEARNT[:150])
    with pytest.raises(Refused, match="两类"):
        retrained(examples=[(text, "01") for text, _ in LEARNT])
    assert not TextModel.objects.exists()


def test_who_handles_orders_trains_and_activates_nothing():
    clerk = people.official("hotline_agent", username="seat7")
    for act in (
        lambda: retrained(by=clerk),
        lambda: actions.activate_model(1, by=clerk, at=AT),
        lambda: actions.deactivate_model(1, by=clerk, at=AT, reason="不想用了"),
    ):
        with pytest.raises(Refused):
            act()


def test_only_confirmed_orders_teach_and_without_personal_data():
    sure = hotline.received(text=f"我叫王建国，电话13812345678。{LAMP}")
    hotline.received(text=LAMP, sender="13800000002")
    Order.objects.filter(pk=sure.pk).update(confirmed=True, topic="01.01.01")
    found = queries.confirmed_texts(REGION)
    assert [topic for _, topic in found] == ["01.01.01"]
    assert "13812345678" not in found[0][0]
    assert "建国" not in found[0][0]


@pytest.mark.usefixtures("fast")
def test_every_month_a_version_is_made_that_waits_for_a_person(monkeypatch, settings):
    settings.REGION = REGION
    assert tasks.retrain(0) == 0  # too few orders: no failure, no version
    assert not TextModel.objects.exists()
    monkeypatch.setattr(text_models, "FEWEST", 2)
    monkeypatch.setattr(text_models, "FEWEST_OF_TOPIC", 1)
    for number, topic in enumerate(("01.01.01", "02.01.01")):
        order = hotline.received(sender=f"1380000002{number}")
        Order.objects.filter(pk=order.pk).update(confirmed=True, topic=topic)
    assert tasks.retrain(0) == 1  # both orders are of one nature: nothing to tell apart
    model = queries.text_models(REGION).get()
    assert (model.learns, model.orders, model.active) == ("topic", 2, False)
    assert model.trained_by is None


def test_natures_are_learnt_too_and_signs_go_before():
    day = [(one.text, one.nature) for one in compose(4, 700)]
    model = retrained(learns="nature", examples=day)
    assert (model.learns, model.version) == ("nature", 1)
    assert model.evaluation["macro_f1"] > 0.75
    silent = "兰阳街道阎楼村物业用了维修基金36000元，做了哪些项目从来没有公布，要求处理并回复我。"
    before = propose(silent, region=REGION).nature
    assert (before.name, before.confident) == ("求助", False)
    activated(model)
    after = propose(silent, region=REGION)
    assert after.nature.name == "投诉"
    assert after.nature.words
    assert after.by_model is False  # the topic is still proposed by keywords
    assert propose("请问社保卡丢了怎么补办", region=REGION).nature.name == "咨询"
    assert propose("催一下上次反映的路灯", region=REGION).nature.name == "催办"
    assert hotline.received(text=silent).nature == "complaint"
