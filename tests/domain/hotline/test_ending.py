"""The end of an order by the real actions: call-back, redo, merging, withdrawal, pressure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.factories import hotline, office, people
from tests.factories.hotline import AT
from yizhan.core.flow import Refused
from yizhan.core.worktime import CHINA
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.actions import Heard
from yizhan.domain.hotline.models import Order, Supervision
from yizhan.domain.journeys import actions as journeys
from yizhan.domain.notices.models import Notice
from yizhan.domain.office.models import Organisation

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def unit() -> Organisation:
    return hotline.unit()


def fresh(order: Order) -> Order:
    return Order.objects.select_related("lead").get(pk=order.pk)


def test_the_hotline_sends_an_answer_back(unit: Organisation) -> None:
    order = hotline.handling(unit)
    before = hotline.running(order)["finish"]
    assert before
    hotline.replied(order, at=AT + DAY)
    assert hotline.running(order)["finish"] is None
    actions.return_reply(
        order.pk, reason="没有说明是哪一盏灯", by=hotline.dispatcher(), at=AT + 2 * DAY
    )
    assert fresh(order).state == "handling"
    after = hotline.running(order)["finish"]
    assert after is not None
    assert after >= before


def test_who_had_a_hand_in_it_does_not_call_back(unit: Organisation) -> None:
    order = hotline.calling(unit)
    both = hotline.handler(unit)
    people.post(both, "hotline_callback")
    with pytest.raises(Refused, match="没有经办的人"):
        actions.record_callback(
            order.pk, heard=Heard("answered", solved=True), by=both, at=AT + 2 * DAY
        )


def test_the_unit_can_change_nothing_after_it_answered(unit: Organisation) -> None:
    order = hotline.calling(unit)
    with pytest.raises(Refused, match="现在的状态"):
        hotline.replied(order)
    with pytest.raises(Refused, match="现在的状态"):
        hotline.contacted(order)


def test_unhappy_and_unsolved_is_redone_then_goes_up(unit: Organisation) -> None:
    order = hotline.calling(unit)
    unhappy = Heard("answered", contacted=True, solved=False, satisfied="not", words="灯还是不亮")
    for number in (1, 2):
        actions.record_callback(
            order.pk, heard=unhappy, by=hotline.caller_back(), at=AT + 2 * number * DAY
        )
        order = fresh(order)
        assert (order.state, order.redos) == ("handling", number)
        with pytest.raises(Refused, match="没有联系上"):
            hotline.replied(order, at=AT + 2 * number * DAY)
        hotline.contacted(order, at=AT + 2 * number * DAY + HOUR)
        hotline.replied(order, at=AT + 2 * number * DAY + 2 * HOUR)
        actions.pass_review(order.pk, by=hotline.dispatcher(), at=AT + 2 * number * DAY + 3 * HOUR)
    actions.record_callback(order.pk, heard=unhappy, by=hotline.caller_back(), at=AT + 9 * DAY)
    order = fresh(order)
    assert order.state == "conference"
    assert Supervision.objects.filter(order=order, kind="escalate", cause="unsolved").count() == 1
    assert order.callbacks.filter(final=True).count() == 3


def test_unhappy_needs_his_words(unit: Organisation) -> None:
    order = hotline.calling(unit)
    with pytest.raises(Refused, match="不满意的地方"):
        actions.record_callback(
            order.pk, heard=Heard("answered", solved=False, satisfied="not"),
            by=hotline.caller_back(), at=AT + DAY,
        )  # fmt: skip


def test_not_reached_three_times_ends_and_counts_in_no_rate(unit: Organisation) -> None:
    order = hotline.calling(unit)
    for number in range(3):
        assert fresh(order).state == "calling"
        actions.record_callback(
            order.pk, heard=Heard("no_answer"), by=hotline.caller_back(), at=AT + (2 + number) * DAY
        )
    order = fresh(order)
    assert (order.state, order.closing) == ("closed", "solved")
    assert not order.callbacks.filter(final=True).exists()


def test_the_caller_rates_himself_by_number_and_phone(unit: Organisation) -> None:
    order = hotline.calling(unit)
    with pytest.raises(Refused, match="回访员登记"):
        actions.record_callback(
            order.pk, heard=Heard("answered", solved=True), by=None, at=AT + DAY
        )
    actions.record_callback(
        order.pk, heard=Heard("answered", "web", solved=True, satisfied="basic"), by=None,
        as_caller=True, at=AT + DAY,
    )  # fmt: skip
    assert fresh(order).closing == "solved"


def test_many_voices_one_matter_each_gets_an_answer(unit: Organisation) -> None:
    main = hotline.to_sign(unit)
    first = hotline.dispatching(sender="13800000011")
    second = hotline.received(sender="13800000012")
    for each in (first, second):
        actions.classify(
            each.pk, nature="help", topic="", topic_label="", by=hotline.agent(), at=AT + HOUR
        )
        actions.merge(each.pk, main.pk, by=hotline.agent(), at=AT + HOUR)
        assert fresh(each).state == "merged"
        assert hotline.running(each).keys() == {"answer"}
    actions.sign(main.pk, by=hotline.handler(unit), at=AT + HOUR)
    hotline.contacted(main, at=AT + HOUR)
    hotline.replied(main, at=AT + DAY)
    actions.pass_review(main.pk, by=hotline.dispatcher(), at=AT + DAY)
    for each in (first, second):
        answered = fresh(each)
        assert answered.state == "calling"
        assert answered.public_answer == fresh(main).public_answer
        assert hotline.told(each)[-1] == "passed"
        actions.record_callback(
            each.pk, heard=Heard("answered", solved=True, satisfied="very"),
            by=hotline.caller_back(), at=AT + 2 * DAY,
        )  # fmt: skip
        assert fresh(each).closing == "duplicate"


def test_an_order_is_not_merged_into_itself_or_an_ended_one(unit: Organisation) -> None:
    order, ended = hotline.dispatching(), hotline.calling(unit, sender="13800000011")
    with pytest.raises(Refused, match="它自己"):
        actions.merge(order.pk, order.pk, by=hotline.agent(), at=AT)
    with pytest.raises(Refused, match="已经答复或办结"):
        actions.merge(order.pk, ended.pk, by=hotline.agent(), at=AT)


def test_when_the_main_order_is_withdrawn_the_others_go_on_alone(unit: Organisation) -> None:
    main, other = hotline.to_sign(unit), hotline.dispatching(sender="13800000011")
    actions.merge(other.pk, main.pk, by=hotline.agent(), at=AT + HOUR)
    actions.withdraw(main.pk, by=None, as_caller=True, at=AT + 2 * HOUR)
    assert (fresh(main).state, fresh(main).closing) == ("closed", "withdrawn")
    other = fresh(other)
    assert (other.state, other.merged_into_id) == ("dispatching", None)
    assert {"answer", "dispatch"} == hotline.running(other).keys()


def test_only_the_caller_or_the_hotline_withdraws(unit: Organisation) -> None:
    order = hotline.to_sign(unit)
    with pytest.raises(Refused, match="热线话务员"):
        actions.withdraw(order.pk, by=hotline.handler(unit), at=AT)


def test_the_upper_platform_takes_its_order_back(unit: Organisation) -> None:
    order = hotline.handling(unit, upper_number="HN-1", channel="upper")
    actions.recall(order.pk, by=None, at=AT + DAY, reason="上级重新派单")
    assert (fresh(order).state, fresh(order).closing) == ("closed", "recalled")
    with pytest.raises(Refused, match="现在的状态"):
        hotline.replied(order)


def test_a_confidential_caller_is_hidden_from_the_unit(unit: Organisation) -> None:
    order = hotline.to_sign(
        unit, confidential=True, text="我叫张三丰，举报东街的黑作坊，13712345678"
    )
    seen = queries.reading(order, hotline.handler(unit))
    assert (seen.caller_name, seen.sender) == ("", "")
    assert "张三丰" not in seen.text
    assert "13712345678" not in seen.text
    assert queries.reading(order, hotline.agent()).sender == hotline.PHONE
    plain = hotline.to_sign(unit, sender="13800000011")
    assert queries.reading(plain, hotline.handler(unit)).sender == "13800000011"


def test_what_runs_out_is_reminded_supervised_escalated_once(unit: Organisation) -> None:
    order = hotline.handling(unit)
    finish = hotline.running(order)["finish"]
    assert finish is not None
    actions.watch(at=finish - HOUR)
    kinds = [w.kind for w in order.warnings.order_by("at", "id")]
    assert kinds == ["remind"]
    actions.watch(at=finish + HOUR)
    actions.watch(at=finish + HOUR)
    actions.watch(at=finish + 5 * DAY)
    actions.watch(at=finish + 5 * DAY)
    causes = sorted((w.kind, w.cause) for w in order.warnings.all())
    assert causes == [("escalate", "overdue"), ("remind", "overdue"), ("supervise", "overdue")]


def test_an_unsigned_order_is_supervised(unit: Organisation) -> None:
    order = hotline.to_sign(unit)
    assert order.dispatched_at
    actions.watch(at=order.dispatched_at + 25 * HOUR)
    assert {w.cause for w in order.warnings.filter(kind="supervise")} >= {"not_signed"}


def test_a_reminder_waits_for_the_morning(unit: Organisation) -> None:
    unit.phone = "13911112222"
    unit.save()
    order = hotline.handling(unit)
    actions.supervise(
        order.pk, cause="other", note="请今晚说明情况", by=hotline.dispatcher(),
        at=AT.replace(hour=23),
    )  # fmt: skip
    notice = Notice.objects.filter(template="hotline.unit").order_by("-created_at", "-id").first()
    assert notice is not None
    assert hotline.day(notice.next_at) == date(2026, 11, 26)
    assert notice.next_at.astimezone(AT.tzinfo).hour == 8


def test_every_refusal_leaves_everything_as_it_was(unit: Organisation) -> None:
    order = hotline.handling(unit)
    before = fresh(order).trail_hash
    with pytest.raises(Refused):
        actions.dispatch(order.pk, lead=unit, by=hotline.dispatcher(), at=AT)
    assert fresh(order).trail_hash == before


def test_evidence_must_exist(unit: Organisation) -> None:
    order = hotline.handling(unit)
    with pytest.raises(Refused, match="没有上传成功"):
        hotline.replied(order, file_ids=("0" * 32,))


def test_a_published_calendar_moves_open_orders(unit: Organisation) -> None:
    """An order over the turn of a year nobody has published yet (trap T3)."""
    office.calendar_year(2026)
    late = datetime(2026, 12, 30, 10, 0, tzinfo=CHINA)
    order = hotline.handling(unit, at=late)
    assert order.clocks.get(name="finish").provisional
    before = hotline.ends(order, "answer")
    office.calendar_year(2027)
    assert journeys.recompute_deadlines(at=late, by=None) == 1
    assert journeys.recompute_deadlines(at=late, by=None) == 0
    order = fresh(order)
    assert not order.clocks.get(name="finish").provisional
    assert order.trail.order_by("-seq")[0].kind == "deadline_recomputed"
    assert hotline.ends(order, "answer") >= before
