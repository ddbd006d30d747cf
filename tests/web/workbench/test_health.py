"""The health page looks at everything there is, and survives what it looks at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests import people as cast
from tests.factories import cases, people
from yizhan.config.cli.examinations.machine import checks_of_adapters
from yizhan.domain.cases.models import CaseClock
from yizhan.domain.notices import actions
from yizhan.domain.notices.models import Notice
from yizhan.web.workbench import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, settings: Settings, tmp_path: object) -> Client:
    settings.FILES_FOLDER = tmp_path
    return cast.enter(client, people.official("system_admin", username="feng", name="冯涛"))


def worker_alive() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def line(page: str, subject: str) -> str:
    return page.split(f'<td data-label="项目">{subject}</td>')[1].split("</tr>")[0]


def test_every_adapter_is_asked() -> None:
    """The doctor finds adapters by itself; this page names them, so count them."""
    assert len(health.ADAPTERS) == len(list(checks_of_adapters()))


def test_a_house_in_order(admin: Client) -> None:
    worker_alive()
    page = admin.get("/work/health/").content.decode()
    for subject in ("短信", "文书", "文件存放", "统一身份认证", "后台任务", "待发短信", "已存文件"):
        assert "不正常" not in line(page, subject), line(page, subject)


def test_a_missing_year_is_a_warning_not_a_defect(admin: Client) -> None:
    said = line(admin.get("/work/health/").content.decode(), "工作日历")
    assert "请留意" in said
    assert "放假安排还没有导入" in said


@pytest.mark.parametrize(
    ("late", "well"), [(timedelta(minutes=50), True), (timedelta(hours=5), False)]
)
def test_silence_that_was_not_turned_into_acceptance_is_said(
    admin: Client, late: timedelta, well: bool
) -> None:
    """行政许可法 art. 32: past the term the worker must have acted within the hour."""
    case = cases.received()
    due = timezone.now() - late
    CaseClock.objects.filter(subject=case, name="notice").update(due_at=due)
    assert CaseClock.objects.filter(due_at=due).count() == 1
    page = admin.get("/work/health/").content.decode()
    assert ("不正常" not in line(page, "逾期视为受理")) == well
    assert "请留意" in line(page, "办件时钟")


def test_a_worker_that_is_gone_is_said(admin: Client) -> None:
    assert "没有后台任务进程在运行" in line(admin.get("/work/health/").content.decode(), "后台任务")


def test_messages_that_wait_or_failed_are_said(admin: Client) -> None:
    facts = {"region": "410225", "person": None, "address": "13800000001", "template": "t"}
    now = timezone.now()
    actions.queue(text="一。", key="a", at=now - timedelta(minutes=25), **facts)
    actions.queue(text="二。", key="b", at=now, **facts)
    Notice.objects.filter(key="b").update(state="failed")
    said = line(admin.get("/work/health/").content.decode(), "待发短信")
    assert "有1条发送失败。最早的一条已等25分钟。" in said
    assert "/work/notices/" in said


def test_an_adapter_that_breaks_does_not_break_the_page(admin: Client, settings: Settings) -> None:
    settings.SMS_ADAPTER = "yizhan.domain.notices.adapters.nowhere.Nothing"
    answer = admin.get("/work/health/")
    assert answer.status_code == 200
    assert "检查时出错（ModuleNotFoundError）" in line(answer.content.decode(), "短信")


def test_a_folder_that_cannot_be_written_is_said(
    admin: Client, settings: Settings, tmp_path: object
) -> None:
    settings.FILES_FOLDER = f"{tmp_path}/file"
    open(settings.FILES_FOLDER, "w").close()
    assert "写不进去" in line(admin.get("/work/health/").content.decode(), "文件存放")


@pytest.mark.parametrize("function", ["window_clerk", "supervisor", "audit_admin"])
def test_others_have_no_such_page(client: Client, function: str) -> None:
    cast.enter(client, people.official(function, username="x", name="某人"))
    assert client.get("/work/health/").status_code == 403
