"""Worklists, hints, knowledge, rates and figures."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import hotline, office, people
from tests.factories.hotline import AT
from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.actions import Heard
from yizhan.domain.office.models import Organisation

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def unit() -> Organisation:
    return hotline.unit()


def numbers(page: queries.Page) -> list[str]:
    return [row.number for row in page.rows]


def called_back(unit: Organisation, heard: Heard, phone: str) -> None:
    order = hotline.calling(unit, sender=phone)
    actions.record_callback(order.pk, heard=heard, by=hotline.caller_back(), at=AT + DAY)


def test_everybody_sees_the_lists_of_his_duty(unit: Organisation) -> None:
    waiting = hotline.received()
    signed = hotline.to_sign(unit, sender="13800000011")
    agent, handler = hotline.agent(), hotline.handler(unit)
    assert numbers(queries.worklist(agent, tab="received", at=AT)) == [waiting.number]
    assert numbers(queries.worklist(agent, tab="units", at=AT)) == [signed.number]
    assert numbers(queries.worklist(handler, tab="to_sign", at=AT)) == [signed.number]
    assert numbers(queries.worklist(handler, tab="received", at=AT)) == []
    other = hotline.handler(hotline.unit("水利局"))
    assert numbers(queries.worklist(other, tab="to_sign", at=AT)) == []
    assert queries.tab_counts(agent)["received"] == 1
    assert queries.tab_counts(handler)["to_sign"] == 1
    assert "closed" not in queries.tab_counts(handler)
    assert queries.tabs_of(handler) == queries.UNIT_TABS


def test_a_list_asks_the_same_whatever_its_length(unit: Organisation) -> None:
    agent = hotline.agent()
    hotline.received()
    with CaptureQueriesContext(connection) as one:
        queries.worklist(agent, tab="received", at=AT)
    for number in range(60):
        hotline.received(sender=f"139000001{number:02d}", text=f"第{number}盏路灯坏了，请修一下。")
    with CaptureQueriesContext(connection) as many:
        page = queries.worklist(agent, tab="received", at=AT)
    assert len(many) <= len(one)
    assert len(page.rows) == 50
    rest = queries.worklist(agent, tab="received", page=page.next, at=AT)
    assert len(rest.rows) == 11
    assert not set(numbers(page)) & set(numbers(rest))
    with pytest.raises(Refused, match="页码不对"):
        queries.worklist(agent, tab="received", page="x", at=AT)


def test_danger_stands_above_every_list() -> None:
    hotline.received()
    urgent = hotline.received(sender="13800000011", text="有人要跳楼，在县医院楼顶，快来！")
    rows = queries.alarms(hotline.agent(), at=AT)
    assert [row.number for row in rows] == [urgent.number]
    assert rows[0].urgent


def test_an_order_is_found_by_its_number_or_the_callers() -> None:
    order = hotline.received()
    agent = hotline.agent()
    index = queries.sender_index(hotline.PHONE)
    assert [r.number for r in queries.found(agent, order.number.lower(), index="", at=AT)] == [
        order.number
    ]
    assert [r.number for r in queries.found(agent, hotline.PHONE, index=index, at=AT)] == [
        order.number
    ]
    other = people.clerk(username="w")
    assert queries.found(other, order.number, index="", at=AT) == []


def test_a_hint_comes_while_typing() -> None:
    village = office.village()
    order = hotline.received(place=village.code, topic="05.03")
    hints = queries.duplicates_of(
        "410225", "胜利社区门口路灯坏了一个星期了，晚上没法走路。", at=AT, place=village.code,
        topic="05.03",
    )  # fmt: skip
    assert [h.number for h in hints] == [order.number]
    assert "同一地点" in hints[0].why
    same_caller = queries.duplicates_of(
        "410225", "路灯到现在还没有修好，什么时候修一下？", at=AT,
        index=queries.sender_index(hotline.PHONE),
    )  # fmt: skip
    assert "同一诉求人" in same_caller[0].why
    assert queries.duplicates_of("410225", "公交车几点发车，票价多少？", at=AT) == []


def test_the_seat_sees_what_a_number_asked_before() -> None:
    hotline.received()
    index = queries.sender_index(hotline.PHONE)
    assert [line["state"] for line in queries.history_of("410225", index)] == ["received"]
    assert queries.history_of("410225", "") == []


def test_rates_are_counted_over_valid_call_backs_only(unit: Organisation) -> None:
    for number, (solved, satisfied, contacted) in enumerate(
        [(True, "very", True), (True, "basic", True), (False, "basic", False), (True, "", True)]
    ):
        called_back(
            unit, Heard("answered", contacted=contacted, solved=solved, satisfied=satisfied),
            f"1390000000{number}",
        )  # fmt: skip
    called_back(unit, Heard("declined"), "13900000009")
    whole, line = queries.rates("410225", AT, AT + 10 * DAY)
    assert (line.unit, line.valid, line.unreached) == (unit.short_name, 4, 1)
    assert line.response_rate == 3 / 4
    assert line.solved_rate == 3 / 4
    assert line.satisfied_rate == (1 + 2 * 0.9) / 4
    assert line.total == pytest.approx(0.1 * 0.75 + 0.5 * 0.75 + 0.4 * 0.7)
    assert line.unrated == 1
    assert not line.enough
    assert whole.valid == 4
    assert queries.median_minutes("410225", AT, AT + 10 * DAY) == {unit.short_name: 0.0}


def test_any_period_can_be_counted_by_any_formula(unit: Organisation) -> None:
    called_back(
        unit, Heard("answered", contacted=True, solved=True, satisfied="basic"), "13900000001"
    )
    boss = people.official("supervisor", username="boss")
    with pytest.raises(Refused, match="100%"):
        actions.set_formula(
            region="410225", contacted=300, solved=350, satisfied=300, basic=900, least=1,
            reason="试行新口径", by=boss, at=AT,
        )  # fmt: skip
    actions.set_formula(
        region="410225", contacted=300, solved=350, satisfied=350, basic=800, least=1,
        reason="试行新口径", by=boss, at=AT + 2 * DAY,
    )  # fmt: skip
    old = queries.rates("410225", AT, AT + DAY + DAY / 2)[0]
    new = queries.rates("410225", AT, AT + 3 * DAY)[0]
    assert (old.formula.version, new.formula.version) == (0, 1)
    assert old.total == pytest.approx(0.1 + 0.5 + 0.4 * 0.9)
    assert new.total == pytest.approx(0.3 + 0.35 + 0.35 * 0.8)
    assert new.enough
    replayed = queries.rates("410225", AT, AT + 3 * DAY, formula=old.formula)[0]
    assert replayed.total == old.total


def test_an_exclusion_needs_a_reason_and_another_persons_eyes(unit: Organisation) -> None:
    order = hotline.calling(unit)
    actions.record_callback(
        order.pk, heard=Heard("answered", solved=False, satisfied="basic"),
        by=hotline.caller_back(), at=AT + DAY,
    )  # fmt: skip
    with pytest.raises(Refused, match="剔除的理由"):
        actions.ask_exclusion(order.pk, reason="无理", by=hotline.handler(unit), at=AT + DAY)
    asked = actions.ask_exclusion(
        order.pk, reason="要求改判已生效判决，不属于行政职责", by=hotline.handler(unit),
        at=AT + DAY,
    )  # fmt: skip
    assert queries.rates("410225", AT, AT + 9 * DAY)[0].valid == 1
    boss = people.official("supervisor", username="boss")
    actions.check_exclusion(asked.pk, allowed=True, by=boss, at=AT + 2 * DAY)
    whole = queries.rates("410225", AT, AT + 9 * DAY)[0]
    assert (whole.valid, whole.excluded) == (0, 1)
    assert whole.total is None
    assert list(queries.exclusions("410225", AT, AT + 9 * DAY)) == [asked]


def test_the_unit_sees_ratings_only_after_publication(unit: Organisation) -> None:
    order = hotline.calling(unit)
    actions.record_callback(
        order.pk, heard=Heard("no_answer"), by=hotline.caller_back(), at=AT + DAY
    )
    assert list(queries.callbacks(order, all_of_them=False)) == []
    assert len(queries.callbacks(order, all_of_them=True)) == 1


def test_knowledge_is_owned_renewed_and_never_told_when_old(unit: Organisation) -> None:
    handler = hotline.handler(unit)
    entry = actions.write_entry(
        organisation=unit, question="路灯坏了找谁修", keywords="路灯 不亮",
        answer="拨打12345或城管局维修电话，主次干道24小时内修复。", valid_until=date(2027, 1, 1),
        by=handler, at=AT,
    )  # fmt: skip
    found = queries.search(hotline.agent(), "我家门口路灯不亮了", today=date(2026, 11, 25))
    assert found == [entry]
    assert queries.search(None, "路灯", today=date(2026, 11, 25)) == [entry]
    assert queries.search(None, "路灯", today=date(2027, 1, 2)) == []
    with pytest.raises(Refused, match="已经有这个问题"):
        actions.write_entry(
            organisation=unit, question="路灯坏了找谁修", answer="拨打维修电话即可，24小时值守。",
            valid_until=date(2027, 1, 1), by=handler, at=AT,
        )  # fmt: skip
    other = hotline.handler(hotline.unit("水利局"))
    with pytest.raises(Refused, match="审查人员"):
        actions.renew_entry(
            entry.pk,
            valid_until=date(2027, 6, 1),
            by=other,
            at=AT,
        )
    with pytest.raises(Refused, match="一年之内"):
        actions.renew_entry(entry.pk, valid_until=date(2029, 6, 1), by=handler, at=AT)
    unit.phone = "13911112222"
    unit.save()
    assert actions.nag_owners(at=AT) == 0
    assert actions.nag_owners(at=AT + 30 * DAY) == 1
    order = hotline.received(text="请问路灯不亮了找谁修？")
    actions.answer_directly(order.pk, answer=entry.answer, entry=entry, by=hotline.agent(), at=AT)
    entry.refresh_from_db()
    assert entry.uses == 1
    actions.withdraw_entry(entry.pk, by=handler, at=AT)
    assert queries.search(None, "路灯", today=date(2026, 11, 25)) == []


def test_figures_count_what_is_there(unit: Organisation) -> None:
    hotline.received()
    order = hotline.received(sender="13800000011", channel="wechat", text="请问居住证怎么办理？")
    actions.answer_directly(
        order.pk, answer="到政务服务中心三楼办理，带身份证。", by=hotline.agent(), at=AT
    )
    hotline.to_sign(unit, sender="13800000012")
    with CaptureQueriesContext(connection) as asked:
        found = queries.figures("410225", AT - DAY, AT + DAY)
    assert len(asked) == 3
    assert (found.total, found.closed, found.direct) == (3, 1, 1)
    assert found.direct_share == 1 / 3
    assert {b.label: b.count for b in found.by["channel"]} == {"电话": 2, "微信": 1}
    assert {b.label: b.count for b in found.by["lead_id"]} == {unit.short_name: 1}
    assert [b.key for b in found.by["month"]] == ["2026-11"]
    assert queries.figures("410225", AT + DAY, AT + 2 * DAY).total == 0
    line = queries.days("410225", AT + DAY, number=3)
    assert sum(bar.count for bar in line) == 3
    assert len(line) == 4
