"""axe over every page of portal, workbench and kiosk in a real browser, made from the routes.

Each page is opened by the first role that the route matrix lets in: at 1280 px, and in elder mode
at 390 px, where nothing may be wider than the screen. A new page is checked from the day it exists.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser

from tests import people as cast
from tests.browser import PHONE, WIDE, browser, opened, problems  # noqa: F401 - a fixture
from tests.factories import office
from tests.web.everything import address, objects, roles
from tests.web.test_matrix import FILE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def readers() -> dict[str, str]:
    """Route -> who opens it first of those who may, for every page outside the API."""
    with FILE.open(encoding="utf-8") as rows:
        return {
            row["route"]: next(name for name, said in row.items() if said == "200")
            for row in csv.DictReader(rows)
            if not row["route"].startswith("/api/") and "200" in row.values()
        }


@pytest.fixture
def pages(settings: Any, tmp_path: Any) -> Iterator[list[tuple[str, Any, list[tuple[str, str]]]]]:
    """Each reader: name, account, and the (route, address) of what he opens."""
    settings.FILES_FOLDER = tmp_path
    cache.clear()
    office.working_hours(office.hall())
    case, made = objects()
    everybody = roles(case)
    found: dict[str, list[tuple[str, str]]] = {}
    for route, name in sorted(readers().items()):
        found.setdefault(name, []).append((route, address(route, made)))
    yield [(name, everybody[name], addresses) for name, addresses in found.items()]
    cache.clear()


def wrong(page: Any, path: str) -> list[str]:
    """What is wrong with the page as it stands, empty for what is no page."""
    answer = page.goto(path)
    if answer is None or "text/html" not in answer.headers.get("content-type", ""):
        return []
    if answer.status != 200:
        return [f"{answer.status}"]
    found = problems(page) + [f"script: {error}" for error in page.errors]
    page.errors.clear()
    if page.viewport_size["width"] == PHONE["width"] and (wide := page.evaluate(TOO_WIDE)) > 0:
        found.append(f"{wide} px wider than the screen")
    return found


@pytest.mark.parametrize(("size", "elder"), [(WIDE, False), (PHONE, True)])
def test_every_page_of_every_site(
    browser: Browser,  # noqa: F811
    live_server: Any,
    pages: Any,
    size: Any,
    elder: bool,
) -> None:
    seen, met = 0, []
    for name, account, addresses in pages:
        page = opened(browser, live_server, account, viewport=size)
        if elder:
            page.context.add_cookies([{"name": "yz_elder", "value": "1", "url": live_server.url}])
        page.on("dialog", lambda dialog: dialog.accept())
        for route, path in addresses:
            if "logout" in route or not _is_page(account, path):
                continue
            found = wrong(page, live_server.url + path)
            seen += 1
            met += [(route, name, one) for one in found]
        page.context.close()
    assert met == []
    assert seen > 50


def _is_page(account: Any, path: str) -> bool:
    """Files and JSON are no pages; a part of a page that only htmx asks for is none either."""
    client = cast.enter(Client(), account) if account else Client()
    answer = client.get(path)
    html = answer.headers.get("Content-Type", "").startswith("text/html")
    content = b"" if answer.streaming else answer.content
    return html and answer.status_code == 200 and b"<html" in content
