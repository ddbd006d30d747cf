"""容缺 and 告知承诺: own clocks, kept, broken, withdrawn, verified, and what follows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests import people as cast
from tests.factories import cases, catalogue
from tests.factories.cases import running, told
from yizhan.core.flow import Refused
from yizhan.core.worktime import CHINA
from yizhan.domain.cases import actions, queries
from yizhan.domain.cases.actions import SubmittedMaterial
from yizhan.domain.cases.models import Case

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 12, 3, 0, 1, tzinfo=CHINA)
MARRIED = {"married": "yes", "joint": "no"}
MARRIED_DATA = {**cases.DATA, "spouse": "张三丰"}


def deferred() -> Case:
    """Accepted without the photo, which comes within five working days."""
    version = catalogue.published()
    return cases.accepted(
        version, materials=cases.paper(version, without=("photo",)),
        commitments=(("deferral", "photo"),),
    )  # fmt: skip


def promised(**changes: Any) -> Case:
    """Accepted on a promise instead of the marriage certificate, chosen at submission."""
    version = catalogue.published(**changes)
    materials = [*cases.paper(version), SubmittedMaterial(key="marriage", source="promise")]
    return cases.accepted(version, answers=MARRIED, data=MARRIED_DATA, materials=materials)


def decided(case: Case) -> Case:
    """Reviewed and granted."""
    step = case.steps.get(key="review")
    actions.finish_step(case.pk, step.pk, opinion="符合条件", by=cases.sun(case), at=cases.AT)
    return actions.grant(case.pk, by=cases.zhao(case), at=cases.AT)


def test_a_deferred_material_has_a_clock_and_a_letter() -> None:
    case = deferred()
    case.refresh_from_db()
    assert running(case)["supply:photo"] == date(2026, 12, 2)
    assert case.materials.get(key="photo").state == "deferred"
    made = case.commitments.get()
    assert (made.kind, made.state) == ("deferral", "open")
    assert "2026年12月2日前补交《房屋现状照片》" in made.text
    paper = case.documents.get(kind="deferral")
    assert paper.facts["sign"] is True
    assert "第三十五条" in paper.facts["basis"]
    sentence = {c.name: c.label for c in queries.clock_sentences(case, at=cases.AT)}
    assert sentence["supply:photo"] == "《房屋现状照片》补交或核查期限"


def test_granting_waits_for_what_was_deferred() -> None:
    case = deferred()
    with pytest.raises(Refused, match="《房屋现状照片》还没有补交"):
        decided(case)
    actions.supply_deferred(case.pk, key="photo", files=[], by=cast.wang(), at=cases.AT)
    assert "supply:photo" not in running(case)
    assert case.commitments.get().state == "kept"
    kept = case.materials.get(key="photo")
    assert (kept.state, kept.source, kept.grade) == ("provided", "original_seen", "B")
    assert case.affair.touchpoints.filter(physical_trip=True).count() == 2
    assert told(case)[-1] == "supplied"
    assert actions.grant(case.pk, by=cases.zhao(case), at=cases.AT).state == "granted"


def test_the_applicant_supplies_online_with_a_file() -> None:
    case, li = deferred(), cast.li()
    with pytest.raises(Refused, match="请上传《房屋现状照片》"):
        actions.supply_deferred(case.pk, key="photo", files=[], by=li, at=cases.AT)
    assert case.commitments.get().state == "open"
    actions.supply_deferred(case.pk, key="photo", files=[cases.stored(li).pk], by=li, at=cases.AT)
    assert case.materials.get(key="photo").grade == "C"
    with pytest.raises(Refused, match="不需要补交"):
        actions.supply_deferred(case.pk, key="photo", files=[], by=cast.wang(), at=cases.AT)


def test_what_was_deferred_and_did_not_come_ends_the_case() -> None:
    case = deferred()
    assert actions.lapse_commitments(at=datetime(2026, 12, 2, 23, 59, tzinfo=CHINA)) == 0
    assert actions.lapse_commitments(at=LATE) == 1
    assert actions.lapse_commitments(at=LATE) == 0
    case.refresh_from_db()
    assert (case.state, case.closed_at) == ("withdrawn", LATE)
    assert case.commitments.get().state == "broken"
    assert running(case) == {}
    assert told(case)[-1] == "lapsed"


def test_what_may_not_be_deferred_or_promised_is_refused() -> None:
    version = catalogue.published()
    case = cases.received(version, materials=cases.paper(version, without=("id",)))
    for kind, sentence in (("deferral", "不能容缺后补"), ("promise", "不能用告知承诺代替")):
        with pytest.raises(Refused, match=sentence):
            actions.accept(case.pk, by=cast.wang(), at=cases.AT, commitments=[(kind, "id")])
    with pytest.raises(Refused, match="已经提交，不需要容缺"):
        cases.accepted(version, commitments=(("deferral", "photo"),))
    case.refresh_from_db()
    assert (case.state, case.commitments.count()) == ("received", 0)
    assert set(running(case)) == {"check", "notice"}


def test_a_promise_is_decided_at_once_and_verified_later() -> None:
    case = promised()
    assert (case.materials.get(key="marriage").grade) == "D"
    assert case.clocks.get(name="supply:marriage").amount == 30
    case = decided(case)
    assert case.state == "granted"
    assert "supply:marriage" in running(case)
    actions.verify_promise(
        case.pk, key="marriage", kept=True, note="与登记信息一致", by=cases.sun(case), at=cases.AT
    )
    case.refresh_from_db()
    assert case.commitments.get().state == "kept"
    assert set(running(case)) == {"delivery"}
    assert case.due_clock == "delivery"
    assert told(case)[-1] == "promise_kept"


def test_a_promise_outlives_the_closing_but_not_the_archive() -> None:
    case = decided(promised())
    case = actions.send_result(case.pk, mode="electronic", receiver="", by=cast.wang(), at=cases.AT)
    assert (case.state, set(running(case))) == ("closed", {"supply:marriage"})
    with pytest.raises(Refused, match="还在核查期内"):
        actions.archive(case.pk, by=cast.wang(), at=cases.AT)


def test_a_broken_promise_is_shown_and_the_decision_revoked() -> None:
    case = decided(promised())
    zhao = cases.zhao(case)
    with pytest.raises(Refused, match="只有承诺未履行的办件"):
        actions.revoke(case.pk, reason="承诺不实", by=zhao, at=cases.AT)
    actions.verify_promise(
        case.pk, key="marriage", kept=False, note="民政部门无登记", by=cases.sun(case), at=cases.AT
    )
    assert told(case)[-1] == "promise_broken"
    seen = queries.supervision(cast.qian(), at=cases.AT)
    assert [c.case_id for c in seen["broken"]] == [case.pk]

    with pytest.raises(Refused, match="审批负责人"):
        actions.revoke(case.pk, reason="承诺不实，逾期不改", by=cases.sun(case), at=cases.AT)
    case = actions.revoke(case.pk, reason="承诺不实，逾期不改", by=zhao, at=cases.AT)
    assert (case.state, case.closed_at) == ("revoked", cases.AT)
    paper = case.documents.get(kind="revocation")
    assert "第六十九条" in paper.facts["basis"]
    assert "行政复议" in paper.facts["remedy"]
    assert running(case) == {}


def test_a_promise_that_nobody_verified_in_time_is_broken() -> None:
    materials = catalogue.materials()
    materials[2]["defer_days"] = 5
    case = decided(promised(materials=materials))
    assert actions.lapse_commitments(at=LATE) == 1
    assert actions.lapse_commitments(at=LATE) == 0
    case.refresh_from_db()
    assert (case.state, case.commitments.get().state) == ("granted", "broken")
    entry = case.trail.get(kind="promise_broken")
    assert (entry.by_id, entry.data) == (None, {"key": "marriage"})


def test_a_promise_is_taken_back_before_the_decision() -> None:
    case = promised()
    actions.withdraw_promise(case.pk, key="marriage", by=cast.li(), at=cases.AT)
    assert case.commitments.get().state == "withdrawn"
    assert case.materials.get(key="marriage").state == "missing"
    assert set(running(case)) == {"legal", "promised"}
    with pytest.raises(Refused, match="《结婚证》还没有补交"):
        decided(case)
    with pytest.raises(Refused, match="没有这项告知承诺"):
        actions.withdraw_promise(case.pk, key="marriage", by=cast.li(), at=cases.AT)


def test_after_the_decision_a_promise_stands() -> None:
    case = decided(promised())
    with pytest.raises(Refused, match="不能“撤回承诺”"):
        actions.withdraw_promise(case.pk, key="marriage", by=cast.li(), at=cases.AT)


def test_a_withdrawn_application_drops_its_commitments() -> None:
    case = deferred()
    actions.withdraw(case.pk, by=cast.li(), at=cases.AT)
    assert case.commitments.get().state == "withdrawn"
    assert running(case) == {}


def test_what_was_deferred_comes_in_during_a_special_procedure_too() -> None:
    case = deferred()
    actions.start_special(
        case.pk, kind="testing", reason="需要检测", planned_days=9, by=cases.sun(case), at=cases.AT
    )
    actions.supply_deferred(case.pk, key="photo", files=[], by=cast.wang(), at=cases.AT)
    case.refresh_from_db()
    assert (case.state, case.commitments.get().state) == ("special", "kept")
    assert running(case) == {"legal": None, "promised": None, "special": date(2026, 12, 8)}


def test_a_broken_promise_bars_the_next_one() -> None:
    """参照安阳市政务服务条例 29: no promises until the broken one is made good."""
    case = decided(promised())
    actions.verify_promise(
        case.pk, key="marriage", kept=False, note="民政部门无登记", by=cases.sun(case), at=cases.AT
    )
    with pytest.raises(Refused, match="有未履行的承诺"):
        promised()
