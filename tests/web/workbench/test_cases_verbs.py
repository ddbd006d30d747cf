"""Every verb of the law on the case page: done by a form, refused with a sentence and no change."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import people as cast
from tests.factories import cases, catalogue, files
from tests.factories import people as staff
from yizhan.domain.cases import actions
from yizhan.domain.cases.choices import CommitmentState, DeliveryState, ExtensionState, StepState
from yizhan.domain.cases.flow import CASE, OF_SYSTEM
from yizhan.domain.cases.models import Case
from yizhan.domain.people.models import Account
from yizhan.web.workbench.deeds import DEEDS

pytestmark = pytest.mark.django_db
LATER = cases.AT.replace(hour=15)


def act(client: Client, who: Account, case: Case, verb: str, **fields: Any) -> Any:
    """Post one form of the case page as `who`; the case is fresh afterwards."""
    response = cast.enter(client, who).post(f"/work/cases/{case.number}/{verb}/", fields)
    case.refresh_from_db()
    return response


def trail(case: Case) -> list[str]:
    """What was written down so far."""
    return list(case.trail.order_by("seq").values_list("kind", flat=True))


def reviewed(case: Case) -> Case:
    """The handler's step is done, the approver may decide."""
    step = case.steps.get(key="review")
    return actions.finish_step(
        case.pk, step.pk, opinion="材料齐全，拟同意", by=cases.sun(case), at=LATER
    )


def granted() -> Case:
    case = reviewed(cases.accepted())
    return actions.grant(case.pk, by=cases.zhao(case), at=LATER, result_name="测试许可证")


def delivering() -> Case:
    case = granted()
    return actions.send_result(
        case.pk, mode="post", receiver="李秀英", address="胜利社区", tracking="SF1", by=cast.wang(),
        at=LATER,
    )  # fmt: skip


def test_every_move_of_the_law_has_its_form_and_no_form_is_without_a_move() -> None:
    by_people = set(CASE.moves) - set(OF_SYSTEM) - {"submit"}

    assert set(DEEDS) - {"verify_promise"} == by_people


def test_a_shortcut_means_one_thing_in_every_state() -> None:
    for state in CASE.labels:
        keys = [
            deed.key
            for name, deed in DEEDS.items()
            if deed.key and name in CASE.moves and state in CASE.moves[name].sources
        ]
        assert len(keys) == len(set(keys)), state
        assert not set(keys) & {"j", "k", "q"}, state


def test_receive(client: Client) -> None:
    case = cases.submitted()

    response = act(client, cast.wang(), case, "receive")

    assert response.status_code == 302
    assert case.state == "received"
    assert case.documents.get().kind == "receipt"


def test_receiving_twice_is_refused_and_changes_nothing(client: Client) -> None:
    case = cases.received()
    before = trail(case)

    response = act(client, cast.wang(), case, "receive")

    assert response.status_code == 409
    assert "现在的状态是“已收件”，不能“收件”" in response.content.decode()
    assert (case.state, trail(case)) == ("received", before)


def test_accept(client: Client) -> None:
    case = cases.received()

    assert act(client, cast.wang(), case, "accept").status_code == 302
    assert case.state == "accepted"


def test_accepting_without_a_material_is_refused_by_name(client: Client) -> None:
    version = catalogue.published()
    case = cases.received(version, materials=cases.paper(version, without=("form",)))

    response = act(client, cast.wang(), case, "accept")

    assert response.status_code == 409
    assert "还缺《测试事项申请表》" in response.content.decode()
    assert case.state == "received"


def test_a_deferrable_material_may_come_later(client: Client) -> None:
    version = catalogue.published()
    case = cases.received(version, materials=cases.paper(version, without=("photo",)))

    response = act(client, cast.wang(), case, "accept", commitments="deferral:photo")

    assert response.status_code == 302
    assert case.state == "accepted"
    assert case.commitments.get().material_key == "photo"


def test_what_was_owed_comes_in_with_its_scan(client: Client) -> None:
    version = catalogue.published()
    case = cases.accepted(
        version, materials=cases.paper(version, without=("photo",)),
        commitments=(("deferral", "photo"),),
    )  # fmt: skip

    wrong = act(client, cast.wang(), case, "supply_deferred", key="form")
    assert wrong.status_code == 422
    assert case.commitments.get().state == CommitmentState.OPEN

    scan = SimpleUploadedFile("photo.jpg", files.picture(), content_type="image/jpeg")
    right = act(client, cast.wang(), case, "supply_deferred", key="photo", scan=scan)
    assert right.status_code == 302
    assert case.commitments.get().state == CommitmentState.KEPT
    material = case.materials.get(key="photo")
    assert (material.state, material.source, material.files.count()) == ("provided", "scan", 1)


def test_a_program_instead_of_a_scan_is_refused_with_its_sentence(client: Client) -> None:
    version = catalogue.published()
    case = cases.accepted(
        version, materials=cases.paper(version, without=("photo",)),
        commitments=(("deferral", "photo"),),
    )  # fmt: skip

    scan = SimpleUploadedFile("photo.jpg", files.program(), content_type="image/jpeg")
    response = act(client, cast.wang(), case, "supply_deferred", key="photo", scan=scan)

    assert response.status_code == 409
    assert "没有办成，什么都没有改动" in response.content.decode()
    assert case.commitments.get().state == CommitmentState.OPEN


def test_all_defects_are_told_at_once(client: Client) -> None:
    case = cases.received()

    response = act(
        client, cast.wang(), case, "ask_correction",
        **{"tick-form": "on", "text-form": "请更换申请表。", "tick-area": "on",
           "text-area": "请按产权证更正房屋面积。", "text-id": "没有打勾的不算"},
    )  # fmt: skip

    assert response.status_code == 302
    assert case.state == "correction"
    assert case.correction.defects == {
        "form": "请更换申请表。",
        "area": "请按产权证更正房屋面积。",
    }


def test_a_correction_without_a_tick_is_sent_back_beside_the_form(client: Client) -> None:
    case = cases.received()
    before = trail(case)

    response = act(client, cast.wang(), case, "ask_correction", **{"text-form": "写了没有打勾"})

    assert response.status_code == 422
    html = response.content.decode()
    assert "请勾选需要补正的内容" in html
    assert 'value="写了没有打勾"' in html
    assert (case.state, trail(case)) == ("received", before)


def test_a_second_correction_is_refused(client: Client) -> None:
    case = cases.received()
    fields = {"tick-form": "on", "text-form": "请更换申请表。"}
    act(client, cast.wang(), case, "ask_correction", **fields)
    act(client, cast.wang(), case, "answer_correction", **{"seen-form": "on"})
    assert case.state == "received"

    response = act(client, cast.wang(), case, "ask_correction", **fields)

    assert response.status_code == 409
    assert "补正内容只能一次性告知" in response.content.decode()
    assert case.state == "received"


def test_the_applicant_answers_a_correction_at_the_counter(client: Client) -> None:
    case = cases.received()
    act(
        client, cast.wang(), case, "ask_correction",
        **{"tick-form": "on", "text-form": "请更换申请表。", "tick-area": "on",
           "text-area": "请更正房屋面积。"},
    )  # fmt: skip

    half = act(client, cast.wang(), case, "answer_correction", area="90")
    assert half.status_code == 409
    assert "《测试事项申请表》还没有补交" in half.content.decode()
    assert case.state == "correction"

    whole = act(client, cast.wang(), case, "answer_correction", area="90", **{"seen-form": "on"})
    assert whole.status_code == 302
    assert case.state == "received"
    assert case.data["area"] == 90


def test_correct_on_spot_changes_only_what_differs(client: Client) -> None:
    case = cases.received()

    response = act(
        client, cast.wang(), case, "correct_on_spot", area="120", phone=cast.LI_PHONE, remark=""
    )

    assert response.status_code == 302
    assert case.data["area"] == 120
    assert case.trail.order_by("-seq").first().data == {"fields": ["area"]}


def test_correcting_nothing_is_refused(client: Client) -> None:
    case = cases.received()

    response = act(
        client, cast.wang(), case, "correct_on_spot", area="88", phone=cast.LI_PHONE, remark=""
    )

    assert response.status_code == 409
    assert "没有改动任何内容" in response.content.decode()


@pytest.mark.parametrize(
    ("verb", "fields", "state"),
    [
        ("tell_not_needed", {"reason": "装修不改变结构，不需要许可。"}, "not_needed"),
        ("tell_not_ours", {"where_to_go": "请到县住建局三楼窗口申请。"}, "not_ours"),
        ("refuse_acceptance", {"reason": "同一事项已经依法作出过决定。"}, "not_accepted"),
        ("withdraw", {"reason": "申请人到窗口要求撤回。"}, "withdrawn"),
    ],
)
def test_ways_of_no(client: Client, verb: str, fields: dict[str, str], state: str) -> None:
    case = cases.received()

    assert act(client, cast.wang(), case, verb, **fields).status_code == 302
    assert case.state == state


@pytest.mark.parametrize("verb", ["tell_not_needed", "refuse_acceptance"])
def test_a_no_without_a_reason_is_asked_for_it(client: Client, verb: str) -> None:
    case = cases.received()

    response = act(client, cast.wang(), case, verb, reason=" ")

    assert response.status_code == 422
    assert "请写明理由，申请人会看到。" in response.content.decode()
    assert case.state == "received"


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
