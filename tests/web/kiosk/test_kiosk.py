"""The self-service machine: large, without login, and empty again for the next person."""

import re

import pytest
from django.test import Client

from tests.factories import cases as made
from tests.factories import catalogue, office
from yizhan.web.kiosk import pages

pytestmark = pytest.mark.django_db
DEMO = "演示系统，不是政府网站"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def item():
    return catalogue.published(name="契税申报", person_topics=["住房保障"]).item


def test_the_start_page_has_two_doors_and_the_life_events(client: Client, item):
    said = text(client.get("/kiosk/"))
    for link in ("/kiosk/query/", "/kiosk/search/", "/kiosk/topics/"):
        assert f'href="{link}' in said
    assert DEMO in said
    assert 'http-equiv="refresh"' not in said


@pytest.mark.parametrize(
    ("path", "seconds"),
    [
        ("search/", pages.SHORT),
        ("search/?q=契税", pages.SHORT),
        ("topics/住房保障/", pages.SHORT),
        ("items/{slug}/", pages.LONG),
        ("query/", pages.SHORT),
    ],
)
def test_every_other_page_goes_back_by_itself_and_says_so(client: Client, item, path, seconds):
    response = client.get("/kiosk/" + path.format(slug=item.slug))
    said = text(response)
    assert response.status_code == 200
    assert f'<noscript><meta http-equiv="refresh" content="{seconds};url=/kiosk/">' in said
    assert f'data-idle="{seconds}" data-home="/kiosk/"' in said
    assert f"{seconds}秒没有操作，会自动回到开始页" in said
    assert "回到开始，清除内容" in said
    assert DEMO in said
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", said)


def test_an_item_is_found_and_its_guide_read(client: Client, item):
    assert f'href="/kiosk/items/{item.slug}/"' in text(client.get("/kiosk/search/"))
    assert f'href="/kiosk/items/{item.slug}/"' in text(client.get("/kiosk/topics/住房保障/"))
    said = text(client.get(f"/kiosk/items/{item.slug}/"))
    for fact in (
        "居民身份证",
        "5个工作日",
        "部分情形需要",
        item.current.hours,
        item.current.remedy,
    ):
        assert fact in said, fact


def test_what_nobody_wrote_is_said_to_be_missing(client: Client):
    version = catalogue.published(materials=[], conditions="", hours="")
    assert text(client.get(f"/kiosk/items/{version.item.slug}/")).count("本单位尚未填写") >= 3


def test_a_list_is_turned_page_by_page(client: Client, item):
    for _ in range(pages.PAGE):
        catalogue.published(organisation=item.organisation)
    first = text(client.get("/kiosk/search/"))
    assert f"共{pages.PAGE + 1}项，第1页" in first
    assert "page=2" in first
    second = text(client.get("/kiosk/search/?page=2"))
    assert second.count('href="/kiosk/items/') == 1
    assert client.get("/kiosk/search/?page=x").status_code == 200


def test_unknown_items_and_life_events_are_not_found(client: Client):
    assert client.get("/kiosk/items/none/").status_code == 404
    assert client.get("/kiosk/topics/none/").status_code == 404


def test_nothing_is_left_for_the_next_person(client: Client):
    """No session, nothing kept by the browser (trap T15)."""
    office.calendar_year(2026)
    case = made.received()
    answer = client.post("/kiosk/query/", {"number": case.number, "code": case.query_code})
    assert case.number in text(answer)
    assert "no-store" in answer["Cache-Control"]
    assert set(client.cookies) <= {"yz_csrf_kiosk"}
    for path in ("/kiosk/", "/kiosk/query/", "/kiosk/search/"):
        page = client.get(path)
        assert case.number not in text(page)
        assert "no-store" in page["Cache-Control"]
