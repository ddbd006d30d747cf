"""The workbench in a real browser: by keyboard alone, without scripts, narrow, axe clean."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import people as cast
from tests.browser import PHONE, WIDE, browser, opened, problems  # noqa: F401 - a fixture
from tests.factories import cases, catalogue, files, office
from yizhan.domain.cases import actions
from yizhan.domain.cases.models import Case, MaterialFile

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def wait_for(page: Page, state: str) -> Case:
    """The case once the page says the state."""
    expect(page.locator("#case .badge-blue")).to_have_text(state)
    return Case.objects.get()


def test_a_clerk_accepts_a_case_without_touching_the_mouse(browser: Any, live_server: Any) -> None:  # noqa: F811
    case = cases.received()
    page = opened(browser, live_server, cast.wang())
    page.goto(f"{live_server.url}/work/")

    page.keyboard.press("j")
    expect(page.locator("a.title").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("测试事项许可")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="受理", exact=True)).to_be_focused()
    page.keyboard.press("Enter")

    assert wait_for(page, "已受理（审查中）").pk == case.pk
    expect(page.get_by_role("status")).to_contain_text("“受理”已办好。")
    page.keyboard.press("q")
    expect(page).to_have_url(f"{live_server.url}/work/")
    assert page.errors == []


def test_single_keys_type_letters_in_fields_and_can_be_switched_off(
    browser: Any,  # noqa: F811
    live_server: Any,
) -> None:
    cases.received()
    page = opened(browser, live_server, cast.wang())
    page.goto(f"{live_server.url}/work/")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("jkwq")
    expect(page.locator("#q")).to_have_value("jkwq")

    page.keyboard.press("Escape")
    page.get_by_role("button", name="关闭单键快捷键").click()
    page.keyboard.press("w")
    page.wait_for_timeout(200)
    expect(page).to_have_url(f"{live_server.url}/work/")
    page.get_by_role("button", name="打开单键快捷键").click()
    page.keyboard.press("w")
    expect(page).to_have_url(f"{live_server.url}/work/window/")


def test_a_refusal_is_told_on_the_same_page(browser: Any, live_server: Any) -> None:  # noqa: F811
    case = cases.received()
    page = opened(browser, live_server, cast.wang())
    page.goto(f"{live_server.url}/work/cases/{case.number}/")
    actions.accept(case.pk, by=cast.wang(), at=cases.AT)  # a colleague was quicker

    page.keyboard.press("a")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("不能“受理”")
    wait_for(page, "已受理（审查中）")


def test_all_defects_are_ticked_and_told_in_the_browser(browser: Any, live_server: Any) -> None:  # noqa: F811
    case = cases.received()
    page = opened(browser, live_server, cast.wang())
    page.goto(f"{live_server.url}/work/cases/{case.number}/")

    page.keyboard.press("b")
    page.get_by_label("测试事项申请表", exact=True).check()
    page.get_by_label("房屋面积（平方米）", exact=True).check()
    page.get_by_label("测试事项申请表：怎样补正").fill("请用新版申请表。")
    page.get_by_role("button", name="一次性告知补正").click()

    wait_for(page, "待补正")
    case.refresh_from_db()
    assert case.correction.defects == {
        "form": "请用新版申请表。",
        "area": "请更正“房屋面积（平方米）”，与证明材料不一致。",
    }


def test_the_window_works_without_scripts(browser: Any, live_server: Any) -> None:  # noqa: F811
    cast.li_person()
    catalogue.published()
    page = opened(browser, live_server, cast.wang(), java_script_enabled=False)
    page.goto(f"{live_server.url}/work/window/")

    page.fill("#id_number", cast.LI_NUMBER)
    page.press("#id_number", "Enter")
    page.locator("#found button").first.click()
    page.locator("label", has=page.locator("#a-married-no")).click()
    page.get_by_role("button", name="原件都核验过了").click()
    page.fill("#f-area", "88")
    page.get_by_role("button", name="收件并受理").click()

    expect(page.locator("#elapsed")).to_contain_text("秒")
    assert Case.objects.get().state == "accepted"


def test_the_elapsed_time_runs_on_the_page(browser: Any, live_server: Any) -> None:  # noqa: F811
    page = opened(browser, live_server, cast.wang())
    page.goto(f"{live_server.url}/work/window/")

    expect(page.get_by_role("timer")).to_have_text(re.compile(r"0分0[2-9]秒"))


def test_a_double_click_on_the_last_button_is_one_case(browser: Any, live_server: Any) -> None:  # noqa: F811
    cast.li_person()
    catalogue.published(questions=[], fields=[], materials=[])
    page = opened(browser, live_server, cast.wang())
    page.goto(f"{live_server.url}/work/window/")
    page.fill("#id_number", cast.LI_NUMBER)
    page.press("#id_number", "Enter")
    expect(page.locator("#q")).to_be_focused()
    page.locator("#found button").first.click()
    page.get_by_role("button", name="收件并受理").dblclick()

    page.wait_for_url("**/done/**")
    assert Case.objects.count() == 1


def everything() -> dict[str, tuple[Any, str]]:
    """One address of each page, with who looks at it."""
    office.calendar_year(2026)
    cases.received(at=cases.AT - timedelta(days=8))
    case = cases.accepted()
    stored = files.stored_file(owner=cast.wang(), at=cases.AT)
    MaterialFile.objects.create(
        region=case.region, material=case.materials.get(key="form"), file=stored
    )
    return {
        "worklist": (cast.wang(), "/work/"),
        "window": (cast.wang(), "/work/window/"),
        "done": (cast.wang(), f"/work/window/done/{case.number}/"),
        "case": (cases.sun(case), f"/work/cases/{case.number}/"),
        "supervise": (cast.qian(), "/work/supervise/"),
    }


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_page_is_axe_clean_and_never_scrolls_sideways(
    browser: Any,  # noqa: F811
    live_server: Any,
    size: dict[str, int],
) -> None:
    found = {}
    for name, (who, path) in everything().items():
        page = opened(browser, live_server, who, viewport=size)
        page.goto(live_server.url + path)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        found[name] = problems(page)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{name}: {wide}px too wide"
        page.context.close()

    assert found == dict.fromkeys(found, [])


def test_the_filled_window_is_axe_clean(browser: Any, live_server: Any) -> None:  # noqa: F811
    cast.li_person()
    catalogue.published()
    page = opened(browser, live_server, cast.wang(), viewport=PHONE)
    page.goto(f"{live_server.url}/work/window/")
    page.fill("#id_number", cast.LI_NUMBER)
    page.press("#id_number", "Enter")
    expect(page.locator("#q")).to_be_focused()
    page.locator("#found button").first.click()
    page.get_by_role("button", name="收件并受理").click()
    expect(page.locator(".summary")).to_be_visible()

    assert problems(page) == []
