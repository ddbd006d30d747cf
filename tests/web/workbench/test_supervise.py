"""The supervisor's view: each figure opens exactly the cases behind it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests import people as cast
from tests.factories import cases, catalogue, office
from yizhan.domain.cases import actions

pytestmark = pytest.mark.django_db


def test_figures_open_the_cases_behind_them(client: Client) -> None:
    office.calendar_year(2026)
    one, two = catalogue.published(), catalogue.published()
    late = [cases.received(one, at=cases.AT - timedelta(days=7)) for _ in range(2)]
    close = cases.received(two, at=cases.AT)
    client = cast.enter(client, cast.qian())

    with time_machine.travel(cases.AT + timedelta(hours=1), tick=False):
        html = client.get("/work/supervise/").content.decode()
        links = re.findall(r'href="(/work/supervise/\?[^"]+)"', html)
        behind = {link: client.get(link.replace("&amp;", "&")).content.decode() for link in links}

    assert "超期 2" in html
    assert "快到期 1" in html
    red = next(page for link, page in behind.items() if "light=red" in link)
    yellow = next(page for link, page in behind.items() if "light=yellow" in link)
    assert all(f"/cases/{case.number}/" in red for case in late)
    assert f"/cases/{close.number}/" not in red
    assert f"/cases/{close.number}/" in yellow
    assert not any(f"/cases/{case.number}/" in yellow for case in late)


def test_more_than_fifty_late_cases_go_on_to_the_next_page(client: Client) -> None:
    office.calendar_year(2026)
    version = catalogue.published(materials=[], fields=[], questions=[])
    late = {
        cases.received(
            version, at=cases.AT - timedelta(days=7), data={}, answers={}, materials=[]
        ).number
        for _ in range(52)
    }
    client = cast.enter(client, cast.qian())

    with time_machine.travel(cases.AT + timedelta(hours=1), tick=False):
        first = client.get("/work/supervise/?light=red").content.decode()
        link = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
        second = client.get(f"/work/supervise/{link}").content.decode()
        typed = client.get("/work/supervise/?page=typed")

    shown = [{number for number in late if f"/cases/{number}/" in page} for page in (first, second)]
    assert (len(shown[0]), len(shown[1])) == (50, 2)
    assert shown[0] | shown[1] == late
    assert "light=red" in link
    assert typed.status_code == 302


def test_what_is_on_time_is_not_on_the_page(client: Client) -> None:
    office.calendar_year(2026)
    case = cases.accepted(at=cases.AT)

    with time_machine.travel(cases.AT + timedelta(hours=1), tick=False):
        html = cast.enter(client, cast.qian()).get("/work/supervise/").content.decode()

    assert case.number not in html
    assert "现在没有超期或快到期的办件" in html


def test_requests_for_more_time_wait_here(client: Client) -> None:
    case = cases.accepted()
    actions.request_extension(
        case.pk, days=8, reason="案情复杂，需要核查", by=cases.sun(case), at=cases.AT
    )

    html = cast.enter(client, cases.zhao(case)).get("/work/supervise/").content.decode()

    assert f"/work/cases/{case.number}/?do=approve_extension" in html
    assert "案情复杂，需要核查" in html
    assert "8 个工作日" in html


def test_a_unit_sees_only_itself_and_a_clerk_nothing(client: Client) -> None:
    office.calendar_year(2026)
    case = cases.received(at=cases.AT - timedelta(days=7))
    stranger = cast.zhao(catalogue.unit())

    with time_machine.travel(cases.AT, tick=False):
        other = cast.enter(client, stranger).get("/work/supervise/").content.decode()
        assert cast.enter(client, cast.wang()).get("/work/supervise/").status_code == 403

    assert case.number not in other
