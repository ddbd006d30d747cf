"""The portal and the kiosk in a real browser: axe, 320 px, elder sizes, no word of the console."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page, expect

from tests import people as cast
from tests.browser import WIDE, browser, opened, problems  # noqa: F401 - a fixture
from tests.factories import cases as made
from tests.factories import catalogue, office
from tests.web.portal.applying import begin, fill, version
from yizhan.domain.cases import actions
from yizhan.domain.catalogue import actions as actions_of_catalogue
from yizhan.web.kiosk.pages import SHORT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SMALL = {"width": 320, "height": 640}
# everything a finger has to hit, with its label where the label is what one touches
TARGETS = """() => [...document.querySelectorAll(
    'main button, main select, main textarea, main a.btn, main input:not([type=hidden]), '
    + 'header button, header nav a')]
  .map(e => e.matches('[type=radio],[type=checkbox]') ? e.closest('label') : e)
  .filter(e => e.offsetParent)
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])"""
TEXTS = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.offsetParent && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .map(e => [e.outerHTML.slice(0, 80), parseFloat(getComputedStyle(e).fontSize)])"""


@pytest.fixture
def paths() -> Iterator[dict[str, str]]:
    """Every kind of page, with something on it."""
    cache.clear()
    office.working_hours(office.hall())
    office.village()
    client = Client()
    item = version()
    draft = begin(client, item)
    fill(client, draft, use="other", helper="110105194912310021")
    case = made.accepted(item, data={**made.DATA, "use": "home"})
    fixed = made.received(item, data={**made.DATA, "use": "home"})
    actions.ask_correction(
        fixed.pk, defects={"area": "不一致。", "form": "请签名。"}, by=cast.wang(), at=made.AT
    )
    slug = item.item.slug
    yield {
        "home": "/", "search": "/search/", "nothing": "/search/?q=月球登陆",
        "unit": f"/units/{item.item.organisation.code}/", "guide": f"/items/{slug}/",
        "checklist": f"/items/{slug}/checklist/?q-married=yes", "query": "/query/",
        "apply": f"/apply/{slug}/?q-married=no", "draft": f"/drafts/{draft.pk}/",
        "review": f"/drafts/{draft.pk}/review/", "discard": f"/drafts/{draft.pk}/discard/",
        "my": "/my/", "case": f"/cases/{case.number}/",
        "receipt": f"/cases/{case.number}/receipt/",
        "correction": f"/cases/{fixed.number}/correction/",
        "withdraw": f"/cases/{case.number}/withdraw/", "kiosk": "/kiosk/",
        "kiosk search": "/kiosk/search/", "kiosk guide": f"/kiosk/items/{slug}/",
        "kiosk query": "/kiosk/query/",
    }  # fmt: skip
    cache.clear()


def visit(page: Page, server: Any, path: str) -> None:
    """Go there; it must answer."""
    answer = page.goto(server.url + path)
    assert answer is not None
    assert answer.status == 200, path


def test_every_page_is_for_everybody(
    browser: Any,  # noqa: F811
    live_server: Any,
    paths: dict[str, str],
) -> None:
    """axe finds nothing; nothing runs over the edge at 320 px, in elder mode neither.

    320 px is also what 400 % zoom of a 1280 px screen shows (WCAG 1.4.10). The elder switch is one
    class of the page, see `test_elder_mode_is_one_switch_and_back`.
    """
    page = opened(browser, live_server, cast.li())
    found: dict[str, list[Any]] = {}
    for name, path in paths.items():
        page.set_viewport_size(WIDE)
        visit(page, live_server, path)
        wrong: list[Any] = problems(page)
        page.set_viewport_size(SMALL)
        for elder in (False, True):
            page.evaluate("on => document.documentElement.classList.toggle('elder', on)", elder)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > SMALL["width"]:
                wrong.append(f"{width} px wide, elder mode {elder}")
        if wrong:
            found[name] = wrong
    assert found == {}
    assert page.errors == []


def test_elder_mode_is_large_enough_to_read_and_to_touch(
    browser: Any,  # noqa: F811
    live_server: Any,
    paths: dict[str, str],
) -> None:
    """工信部适老化规范: text at least 18 px, targets at least 60 px."""
    page = opened(browser, live_server, cast.li())
    page.context.add_cookies([{"name": "yz_elder", "value": "1", "url": live_server.url}])
    small: dict[str, list[Any]] = {}
    for name in ("home", "search", "guide", "draft", "case"):
        visit(page, live_server, paths[name])
        found = [t for t in page.evaluate(TEXTS) if t[1] < 18]
        found += [t for t in page.evaluate(TARGETS) if t[1] < 59.5]
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDE["width"], name
        if found:
            small[name] = found
    assert small == {}


def test_the_kiosk_forgets_when_nobody_is_there(browser: Any, live_server: Any) -> None:  # noqa: F811
    """The last twenty seconds say so; a touch gives the time again; then the start page."""
    page = opened(browser, live_server)
    page.clock.install()
    page.goto(f"{live_server.url}/kiosk/query/")
    page.fill("#q-number", "410225SECRET")
    page.clock.run_for((SHORT - 15) * 1000)
    expect(page.locator(".idle")).to_be_visible()
    page.get_by_role("button", name="还要看").click()
    expect(page.locator(".idle")).to_be_hidden()
    page.clock.run_for((SHORT - 15) * 1000)
    assert page.url.endswith("/kiosk/query/")
    page.clock.run_for(20_000)
    page.wait_for_url("**/kiosk/")
    assert "SECRET" not in page.content()


def test_a_lost_connection_is_said_and_saved_when_it_is_back(
    browser: Any,  # noqa: F811
    live_server: Any,
) -> None:
    draft = begin(Client(), version())
    page = opened(browser, live_server, cast.li())
    visit(page, live_server, f"/drafts/{draft.pk}/")
    page.context.set_offline(True)
    page.fill("#f-area", "66")
    page.locator("#f-remark").focus()
    expect(page.locator("#save-status")).to_contain_text("网络断开")
    page.context.set_offline(False)
    expect(page.locator("#save-status")).to_contain_text("已保存")
    draft.refresh_from_db()
    assert draft.data["area"] == "66"


def test_results_follow_the_typing_and_the_address_can_be_sent_on(
    browser: Any,  # noqa: F811
    live_server: Any,
) -> None:
    for name in ("契税申报", "失业登记"):
        made_item(name)
    page = opened(browser, live_server)
    page.goto(f"{live_server.url}/search/")
    expect(page.locator("#results li")).to_have_count(2)
    page.locator("#q").press_sequentially("shiye", delay=30)
    expect(page.locator("#results li")).to_have_count(1)
    expect(page.locator("#results")).to_contain_text("失业登记")
    expect(page).to_have_url(re.compile(r"/search/\?q=shiye"))
    assert page.locator("#q").input_value() == "shiye"
    shown = page.locator("#results").inner_html()
    page.reload()
    assert page.locator("#results").inner_html() == shown
    page.fill("#q", "月球登陆")
    expect(page.locator("#results")).to_contain_text("没有找到“月球登陆”")


def test_the_checklist_follows_the_answers_and_keeps_the_focus(
    browser: Any,  # noqa: F811
    live_server: Any,
) -> None:
    item = version().item
    page = opened(browser, live_server)
    page.goto(f"{live_server.url}/items/{item.slug}/checklist/")
    page.locator("#a-married-1").focus()
    page.keyboard.press("Space")
    expect(page.locator("#a-joint-1")).to_be_visible()
    expect(page.locator("#a-married-1")).to_be_focused()
    expect(page).to_have_url(re.compile(r"q-married=yes"))
    page.locator("#a-married-1").press("ArrowDown")
    expect(page.locator("#spared")).to_contain_text("您不用准备这1种")
    expect(page.locator("#a-joint-1")).to_have_count(0)


def made_item(name: str) -> None:
    """A published item that the search finds (the catalogue's own door writes its words)."""
    unit = catalogue.unit()
    item = actions_of_catalogue.create_item(
        region=catalogue.REGION, organisation=unit, content=catalogue.content(name=name),
        task_code=catalogue.task_code(unit, 1), by=None, at=catalogue.AT,
    )  # fmt: skip
    actions_of_catalogue.publish(item.pk, by=None, at=catalogue.AT)
