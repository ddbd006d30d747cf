"""A work order's life by the real actions: dispatch, objection, work, answer, call-back, end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.factories import hotline
from tests.factories.hotline import AT
from yizhan.core import tracked
from yizhan.core.flow import Refused, Turn
from yizhan.domain.hotline import actions, flow, queries
from yizhan.domain.hotline.actions import CoUnit, Heard
from yizhan.domain.hotline.choices import ClockName, State
from yizhan.domain.hotline.models import DispatchRule, Order, Supervision
from yizhan.domain.office.models import Organisation

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def unit() -> Organisation:
    return hotline.unit()


def fresh(order: Order) -> Order:
    return Order.objects.select_related("lead").get(pk=order.pk)


def test_the_table_has_no_holes() -> None:
    assert flow.ORDER.problems() == []


def test_every_move_is_an_action() -> None:
    brought_about = {"answer_merged", "close", "redo", "escalate", "follow_up", "urge"}
    assert {m for m in flow.ORDER.moves if m not in actions.__all__} == brought_about


def test_every_open_state_is_entered_with_a_running_clock() -> None:
    """No order without a running clock or an end (trap T17)."""
    needed: dict[State, set[str]] = {
        State.RECEIVED: {ClockName.TAKE}, State.DISPATCHING: {ClockName.DISPATCH},
        State.CONFERENCE: {ClockName.CONFER}, State.TO_SIGN: {ClockName.SIGN, ClockName.FINISH},
        State.OBJECTED: {ClockName.RULING}, State.HANDLING: {ClockName.FINISH},
        State.PARKED: {ClockName.PLAN}, State.REVIEWING: {ClockName.REVIEW},
        State.CALLING: {ClockName.CALLBACK}, State.MERGED: {ClockName.ANSWER},
    }  # fmt: skip
    also: dict[State, set[str]] = {
        State.DISPATCHING: {ClockName.ANSWER}, State.CONFERENCE: {ClockName.ANSWER},
        State.TO_SIGN: {ClockName.ANSWER}, State.HANDLING: {ClockName.ANSWER},
        State.OBJECTED: {ClockName.ANSWER, ClockName.FINISH},
        State.REVIEWING: {ClockName.FINISH},
    }  # fmt: skip
    for move in flow.ORDER.moves.values():
        if move.target not in needed or move.name == "intake":
            continue
        for source in move.sources:
            running: set[str] = needed[State(source)] | also.get(State(source), set())
            for name, turn in move.clocks.items():
                if turn in (Turn.START, Turn.RESUME):
                    running = running | {name}
                else:
                    running = running - {name}
            assert needed[State(move.target)] <= running, (move.name, source)


def test_the_whole_way_to_an_honest_end(unit: Organisation) -> None:
    order = hotline.to_sign(unit)
    assert hotline.running(order).keys() == {"answer", "sign", "contact", "finish"}
    assert hotline.day(hotline.running(order)["finish"]) == date(2026, 12, 2)

    actions.sign(order.pk, by=hotline.handler(unit), at=AT + HOUR)
    assert hotline.running(order).keys() == {"answer", "contact", "finish"}
    hotline.contacted(order, at=AT + 2 * HOUR)
    assert hotline.running(order).keys() == {"answer", "finish"}
    hotline.replied(order, at=AT + DAY)
    assert fresh(order).state == "reviewing"
    actions.pass_review(order.pk, by=hotline.dispatcher(), at=AT + DAY + HOUR)
    assert fresh(order).handled_minutes == 24 * 60
    call = actions.record_callback(
        order.pk, heard=Heard("answered", contacted=True, solved=True, satisfied="very"),
        by=hotline.caller_back(), at=AT + 2 * DAY,
    )  # fmt: skip
    order = fresh(order)
    assert (order.state, order.closing, order.due_at) == ("closed", "solved", None)
    assert hotline.running(order) == {}
    assert call.final
    call.refresh_from_db()
    assert call.published_at is not None
    assert hotline.told(order) == ["received", "dispatched", "passed", "closed"]
    assert list(tracked.broken(order)) == []


def test_the_sign_clock_runs_from_dispatch(unit: Organisation) -> None:
    order = hotline.to_sign(unit)
    assert hotline.running(order)["sign"] == AT + timedelta(hours=24)


def test_an_urgent_order_runs_by_hours(unit: Organisation) -> None:
    order = hotline.to_sign(unit, text="化工厂着火了，有人被困，快来！")
    assert hotline.running(order)["finish"] == AT + timedelta(hours=2)


def test_the_template_of_the_day_of_receipt_counts(unit: Organisation) -> None:
    order = hotline.dispatching()
    actions.use_preset("beijing", region=order.region, by=None, at=AT + HOUR)
    old = hotline.dispatched(order, unit, at=AT + 2 * HOUR)
    new = hotline.to_sign(unit, at=AT + 2 * HOUR, sender="13800000009")
    assert hotline.day(hotline.running(old)["finish"]) == date(2026, 12, 2)
    assert hotline.day(hotline.running(new)["finish"]) == date(2026, 12, 2)
    assert old.clocks.get(name="finish").unit == "workdays"
    assert new.clocks.get(name="finish").unit == "days"


def test_a_consultation_is_answered_in_the_call() -> None:
    order = hotline.received(text="请问居住证在哪里办，需要什么材料？")
    actions.answer_directly(
        order.pk, answer="居住证到县政务服务中心3楼公安窗口办理，带身份证和居住证明。",
        by=hotline.agent(), at=AT,
    )  # fmt: skip
    order = fresh(order)
    assert (order.state, order.closing, order.nature) == ("closed", "explained", "consult")
    assert hotline.running(order) == {}


def test_the_lawful_way_is_told_with_where_to_go() -> None:
    order = hotline.received(text="我对判决不服，要求县里改判。")
    with pytest.raises(Refused, match="请写明答复内容"):
        actions.answer_directly(
            order.pk, answer="不管", closing="lawful_way", by=hotline.agent(), at=AT
        )
    actions.answer_directly(
        order.pk, answer="对判决不服，可以在判决书送达之日起15日内向上一级人民法院上诉。",
        closing="lawful_way", by=hotline.agent(), at=AT,
    )  # fmt: skip
    assert fresh(order).closing == "lawful_way"


def test_danger_is_handed_over_with_who_took_it() -> None:
    order = hotline.received(text="人民路有人煤气中毒昏迷了，快救人！")
    with pytest.raises(Refused, match="接警员"):
        actions.hand_to_emergency(order.pk, where="120", taken_by=" ", by=hotline.agent(), at=AT)
    actions.hand_to_emergency(order.pk, where="120", taken_by="7号", by=hotline.agent(), at=AT)
    assert (fresh(order).state, fresh(order).closing) == ("closed", "emergency")


def test_the_unit_complained_about_does_not_handle(unit: Organisation) -> None:
    order = hotline.dispatching(about_unit=unit, text="城市管理局的人态度恶劣，我要投诉。")
    with pytest.raises(Refused, match="不能自己办理"):
        hotline.dispatched(order, unit)
    with pytest.raises(Refused, match="不能自己办理"):
        actions.dispatch(
            order.pk, lead=hotline.unit("监察委员会"), co_units=[CoUnit(unit)],
            by=hotline.dispatcher(), at=AT,
        )  # fmt: skip
    assert fresh(order).state == "dispatching"


def test_an_abolished_unit_gets_nothing(unit: Organisation) -> None:
    order = hotline.dispatching()
    unit.active = False
    unit.save()
    with pytest.raises(Refused, match="已经撤销"):
        hotline.dispatched(order, unit)


def test_a_departments_duty_goes_to_a_town_only_with_a_reason(unit: Organisation) -> None:
    town = hotline.unit("桐乡街道办事处", level="5")
    order = hotline.dispatching(topic="05.03", topic_label="市政设施")
    actions.set_rule(region=order.region, topic="05", lead=unit, by=None, at=AT - DAY)
    with pytest.raises(Refused, match="不得分派给基层"):
        hotline.dispatched(order, town)
    found = actions.dispatch(
        order.pk, lead=town, pushed_down="路灯由街道自建自管，产权在街道", by=hotline.dispatcher(),
        at=AT,
    )  # fmt: skip
    assert found.parts.get(role="lead").pushed_down.startswith("路灯由街道")


def test_an_objection_goes_through_once_and_teaches_the_catalogue(unit: Organisation) -> None:
    right = hotline.unit("住房和城乡建设局")
    order = hotline.to_sign(unit, topic="05.03", topic_label="市政设施")
    handler = hotline.handler(unit)
    with pytest.raises(Refused, match="依据的条款"):
        actions.raise_objection(
            order.pk, reason="路灯不归我局", clause="", by=handler, at=AT + HOUR
        )
    actions.raise_objection(
        order.pk, reason="路灯不归我局管理", clause="三定方案第三条", proposed=right, by=handler,
        at=AT + HOUR,
    )  # fmt: skip
    assert hotline.running(order).keys() == {"answer", "contact", "finish", "ruling"}
    with pytest.raises(Refused, match="另一位派单员"):
        actions.uphold_objection(
            order.pk, lead=right, reason="三定方案明确", by=hotline.dispatcher(), at=AT + 2 * HOUR
        )
    actions.uphold_objection(
        order.pk, lead=right, reason="三定方案明确", by=hotline.second_dispatcher(),
        at=AT + 2 * HOUR,
    )  # fmt: skip
    order = fresh(order)
    assert (order.state, order.lead, order.ordered) == ("to_sign", right, True)
    assert hotline.ends(order, "finish") > AT + DAY
    with pytest.raises(Refused, match="终局"):
        actions.raise_objection(
            order.pk, reason="也不归我局管理", clause="三定方案", by=hotline.handler(right),
            at=AT + 3 * HOUR,
        )  # fmt: skip
    rule = DispatchRule.objects.get(valid_to=None)
    assert (rule.topic, rule.lead, rule.source) == ("05.03", right, "ruling")
    again = hotline.dispatching(topic="05.03", sender="13800000009")
    proposal = queries.unit_for(again, at=AT + 3 * HOUR)
    assert proposal is not None
    assert proposal.lead == right
    assert order.number in proposal.why


def test_a_dismissed_objection_is_final_and_gained_no_time(unit: Organisation) -> None:
    order = hotline.to_sign(unit)
    before = hotline.running(order)["finish"]
    actions.raise_objection(
        order.pk, reason="路灯不归我局管理", clause="三定方案第三条", by=hotline.handler(unit),
        at=AT + HOUR,
    )  # fmt: skip
    actions.dismiss_objection(
        order.pk, reason="按目录归你局", by=hotline.second_dispatcher(), at=AT + 2 * HOUR
    )
    assert fresh(order).state == "handling"
    assert hotline.running(order)["finish"] == before


def test_an_objection_comes_within_its_hours(unit: Organisation) -> None:
    order = hotline.to_sign(unit)
    with pytest.raises(Refused, match="时间已过"):
        actions.raise_objection(
            order.pk, reason="路灯不归我局管理", clause="三定方案第三条",
            by=hotline.handler(unit), at=AT + 25 * HOUR,
        )  # fmt: skip


def test_a_conference_decides_for_good(unit: Organisation) -> None:
    order = hotline.dispatching()
    actions.confer(order.pk, reason="两家都说不归自己管", by=hotline.dispatcher(), at=AT)
    order = hotline.dispatched(order, unit)
    assert order.ordered
    with pytest.raises(Refused, match="时间已过"):
        actions.raise_objection(
            order.pk,
            reason="还是不归我局",
            clause="三定方案",
            by=hotline.handler(unit),
            at=AT + HOUR,
        )


def test_co_units_have_their_own_clock_and_the_answer_waits_for_them(unit: Organisation) -> None:
    power = hotline.unit("供电公司")
    order = hotline.dispatching()
    order = actions.dispatch(
        order.pk, lead=unit, co_units=[CoUnit(power, "查线路", 2)], by=hotline.dispatcher(), at=AT
    )
    part = order.parts.get(role="co")
    assert hotline.day(hotline.running(order)[f"co:{part.pk}"]) == date(2026, 11, 27)
    actions.sign(order.pk, by=hotline.handler(unit), at=AT + HOUR)
    hotline.contacted(order, at=AT + HOUR)
    with pytest.raises(Refused, match="供电公司还没有提交协办意见"):
        hotline.replied(order, at=AT + DAY)
    assert list(queries.visible_to(hotline.handler(power))) == [order]
    actions.finish_part(
        order.pk, part.pk, opinion="线路正常，是灯具坏了", by=hotline.handler(power), at=AT + DAY
    )
    hotline.replied(order, at=AT + DAY)
    assert fresh(order).state == "reviewing"


def test_more_time_is_given_once_by_the_head(unit: Organisation) -> None:
    order = hotline.handling(unit)
    before = hotline.running(order)
    asked = actions.request_extension(
        order.pk, amount=5, reason="配件要从外地调货", by=hotline.handler(unit), at=AT + DAY
    )
    with pytest.raises(Refused, match="审批负责人"):
        actions.approve_extension(asked.pk, by=hotline.handler(unit), at=AT + DAY)
    actions.approve_extension(asked.pk, by=hotline.head(unit), at=AT + DAY)
    after = hotline.running(order)
    assert hotline.day(after["finish"]) == date(2026, 12, 9)
    assert after["answer"]
    assert before["answer"]
    assert after["answer"] > before["answer"]
    assert "extended" in hotline.told(order)
    with pytest.raises(Refused, match="延期次数已经用完"):
        actions.request_extension(
            order.pk, amount=1, reason="再要一天时间", by=hotline.handler(unit), at=AT + DAY
        )


def test_not_now_is_said_honestly_and_counted(unit: Organisation) -> None:
    order = hotline.handling(unit)
    facts: dict[str, Any] = {
        "reason": "路段要整体改造，现在不能单独装灯", "plan": "列入2027年一季度改造计划",
        "until": date(2027, 3, 31), "explained": "已电话说明改造安排，诉求人表示理解",
    }  # fmt: skip
    with pytest.raises(Refused, match="审批负责人"):
        actions.park(order.pk, by=hotline.handler(unit), at=AT + DAY, **facts)
    actions.park(order.pk, by=hotline.head(unit), at=AT + DAY, **facts)
    order = fresh(order)
    assert order.state == "parked"
    assert hotline.day(hotline.running(order)["plan"]) == date(2027, 3, 31)
    assert "parked" in hotline.told(order)
    actions.watch(at=AT + timedelta(days=130))
    order = fresh(order)
    assert order.state == "handling"
    assert Supervision.objects.filter(order=order, cause="plan_missed").exists()
    assert {"answer", "finish"} <= hotline.running(order).keys()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"public_answer": "已处理，请耐心等待。"}, "没有实际内容"),
        ({"solved": False}, "未解决的原因"),
        ({"file_ids": ()}, "办理证据"),
        ({"contacted": False}, "与“未联系”不一致"),
        ({"points": []}, "第1个问题"),
        ({"closing": "explained"}, "不一致"),
    ],
)
def test_an_answer_that_says_nothing_does_not_leave_the_unit(
    unit: Organisation, changes: dict[str, Any], sentence: str
) -> None:
    order = hotline.handling(unit)
    Order.objects.filter(pk=order.pk).update(points=["路灯什么时候修好"])
    with pytest.raises(Refused, match=sentence):
        hotline.replied(order, **{"points": ["今天修好"], **changes})
    assert fresh(order).state == "handling"


def test_contact_is_proven_not_claimed(unit: Organisation) -> None:
    order = hotline.to_sign(unit)
    actions.sign(order.pk, by=hotline.handler(unit), at=AT + HOUR)
    with pytest.raises(Refused, match="应当联系诉求人"):
        hotline.replied(order, contacted=False)
    with pytest.raises(Refused, match="没有联系上诉求人的记录"):
        hotline.replied(order)
