"""State, clocks and trail on a real table: the case of domain/cases carries the kernel here."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests import people as cast
from tests.core.calendars import published
from tests.factories import cases
from yizhan.core import tracked
from yizhan.core.flow import Refused, Turn
from yizhan.core.tracked import Term
from yizhan.core.worktime import Unit
from yizhan.domain.cases.choices import ClockName, State
from yizhan.domain.cases.models import Case, CaseClock, CaseEntry

pytestmark = pytest.mark.django_db


def locked(case):
    return Case.locked(case.pk)


def test_a_trail_of_real_moves_is_whole():
    case = cases.accepted()
    case.refresh_from_db()
    assert list(tracked.broken(case)) == []
    assert [e.kind for e in case.trail.order_by("seq")] == ["submit", "receive", "accept"]
    assert case.trail_seq == 3


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE cases_caseentry SET note = 'x' WHERE subject_id = %s AND seq = 2",
        "DELETE FROM cases_caseentry WHERE subject_id = %s AND seq = 2",
    ],
)
def test_the_table_refuses_change_and_deletion(change):
    case = cases.received()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change, [case.pk])
    assert case.trail.count() == 2


def test_the_table_refuses_truncation():
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE cases_caseentry CASCADE")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE cases_caseentry SET note = 'x' WHERE subject_id = %s AND seq = 2", "changed"),
        ("DELETE FROM cases_caseentry WHERE subject_id = %s AND seq = 2", "missing"),
        ("DELETE FROM cases_caseentry WHERE subject_id = %s AND seq = 3", "ends at line 2"),
        (
            "UPDATE cases_caseentry SET occurred_at = occurred_at - interval '1 day'"
            " WHERE subject_id = %s AND seq = 1",
            "changed",
        ),
    ],
)
def test_what_a_superuser_does_behind_the_trigger_is_found(change, found):
    case = cases.accepted()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(change, [case.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    case.refresh_from_db()
    assert any(found in problem for problem in tracked.broken(case))


def test_a_refused_move_changes_nothing():
    case = cases.received()
    before = Case.objects.filter(pk=case.pk).values().get()
    with pytest.raises(Refused), transaction.atomic():
        tracked.move(locked(case), "grant", by=cast.wang(), at=cases.AT, facts=None)
    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert case.trail.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_move_outside_a_transaction_is_loud():
    case = cases.received()
    with pytest.raises(AssertionError, match="outside a transaction"):
        tracked.move(case, "withdraw", by=None, at=cases.AT)


def test_a_clock_that_was_set_back_does_not_reorder_history():
    case = locked(cases.received())
    earlier = cases.AT - timedelta(days=3)
    entry = tracked.record(case, "looked", by=cast.wang(), at=earlier)
    assert entry.occurred_at == cases.AT
    assert list(tracked.broken(case)) == []


def test_an_unknown_state_is_refused_by_the_table():
    case = cases.received()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="lost")


def test_two_running_clocks_of_one_name_are_refused_by_the_table():
    case = cases.accepted()
    again = tracked.start(case, ClockName.LEGAL, Term(20), at=cases.AT, calendar=published())
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def clock(case):
    return CaseClock.objects.get(subject=case, name=ClockName.PROMISED, stopped_at=None)


def test_pausing_twice_is_pausing_once_and_resuming_keeps_the_rest():
    running = clock(cases.accepted())
    plain = running.due_at
    for hours in (24, 30):
        at = cases.AT + timedelta(hours=hours)
        tracked.turn(running, Turn.PAUSE, at=at, calendar=published())
    assert (running.due_at, len(running.pauses)) == (None, 1)
    resumed = cases.AT + timedelta(days=8)
    tracked.turn(running, Turn.RESUME, at=resumed, calendar=published())
    assert running.due_at == plain + timedelta(days=7)  # from Thursday to the next Thursday
    assert clock(running.subject).pauses == running.pauses


def test_stopping_a_paused_clock_closes_the_pause():
    running = clock(cases.accepted())
    tracked.turn(running, Turn.PAUSE, at=cases.AT, calendar=published())
    tracked.turn(running, Turn.STOP, at=cases.AT + timedelta(days=1), calendar=published())
    assert not running.paused
    assert running.stopped_at == cases.AT + timedelta(days=1)


def test_extension_moves_the_deadline_by_working_days():
    running = clock(cases.accepted())
    before = running.due_at
    tracked.extend(running, 5, calendar=published())
    assert running.due_at == before + timedelta(days=7)
    tracked.turn(running, Turn.STOP, at=cases.AT, calendar=published())
    with pytest.raises(Refused, match="已经停止"):
        tracked.extend(running, 5, calendar=published())


def test_a_new_calendar_recomputes_a_provisional_deadline_once():
    case = cases.accepted()
    far = tracked.start(case, "far", Term(40, Unit.WORKDAYS), at=cases.AT, calendar=published())
    far.save()
    assert far.provisional
    known = published()
    announced = type(known)(known.off, known.on, known.years | {2027})
    assert tracked.recompute(far, calendar=announced) == (far.due_at, far.due_at)
    assert not far.provisional
    assert tracked.recompute(far, calendar=announced) is None


def test_the_trail_names_whoever_acted_and_the_system_where_nobody_did():
    case = locked(cases.received())
    tracked.record(case, "looked", by=None, at=cases.AT)
    names = list(CaseEntry.objects.filter(subject=case).order_by("seq").values_list("by_name"))
    assert names == [("王芳",), ("王芳",), ("系统",)]
    assert case.state == State.RECEIVED
