"""Holidays from files and from a library; unknown years are said aloud; halls keep the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import office as make
from yizhan.core.flow import Refused
from yizhan.core.worktime import CHINA, Unit, due, is_provisional
from yizhan.domain.office import actions, queries, rules
from yizhan.domain.office.adapters import chinese
from yizhan.domain.office.models import CalendarDay, CalendarYear
from yizhan.domain.office.shapes import BrokenFile, CalendarReport, DayRow

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
CSV = (
    "日期,安排,名称\n2027-01-01,放假,元旦\n2027/1/2,休,元旦\n"
    "2027年1月3日,放假,元旦\n2027-01-09,上班,元旦\n"
)
ICS = """BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20270101\r
DTEND;VALUE=DATE:20270104\r
SUMMARY:元旦 假\r
  期\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20270109\r
SUMMARY:元旦（班）\r
END:VEVENT\r
END:VCALENDAR\r
"""


def read(text: str, name: str = "2027.csv", encoding: str = "utf-8") -> list[DayRow]:
    return rules.day_rows(text.encode(encoding), filename=name)


def publish(rows: list[DayRow], year: int = 2027, **facts: str) -> CalendarReport:
    given = {"source": "文件", "document": "国办发明电〔2026〕1号"} | facts
    return actions.import_calendar_year(year=year, days=rows, **given, by=None, at=AT)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_csv_is_read_in_the_usual_encodings_and_ways_to_write_a_day(encoding: str) -> None:
    rows = read(CSV, encoding=encoding)
    assert [(row.day.isoformat(), row.kind) for row in rows] == [
        ("2027-01-01", "off"), ("2027-01-02", "off"), ("2027-01-03", "off"), ("2027-01-09", "on"),
    ]  # fmt: skip


def test_icalendar_spans_and_make_up_days_are_read() -> None:
    rows = read(ICS, "2027.ics")
    assert [(row.day.isoformat(), row.kind) for row in rows] == [
        ("2027-01-01", "off"), ("2027-01-02", "off"), ("2027-01-03", "off"), ("2027-01-09", "on"),
    ]  # fmt: skip
    assert rows[0].name == "元旦 假 期"


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("日期,安排\n明天,放假\n", 2, "读不出来"),
        ("日期,安排\n2027-02-30,放假\n", 2, "读不出来"),
        ("日期,安排\n2027-01-01,也许\n", 2, "应写“放假”或“上班”"),
        ("日子,怎么\n", 1, "表头缺少"),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", 0, "没有一个日程"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:元旦\nEND:VEVENT\n", 2, "读不出来"),
    ],
)
def test_unreadable_files_name_the_line(text: str, line: int, sentence: str) -> None:
    with pytest.raises(BrokenFile, match=sentence) as broken:
        read(text)
    assert broken.value.problems[0].line == line


@pytest.mark.django_db
class TestPublish:
    def test_a_year_becomes_known(self) -> None:
        assert queries.calendar().years == frozenset()
        report = publish(read(CSV))
        assert (report.days, len(report.changed)) == (4, 4)
        known = queries.calendar()
        assert known.years == {2027}
        assert not known.is_workday(date(2027, 1, 1))
        assert known.is_workday(date(2027, 1, 9))  # a Saturday
        assert publish(read(CSV)).changed == []

    def test_the_wrong_year_is_refused_with_its_lines(self) -> None:
        with pytest.raises(BrokenFile) as broken:
            publish(read(CSV), year=2028)
        assert [problem.line for problem in broken.value.problems] == [2, 3, 4, 5]
        assert "2027年1月1日不是2028年的日期" in str(broken.value.problems[0])
        assert not CalendarYear.objects.exists()

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            ("2027-01-01,放假,元旦", "与第2行重复"),
            ("2027-01-01,上班,元旦", "前后矛盾"),
            ("2027-01-11,上班,元旦", "本来就是工作日"),
        ],
    )
    def test_doubles_and_contradictions_are_refused(self, line: str, sentence: str) -> None:
        with pytest.raises(BrokenFile, match=sentence) as broken:
            publish(read(CSV + line))
        assert 6 in {problem.line for problem in broken.value.problems}
        assert not CalendarDay.objects.exists()

    def test_a_list_without_holidays_is_no_arrangement(self) -> None:
        with pytest.raises(BrokenFile, match="没有一个放假的日子"):
            publish(read("日期,安排\n2027-01-09,上班\n"))

    def test_a_corrected_arrangement_replaces_the_old_one(self) -> None:
        publish(read(CSV))
        report = publish(read(CSV.replace("2027-01-09", "2027-01-10")))
        assert [day.isoformat() for day in report.changed] == ["2027-01-09", "2027-01-10"]
        assert CalendarDay.objects.count() == 4

    def test_a_deadline_becomes_firm_when_the_year_is_published(self) -> None:
        make.calendar_year(2026)
        start = datetime(2026, 12, 30, 1, 0, tzinfo=UTC)
        before = due(start, 3, Unit.WORKDAYS, queries.calendar())
        assert is_provisional(start, before, Unit.WORKDAYS, queries.calendar())
        publish(read(CSV))
        after = due(start, 3, Unit.WORKDAYS, queries.calendar())
        assert not is_provisional(start, after, Unit.WORKDAYS, queries.calendar())
        assert (before.astimezone(CHINA).date(), after.astimezone(CHINA).date()) == (
            date(2027, 1, 4), date(2027, 1, 5),
        )  # fmt: skip

    def test_no_query_on_a_hot_path(self, django_assert_num_queries) -> None:
        make.calendar_year(2026)
        queries.calendar()
        with django_assert_num_queries(0):
            for _ in range(10):
                queries.calendar()

    def test_an_import_elsewhere_is_seen_within_five_seconds(self, monkeypatch) -> None:
        clock = [1000.0]
        monkeypatch.setattr(queries.time, "monotonic", lambda: clock[0])
        assert queries.calendar().years == frozenset()
        CalendarYear.objects.create(year=2030, source="x", imported_by="x", imported_at=AT)
        clock[0] += 4.9
        assert queries.calendar().years == frozenset()
        clock[0] += 0.2
        assert queries.calendar().years == {2030}


@pytest.mark.django_db
class TestLocalDays:
    def local(self, day: date, kind: str = "off", **facts: str) -> CalendarReport:
        given = {"region": "410225", "document": "兰政办〔2026〕1号"} | facts
        return actions.set_local_day(day=DayRow(0, day, kind, "暴雪"), **given, by=None, at=AT)

    def test_own_day_holds_in_the_county_only_and_publishes_no_year(self) -> None:
        make.calendar_year(2026)
        self.local(date(2026, 12, 1))
        assert not queries.calendar("410225").is_workday(date(2026, 12, 1))
        assert queries.calendar("410226").is_workday(date(2026, 12, 1))
        self.local(date(2027, 2, 3))
        assert queries.calendar("410225").years == {2026}

    def test_and_can_be_taken_back(self) -> None:
        self.local(date(2026, 12, 1))
        self.local(date(2026, 12, 2))
        day = CalendarDay.objects.get(day=date(2026, 12, 1))
        actions.drop_local_day(day.pk, region="410225", by=None, at=AT)
        assert queries.calendar("410225").is_workday(date(2026, 12, 1))
        assert not queries.calendar("410225").is_workday(date(2026, 12, 2))

    def test_not_the_state_councils_days(self) -> None:
        make.calendar_year(2026)
        day = CalendarDay.objects.first()
        with pytest.raises(CalendarDay.DoesNotExist):
            actions.drop_local_day(day.pk, region="410225", by=None, at=AT)

    @pytest.mark.parametrize(
        ("day", "kind", "document", "sentence"),
        [
            (date(2026, 12, 1), "off", " ", "依据的文件"),
            (date(2026, 12, 1), "on", "文", "本来就是工作日"),
            (date(2026, 10, 1), "off", "文", "本来就放假"),
        ],
    )
    def test_needless_ones_are_refused(
        self, day: date, kind: str, document: str, sentence: str
    ) -> None:
        make.calendar_year(2026)
        with pytest.raises(Refused, match=sentence):
            self.local(day, kind, document=document)
        assert not CalendarYear.objects.filter(region="410225").exists()


def test_the_library_knows_2026_as_the_state_council_wrote_it() -> None:
    rows = chinese.year_days(2026)
    off = {row.day for row in rows if row.kind == "off"}
    on = {row.day for row in rows if row.kind == "on"}
    assert on == {date.fromisoformat(day) for day, _ in make.DAYS_2026["on"]}
    spans = [
        {date.fromisoformat(a) + timedelta(days=n) for n in range(9)
         if date.fromisoformat(a) + timedelta(days=n) <= date.fromisoformat(b)}
        for a, b, _ in make.DAYS_2026["off"]
    ]  # fmt: skip
    assert off == set().union(*spans)
    assert rules.check_days(rows, year=2026) == []


def test_the_library_says_when_it_does_not_know_a_year() -> None:
    with pytest.raises(Refused, match="还没有2027年"):
        chinese.year_days(2027)


@pytest.mark.django_db
class TestWarnings:
    def test_in_november_the_next_year_is_missed(self) -> None:
        make.calendar_year(2026)
        (warning,) = queries.year_warnings(AT, deadlines=7)
        assert "2027年的放假安排还没有导入" in warning
        assert "7个未办结的期限" in warning
        make.calendar_year(2027)
        assert queries.year_warnings(AT) == []

    def test_earlier_only_when_deadlines_reach_into_it(self) -> None:
        make.calendar_year(2026)
        june = datetime(2026, 6, 1, tzinfo=UTC)
        assert queries.year_warnings(june) == []
        reaching = datetime(2027, 1, 20, tzinfo=UTC)
        assert len(queries.year_warnings(june, last_due=reaching)) == 1

    def test_an_unknown_present_year_is_said_too(self) -> None:
        assert len(queries.year_warnings(datetime(2026, 6, 1, tzinfo=UTC))) == 1


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=CHINA)


@pytest.mark.django_db
class TestHall:
    @pytest.mark.parametrize(
        ("moment", "open_"),
        [
            (local(2026, 11, 25, 8, 29), False),
            (local(2026, 11, 25, 8, 30), True),
            (local(2026, 11, 25, 12, 0), False),  # half-open: noon itself is closed
            (local(2026, 11, 25, 17, 29), True),
            (local(2026, 11, 28, 10, 0), False),  # Saturday
            (local(2026, 10, 1, 10, 0), False),  # National Day, a Thursday
            (local(2026, 10, 10, 10, 0), True),  # a make-up Saturday
        ],
    )
    def test_open_by_hours_and_calendar(self, moment: datetime, open_: bool) -> None:
        make.calendar_year(2026)
        hall = make.hall()
        make.working_hours(hall)
        assert queries.hall_open(hall, moment) is open_

    def test_the_card_says_the_week_and_when_next(self) -> None:
        make.calendar_year(2026)
        make.working_hours(make.hall())
        (card,) = queries.hall_cards("410225", at=local(2026, 9, 30, 18, 0))
        assert card.hours == ["周一至周五 08:30–12:00、13:30–17:30"]
        assert not card.open
        assert card.sentence == "现在不开放，10月8日（周四）08:30开门。"
        (card,) = queries.hall_cards("410225", at=local(2026, 11, 25, 9, 0))
        assert (card.open, card.sentence) == (True, "现在开放，到12:00。")

    def test_a_hall_without_hours_says_so(self) -> None:
        make.hall()
        (card,) = queries.hall_cards("410225", at=AT)
        assert (card.hours, card.open) == ([], False)
        assert "电话咨询" in card.sentence
