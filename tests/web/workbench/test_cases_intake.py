"""Intake on the case page: each verb by its form, or refused with a sentence and no change."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import people as cast
from tests.factories import cases, catalogue, files
from tests.web.workbench.acting import act, trail
from yizhan.domain.cases.choices import CommitmentState
from yizhan.domain.cases.flow import CASE, OF_SYSTEM
from yizhan.web.workbench.deeds import DEEDS

pytestmark = pytest.mark.django_db


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
