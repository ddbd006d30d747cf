"""How often something was tried, counted once for all processes."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from yizhan.domain.people import actions, tasks
from yizhan.domain.people.models import Attempts

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def tried(*subjects: str, what: str = "query", at: datetime = NOW) -> int:
    return actions.count_tries(what, subjects, at=at, window=MINUTE)


@pytest.mark.django_db
def test_each_subject_counts_by_itself_and_the_highest_is_said() -> None:
    assert [tried("A", "10.0.0.1"), tried("B", "10.0.0.1"), tried("B", "10.0.0.2")] == [1, 2, 2]
    assert tried("B", what="other") == 1


@pytest.mark.django_db
def test_a_subject_that_is_also_the_caller_counts_once() -> None:
    assert [tried("10.0.0.1", "10.0.0.1"), tried("10.0.0.1")] == [1, 2]


@pytest.mark.django_db
def test_a_window_begins_with_its_first_try_and_ends_after_a_minute() -> None:
    tried("A")
    assert tried("A", at=NOW + MINUTE) == 2
    assert tried("A", at=NOW + MINUTE + timedelta(seconds=1)) == 1
    assert tried("A", at=NOW + MINUTE + timedelta(seconds=2)) == 2


@pytest.mark.django_db
def test_a_clock_set_back_locks_nobody_out() -> None:
    tried("A")
    tried("A")
    assert tried("A", at=NOW - timedelta(days=1)) == 1


@pytest.mark.django_db
def test_neither_number_nor_address_is_stored() -> None:
    tried("410225-SECRET", "10.0.0.1")
    for row in Attempts.objects.all():
        assert len(row.digest) == 64
        assert set(row.digest) <= set("0123456789abcdef")


@pytest.mark.django_db
def test_the_nightly_task_forgets_what_is_over_and_nothing_else() -> None:
    tried("old", at=NOW - timedelta(days=1, seconds=1))
    tried("new", at=NOW - timedelta(hours=23))
    assert actions.sweep_tries(at=NOW) == 1
    assert tried("new", at=NOW - timedelta(hours=23)) == 2


@pytest.mark.django_db
def test_the_worker_sweeps_by_the_real_clock() -> None:
    tried("old", at=datetime(2020, 1, 1, tzinfo=UTC))
    assert tasks.sweep_tries(timestamp=0) == 1
    assert not Attempts.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_connections_share_one_count_and_none_is_lost() -> None:
    seen: list[int] = []

    def ten() -> None:
        seen.extend(tried("shared", str(threading.get_ident())) for _ in range(10))
        connection.close()

    threads = [threading.Thread(target=ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(1, 41))
