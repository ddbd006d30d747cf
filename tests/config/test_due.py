"""`yizhan due`, as an auditor would call it."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from yizhan.config.cli import due, main
from yizhan.core.worktime import CHINA, Calendar


@pytest.fixture
def spring(monkeypatch):
    """The calendar of 2026 around the Spring Festival, without a database."""
    days = {datetime(2026, 2, day).date() for day in range(15, 24)}
    calendar = Calendar(
        off=frozenset(days),
        on=frozenset({datetime(2026, 2, 14).date(), datetime(2026, 2, 28).date()}),
        years=frozenset({2026}),
    )
    monkeypatch.setattr(due, "published_calendar", lambda: calendar)

    class Nothing:
        def __enter__(self):
            return None

        def __exit__(self, *facts):
            return None

    monkeypatch.setattr(due.session, "database", Nothing)


def figures(capsys) -> tuple[list[str], dict]:
    lines = capsys.readouterr().out.strip().splitlines()
    return lines, json.loads(lines[-1])


def test_working_days_across_the_spring_festival(spring, capsys):
    assert main(["due", "2026-02-10", "5", "workdays"]) == 0
    lines, facts = figures(capsys)
    # 11, 12, 13, 14 (make-up Saturday); 15-23 off; 24 is the fifth
    assert lines[0] == "2026-02-24 23:59"
    assert facts["due_on"] == "2026-02-24"
    assert facts["provisional"] is False
    assert lines[1] == facts["sentence"]
    assert "9天休息日、节假日不计" in lines[1]
    assert "1个调休上班日照常计入" in lines[1]


def test_a_pause_is_taken_out_and_said(spring, capsys):
    words = ["due", "2026-03-02", "5", "workdays", "--pause", "2026-03-04/2026-03-06"]
    assert main(words) == 0
    lines, facts = figures(capsys)
    # 3, 4; paused 5-6; 9, 10, 11
    assert facts["due_on"] == "2026-03-11"
    assert "2026年3月4日至2026年3月6日暂停的时间不计" in lines[1]


def test_an_open_pause_has_no_deadline(spring, capsys):
    assert main(["due", "2026-03-02", "5", "workdays", "--pause", "2026-03-04/"]) == 0
    lines, facts = figures(capsys)
    assert lines[0] == "暂停中，没有截止日"
    assert facts["due_at"] is None


def test_hours_run_on_the_clock(spring, capsys):
    assert main(["due", "2026-03-02T16:30", "24", "hours"]) == 0
    assert figures(capsys)[1]["due_at"] == "2026-03-03T16:30:00+08:00"


def test_an_unpublished_year_is_provisional(spring, capsys):
    assert main(["due", "2026-12-30", "5", "workdays"]) == 0
    lines, facts = figures(capsys)
    assert facts["provisional"] is True
    assert "2027年放假安排尚未公布" in lines[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2026-02-30", "5", "days"], "“2026-02-30”不是日期"),
        (["2026-02-10", "5", "days", "--pause", "2026-02-12"], "不是一段时间"),
        (["2026-02-10", "5", "days", "--pause", "2026-02-12/2026-02-11"], "结束早于开始"),
        (["2026-02-10", "fünf", "days"], "invalid int value"),
        (["2026-02-10", "5", "weeks"], "invalid choice"),
    ],
)
def test_a_wrong_word_is_named(spring, capsys, words, said):
    with pytest.raises(SystemExit) as end:
        main(["due", *words])
    assert end.value.code == 2
    assert said in capsys.readouterr().err


def test_an_absurd_amount_is_refused(spring, capsys):
    assert main(["due", "2026-02-10", "99999", "days"]) == 2
    assert "0 到 3660 天" in capsys.readouterr().err


def test_a_date_without_zone_is_local():
    assert due.moment("2026-02-10") == datetime(2026, 2, 10, tzinfo=CHINA)
    assert due.moment("2026-02-10T01:00:00+00:00").astimezone(CHINA).hour == 9
