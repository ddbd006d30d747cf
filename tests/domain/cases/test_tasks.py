"""The periodic tasks only read the clock and call one action each."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from procrastinate.contrib.django import app

from tests import people as cast
from tests.factories import cases, catalogue
from yizhan.core.worktime import CHINA
from yizhan.domain.cases import actions, tasks

pytestmark = pytest.mark.django_db


def test_five_days_of_silence_are_seen_by_the_worker() -> None:
    case = cases.submitted()
    with time_machine.travel(datetime(2026, 12, 3, 0, 5, tzinfo=CHINA), tick=False):
        assert tasks.deem_accepted(timestamp=0) == 1
        assert tasks.deem_accepted(timestamp=0) == 0
    case.refresh_from_db()
    assert case.state == "accepted"


def test_lapses_are_seen_by_the_worker() -> None:
    version = catalogue.published()
    case = cases.received(version)
    actions.ask_correction(case.pk, defects={"id": "请更换身份证照片"}, by=cast.wang(), at=cases.AT)
    deferred = cases.accepted(
        version, materials=cases.paper(version, without=("photo",)),
        commitments=(("deferral", "photo"),),
    )  # fmt: skip
    with time_machine.travel(cases.AT + timedelta(days=20), tick=False):
        assert tasks.lapse_corrections(timestamp=0) == 1
        assert tasks.lapse_commitments(timestamp=0) == 1
    for ended in (case, deferred):
        ended.refresh_from_db()
        assert ended.state == "withdrawn"


def test_every_task_is_periodic_and_never_queued_twice() -> None:
    found = {
        name.rsplit(".", 1)[1]: task for name, task in app.tasks.items() if ".cases.tasks." in name
    }
    assert set(found) == {
        "deem_accepted", "lapse_corrections", "lapse_commitments", "sweep_leftovers",
    }  # fmt: skip
    assert all(task.queueing_lock == name for name, task in found.items())
