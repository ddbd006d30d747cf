"""Trap T3: a year without a calendar is provisional, recomputed and told when it is published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import people as cast
from tests.factories import cases, catalogue, office
from yizhan.core import tracked
from yizhan.core.worktime import CHINA
from yizhan.domain.cases import actions, queries
from yizhan.domain.journeys.actions import recompute_deadlines
from yizhan.domain.office import queries as calendars

pytestmark = pytest.mark.django_db
DECEMBER = datetime(2026, 12, 25, 10, 0, tzinfo=CHINA)
LATER = datetime(2026, 12, 26, 9, 0, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def _calendar(db: None) -> Iterator[None]:
    calendars.forget_calendar()
    office.calendar_year(2026)
    yield
    calendars.forget_calendar()


def test_a_published_year_moves_open_deadlines_and_tells_the_applicant() -> None:
    case = cases.accepted(at=DECEMBER)
    # without the calendar of 2027, 1 January counts as a working Friday
    assert cases.running(case)["promised"] == date(2027, 1, 1)
    promised = case.clocks.get(name="promised")
    assert promised.provisional
    line = next(x for x in queries.clock_sentences(case, at=DECEMBER) if x.name == "promised")
    assert "2027年放假安排尚未公布，此为暂定日期" in line.sentence

    office.calendar_year(2027)
    assert recompute_deadlines(at=LATER, by=cast.zheng()) == 1
    case.refresh_from_db()
    assert cases.running(case)["promised"] == date(2027, 1, 4)
    assert case.due_at.astimezone(CHINA).date() == date(2027, 1, 4)
    promised.refresh_from_db()
    assert not promised.provisional
    entry = case.trail.get(kind="deadline_recomputed")
    assert entry.by == cast.zheng()
    assert set(entry.data["clocks"]) == {"legal", "promised"}
    assert cases.told(case)[-1] == "deadline_moved"
    assert list(tracked.broken(case)) == []

    assert recompute_deadlines(at=LATER, by=cast.zheng()) == 0
    assert case.trail.filter(kind="deadline_recomputed").count() == 1


def test_a_date_that_only_became_firm_is_recorded_but_not_told() -> None:
    version = catalogue.published(promise_amount=20)
    case = cases.accepted(version, at=datetime(2026, 12, 28, 9, 0, tzinfo=CHINA))
    for clock in case.clocks.filter(stopped_at=None):
        clock.due_at = calendars.calendar("410225").end_of(date(2027, 1, 26))
        clock.save()
    office.calendar_year(2027)
    before = len(cases.told(case))
    assert recompute_deadlines(at=LATER, by=None) == 1
    assert case.trail.filter(kind="deadline_recomputed").count() == 1
    assert len(cases.told(case)) == before


def test_what_has_ended_or_is_not_touched_stays() -> None:
    done = actions.withdraw(cases.accepted(at=DECEMBER).pk, by=cast.li(), at=DECEMBER)
    near = cases.accepted(at=datetime(2026, 11, 2, 9, 0, tzinfo=CHINA))
    office.calendar_year(2027)
    assert recompute_deadlines(at=LATER, by=None) == 0
    for case in (done, near):
        assert not case.trail.filter(kind="deadline_recomputed").exists()


def test_a_paused_clock_waits_for_its_end() -> None:
    case = cases.accepted(at=DECEMBER)
    actions.start_special(
        case.pk, kind="hearing", reason="需要听证", planned_days=1, by=cases.sun(case), at=DECEMBER
    )
    office.calendar_year(2027)
    recompute_deadlines(at=LATER, by=None)
    assert cases.running(case)["legal"] is None
    end = datetime(2026, 12, 28, 9, 0, tzinfo=CHINA)
    actions.end_special(case.pk, result="听证结束", by=cases.sun(case), at=end)
    assert cases.running(case)["promised"] == date(2027, 1, 5)


def test_progress_and_a_fixed_number_of_questions_for_what_stays() -> None:
    seen: list[tuple[int, int]] = []
    for _ in range(3):
        cases.accepted()
    recompute_deadlines(at=LATER, by=None, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(3, 3)]
    with CaptureQueriesContext(connection) as three:
        recompute_deadlines(at=LATER, by=None)
    for _ in range(3):
        cases.accepted()
    with CaptureQueriesContext(connection) as six:
        recompute_deadlines(at=LATER, by=None)
    assert len(six) == len(three)
