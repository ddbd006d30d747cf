"""Hot topics: found each night, the same from night to night, named by a person, reported."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import hotline, office, people
from yizhan.config.demo.hotline import topics as demo_topics
from yizhan.config.demo.hotline_texts import SyntheticMessage, compose
from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions, queries, tasks
from yizhan.domain.hotline.models import ClusterMember, Order, TopicCluster
from yizhan.domain.hotline.rules.growth import at_least, growth
from yizhan.domain.hotline.understanding import apart

AT, REGION = hotline.AT, hotline.REGION
DAY = timedelta(days=1)
MATTER = "胜利社区供暖"
VOICES = [one for one in compose(1, 1500) if one.matter == MATTER][:12]
OTHERS = [one for one in compose(2, 400) if not one.matter and one.topic_code[:5] != "02.04"][:240]


@pytest.fixture
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Grouping in this process: that it works in another one is shown once."""
    monkeypatch.setattr(apart, "grouped", apart.group)


def told(messages: list[SyntheticMessage], *, at=AT, number: int = 0, **changes) -> list[Order]:
    """Orders of synthetic messages, an hour apart before a moment, each of another caller."""
    found = []
    for n, one in enumerate(messages, start=1):
        order = hotline.received(
            text=one.text, sender=f"1390000{number + n:04d}", at=at - timedelta(hours=n)
        )
        facts = {"topic": one.topic_code, "place_code": one.place_code} | changes
        Order.objects.filter(pk=order.pk).update(**facts)
        found.append(order)
    return found


def night(at=AT) -> list[TopicCluster]:
    actions.cluster_day(region=REGION, at=at)
    return list(TopicCluster.objects.filter(current=True).order_by("-orders", "id"))


def heating(found: list[TopicCluster]) -> TopicCluster:
    return next(one for one in found if one.topic == "02.04.01")


@pytest.mark.django_db
@pytest.mark.usefixtures("_here")
def test_many_voices_are_one_matter_that_rings():
    told(OTHERS, number=100)
    orders = told(VOICES[:8])
    found = heating(night())
    assert set(found.members.values_list("order", flat=True)) == {one.pk for one in orders}
    assert (found.orders, found.place_code) == (8, "410225001002")
    assert found.growth["recent"] == 8
    assert found.growth["alarm"] is True
    assert found.alarm_at == AT
    assert found.proposed_name in {Order.objects.get(pk=one.pk).title for one in orders}


@pytest.mark.django_db
@pytest.mark.usefixtures("_here")
def test_a_named_matter_keeps_its_name_and_its_older_voices():
    told(OTHERS[:120], at=AT - 21 * DAY, number=200)  # what a word is worth shows among others
    told(OTHERS[120:], at=AT - DAY, number=300)
    old = told(VOICES[:1] * 5, at=AT - 20 * DAY)
    first = heating(night(AT - 19 * DAY))
    actions.name_cluster(
        first.pk, name="胜利社区三期 暖气不热", by=hotline.dispatcher(), at=AT - 19 * DAY
    )
    new = told(VOICES[:1] * 5, number=20)  # the same words of other callers
    assert heating(night()).orders == 10
    again = heating(night(AT + 15 * DAY))  # the first five are older than thirty days
    assert again.pk == first.pk
    assert str(again) == "胜利社区三期 暖气不热"
    assert again.orders == 5
    assert again.first_at < AT - 19 * DAY
    assert queries.voices_of(again).count() == len(old) + len(new)


@pytest.mark.django_db
@pytest.mark.usefixtures("_here")
def test_a_matter_without_voices_is_current_no_more_but_not_forgotten():
    told(VOICES[:4])
    found = heating(night())
    assert night(AT + 40 * DAY) == []
    kept = TopicCluster.objects.get(pk=found.pk)
    assert (kept.current, kept.alarm_at) == (False, None)
    assert kept.members.count() == 4


@pytest.mark.django_db
@pytest.mark.usefixtures("_here")
def test_the_same_night_again_changes_nothing():
    told([*VOICES[:6], *OTHERS])
    first = {(one.pk, one.orders) for one in night()}
    members = set(ClusterMember.objects.values_list("cluster", "order"))
    assert {(one.pk, one.orders) for one in night()} == first
    assert set(ClusterMember.objects.values_list("cluster", "order")) == members


@pytest.mark.django_db
@pytest.mark.usefixtures("_here")
def test_a_confidential_callers_words_neither_name_nor_stand_in_a_report():
    told(VOICES[:5], confidential=True)
    found = heating(night())
    assert found.proposed_name == "（要求保密的诉求）"
    report = queries.special_report(found, at=AT)
    assert "共收到反映同一事项的诉求5件" in report
    assert "群众原话" not in report


@pytest.mark.django_db
@pytest.mark.usefixtures("_here")
def test_a_report_draft_has_the_figures_of_the_matter():
    office.village("410225001002", "胜利社区")
    actions.import_topics(demo_topics(), region=REGION, by=None)
    queries.forget_topics()
    told(VOICES[:3], at=AT - timedelta(weeks=52), number=500)
    told(VOICES[3:9], place_code="410225001002")
    told(VOICES[9:10], number=40, sender_index="", place_code="410225001002")
    found = heating(night())
    report = queries.special_report(found, at=AT)
    assert "诉求7件，来自6个不同的联系方式，另有1件未留联系方式" in report
    assert "近7天7件，按此前的速度应为0.5件，增长明显" in report
    assert "供暖）近4周7件，去年同期3件，增加133%" in report
    assert "已办结0件，在办7件" in report
    assert "渠道：电话7件" in report
    assert "胜利社区7件" in report
    assert "1390000" not in report
    queries.forget_topics()


@pytest.mark.django_db
def test_seasons_compare_the_same_weeks_of_a_branch():
    told(VOICES[:2], at=AT - timedelta(weeks=52))
    told(VOICES[2:3], at=AT - timedelta(weeks=54))
    told(VOICES[3:8])
    told(OTHERS[:4], topic="01.01.01", number=50)
    found = queries.season(REGION, "02.04.01", at=AT)
    assert found.weeks == (0, 0, 0, 5)
    assert found.last_year == (0, 1, 0, 2)
    assert found.change == pytest.approx(2 / 3)
    assert queries.season(REGION, "", at=AT).weeks == (0, 0, 0, 9)
    assert queries.season(REGION, "09.01.01", at=AT).change is None


@pytest.mark.django_db
@pytest.mark.usefixtures("_here")
def test_the_county_sees_hot_topics_a_unit_and_a_citizen_do_not():
    told(VOICES[:6])
    told([one for one in compose(3, 400) if one.matter == "薛楼社区搅拌站"][:3], number=30)
    assert len(night()) == 2
    assert [one.orders for one in queries.hot_topics(hotline.agent())] == [6, 3]
    assert [one.orders for one in queries.hot_topics(hotline.agent(), alarms=True)] == [6]
    assert not queries.hot_topics(people.official("handler", username="unit1")).exists()
    other = people.official("hotline_agent", username="far", scope="410224")
    other.region = "410224"
    assert not queries.hot_topics(other).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("_here")
def test_only_who_dispatches_or_supervises_names_a_matter():
    told(VOICES[:4])
    found = heating(night())
    with pytest.raises(Refused):
        actions.name_cluster(found.pk, name="供暖", by=hotline.agent(), at=AT)
    with pytest.raises(Refused) as refusal:
        actions.name_cluster(found.pk, name=" 热 ", by=hotline.dispatcher(), at=AT)
    assert refusal.value.field == "name"
    assert TopicCluster.objects.get(pk=found.pk).name == ""


@pytest.mark.django_db
def test_the_nightly_task_groups_in_a_process_of_its_own(settings, monkeypatch):
    settings.REGION = REGION
    told(VOICES[:4])
    monkeypatch.setattr(tasks.timezone, "now", lambda: AT)
    assert tasks.cluster_day(0) == 1
    assert TopicCluster.objects.get().orders == 4


def test_growth_is_more_than_chance():
    week = [AT - timedelta(hours=n) for n in range(1, 6)]
    assert growth(week, at=AT).alarm
    assert not growth(week[:4], at=AT).alarm
    steady = [AT - timedelta(hours=30 * n + 1) for n in range(24)]  # every thirty hours
    assert not growth(steady, at=AT).alarm
    assert growth([*steady, *week, *week], at=AT).alarm
    old = growth([AT - timedelta(days=31)] * 50 + week, at=AT)
    assert (old.recent, old.expected) == (5, 0.5)


@given(st.integers(0, 400), st.floats(0.1, 900))
def test_the_chance_is_poissons(number, expected):
    from scipy.stats import poisson  # noqa: PLC0415 - slow to load, for this one test

    true = float(poisson.sf(number - 1, expected))
    assert at_least(number, expected) == pytest.approx(true, abs=0.02 if expected > 300 else 1e-6)
