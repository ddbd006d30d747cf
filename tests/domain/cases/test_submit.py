"""Submission: one case per key, with everything that belongs to it, in four statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import people as cast
from tests.factories import cases, catalogue
from tests.factories import people as persons
from tests.factories.together import together
from yizhan.core import tracked
from yizhan.core.flow import Refused
from yizhan.core.worktime import CHINA
from yizhan.domain.cases import actions
from yizhan.domain.cases.actions import SubmittedMaterial
from yizhan.domain.cases.models import Affair, Case, CaseMaterial
from yizhan.domain.cases.rules import intake
from yizhan.domain.catalogue.choices import ItemState
from yizhan.domain.catalogue.models import Item
from yizhan.domain.notices.models import Notice

pytestmark = pytest.mark.django_db


def test_submission_writes_everything_that_belongs_to_a_case() -> None:
    case = cases.submitted()
    case.refresh_from_db()

    assert case.state == "submitted"
    assert {c.name: c.amount for c in case.clocks.all()} == {"check": 1, "notice": 5}
    assert case.due_clock == "check"
    assert case.due_at.astimezone(CHINA).date() == date(2026, 11, 26)
    assert [entry.kind for entry in case.trail.all()] == ["submit"]
    assert list(tracked.broken(case)) == []
    touchpoint = case.affair.touchpoints.get()
    assert (touchpoint.channel, touchpoint.kind) == ("window", "visit")
    assert touchpoint.physical_trip is True
    assert {m.key: (m.state, m.grade) for m in case.materials.all()} == {
        "form": ("provided", "B"), "id": ("provided", "B"), "photo": ("provided", "B"),
        "marriage": ("not_asked", ""),
    }  # fmt: skip
    assert "您是否已婚" in case.materials.get(key="marriage").why_not_asked
    notice = Notice.objects.get(subject=case.number)
    assert case.number in notice.text
    assert case.query_code in notice.text
    assert "2026年11月26日" in notice.text
    assert "李秀英" not in notice.text


def test_locked_facts_come_from_the_register_not_from_the_client() -> None:
    """Trap T8: what the page sends for a locked field is not even looked at."""
    data = {**cases.DATA, "name": "王五", "id_number": "11010519491231002X"}
    case = cases.submitted(data=data)
    assert case.data["name"] == "李秀英"
    assert case.data["id_number"] == cast.LI_NUMBER
    assert case.provenance == {
        "name": "person.name", "id_number": "person.id_number", "phone": "person.phone",
        "area": "applicant",
    }  # fmt: skip


def test_numbers_follow_the_standard() -> None:
    case = cases.submitted()
    assert case.number.startswith(f"{case.item.task_code}20261125")
    assert len(case.number) == 45
    assert len(case.query_code) == 10
    assert case.affair.number.startswith("41022520261125")


def test_a_local_code_that_is_too_long_gives_way_to_the_short_code() -> None:
    code = "511A0021300001-511602000000-000-11511300MB1A21304N-1-00"
    version = catalogue.published(code=code)
    case = cases.submitted(version)
    assert case.number.startswith(f"{version.item.slug.upper()}20261125")


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("1141022500000001XX4000100001000", "1141022500000001XX400010000100020261231000042"),
        ("川办-01（试）", "TEST-720261231000042"),
        ("A" * 36, "A" * 36 + "20261231000042"),
        ("A" * 37, "TEST-720261231000042"),
    ],
)
def test_case_numbers_fit_fifty_characters(code: str, number: str) -> None:
    assert intake.case_number(code, "test-7", date(2026, 12, 31), 42) == number
    assert len(number) <= 50


def test_the_same_key_and_content_is_the_same_case() -> None:
    version = catalogue.published()
    one = cases.submission(version)
    first = actions.submit(one, by=cast.wang(), at=cases.AT)
    again = actions.submit(one, by=cast.wang(), at=cases.AT)
    assert again.pk == first.pk
    assert (Case.objects.count(), Affair.objects.count(), Notice.objects.count()) == (1, 1, 1)


def test_the_same_key_with_other_content_is_refused() -> None:
    version = catalogue.published()
    one = cases.submission(version)
    actions.submit(one, by=cast.wang(), at=cases.AT)
    with pytest.raises(Refused, match="已经提交过，内容与这次不同"):
        actions.submit(replace(one, data={**one.data, "area": 99}), by=cast.wang(), at=cases.AT)
    assert Case.objects.count() == 1


def test_a_key_belongs_to_the_account_that_used_it() -> None:
    version = catalogue.published()
    one = cases.submission(version)
    first = actions.submit(one, by=cast.wang(), at=cases.AT)
    other = actions.submit(one, by=persons.clerk(username="other"), at=cases.AT)
    assert other.pk != first.pk


def test_submission_takes_four_round_trips() -> None:
    """Savepoint, number, one data-modifying statement, release: the count does not grow."""
    version = catalogue.published()
    one, clerk = cases.submission(version), cast.wang()
    actions.submit(cases.submission(version), by=clerk, at=cases.AT)  # warm caches
    with CaptureQueriesContext(
        connection,
    ) as seen:
        actions.submit(one, by=clerk, at=cases.AT)
    writes = [q["sql"] for q in seen if "INSERT" in q["sql"]]
    assert len(writes) == 1
    assert writes[0].count("INSERT INTO") == 7
    assert len(seen) == 4, [q["sql"][:80] for q in seen]


@pytest.mark.parametrize(
    ("change", "sentence", "field"),
    [
        ({"answers": {}}, "请先回答：您是否已婚？", "married"),
        ({"data": {"phone": cast.LI_PHONE}}, "房屋面积", "area"),
        ({"data": {"phone": "123", "area": 1}}, "手机号", "phone"),
        ({"phone": "12345"}, "手机号应为1开头的11位数字", "phone"),
        ({"idempotency_key": ""}, "提交凭据不对", ""),
        ({"person": None}, "请选择以本人还是以单位的名义申请", "subject"),
        (
            {"materials": [SubmittedMaterial(key="bribe", source="paper")]},
            "办事指南之外的材料", "bribe",
        ),
        (
            {"materials": [SubmittedMaterial(key="id", source="upload")]},
            "请上传《居民身份证》", "id",
        ),
        (
            {"materials": [SubmittedMaterial(key="id", source="promise")]},
            "不能用告知承诺代替", "id",
        ),
        (
            {"materials": [SubmittedMaterial(key="id", source="deferral")]},
            "不能容缺后补", "id",
        ),
    ],
)  # fmt: skip
def test_a_bad_submission_is_refused_and_leaves_nothing(
    change: dict[str, Any], sentence: str, field: str
) -> None:
    version = catalogue.published()
    with pytest.raises(Refused, match=sentence) as refusal:
        actions.submit(cases.submission(version, **change), by=cast.wang(), at=cases.AT)
    assert refusal.value.field == field
    assert (Case.objects.count(), Affair.objects.count(), Notice.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [(ItemState.WITHDRAWN, "已经取消办理"), (ItemState.SUSPENDED, "暂停办理")],
)
def test_a_withdrawn_or_suspended_item_takes_no_application(state: str, sentence: str) -> None:
    version = catalogue.published()
    Item.objects.filter(pk=version.item_id).update(state=state)
    version.refresh_from_db()
    with pytest.raises(Refused, match=sentence):
        actions.submit(cases.submission(version), by=cast.wang(), at=cases.AT)
    assert Case.objects.count() == 0


def test_a_citizen_cannot_claim_that_an_original_was_seen() -> None:
    version = catalogue.published()
    with pytest.raises(Refused, match="只有窗口工作人员"):
        actions.submit(cases.submission(version), by=cast.li(), at=cases.AT)


def test_files_of_another_account_are_not_taken() -> None:
    """Traps T1 and T2: a file number alone opens nothing."""
    version = catalogue.published()
    foreign = cases.stored(persons.citizen()).pk
    material = SubmittedMaterial(key="id", source="upload", file_ids=[foreign])
    with pytest.raises(Refused, match="文件不见了"):
        actions.submit(cases.submission(version, materials=[material]), by=cast.li(), at=cases.AT)
    assert Case.objects.count() == 0


def test_a_material_of_an_earlier_case_is_not_asked_for_again() -> None:
    version = catalogue.published()
    earlier = cases.submitted(version)
    kept = earlier.materials.get(key="id")
    material = SubmittedMaterial(
        key="id", source="earlier_case", receipt={"material": str(kept.pk)}
    )
    case = cases.submitted(version, materials=[material])
    taken = case.materials.get(key="id")
    assert (taken.state, taken.grade) == ("provided", "B")
    assert taken.receipt == {"material": str(kept.pk), "case": earlier.number}
    assert earlier.number in taken.why_not_asked


def test_a_material_of_somebody_elses_case_is_not_taken() -> None:
    version = catalogue.published()
    other = persons.person(name="别人家", phone="13900001111")
    foreign = cases.submitted(version, person=other).materials.get(key="id")
    material = SubmittedMaterial(
        key="id", source="earlier_case", receipt={"material": str(foreign.pk)}
    )
    with pytest.raises(Refused, match="没有找到您以前提交过的"):
        cases.submitted(version, materials=[material])
    assert CaseMaterial.objects.filter(source="earlier_case").count() == 0


def test_what_is_missing_may_still_be_handed_in() -> None:
    """行政许可法 32 (4): an incomplete application is corrected, not turned away at the door."""
    version = catalogue.published()
    case = cases.submitted(version, materials=cases.paper(version, without=("id",)))
    assert case.materials.get(key="id").state == "missing"


def test_the_trail_cannot_be_rewritten() -> None:
    case = cases.submitted()
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        case.trail.update(note="nothing happened")
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        case.trail.all()._raw_delete(using="default")
    assert list(tracked.broken(case)) == []


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_moment_is_one_case() -> None:
    version, clerk = catalogue.published(), cast.wang()
    for _ in range(5):
        one = cases.submission(version)
        found = together(*[partial(actions.submit, one, by=clerk, at=cases.AT)] * 4)
        assert len({case.pk for case in found}) == 1, found
    assert Case.objects.count() == 5
    assert Notice.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_numbers_are_never_given_twice() -> None:
    version, clerk = catalogue.published(), cast.wang()

    def ten() -> list[str]:
        return [
            actions.submit(cases.submission(version), by=clerk, at=cases.AT).number
            for _ in range(10)
        ]

    cast.li_person()
    numbers = [number for batch in together(*[ten] * 4) for number in batch]
    assert len(set(numbers)) == 40
    assert Case.objects.count() == 40


@pytest.mark.django_db(transaction=True)
def test_a_failure_in_the_middle_leaves_nothing_half_written() -> None:
    version, clerk = catalogue.published(), cast.wang()
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE notices_notice ADD CONSTRAINT no_more CHECK (template = 'x') NOT VALID"
        )
    try:
        with pytest.raises(IntegrityError):
            actions.submit(cases.submission(version), by=clerk, at=cases.AT)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE notices_notice DROP CONSTRAINT no_more")
    assert (Case.objects.count(), Affair.objects.count()) == (0, 0)


def test_a_citizen_applies_only_for_himself_and_for_whom_he_represents() -> None:
    """Trap T1: a number of another person in the request opens nothing."""
    version = catalogue.published(fields=[], materials=[], served=["1", "2"])
    other, firm = persons.person(name="别人家"), persons.legal_person()
    bare: dict[str, Any] = {"materials": [], "data": {}, "channel": "portal"}
    li = cast.li()
    for subject in (
        {"person": other}, {"legal_person": firm, "agent": cast.li_person()},
        {"legal_person": firm}, {"person": other, "agent": cast.li_person()},
    ):  # fmt: skip
        with pytest.raises(Refused, match="只能以本人或者您所代表单位"):
            actions.submit(cases.submission(version, **bare, **subject), by=li, at=cases.AT)
    with pytest.raises(Refused, match="请先完成实名登记"):
        actions.submit(cases.submission(version, **bare), by=persons.citizen(), at=cases.AT)
    assert Case.objects.count() == 0
    persons.represents(cast.li_person(), firm)
    made = actions.submit(
        cases.submission(version, **bare, legal_person=firm, agent=cast.li_person()),
        by=li, at=cases.AT,
    )  # fmt: skip
    assert made.legal_person == firm
