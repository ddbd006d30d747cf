"""Li does it all from home: finds the item, sees what she needs, applies, is asked to correct, gets
the result. Once in a browser with JavaScript, once in one without; the same pages, the same case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import people as cast
from tests.browser import PHONE, browser, opened  # noqa: F401 - a fixture
from tests.factories import files, office
from tests.web.portal.applying import version
from yizhan.domain.cases import actions
from yizhan.domain.cases.models import Case, Draft
from yizhan.domain.catalogue.models import ItemVersion

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def item(tmp_path: Path) -> Iterator[ItemVersion]:
    """The item, the hall, Li's login, and two photographs on her phone."""
    cache.clear()
    office.working_hours(office.hall())
    cast.li()
    for name in ("one.jpg", "two.jpg"):
        (tmp_path / name).write_bytes(files.picture())
    yield version()
    cache.clear()


def log_in(page: Page, server: Any) -> None:
    """By the code that the demonstration's outbox shows."""
    page.get_by_label("手机号").first.fill(cast.LI_PHONE)
    page.get_by_role("button", name="获取验证码").click()
    outbox = page.context.new_page()
    outbox.goto(f"{server.url}/demo/outbox/")
    found = re.search(r"验证码[^0-9]{0,9}(\d{6})", outbox.inner_text("main"))
    assert found
    outbox.close()
    page.get_by_role("textbox", name="验证码").fill(found[1])
    page.get_by_role("button", name="登录", exact=True).click()


def prepare(page: Page, server: Any, item: ItemVersion, *, script: bool) -> None:
    """From the start page to the form: found, checked, logged in, begun."""
    page.goto(server.url)
    page.get_by_role("link", name="住房保障").click()
    page.get_by_role("link", name="契税申报").click()
    expect(page.locator("#materials")).to_contain_text("居民身份证")
    page.get_by_role("link", name="看我要带什么").click()
    page.get_by_text("否", exact=True).first.click()
    if not script:
        page.get_by_role("button", name="看清单").click()
    expect(page.locator("#spared")).to_contain_text("您不用准备这1种")
    page.get_by_role("link", name="开始网上申请").click()
    log_in(page, server)
    expect(page.get_by_text("本人：李秀英")).to_be_visible()
    page.get_by_role("button", name="下一步：填写").click()


def fill_with_script(page: Page, tmp_path: Path) -> None:
    """Every field saves itself; pictures go up when chosen."""
    page.fill("#f-area", "88")
    page.fill("#f-helper", "110105194912310021")
    page.locator("#f-remark").focus()
    expect(page.locator("#slot-helper .wrong")).to_contain_text("最后一位校验不符")
    page.fill("#f-helper", "11010519491231002X")
    page.get_by_text("其他", exact=True).first.click()
    expect(page.locator("#f-what")).to_be_visible()
    page.get_by_text("住宅", exact=True).first.click()
    expect(page.locator("#f-what")).to_have_count(0)
    expect(page.locator("#slot-helper .wrong")).to_have_count(0)
    expect(page.locator("#save-status")).to_contain_text(re.compile(r"^已保存 \d\d:\d\d$"))
    page.set_input_files("#file-form", [tmp_path / "one.jpg", tmp_path / "two.jpg"])
    expect(page.locator("#paper-form")).to_contain_text("已上传2页")
    page.set_input_files("#file-id", [tmp_path / "one.jpg"])
    expect(page.locator("#paper-id")).to_contain_text("已上传1页")
    page.get_by_role("button", name="以后补交").click()
    expect(page.locator("#paper-photo")).to_contain_text("您选了以后补交")


def fill_without_script(page: Page, tmp_path: Path) -> None:
    """The same with buttons."""
    page.fill("#f-area", "88")
    page.get_by_text("住宅", exact=True).first.click()
    page.get_by_role("button", name="保存", exact=True).click()
    assert page.input_value("#f-area") == "88"
    page.set_input_files("#file-form", [tmp_path / "one.jpg", tmp_path / "two.jpg"])
    page.locator("#paper-form").get_by_role("button", name="上传").click()
    expect(page.locator("#paper-form")).to_contain_text("已上传2页")
    page.set_input_files("#file-id", [tmp_path / "one.jpg"])
    page.locator("#paper-id").get_by_role("button", name="上传").click()
    page.get_by_role("button", name="以后补交").click()
    expect(page.locator("#paper-photo")).to_contain_text("您选了以后补交")


def accept(case: Case) -> None:
    """The window takes the case in."""
    actions.accept(case.pk, by=cast.wang(), at=timezone.now() + timedelta(minutes=30))


def decide(case: Case) -> None:
    """The unit's part: two steps, and the grant."""
    at = timezone.now() + timedelta(minutes=60)
    handler, approver = cast.sun(case.organisation), cast.zhao(case.organisation)
    for key, who in (("review", handler), ("approve", approver)):
        step = case.steps.get(key=key)
        actions.finish_step(case.pk, step.pk, opinion="符合条件。", by=who, at=at)
    actions.grant(case.pk, by=approver, at=at, result_name="测试许可证", result_number="兰测1号")


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_from_the_start_page_to_the_result(
    browser: Any,  # noqa: F811
    live_server: Any,
    item: ItemVersion,
    tmp_path: Path,
    script: bool,
) -> None:
    page = opened(browser, live_server, viewport=PHONE, java_script_enabled=script)
    prepare(page, live_server, item, script=script)
    (fill_with_script if script else fill_without_script)(page, tmp_path)
    page.get_by_role("link", name="下一步：核对").click()
    page.get_by_label("到窗口领取").check()
    page.get_by_role("button", name="确认提交").dblclick()  # people do
    expect(page.locator("main")).to_contain_text("已经收到您的申请", timeout=20_000)
    case = Case.objects.get()
    expect(page.locator("main")).to_contain_text(case.query_code)
    page.go_back()
    page.reload()
    assert Case.objects.count() == 1
    assert Draft.objects.get().case == case
    _correct(page, live_server, case, tmp_path)
    accept(case)
    _supply(page, live_server, case, tmp_path)
    decide(case)
    page.goto(f"{live_server.url}/my/")
    page.get_by_role("link", name="契税申报").click()
    expect(page.locator("#result + dl")).to_contain_text("兰测1号")
    with page.expect_download() as download:
        page.get_by_role("link", name="准予决定书（PDF）").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    _ask_as_a_stranger(browser, live_server, case, script=script)
    assert page.errors == []


def _correct(page: Page, server: Any, case: Case, tmp_path: Path) -> None:
    """One notice with two defects, one answer."""
    actions.ask_correction(
        case.pk, defects={"area": "面积与合同不符。", "form": "请签名后重新上传。"}, by=cast.wang(),
        at=timezone.now() + timedelta(minutes=10),
    )  # fmt: skip
    page.goto(f"{server.url}/my/")
    expect(page.locator(".case-card")).to_contain_text("要您补正")
    page.get_by_role("link", name="契税申报").click()
    page.get_by_role("link", name="去补正").click()
    page.fill("#f-area", "95")
    page.set_input_files("#file-form", [tmp_path / "two.jpg"])
    page.get_by_role("button", name="提交补正").click()
    expect(page.locator("main")).to_contain_text("补正已提交")
    case.refresh_from_db()
    assert (case.state, case.data["area"]) == ("received", 95)


def _supply(page: Page, server: Any, case: Case, tmp_path: Path) -> None:
    """The photograph that was allowed to come later."""
    page.goto(f"{server.url}/cases/{case.number}/")
    expect(page.locator("main")).to_contain_text("承诺时限：")
    page.set_input_files("#file-photo", [tmp_path / "one.jpg"])
    page.get_by_role("button", name="补交", exact=True).click()
    expect(page.locator("main")).to_contain_text("材料已补交")


def _ask_as_a_stranger(browser: Any, server: Any, case: Case, *, script: bool) -> None:  # noqa: F811
    """Number and code on another telephone."""
    other = opened(browser, server, viewport=PHONE, java_script_enabled=script)
    other.goto(f"{server.url}/query/?number={case.number}")
    other.get_by_label("查询码").fill(case.query_code.lower())
    other.get_by_role("button", name="查询").click()
    expect(other.locator("#answer")).to_contain_text("准予")
    assert "李秀英" not in other.content()
