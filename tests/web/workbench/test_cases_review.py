"""Review, decision and delivery on the case page: done, or refused and nothing changed."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import people as cast
from tests.factories import cases, catalogue
from tests.factories import people as staff
from tests.web.workbench.acting import LATER, act, delivering, granted, reviewed, trail
from yizhan.domain.cases import actions
from yizhan.domain.cases.choices import CommitmentState, DeliveryState, ExtensionState, StepState
from yizhan.domain.cases.models import Case

pytestmark = pytest.mark.django_db


def test_the_review_walks_its_steps(client: Client) -> None:
    case = cases.accepted()
    step = case.steps.get(key="review")

    early = act(client, cases.zhao(case), case, "grant", result_name="测试许可证")
    assert early.status_code == 409
    assert "还没有办完" in early.content.decode()

    done = act(client, cases.sun(case), case, "finish_step", step_id=step.pk, opinion="拟同意办理")
    assert done.status_code == 302
    step.refresh_from_db()
    assert step.state == StepState.DONE

    response = act(client, cases.zhao(case), case, "grant", result_name="测试许可证")
    assert response.status_code == 302
    assert (case.state, case.result_name) == ("granted", "测试许可证")


def test_a_step_of_another_case_is_not_a_choice(client: Client) -> None:
    case, other = cases.accepted(), cases.accepted()
    foreign = other.steps.get(key="review")

    response = act(
        client, cases.sun(case), case, "finish_step", step_id=foreign.pk, opinion="拟同意办理"
    )

    assert response.status_code == 422
    foreign.refresh_from_db()
    assert foreign.state == StepState.OPEN


def test_a_step_goes_back(client: Client) -> None:
    case = reviewed(cases.accepted())
    approve = case.steps.get(key="approve")

    response = act(
        client, cases.zhao(case), case, "return_step", step_id=approve.pk, to_key="review",
        reason="现场照片不清楚，请补查。",
    )  # fmt: skip

    assert response.status_code == 302
    assert case.steps.filter(key="review", round=2, state=StepState.OPEN).count() == 1


def test_the_clerk_of_the_window_does_not_review(client: Client) -> None:
    case = cases.accepted()
    before = trail(case)

    response = act(
        client, cast.wang(), case, "finish_step", step_id=case.steps.get(key="review").pk,
        opinion="拟同意办理",
    )  # fmt: skip

    assert response.status_code == 409
    assert "审查人员" in response.content.decode()
    assert trail(case) == before


def test_another_unit_helps(client: Client) -> None:
    case, helper = cases.accepted(), catalogue.unit("兰考县协办局")

    response = act(
        client, cases.sun(case), case, "add_co_unit", organisation=helper.pk, name="核查产权",
        days="3",
    )  # fmt: skip

    assert response.status_code == 302
    assert case.steps.get(organisation=helper).name == "核查产权"


def test_the_unit_itself_cannot_be_asked_to_help(client: Client) -> None:
    case = cases.accepted()

    response = act(
        client, cases.sun(case), case, "add_co_unit", organisation=case.organisation_id,
        name="核查", days="3",
    )  # fmt: skip

    assert response.status_code == 422
    assert case.steps.filter(name="核查").count() == 0


def test_special_procedure_starts_and_ends(client: Client) -> None:
    case = cases.accepted()

    begun = act(
        client, cases.sun(case), case, "start_special", kind="expert", reason="需要专家评审结构",
        planned_days="15",
    )  # fmt: skip
    assert begun.status_code == 302
    assert case.state == "special"
    assert case.clocks.get(name="legal").paused

    ended = act(client, cases.sun(case), case, "end_special", result="专家同意")
    assert ended.status_code == 302
    assert case.state == "accepted"


def test_more_time_is_asked_and_answered_by_two(client: Client) -> None:
    case = cases.accepted()
    asked = act(
        client, cases.sun(case), case, "request_extension", days="10", reason="案情复杂，需要核查"
    )
    assert asked.status_code == 302

    own = act(client, cases.sun(case), case, "approve_extension")
    assert own.status_code == 409
    assert case.extensions.get().state == ExtensionState.ASKED

    response = act(client, cases.zhao(case), case, "approve_extension")
    assert response.status_code == 302
    assert case.extensions.get().state == ExtensionState.APPROVED


def test_more_time_is_declined(client: Client) -> None:
    case = cases.accepted()
    act(client, cases.sun(case), case, "request_extension", days="5", reason="需要再核查一次")

    response = act(client, cases.zhao(case), case, "decline_extension", reason="不复杂，按期办理")

    assert response.status_code == 302
    assert case.extensions.get().state == ExtensionState.DECLINED


def test_an_extension_that_nobody_asked_for(client: Client) -> None:
    case = cases.accepted()

    response = act(client, cases.zhao(case), case, "approve_extension")

    assert response.status_code == 409
    assert "没有待批准的延期申请" in response.content.decode()


def test_a_handler_is_named_from_the_unit(client: Client) -> None:
    case = cases.accepted()
    sun = cases.sun(case)
    stranger = staff.handler(catalogue.unit())

    assert act(client, sun, case, "assign", handler=stranger.pk).status_code == 422
    assert case.handler is None
    assert act(client, sun, case, "assign", handler=sun.pk).status_code == 302
    assert case.handler == sun


def test_refuse_needs_a_reason(client: Client) -> None:
    case = reviewed(cases.accepted())

    assert act(client, cases.zhao(case), case, "refuse", reason="").status_code == 422
    assert case.state == "accepted"
    response = act(client, cases.zhao(case), case, "refuse", reason="房屋不在本县行政区域内。")
    assert response.status_code == 302
    assert case.state == "refused"


def test_the_result_is_sent_comes_back_is_sent_again_and_arrives(client: Client) -> None:
    case = granted()
    post = {"mode": "post", "receiver": "李秀英", "address": "胜利社区1号", "tracking": "SF100"}
    assert act(client, cast.wang(), case, "send_result", **post).status_code == 302
    assert case.state == "delivering"

    assert act(client, cast.wang(), case, "resend_result", **post).status_code == 409
    assert (
        act(client, cast.wang(), case, "delivery_returned", reason="收件人电话不通").status_code
        == 302
    )
    refused = act(client, cast.wang(), case, "confirm_delivery", proof="签收")
    assert refused.status_code == 409
    assert case.state == "delivering"

    window = {"mode": "window", "receiver": "李秀英"}
    assert act(client, cast.wang(), case, "resend_result", **window).status_code == 302
    response = act(client, cast.wang(), case, "confirm_delivery", proof="本人签字领取")
    assert response.status_code == 302
    assert case.state == "closed"
    assert case.deliveries.filter(state=DeliveryState.HANDED).count() == 1


def test_archive_only_after_the_end(client: Client) -> None:
    case = delivering()
    assert act(client, cast.wang(), case, "archive").status_code == 409
    act(client, cast.wang(), case, "confirm_delivery", proof="物流签收")

    assert act(client, cast.wang(), case, "archive").status_code == 302
    assert case.state == "archived"


def test_terminate(client: Client) -> None:
    case = cases.accepted()

    response = act(client, cases.sun(case), case, "terminate", reason="申请人死亡，依法终止。")

    assert response.status_code == 302
    assert case.state == "terminated"


def promised() -> Case:
    version = catalogue.published()
    return cases.accepted(
        version, answers={"married": "yes", "joint": "no"},
        data={**cases.DATA, "spouse": "张伟"},
        commitments=(("promise", "marriage"),),
    )  # fmt: skip


def test_a_promise_is_taken_back(client: Client) -> None:
    case = promised()

    response = act(client, cast.wang(), case, "withdraw_promise", key="marriage")

    assert response.status_code == 302
    assert case.commitments.get().state == CommitmentState.WITHDRAWN


def test_a_broken_promise_is_written_down_and_the_decision_revoked(client: Client) -> None:
    case = reviewed(promised())
    actions.grant(case.pk, by=cases.zhao(case), at=LATER, result_name="测试许可证")
    early = act(client, cases.zhao(case), case, "revoke", reason="承诺不实，依法撤销。")
    assert early.status_code == 409

    found = act(
        client, cases.sun(case), case, "verify_promise", key="marriage", kept="no",
        note="民政部门核实没有婚姻登记。",
    )  # fmt: skip
    assert found.status_code == 302
    assert case.commitments.get().state == CommitmentState.BROKEN

    response = act(client, cases.zhao(case), case, "revoke", reason="承诺不实，依法撤销。")
    assert response.status_code == 302
    assert case.state == "revoked"


def test_an_unknown_verb_is_not_found(client: Client) -> None:
    case = cases.received()

    assert act(client, cast.wang(), case, "deem_accepted").status_code == 404
    assert case.state == "received"
