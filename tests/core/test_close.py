"""From when a deadline is close: its last fifth, at least its last two days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.calendars import published
from yizhan.core.worktime import CHINA, Unit, close, due, explain, remaining

CALENDAR_2026 = published()
START = datetime(2026, 11, 25, 10, 0, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("amount", "unit", "since"),
    [
        (0, Unit.WORKDAYS, START), (1, Unit.WORKDAYS, START),
        (5, Unit.WORKDAYS, datetime(2026, 11, 30)),  # days 4 and 5 of five are yellow
        (20, Unit.WORKDAYS, datetime(2026, 12, 16)),  # the last five of twenty
        (10, Unit.DAYS, datetime(2026, 12, 2)),
        (24, Unit.HOURS, START + timedelta(hours=20)),
    ],
)  # fmt: skip
def test_known_terms(amount: int, unit: Unit, since: datetime) -> None:
    found = close(START, amount, unit, CALENDAR_2026)
    assert found is not None
    if since.tzinfo is None:
        assert found.astimezone(CHINA).date() == since.date()
        assert found > datetime.combine(since.date(), datetime.min.time(), tzinfo=CHINA)
    else:
        assert found == since


def test_a_paused_clock_is_not_close() -> None:
    assert close(START, 5, Unit.WORKDAYS, CALENDAR_2026, [(START, None)]) is None


@given(
    day=st.dates(date(2026, 1, 1), date(2026, 10, 1)), amount=st.integers(1, 30),
    unit=st.sampled_from([Unit.WORKDAYS, Unit.DAYS]),
)  # fmt: skip
def test_close_is_before_the_end_and_means_few_days_left(
    day: date, amount: int, unit: Unit
) -> None:
    start = datetime.combine(day, datetime.min.time(), tzinfo=CHINA) + timedelta(hours=9)
    end, since = due(start, amount, unit, CALENDAR_2026), close(start, amount, unit, CALENDAR_2026)
    assert end is not None
    assert since is not None
    assert start <= since <= end
    just_after = since + timedelta(seconds=1)
    while unit == Unit.WORKDAYS and not CALENDAR_2026.is_workday(just_after.date()):
        just_after += timedelta(days=1)
    left = remaining(just_after, end, unit, CALENDAR_2026)
    assert left <= max(1, amount // 5)


def test_a_term_of_the_same_day_explains_itself() -> None:
    assert explain(START, 0, Unit.WORKDAYS, CALENDAR_2026, what="承诺时限") == (
        "承诺时限：自2026年11月25日起，当日办结，截止2026年11月25日当日24:00前。"
    )
