"""Corrections: on the spot, or one notice with everything, once (行政许可法 32 (3), (4))."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests import people as cast
from tests.factories import cases, catalogue
from tests.factories import people as persons
from tests.factories.cases import running, told
from yizhan.core.flow import Refused
from yizhan.core.worktime import CHINA
from yizhan.domain.cases import actions
from yizhan.domain.cases.actions import SubmittedMaterial
from yizhan.domain.cases.models import Case, Correction

pytestmark = pytest.mark.django_db
DEFECTS = {"id": "请补交身份证正反面", "area": "面积与证明不一致，请更正"}
AFTER = datetime(2026, 12, 10, 0, 1, tzinfo=CHINA)  # the tenth working day was 9 December


def lacking(**changes: Any) -> Case:
    """A received case without an identity card."""
    version = catalogue.published(**changes)
    return cases.received(version, materials=cases.paper(version, without=("id",)))


def asked(**changes: Any) -> Case:
    """A case that waits for its applicant."""
    case = lacking(**changes)
    return actions.ask_correction(case.pk, defects=DEFECTS, by=cast.wang(), at=cases.AT)


def test_the_notice_names_everything_and_stops_the_five_days() -> None:
    case = asked()
    case.refresh_from_db()
    assert case.state == "correction"
    assert running(case) == {"correction": date(2026, 12, 9)}
    assert case.materials.get(key="id").defect == DEFECTS["id"]
    paper = case.documents.get(kind="correction")
    assert paper.facts["rows"] == [
        ["居民身份证", DEFECTS["id"]], ["房屋面积（平方米）", DEFECTS["area"]],
        ["补正期限", "2026年12月9日前"],
    ]  # fmt: skip
    assert told(case)[-1] == "ask_correction"


def test_a_second_notice_is_refused() -> None:
    case = asked()
    answer(case)
    with pytest.raises(Refused, match="只能一次性告知"):
        actions.ask_correction(
            case.pk, defects={"form": "请更换申请表"}, by=cast.wang(), at=cases.AT
        )
    case.refresh_from_db()
    assert case.state == "received"
    assert Correction.objects.count() == 1


@pytest.mark.parametrize(
    ("defects", "sentence", "field"),
    [
        ({}, "至少写明一项", "defects"),
        ({"area": "请更正房屋面积"}, "还缺《居民身份证》没有写进补正内容", "id"),
        ({"id": "补"}, "请写明“居民身份证”怎样补正", "id"),
        ({"id": "请补交身份证", "house": "请补交房产证"}, "办事指南之外", "house"),
    ],
)
def test_a_notice_that_is_not_whole_is_refused(
    defects: dict[str, str], sentence: str, field: str
) -> None:
    case = lacking()
    with pytest.raises(Refused, match=sentence) as refusal:
        actions.ask_correction(case.pk, defects=defects, by=cast.wang(), at=cases.AT)
    assert refusal.value.field == field
    case.refresh_from_db()
    assert (case.state, case.documents.filter(kind="correction").count()) == ("received", 0)
    assert set(running(case)) == {"check", "notice"}


def answer(case: Case, **changes: Any) -> Case:
    """Everything that DEFECTS asks for, at the window."""
    facts: dict[str, Any] = {
        "data": {"area": 90}, "by": cast.wang(), "at": cases.AT,
        "materials": [SubmittedMaterial(key="id", source="original_seen")],
    }  # fmt: skip
    return actions.answer_correction(case.pk, **(facts | changes))


def test_the_answer_is_taken_whole_and_the_case_is_received_again() -> None:
    case = answer(asked())
    case.refresh_from_db()
    assert (case.state, case.data["area"]) == ("received", 90)
    kept = case.materials.get(key="id")
    assert (kept.state, kept.grade, kept.defect) == ("provided", "B", "")
    assert set(running(case)) == {"check", "notice"}
    assert case.correction.answered_at == cases.AT
    trips = list(case.affair.touchpoints.values_list("kind", "physical_trip"))
    assert trips == [("visit", True), ("visit", True)]
    assert told(case)[-1] == "corrected"
    assert actions.accept(case.pk, by=cast.wang(), at=cases.AT).state == "accepted"


def test_the_applicant_answers_online_with_his_own_files() -> None:
    case, li = asked(), cast.li()
    file = cases.stored(li)
    given = [SubmittedMaterial(key="id", source="upload", file_ids=[file.pk])]
    answer(case, materials=given, by=li)
    kept = case.materials.get(key="id")
    assert (kept.state, kept.grade) == ("provided", "C")
    assert [f.file_id for f in kept.files.all()] == [file.pk]
    assert case.affair.touchpoints.filter(kind="session", physical_trip=False).count() == 1


@pytest.mark.parametrize(
    ("change", "sentence", "field"),
    [
        ({"materials": []}, "《居民身份证》还没有补交", "id"),
        ({"data": {}}, "还有需要更正的内容没有填写", "area"),
        ({"data": {"area": 0}}, "房屋面积", "area"),
        (
            {"materials": [SubmittedMaterial(key="form", source="original_seen")]},
            "只需补交告知书上列出的材料", "form",
        ),
        ({"materials": [SubmittedMaterial(key="id", source="upload")]}, "请上传", "id"),
        ({"materials": [SubmittedMaterial(key="id", source="promise")]}, "材料本身", "id"),
    ],
)  # fmt: skip
def test_an_incomplete_answer_changes_nothing(
    change: dict[str, Any], sentence: str, field: str
) -> None:
    case = asked()
    with pytest.raises(Refused, match=sentence) as refusal:
        answer(case, **change)
    assert refusal.value.field == field
    case.refresh_from_db()
    assert (case.state, case.data["area"]) == ("correction", 88)
    assert set(running(case)) == {"correction"}


def test_nobody_else_answers() -> None:
    case = asked()
    stranger = persons.citizen(person=persons.person(phone="13911112222"))
    with pytest.raises(Refused, match="只有申请人本人"):
        answer(case, by=stranger)


def test_what_is_not_corrected_in_time_counts_as_withdrawn() -> None:
    case = asked()
    assert actions.lapse_corrections(at=datetime(2026, 12, 9, 23, 59, tzinfo=CHINA)) == 0
    assert actions.lapse_corrections(at=AFTER) == 1
    assert actions.lapse_corrections(at=AFTER) == 0
    case.refresh_from_db()
    assert (case.state, case.closed_at) == ("withdrawn", AFTER)
    assert running(case) == {}
    assert told(case)[-1] == "lapsed"


def test_a_provisional_date_does_not_end_an_application() -> None:
    """Trap T3: 2027 is not published, so the date may come too early for the applicant."""
    case = lacking()
    actions.ask_correction(case.pk, defects=DEFECTS, by=cast.wang(), at=cases.AT, days=30)
    clock = case.clocks.get(name="correction")
    assert clock.provisional
    assert actions.lapse_corrections(at=datetime(2027, 3, 1, tzinfo=CHINA)) == 0
    case.refresh_from_db()
    assert case.state == "correction"


def test_corrected_on_the_spot_keeps_which_fields_changed_not_their_contents() -> None:
    case = cases.received()
    actions.correct_on_spot(case.pk, changes={"area": 91}, by=cast.wang(), at=cases.AT)
    case.refresh_from_db()
    assert (case.state, case.data["area"]) == ("received", 91)
    entry = case.trail.get(kind="correct_on_spot")
    assert entry.data == {"fields": ["area"]}
    assert set(running(case)) == {"check", "notice"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "没有改动任何内容"),
        ({"area": 88}, "没有改动任何内容"),
        ({"area": -1}, "房屋面积"),
        ({"name": "王五"}, "登记信息有误"),
        ({"price": 1}, "不能在这里更改"),
    ],
)
def test_a_wrong_correction_on_the_spot_changes_nothing(
    changes: dict[str, Any], sentence: str
) -> None:
    case = cases.received()
    with pytest.raises(Refused, match=sentence):
        actions.correct_on_spot(case.pk, changes=changes, by=cast.wang(), at=cases.AT)
    case.refresh_from_db()
    assert (case.data["area"], case.trail.count()) == (88, 2)
