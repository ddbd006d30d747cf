"""The audit administrator reads everything that happened, changes nothing, sees no number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests import people
from tests.factories import people as make
from yizhan.domain.people import actions, queries
from yizhan.domain.people.models import AccessLine, AccountEvent

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
PATHS = ["/work/audit/", "/work/audit/looks/", "/work/audit/trails/"]


def test_events_of_accounts(client: Client) -> None:
    wang = people.wang()
    actions.grant_post(wang.pk, function="handler", scope="410225", by=people.he(), at=AT)
    text = people.enter(client, people.chen()).get("/work/audit/").text
    for word in ("王芳（wang）", "授予职能", "function handler", "何洁", "2026-11-25 10:00:00"):
        assert word in text
    assert "授予职能" not in client.get("/work/audit/", {"q": "nobody"}).text


def test_looks_name_the_officer_not_the_person(client: Client) -> None:
    li = people.li_person()
    queries.note_access(li, by=people.wang(), purpose="核对申请人身份", at=AT, subject="B-1")
    text = people.enter(client, people.chen()).get("/work/audit/looks/").text
    for word in ("王芳（wang）", "核对申请人身份", "B-1", str(li.pk)):
        assert word in text
    assert "李秀英" not in text
    assert "核对申请人身份" not in client.get("/work/audit/looks/", {"q": "别人"}).text


def test_trails_say_that_they_are_whole_or_missing(client: Client) -> None:
    people.enter(client, people.chen())
    assert "没有找到这个编号的办件" in client.get("/work/audit/trails/", {"q": "X-1"}).text


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", [people.feng, people.he, people.wang, people.qian])
def test_nobody_else_reads_them(client: Client, path: str, who) -> None:
    assert people.enter(client, who()).get(path).status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_nothing_can_be_posted(client: Client, path: str) -> None:
    assert people.enter(client, people.chen()).post(path).status_code == 405


def test_events_of_another_county_are_not_shown(client: Client) -> None:
    far = make.staff("far", "远方", region="410226")
    AccountEvent.objects.create(account=far, kind="created", at=AT)
    other = make.person(region="410226")
    queries.note_access(other, by=far, purpose="远方的用途", at=AT)
    people.enter(client, people.chen())
    assert "远方" not in client.get("/work/audit/").text
    assert "远方的用途" not in client.get("/work/audit/looks/").text


def test_many_lines_are_paged_with_few_queries(
    client: Client, django_assert_max_num_queries
) -> None:
    li, wang = people.li_person(), people.wang()
    for number in range(60):
        queries.note_access(li, by=wang, purpose=f"用途{number:02d}", at=AT)
    people.enter(client, people.chen())
    with django_assert_max_num_queries(10):
        text = client.get("/work/audit/looks/").text
    assert "用途59" in text
    assert "用途00" not in text
    assert "用途00" in client.get("/work/audit/looks/", {"page": 2}).text
    assert AccessLine.objects.count() == 60
