"""The working calendar at the workbench: warns, imports, refuses with lines, recomputes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import people
from tests.factories import office
from yizhan.domain.journeys import actions as journeys
from yizhan.domain.office import queries
from yizhan.domain.office.models import CalendarDay, CalendarYear, Region

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
CSV = "日期,安排,名称\n2027-01-01,放假,元旦\n2027-01-09,上班,元旦\n"


@pytest.fixture
def keeper(client: Client):
    office.calendar_year(2026)
    with time_machine.travel(NOW):
        yield people.enter(client, people.zheng())


def upload(client: Client, text: str = CSV, year: str = "2027", name: str = "2027.csv", **more):
    facts = {"file-year": year, "file-document": "国办发明电〔2026〕1号"} | more
    file = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    return client.post("/work/calendar/file/", facts | {"file-file": file})


def test_warns_of_2027_and_lists_2026(keeper: Client) -> None:
    text = keeper.get("/work/calendar/").text
    assert "2027年的放假安排还没有导入" in text
    for word in ("国庆节", "调休上班", "国办发明电〔2025〕7号"):
        assert word in text


def test_an_import_recomputes_and_says_so(keeper: Client, monkeypatch) -> None:
    told = []
    monkeypatch.setattr(journeys, "recompute_deadlines", lambda **facts: told.append(facts) or 3)
    page = upload(keeper)
    assert page.url == "/work/calendar/?year=2027"
    text = keeper.get(page.url).text
    assert "有2天与原来不同" in text
    assert "重算了3个未办结办件的期限" in text
    assert "还没有导入" not in text
    assert told[0]["by"] == people.zheng()
    assert not queries.calendar().is_workday(date(2027, 1, 1))


def test_the_same_again_changes_nothing(keeper: Client) -> None:
    upload(keeper)
    text = keeper.get(upload(keeper).url).text
    assert "与原来完全相同；没有期限需要改动" in text
    assert CalendarDay.objects.filter(year__year=2027).count() == 2


@pytest.mark.parametrize(
    ("text", "facts", "sentence"),
    [
        (CSV, {"year": "2028"}, "2027年1月1日不是2028年的日期"),
        (CSV + "2027-01-01,放假,元旦\n", {}, "第4行：2027年1月1日与第2行重复"),
        (CSV + "2027-01-01,上班,元旦\n", {}, "前后矛盾"),
        (b"PK\x03\x04\x00", {}, "不是文本"),
        ("", {}, "文件是空的"),
        ("x" * (2 * 1024 * 1024 + 1), {}, "超过2MB"),
        (CSV, {"year": "明年"}, "年份应为4位数字"),
        (CSV, {"file-document": ""}, "请填写文号"),
    ],
)
def test_a_faulty_file_is_refused_with_its_reasons(
    keeper: Client, text, facts: dict[str, str], sentence: str
) -> None:
    page = upload(keeper, text, **facts)
    assert page.status_code == 422
    assert sentence in page.text
    assert not CalendarYear.objects.filter(year__gt=2026).exists()


def test_from_the_library(keeper: Client) -> None:
    CalendarYear.objects.all().delete()
    facts = {"library-year": "2026", "library-document": "国办发明电〔2025〕7号"}
    assert keeper.post("/work/calendar/library/", facts).status_code == 302
    assert CalendarDay.objects.count() == 39
    page = keeper.post("/work/calendar/library/", facts | {"library-year": "2027"})
    assert page.status_code == 422
    assert "还没有2027年的放假安排" in page.text
    assert 'value="2027"' in page.text


def test_a_day_of_the_county_and_back(keeper: Client) -> None:
    facts = {
        "local-day": "2026-12-01", "local-kind": "off", "local-name": "暴雪停工",
        "local-document": "兰政办〔2026〕1号",
    }  # fmt: skip
    assert keeper.post("/work/calendar/local/", facts).status_code == 302
    assert not queries.calendar("410225").is_workday(date(2026, 12, 1))
    assert "暴雪停工" in keeper.get("/work/calendar/").text
    page = keeper.post("/work/calendar/local/", facts)
    assert page.status_code == 422
    assert "已经有地方安排" in page.text
    day = CalendarDay.objects.get(day=date(2026, 12, 1))
    keeper.post(f"/work/calendar/local/{day.pk}/drop/")
    assert queries.calendar("410225").is_workday(date(2026, 12, 1))


def test_the_state_councils_day_cannot_be_dropped(keeper: Client) -> None:
    day = CalendarDay.objects.first()
    assert keeper.post(f"/work/calendar/local/{day.pk}/drop/").status_code == 404
    assert CalendarDay.objects.filter(pk=day.pk).exists()


def test_places_are_imported_whole_or_not_at_all(keeper: Client) -> None:
    Region.objects.all().delete()

    def send(text: str):
        file = SimpleUploadedFile("regions.csv", text.encode("gbk"))
        return keeper.post("/work/calendar/regions/", {"regions-file": file})

    page = send("代码,名称\n41,河南省\n4102,开封市\n41022,错\n")
    assert page.status_code == 422
    assert "第4行" in page.text
    assert not Region.objects.exists()
    send("代码,名称\n41,河南省\n4102,开封市\n")
    assert Region.objects.count() == 2


@pytest.mark.parametrize("who", [people.wang, people.qian, people.feng, people.he, people.chen])
def test_others_neither_see_nor_change_it(client: Client, who) -> None:
    people.enter(client, who())
    assert client.get("/work/calendar/").status_code == 403
    assert upload(client).status_code == 403
    for path in ("library/", "local/", "local/1/drop/", "regions/"):
        assert client.post(f"/work/calendar/{path}").status_code == 403
    assert not CalendarYear.objects.exists()
