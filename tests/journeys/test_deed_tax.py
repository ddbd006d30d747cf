"""Deed tax (契税) end to end at one window: a trained clerk's script, counted and timed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import people as cast
from tests.browser import browser, opened  # noqa: F401 - a fixture
from tests.factories import catalogue, office
from tests.factories import people as staff
from yizhan.config import demo as demo_county
from yizhan.domain.cases.models import Case
from yizhan.domain.catalogue import actions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
MOST = 20


class Counted:
    """The clerk's hands: each field filled, key pressed or place clicked is one interaction."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def type(self, text: str) -> None:
        """Type where the cursor stands (or let the card reader type)."""
        self.count += 1
        self.page.keyboard.insert_text(text)

    def press(self, key: str) -> None:
        """One key."""
        self.count += 1
        self.page.keyboard.press(key)

    def fill(self, label: str, text: str) -> None:
        """Go to a field and fill it."""
        self.count += 1
        self.page.get_by_label(label).fill(text)

    def click(self, text: str) -> None:
        """Click a choice."""
        self.count += 1
        self.page.locator(".segments label", has_text=text).click()


@pytest.fixture
def deed_tax() -> dict[str, Any]:
    """The demo county's own item, published through the catalogue's door."""
    folder = Path(demo_county.__path__[0]) / "items"
    made = json.loads((folder / "qishui.json").read_text(encoding="utf-8"))
    unit = office.organisation(code="tax", short_name="税务局")
    item = actions.create_item(
        region=staff.REGION, organisation=unit, content=made["content"], by=cast.zhou(),
        task_code=catalogue.task_code(unit, made["number"], "20"), at=catalogue.AT,
    )  # fmt: skip
    actions.publish(item.pk, by=cast.wu(), at=catalogue.AT)
    office.village()
    office.calendar_year(2026)
    return made


def test_a_trained_clerk_needs_fewer_than_twenty_steps(
    browser: Any,  # noqa: F811
    live_server: Any,
    deed_tax: dict[str, Any],
) -> None:
    seat = office.window(3)
    data = deed_tax["sample"]["data"]
    page = opened(browser, live_server, cast.wang())
    page.goto(f"{live_server.url}/work/window/")
    page.select_option("#window", str(seat.pk))  # once in the morning
    page.wait_for_load_state("networkidle")
    hands = Counted(page)

    _serve(page, hands, data)

    page.wait_for_url("**/work/window/done/**")
    expect(page.get_by_role("status")).to_contain_text("当场办结")
    assert hands.count < MOST
    assert page.errors == []
    _handed_over(page, str(seat), data)


def _serve(page: Page, hands: Counted, data: dict[str, Any]) -> None:
    """From the card on the reader to the result: the clerk's whole script."""
    hands.type(staff.id_number("19900307"))  # the reader types the number …
    hands.press("Enter")  # … and ends with Enter
    expect(page.get_by_label("申请人姓名")).to_be_focused()
    hands.type("周大军")
    hands.fill("申请人手机号", "13900000009")
    hands.press("Enter")
    expect(page.locator("#q")).to_be_focused()
    hands.type("qs")
    expect(page.locator("#found button").first).to_contain_text("契税申报")
    hands.press("Enter")
    expect(page.locator("#materials")).to_be_visible()
    hands.click("买新建商品房")
    expect(page.locator("#a-way-new")).to_be_checked()
    hands.click("家庭唯一住房（首套）")
    expect(page.locator("#a-house-first")).to_be_checked()
    page.wait_for_load_state("networkidle")
    hands.press("Alt+o")
    hands.fill("房屋所在村（社区）", "兰阳街道胜利社区")
    hands.fill("房屋坐落", data["location"])
    hands.fill("建筑面积（平方米）", "118.5")
    hands.fill("不含增值税成交价（元）", data["price"])
    hands.fill("应纳税额（元）", data["tax"])
    hands.click("1%（首套或二套，140平方米及以下）")
    page.wait_for_load_state("networkidle")
    hands.press("Alt+s")


def _handed_over(page: Page, seat: str, data: dict[str, Any]) -> None:
    """Decided, handed over, measured, printable; the next person starts on an empty page."""
    case = Case.objects.get()
    assert (case.state, case.deliveries.get().state) == ("closed", "handed")
    assert case.data["place"] == "410225001002"
    assert case.data["price"] == data["price"]
    point = case.touchpoints.get()
    assert (point.place, point.physical_trip) == (seat, True)
    seconds = int((point.ended_at - point.started_at).total_seconds())
    assert page.locator("#elapsed").inner_text() == f"{seconds // 60}分{seconds % 60:02d}秒"
    assert seconds < 300  # the five-minute promise
    expect(page.get_by_text("（近30天 1 件）")).to_be_visible()
    link = page.get_by_role("link", name=re.compile("打开并打印")).first.get_attribute("href")
    paper = page.request.get(page.url.split("/work/")[0] + link)
    assert paper.body().startswith(b"%PDF")
    page.keyboard.press("n")
    expect(page.locator("#id_number")).to_be_focused()
    assert "周大军" not in page.content()
