"""Deadlines: the five public vectors, a day-by-day oracle, pauses, provisional years, sentences."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.calendars import published
from yizhan.core.worktime import CHINA, Calendar, Unit, due, explain, is_provisional, remaining


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


VECTORS = [  # domain.md §4.3, computed by two unrelated libraries
    ("2026-09-30 10:00", 20, date(2026, 11, 3)),
    ("2026-02-13 10:00", 5, date(2026, 2, 27)),
    ("2026-04-30 10:00", 5, date(2026, 5, 11)),
    ("2025-12-30 10:00", 3, date(2026, 1, 5)),
    ("2026-09-18 10:00", 10, date(2026, 10, 9)),
]


@pytest.mark.parametrize(("start", "amount", "expected"), VECTORS)
def test_vectors_of_the_state_council_calendar(start, amount, expected):
    end = due(local(start), amount, Unit.WORKDAYS, published())
    assert end == datetime.combine(expected, time.max, tzinfo=CHINA)


moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 9, 30)).map(
    lambda naive: naive.replace(tzinfo=CHINA)
)
amounts = st.integers(0, 40)
day_units = st.sampled_from([Unit.WORKDAYS, Unit.DAYS])
calendars = st.builds(
    lambda off, on: Calendar(frozenset(off), frozenset(on), frozenset({2025, 2026})),
    st.sets(st.dates(date(2025, 1, 1), date(2026, 12, 31)), max_size=60),
    st.sets(st.dates(date(2025, 1, 1), date(2026, 12, 31)), max_size=20),
)


@st.composite
def pause_lists(draw):
    """A start and up to four closed pauses after it, in any order, overlaps included (T9)."""
    start = draw(moments)
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        begin = start + timedelta(hours=draw(st.integers(0, 900)))
        pauses.append((begin, begin + timedelta(hours=draw(st.integers(0, 300)))))
    return start, pauses


def oracle(start, amount, unit, calendar, pauses):
    """Walk the days one by one with a set of excluded days: no shared arithmetic."""
    excluded = set()
    for begin, end in pauses:
        day = begin.astimezone(CHINA).date()
        while day < end.astimezone(CHINA).date():
            day += timedelta(days=1)
            excluded.add(day)
    day, left = start.astimezone(CHINA).date(), amount
    while left > 0:
        day += timedelta(days=1)
        if day in excluded:
            continue
        plain = day.isoweekday() <= 5 and day not in calendar.off
        if unit == Unit.DAYS or plain or day in calendar.on:
            left -= 1
    for begin, end in sorted(pauses):  # stopped on the last day: given back after the pause
        if begin.astimezone(CHINA).date() <= day < end.astimezone(CHINA).date():
            day = end.astimezone(CHINA).date()
            while unit == Unit.WORKDAYS and not (
                day in calendar.on or (day.isoweekday() <= 5 and day not in calendar.off)
            ):
                day += timedelta(days=1)
    return day


@given(pause_lists(), amounts, day_units, calendars)
def test_equals_the_day_by_day_oracle(case, amount, unit, calendar):
    start, pauses = case
    end = due(start, amount, unit, calendar, pauses)
    assert end.date() == oracle(start, amount, unit, calendar, pauses)
    assert end.timetz() == time.max.replace(tzinfo=CHINA)


def test_a_day_given_back_into_the_next_pause_is_given_back_after_that_one():
    # found by the property above: 8 February 2025 is a Saturday, the day moves into the next pause
    pauses = [
        (local("2025-02-02 00:00"), local("2025-02-08 00:00")),
        (local("2025-02-08 01:00"), local("2025-02-11 00:00")),
    ]
    bare = Calendar(frozenset(), frozenset(), frozenset({2025}))
    end = due(local("2025-02-02 00:00"), 0, Unit.WORKDAYS, bare, pauses)
    assert end.date() == date(2025, 2, 11)


@given(pause_lists(), amounts, day_units)
def test_the_order_of_pauses_does_not_matter(case, amount, unit):
    start, pauses = case
    expected = due(start, amount, unit, published(), pauses)
    assert due(start, amount, unit, published(), pauses[::-1]) == expected
    assert due(start, amount, unit, published(), pauses * 2) == expected


@given(moments, moments, amounts, st.sampled_from(list(Unit)))
def test_a_later_start_is_never_due_earlier(one, other, amount, unit):
    first, second = sorted((one, other))
    assert due(first, amount, unit, published()) <= due(second, amount, unit, published())


@given(moments, amounts, st.integers(0, 20), st.integers(0, 40), day_units)
def test_suspend_and_resume_keep_the_remaining_days(start, amount, after, length, unit):
    plain = due(start, amount, unit, published())
    begin = start + timedelta(days=after)
    if begin >= plain:
        return
    end = begin + timedelta(days=length)
    before = remaining(begin, plain, unit, published())
    paused = due(start, amount, unit, published(), [(begin, end)])
    left = remaining(end, paused, unit, published())
    on_rest_day = unit == Unit.WORKDAYS and not published().is_workday(end.date())
    # the last day itself, given back on a rest day, is the next working day
    assert left == (1 if before == 0 and length and on_rest_day else before)


def test_a_pause_on_the_last_afternoon_gives_the_day_back():
    start = local("2026-03-02 09:00")
    pause = (local("2026-03-09 17:29"), local("2026-03-13 08:30"))
    end = due(start, 5, Unit.WORKDAYS, published(), [pause])
    assert end.date() == date(2026, 3, 13)
    weekend = (local("2026-03-09 17:29"), local("2026-03-14 08:30"))
    assert due(start, 5, Unit.WORKDAYS, published(), [weekend]).date() == date(2026, 3, 16)


@given(moments, st.integers(0, 400), st.integers(0, 300), st.integers(1, 200))
def test_hours_run_on_the_clock_with_pauses_taken_out(start, amount, after, length):
    begin = start + timedelta(hours=after)
    end = begin + timedelta(hours=length)
    plain = start + timedelta(hours=amount)
    expected = plain + timedelta(hours=length) if begin < plain else plain
    assert due(start, amount, Unit.HOURS, published(), [(begin, end)]) == expected


def test_a_minute_before_and_after_local_midnight_are_two_days():
    late = due(local("2026-03-02 23:59"), 1, Unit.WORKDAYS, published())
    early = due(local("2026-03-03 00:01"), 1, Unit.WORKDAYS, published())
    assert (late.date(), early.date()) == (date(2026, 3, 3), date(2026, 3, 4))


def test_seven_in_the_morning_is_yesterday_in_utc_but_today_here():
    moment = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)  # 07:00 on 3 March in Lankao
    assert due(moment, 1, Unit.DAYS, published()).date() == date(2026, 3, 4)


def test_an_open_pause_has_no_deadline_and_says_so():
    start, begin = local("2026-03-02 09:00"), local("2026-03-04 09:00")
    assert due(start, 5, Unit.WORKDAYS, published(), [(begin, None)]) is None
    sentence = explain(start, 5, Unit.WORKDAYS, published(), [(begin, None)], what="法定时限")
    assert sentence == (
        "法定时限：自2026年3月2日起算（当日不计），5个工作日；"
        "2026年3月4日起暂停计时，恢复后按剩余时间继续，现在没有截止日。"
    )


def test_a_year_without_a_published_calendar_is_provisional_and_says_so():
    start = local("2026-12-25 09:00")
    end = due(start, 10, Unit.WORKDAYS, published())
    assert is_provisional(start, end, Unit.WORKDAYS, published())
    assert not is_provisional(start, end, Unit.DAYS, published())
    sentence = explain(start, 10, Unit.WORKDAYS, published())
    assert "2027年放假安排尚未公布" in sentence
    assert "以正式放假安排为准" in sentence


def test_publication_moves_a_provisional_deadline():
    start = local("2026-12-25 09:00")
    guess = due(start, 10, Unit.WORKDAYS, published())
    known = published()
    announced = Calendar(
        known.off | {date(2027, 1, 4), date(2027, 1, 5)}, known.on, known.years | {2027}
    )
    end = due(start, 10, Unit.WORKDAYS, announced)
    assert end.date() > guess.date()
    assert not is_provisional(start, end, Unit.WORKDAYS, announced)


def test_the_sentence_names_holidays_make_up_days_and_pauses():
    start = local("2026-02-13 09:00")
    pause = (local("2026-02-14 09:00"), local("2026-02-25 09:00"))
    sentence = explain(start, 5, Unit.WORKDAYS, published(), [pause], what="承诺时限")
    assert sentence == (
        "承诺时限：自2026年2月13日起算（当日不计），5个工作日，其间10天休息日、节假日不计，"
        "2个调休上班日照常计入，2026年2月14日至2026年2月25日暂停的时间不计，"
        "截止2026年3月2日当日24:00前。"
    )


@pytest.mark.parametrize(("amount", "unit"), [(-1, Unit.DAYS), (3661, Unit.WORKDAYS)])
def test_absurd_amounts_are_loud(amount, unit):
    with pytest.raises(ValueError, match="out of range"):
        due(local("2026-03-02 09:00"), amount, unit, published())


@given(moments, st.integers(1, 30), day_units)
def test_remaining_counts_down_to_zero_on_the_last_day(start, amount, unit):
    end = due(start, amount, unit, published())
    assert remaining(start, end, unit, published()) == amount
    assert remaining(end, end, unit, published()) == 0
    assert remaining(end + timedelta(days=10), end, unit, published()) < 0
