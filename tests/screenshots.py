"""The ten main pages as pictures for docs/: `python -m tests.screenshots http://localhost:8000`.

Walks a running demo county (`make run`) as 李秀英 and as the clerk 王芳 would.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from yizhan.config.demo import PASSWORD

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
DESK, PHONE = (1280, 860), (390, 844)


def keep(page: Page, name: str) -> None:
    """The visible part of the page, in 128 colours: a picture for a document, not for a press."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture.quantize(128).save(FOLDER / f"{name}.png", optimize=True)


def log_in_as_citizen(page: Page, base: str, phone: str) -> None:
    """By phone code, read from the demo's outbox."""
    page.goto(f"{base}/login/")
    page.fill("input[name=phone]", phone)
    page.click("main form button[type=submit]")
    other = page.context.new_page()
    other.goto(f"{base}/demo/outbox/")
    code = re.search(r"\b(\d{6})\b", other.locator("main").inner_text())
    other.close()
    page.fill("input[name=code]", code[1] if code else "")
    page.click("main form button[type=submit]")
    page.wait_for_load_state()


def log_in_as_staff(page: Page, base: str, name: str) -> None:
    """By password and the time code that the demo shows."""
    page.goto(f"{base}/work/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("input[name=code]", page.locator("#demo-code").inner_text())
    page.click("main button[type=submit]")
    page.wait_for_load_state()


def citizen(page: Page, base: str) -> None:
    """Home, search, guide, checklist, form, case."""
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    for name, path in (
        ("home", "/"), ("search", "/search/?q=qishui"), ("guide", "/items/qishui/"),
        ("checklist", "/items/qishui/checklist/?way=new&house=first"),
    ):  # fmt: skip
        page.goto(base + path)
        keep(page, f"portal-{name}")
    log_in_as_citizen(page, base, "19900000001")
    page.goto(f"{base}/my/")
    keep(page, "portal-my")
    page.locator("main a[href^='/cases/']").first.click()
    page.wait_for_load_state()
    keep(page, "portal-case")


def elder(page: Page, base: str) -> None:
    """The portal in elder mode on a phone."""
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.context.add_cookies([{"name": "yz_elder", "value": "1", "url": base}])
    page.goto(base)
    keep(page, "portal-elder-phone")


def staff(page: Page, base: str) -> None:
    """Worklist, integrated window, supervision."""
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    log_in_as_staff(page, base, "wangfang")
    keep(page, "work-list")
    page.goto(f"{base}/work/window/")
    keep(page, "work-window")


def supervisor(page: Page, base: str) -> None:
    """Red and yellow clocks by unit."""
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    log_in_as_staff(page, base, "qianwei")
    page.goto(f"{base}/work/supervise/")
    keep(page, "work-supervise")


def main() -> None:
    """Take them all; each walker has a browser context of his own."""
    base = sys.argv[1].rstrip("/")
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for walk in (citizen, elder, staff, supervisor):
            context = browser.new_context(locale="zh-CN")
            walk(context.new_page(), base)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
