"""Granted or refused, in one sitting or after review; sent, delivered, returned, archived."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests import people as cast
from tests.factories import cases, catalogue
from tests.factories import people as persons
from tests.factories.cases import running, told
from tests.factories.together import together
from yizhan.core import tracked
from yizhan.core.flow import Refused
from yizhan.domain.cases import actions
from yizhan.domain.cases.models import Case

pytestmark = pytest.mark.django_db
INSTANT = {
    "project_type": "1", "review_kind": "instant", "legal_amount": 1, "promise_amount": 0,
    "steps": [],
}  # fmt: skip


def reviewed(**changes: Any) -> Case:
    """A case that waits for the approver."""
    case = cases.accepted(catalogue.published(**changes))
    step = case.steps.get(key="review")
    return actions.finish_step(
        case.pk, step.pk, opinion="符合条件", by=cases.sun(case), at=cases.AT
    )


def granted() -> Case:
    """A case whose result waits to be handed out."""
    case = reviewed()
    return actions.grant(
        case.pk, by=cases.zhao(case), at=cases.AT, result_name="测试许可证",
        result_number="豫兰测许〔2026〕8号", result_until=date(2031, 11, 24),
    )  # fmt: skip


def test_granting_stops_both_clocks_and_starts_the_delivery() -> None:
    case = granted()
    case.refresh_from_db()
    assert (case.state, case.decided_at) == ("granted", cases.AT)
    assert running(case) == {"delivery": date(2026, 12, 9)}
    paper = case.documents.get(kind="grant")
    assert paper.facts["rows"] == [
        ["结果", "测试许可证"], ["编号", "豫兰测许〔2026〕8号"], ["有效期至", "2031年11月24日"],
    ]  # fmt: skip
    assert paper.number == f"{case.organisation.short_name}准〔2026〕1号"
    assert case.steps.get(key="approve").state == "done"
    assert told(case)[-1] == "granted"


def test_a_result_without_a_number_bears_that_of_the_decision() -> None:
    case = reviewed()
    case = actions.grant(case.pk, by=cases.zhao(case), at=cases.AT)
    paper = case.documents.get(kind="grant")
    assert case.result_number == paper.number
    assert case.result_name == "测试许可证"


def test_the_decision_waits_for_the_review() -> None:
    case = cases.accepted()
    with pytest.raises(Refused, match="“审核”还没有办完"):
        actions.grant(case.pk, by=cases.zhao(case), at=cases.AT)
    with pytest.raises(Refused, match="审批负责人"):
        actions.grant(case.pk, by=cases.sun(case), at=cases.AT)
    case.refresh_from_db()
    assert (case.state, case.documents.filter(kind="grant").count()) == ("accepted", 0)


def test_two_levels_of_approval_are_both_needed() -> None:
    case = reviewed(steps=[
        *catalogue.steps(), {"key": "head", "name": "局长审批", "order": 3, "function": "approver"},
    ])  # fmt: skip
    chief, head = cases.zhao(case), persons.approver(case.organisation, username="head")
    with pytest.raises(Refused, match="“审批”还没有办完"):
        actions.grant(case.pk, by=head, at=cases.AT)
    step = case.steps.get(key="approve")
    actions.finish_step(case.pk, step.pk, opinion="拟同意，报局长", by=chief, at=cases.AT)
    assert actions.grant(case.pk, by=head, at=cases.AT).state == "granted"


def test_a_validity_in_the_past_is_refused() -> None:
    case = reviewed()
    with pytest.raises(Refused, match="有效期不能早于今天") as refusal:
        actions.grant(case.pk, by=cases.zhao(case), at=cases.AT, result_until=date(2026, 11, 24))
    assert refusal.value.field == "result_until"


def test_an_open_request_for_time_is_answered_first() -> None:
    case = reviewed()
    actions.request_extension(
        case.pk, days=5, reason="需要补充测量", by=cases.sun(case), at=cases.AT
    )
    with pytest.raises(Refused, match="延期申请没有答复"):
        actions.grant(case.pk, by=cases.zhao(case), at=cases.AT)


def test_a_refusal_has_reasons_and_remedies() -> None:
    case = reviewed()
    with pytest.raises(Refused, match="请写明理由"):
        actions.refuse(case.pk, reason=" ", by=cases.zhao(case), at=cases.AT)
    case = actions.refuse(case.pk, reason="房屋不在本县范围内", by=cases.zhao(case), at=cases.AT)
    assert (case.state, case.reason) == ("refused", "房屋不在本县范围内")
    paper = case.documents.get(kind="refusal")
    assert "理由：房屋不在本县范围内" in paper.facts["paragraphs"]
    assert "行政复议" in paper.facts["remedy"]
    assert "行政诉讼" in paper.facts["remedy"]
    assert running(case) == {"delivery": date(2026, 12, 9)}
    assert told(case)[-1] == "refused"


@pytest.mark.django_db(transaction=True)
def test_two_approvers_never_both_decide() -> None:
    for _ in range(3):
        case = reviewed()
        one, two = cases.zhao(case), persons.approver(case.organisation)
        found = together(
            partial(actions.grant, case.pk, by=one, at=cases.AT),
            partial(actions.refuse, case.pk, reason="不符合条件", by=two, at=cases.AT),
        )
        assert sum(isinstance(each, Refused) for each in found) == 1, found
        assert case.documents.filter(kind__in=["grant", "refusal"]).count() == 1
        assert case.trail.filter(kind__in=["grant", "refuse"]).count() == 1


def test_an_instant_item_is_finished_in_one_sitting() -> None:
    case = cases.submitted(catalogue.published(**INSTANT))
    case = actions.accept_and_decide(
        case.pk, by=cast.wang(), at=cases.AT, result={"name": "完税证明", "number": "A1"},
        delivery={},
    )  # fmt: skip
    case.refresh_from_db()
    assert (case.state, case.result_number, case.closed_at) == ("closed", "A1", cases.AT)
    assert running(case) == {}
    assert [e.kind for e in case.trail.order_by("seq")] == [
        "submit", "receive", "accept", "grant", "send_result", "confirm_delivery",
    ]  # fmt: skip
    assert [d.kind for d in case.documents.all()] == ["grant"]
    assert list(case.steps.values_list("state", "opinion")) == [("done", "当场办结")]
    assert case.deliveries.get().state == "handed"
    assert case.affair.touchpoints.filter(physical_trip=True).count() == 1
    assert told(case) == ["submitted", "delivered"]
    assert list(tracked.broken(case)) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"project_type": "2"}, "不是即办件"),
        ({"steps": catalogue.steps()}, "有审批环节"),
    ],
)
def test_only_instant_items_are_decided_in_one_sitting(
    change: dict[str, Any], sentence: str
) -> None:
    case = cases.submitted(catalogue.published(**(INSTANT | change)))
    with pytest.raises(Refused, match=sentence):
        actions.accept_and_decide(case.pk, by=cast.wang(), at=cases.AT, result={}, delivery={})
    case.refresh_from_db()
    assert (case.state, case.trail.count(), case.documents.count()) == ("submitted", 1, 0)


def test_an_instant_item_with_something_missing_is_not_decided() -> None:
    version = catalogue.published(**INSTANT)
    case = cases.submitted(version, materials=cases.paper(version, without=("id",)))
    with pytest.raises(Refused, match="还缺《居民身份证》"):
        actions.accept_and_decide(case.pk, by=cast.wang(), at=cases.AT, result={}, delivery={})
    case.refresh_from_db()
    assert (case.state, case.trail.count()) == ("submitted", 1)


def send(case: Case, mode: str, **changes: Any) -> Case:
    """Send the result by the window clerk."""
    facts = {"receiver": "李秀英", "by": cast.wang(), "at": cases.AT} | changes
    return actions.send_result(case.pk, mode=mode, **facts)


def test_picked_up_at_the_window_is_one_more_trip() -> None:
    case = send(granted(), "window")
    assert (case.state, case.deliveries.get().state) == ("delivering", "ready")
    assert running(case) == {"delivery": date(2026, 12, 9)}
    case = actions.confirm_delivery(case.pk, proof="本人签收", by=cast.wang(), at=cases.AT)
    row = case.deliveries.get()
    assert (case.state, row.state, row.proof) == ("closed", "handed", "本人签收")
    assert running(case) == {}
    assert case.affair.touchpoints.filter(kind="pickup", physical_trip=True).count() == 1
    assert told(case)[-2:] == ["ready", "delivered"]


def test_posted_returned_and_sent_again() -> None:
    case = send(granted(), "post", address="兰考县兰阳街道测试路1号", tracking="SF100")
    assert case.deliveries.get().state == "on_way"
    actions.delivery_returned(case.pk, reason="无人签收", by=cast.wang(), at=cases.AT)
    with pytest.raises(Refused, match="邮件已被退回"):
        actions.confirm_delivery(case.pk, proof="物流签收", by=cast.wang(), at=cases.AT)
    assert running(case) == {"delivery": date(2026, 12, 9)}
    actions.resend_result(
        case.pk, mode="post", receiver="李秀英", address="兰考县测试路2号", tracking="SF200",
        by=cast.wang(), at=cases.AT,
    )  # fmt: skip
    case = actions.confirm_delivery(case.pk, proof="物流签收", by=cast.wang(), at=cases.AT)
    rows = list(case.deliveries.order_by("id").values_list("state", "tracking"))
    assert rows == [("returned", "SF100"), ("handed", "SF200")]
    assert case.state == "closed"
    assert told(case)[-4:] == ["posted", "returned", "posted", "delivered"]
    assert not case.affair.touchpoints.filter(kind="parcel", physical_trip=True).exists()


def test_electronic_delivery_closes_at_once() -> None:
    case = send(granted(), "electronic")
    assert (case.state, case.deliveries.get().state) == ("closed", "handed")
    assert running(case) == {}


@pytest.mark.parametrize(
    ("mode", "change", "sentence"),
    [
        ("pigeon", {}, "请选择送达方式"),
        ("post", {}, "邮寄需要填写收件地址和物流单号"),
        ("post", {"address": "兰考县"}, "邮寄需要填写"),
    ],
)
def test_a_delivery_without_its_facts_is_refused(
    mode: str, change: dict[str, Any], sentence: str
) -> None:
    case = granted()
    with pytest.raises(Refused, match=sentence):
        send(case, mode, **change)
    case.refresh_from_db()
    assert (case.state, case.deliveries.count()) == ("granted", 0)


def test_what_is_not_returned_is_not_sent_again() -> None:
    case = send(granted(), "window")
    with pytest.raises(Refused, match="没有被退回"):
        actions.resend_result(
            case.pk, mode="window", receiver="李秀英", by=cast.wang(), at=cases.AT
        )
    with pytest.raises(Refused, match="没有寄送中的邮件"):
        actions.delivery_returned(case.pk, reason="无人签收", by=cast.wang(), at=cases.AT)


def test_archived_is_the_end() -> None:
    case = send(granted(), "electronic")
    case = actions.archive(case.pk, by=cast.wang(), at=cases.AT)
    assert case.state == "archived"
    with pytest.raises(Refused, match="现在的状态是“已归档”"):
        actions.archive(case.pk, by=cast.wang(), at=cases.AT)


def test_the_applicant_withdraws_until_the_decision() -> None:
    case = cases.accepted()
    case = actions.withdraw(case.pk, by=cast.li(), at=cases.AT, reason="不办了")
    assert (case.state, case.closed_at) == ("withdrawn", cases.AT)
    assert running(case) == {}
    assert told(case)[-1] == "withdrawn"
    with pytest.raises(Refused, match="不能“撤回申请”"):
        actions.withdraw(granted().pk, by=cast.li(), at=cases.AT)


def test_a_stranger_does_not_withdraw() -> None:
    case = cases.accepted()
    stranger = persons.citizen(person=persons.person(phone="13911113333"))
    with pytest.raises(Refused, match="只有申请人本人"):
        actions.withdraw(case.pk, by=stranger, at=cases.AT)
    case.refresh_from_db()
    assert case.state == "accepted"


def test_an_agent_acts_on_behalf_of_the_applicant() -> None:
    agent = persons.person(name="赵代办", phone="13944445555")
    case = cases.accepted(agent=agent)
    account = persons.citizen(person=agent)
    case = actions.withdraw(case.pk, by=account, at=cases.AT)
    entry = case.trail.get(kind="withdraw")
    assert (entry.by, entry.behalf_of) == (account, case.person_id)


def test_terminated_with_a_reason_by_the_unit() -> None:
    case = cases.accepted()
    with pytest.raises(Refused, match="审查人员"):
        actions.terminate(case.pk, reason="申请人已死亡", by=cast.wang(), at=cases.AT)
    case = actions.terminate(case.pk, reason="申请标的已灭失", by=cases.sun(case), at=cases.AT)
    assert (case.state, case.reason) == ("terminated", "申请标的已灭失")
    assert running(case) == {}


def test_a_clock_set_back_does_not_reorder_the_trail() -> None:
    case = cases.received()
    before = cases.AT - timedelta(hours=1)
    actions.accept(case.pk, by=cast.wang(), at=before)
    moments: list[datetime] = [e.occurred_at for e in case.trail.order_by("seq")]
    assert moments == sorted(moments)
    assert case.clocks.get(name="legal").started_at == cases.AT
