"""A real browser (Debian's chromium) against the live server, logged in as one of the cast.

    page = opened(browser, live_server, account)     # a page of the account's own site
    problems(page)                                   # what axe finds, as readable lines

Import `browser` where it is used: `from tests.browser import browser, opened`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from tests import people as cast
from yizhan.web.ui.sessions import SESSION_COOKIES

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One chromium for the tests of a module."""
    # playwright keeps an event loop in this thread; Django would refuse to query beside it
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


def opened(browser: Browser, server: Any, account: Any = None, **options: Any) -> Page:
    """A new page with its own cookies; scripts' errors fail the test."""
    context = browser.new_context(**{"viewport": WIDE, "locale": "zh-CN", **options})
    if account is not None:
        client = cast.enter(Client(), account)
        site, path = ("workbench", "/work/") if account.kind == "staff" else ("portal", "/")
        name = SESSION_COOKIES[site]
        context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": server.url + path}]
        )
    page = context.new_page()
    page.errors = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
    return page


def problems(page: Page) -> list[str]:
    """What axe finds wrong on the page: rule, and where."""
    found = Axe().run(page, options=RULES)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
