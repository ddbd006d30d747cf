"""Special procedures stop the clocks; more time needs somebody else's approval (42, 45)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import people as cast
from tests.factories import cases, catalogue
from tests.factories import people as persons
from tests.factories.cases import running, told
from tests.factories.together import together
from yizhan.core.flow import Refused
from yizhan.core.worktime import CHINA, Unit, remaining
from yizhan.domain.cases import actions
from yizhan.domain.cases.models import Case, Extension, SpecialProcedure
from yizhan.domain.office import queries as office

pytestmark = pytest.mark.django_db


def special(case: Case, **changes: Any) -> Case:
    """An expert review of ten working days."""
    facts = {
        "kind": "expert", "reason": "需要专家论证结构安全", "planned_days": 10,
        "by": cases.sun(case), "at": cases.AT,
    } | changes  # fmt: skip
    return actions.start_special(case.pk, **facts)


def test_both_clocks_stop_and_the_procedure_has_its_own() -> None:
    case = special(cases.accepted())
    case.refresh_from_db()
    assert case.state == "special"
    assert running(case) == {"legal": None, "promised": None, "special": date(2026, 12, 9)}
    assert (case.due_clock, case.due_at.astimezone(CHINA).date()) == ("special", date(2026, 12, 9))
    paper = case.documents.get(kind="special")
    assert ["所需时间", "10个工作日"] in paper.facts["rows"]
    assert "第四十五条" in paper.facts["basis"]
    assert told(case)[-1] == "special"


def test_the_remaining_days_are_kept() -> None:
    case = cases.accepted()
    day = datetime(2026, 11, 30, 9, 0, tzinfo=CHINA)  # two of five working days left
    special(case, at=day)
    end = datetime(2026, 12, 8, 16, 0, tzinfo=CHINA)
    actions.end_special(case.pk, result="论证通过", by=cases.sun(case), at=end)
    case.refresh_from_db()
    assert case.state == "accepted"
    assert running(case) == {"legal": date(2026, 12, 31), "promised": date(2026, 12, 10)}
    assert SpecialProcedure.objects.get().result == "论证通过"
    assert told(case)[-1] == "special_over"


def test_a_procedure_cannot_be_started_twice() -> None:
    """Trap T9: not by the flow, and not even by the table."""
    case = special(cases.accepted())
    with pytest.raises(Refused, match="特别程序中”，不能“进入特别程序"):
        special(case)
    with pytest.raises(IntegrityError, match="special_one_running"), transaction.atomic():
        SpecialProcedure.objects.create(
            region=case.region, case=case, kind="hearing", reason="再开一次", planned_days=1,
            started_by=cases.sun(case), started_at=cases.AT,
        )  # fmt: skip
    assert running(case)["special"] == date(2026, 12, 9)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(spells=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 240)), min_size=1, max_size=4))
def test_any_number_of_stops_keeps_the_days_that_were_left(spells: list[tuple[int, int]]) -> None:
    """Suspend and resume through the actions: what is left before is left after (trap T9)."""
    with transaction.atomic():
        case, calendar, at = cases.accepted(), office.calendar("410225"), cases.AT
        for wait, length in spells:
            at += timedelta(hours=wait)
            before = case.clocks.get(name="legal")
            left = remaining(at, before.due_at, Unit.WORKDAYS, calendar)
            special(case, at=at)
            at += timedelta(hours=length)
            actions.end_special(case.pk, result="程序结束", by=cases.sun(case), at=at)
            after = case.clocks.get(name="legal")
            assert remaining(at, after.due_at, Unit.WORKDAYS, calendar) >= left
            ran_out = left <= 0
            assert ran_out or remaining(at, after.due_at, Unit.WORKDAYS, calendar) == left
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "party"}, "kind"),
        ({"planned_days": 0}, "planned_days"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_procedure_without_its_facts_is_refused(change: dict[str, Any], field: str) -> None:
    case = cases.accepted()
    with pytest.raises(Refused) as refusal:
        special(case, **change)
    assert refusal.value.field == field
    case.refresh_from_db()
    assert (case.state, SpecialProcedure.objects.count()) == ("accepted", 0)
    assert set(running(case)) == {"legal", "promised"}


def extend(case: Case, **changes: Any) -> Extension:
    """Ten more working days, asked by the handler."""
    facts = {
        "days": 10, "reason": "需要补充外业测量", "by": cases.sun(case), "at": cases.AT
    } | changes  # fmt: skip
    return actions.request_extension(case.pk, **facts)


def test_an_approved_extension_moves_both_clocks() -> None:
    case = cases.accepted()
    asked = extend(case)
    assert running(case) == {"legal": date(2026, 12, 23), "promised": date(2026, 12, 2)}
    actions.approve_extension(asked.pk, by=cases.zhao(case), at=cases.AT)
    case.refresh_from_db()
    assert running(case)["promised"] == date(2026, 12, 16)
    assert case.due_at.astimezone(CHINA).date() == date(2026, 12, 16)
    legal = case.clocks.get(name="legal")
    assert (legal.amount, legal.provisional) == (30, True)
    paper = case.documents.get(kind="extension")
    assert ["理由", "需要补充外业测量"] in paper.facts["rows"]
    assert told(case)[-1] == "extended"


def test_who_asked_does_not_approve() -> None:
    case = cases.accepted()
    asked = extend(case, by=cases.zhao(case))
    with pytest.raises(Refused, match="不能由申请延期的人自己批准"):
        actions.approve_extension(asked.pk, by=cases.zhao(case), at=cases.AT)
    with pytest.raises(Refused, match="审批负责人"):
        actions.approve_extension(asked.pk, by=cases.sun(case), at=cases.AT)
    asked.refresh_from_db()
    assert asked.state == "asked"
    assert running(case)["legal"] == date(2026, 12, 23)


def test_a_declined_extension_changes_no_clock_and_may_be_asked_again() -> None:
    case = cases.accepted()
    actions.decline_extension(extend(case).pk, by=cases.zhao(case), at=cases.AT, reason="可以按期")
    assert running(case)["legal"] == date(2026, 12, 23)
    assert extend(case).state == "asked"


def test_an_extension_is_given_once() -> None:
    case = cases.accepted()
    asked = extend(case)
    with pytest.raises(Refused, match="等待批准"):
        extend(case)
    actions.approve_extension(asked.pk, by=cases.zhao(case), at=cases.AT)
    with pytest.raises(Refused, match="已经延长过一次"):
        extend(case)
    with pytest.raises(Refused, match="没有待批准"):
        actions.approve_extension(asked.pk, by=cases.zhao(case), at=cases.AT)


@pytest.mark.parametrize(("days", "most"), [(0, 10), (11, 10)])
def test_an_extension_is_at_most_ten_days(days: int, most: int) -> None:
    case = cases.accepted()
    with pytest.raises(Refused, match=f"最多只能延长{most}个工作日"):
        extend(case, days=days)
    assert Extension.objects.count() == 0


def test_a_joint_procedure_gets_fifteen_days_from_the_government() -> None:
    """行政许可法 42 (2): 45 days, fifteen more by the head of the government."""
    case = cases.accepted(catalogue.published(legal_amount=45))
    with pytest.raises(Refused, match="最多只能延长15个工作日"):
        extend(case, days=16)
    asked = extend(case, days=15)
    with pytest.raises(Refused, match="本级人民政府负责人"):
        actions.approve_extension(asked.pk, by=cases.zhao(case), at=cases.AT)
    mayor = persons.official("approver", username="mayor")
    actions.approve_extension(asked.pk, by=mayor, at=cases.AT)
    assert case.clocks.get(name="legal").amount == 60


def test_time_that_has_run_out_is_not_extended() -> None:
    case = cases.accepted()
    late = datetime(2026, 12, 24, 0, 1, tzinfo=CHINA)
    asked = extend(case)
    with pytest.raises(Refused, match="法定期限已经届满"):
        actions.approve_extension(asked.pk, by=cases.zhao(case), at=late)
    other = cases.accepted()
    with pytest.raises(Refused, match="法定期限已经届满"):
        extend(other, at=late)


@pytest.mark.django_db(transaction=True)
def test_two_starts_at_once_are_one_procedure() -> None:
    case = cases.accepted()
    sun = cases.sun(case)
    found = together(*[partial(special, case, by=sun)] * 3)
    assert sum(isinstance(one, Refused) for one in found) == 2, found
    assert SpecialProcedure.objects.count() == 1


def test_acceptance_on_a_make_up_saturday_and_a_holiday_between() -> None:
    """Trap T9: 10 October 2026 is a working Saturday."""
    saturday = datetime(2026, 10, 10, 17, 29, tzinfo=CHINA)
    case = cases.accepted(at=saturday)
    assert running(case)["promised"] == date(2026, 10, 16)
    before = cases.accepted(at=datetime(2026, 9, 30, 9, 0, tzinfo=CHINA))
    assert running(before)["promised"] == date(2026, 10, 13)


def test_the_villager_cannot_stop_the_clock() -> None:
    case = cases.accepted()
    with pytest.raises(Refused, match="审查人员"):
        special(case, by=cast.li())
