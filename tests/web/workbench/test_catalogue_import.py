"""Import at the workbench: upload, check by the worker, progress, report, confirm by another."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from tests import people as cast
from tests.domain.catalogue.sheets import rows, sheet
from tests.factories import catalogue, people
from yizhan.domain.catalogue import actions
from yizhan.domain.catalogue.models import ImportRun, Item

pytestmark = pytest.mark.django_db
PAGE = "/work/catalogue/import/"


@pytest.fixture
def zhou(client: Client) -> Client:
    catalogue.place()
    return cast.enter(client, cast.zhou())


@pytest.fixture
def wu() -> Client:
    return cast.enter(Client(), cast.wu())


def text(response) -> str:
    return response.content.decode()


def upload(client: Client, content: bytes, name: str = "事项.csv"):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content)})


def work() -> None:
    """What the worker would do now: the jobs that were asked for, once each."""
    for job in ProcrastinateJob.objects.filter(task_name__endswith="catalogue.tasks.run_import"):
        actions.run_import(UUID(job.args["run_id"]), at=catalogue.AT + timedelta(minutes=1))


def test_upload_check_confirm(zhou: Client, wu: Client) -> None:
    answer = upload(zhou, sheet(*rows()))
    run = ImportRun.objects.get()
    assert answer.url == f"{PAGE}{run.pk}/"
    page = text(zhou.get(answer.url))
    assert "等待处理" in page
    assert 'hx-trigger="every 2s"' in page
    work()
    page = text(zhou.get(answer.url))
    assert "检查通过，尚未导入" in page
    assert "新建机构1个：测试甲局。" in page
    assert "请发布人员打开本页确认导入" in page
    assert "hx-trigger" not in page
    assert not Item.objects.exists()
    refused = zhou.post(f"{answer.url}confirm/")
    assert refused.status_code == 409
    confirmed = wu.post(f"{answer.url}confirm/")
    assert confirmed.status_code == 302
    work()
    page = text(wu.get(confirmed.url))
    assert "已导入" in page
    assert Item.objects.count() == 3
    assert "事项.csv" in text(wu.get(PAGE))


def test_the_uploader_sees_why_he_cannot_confirm(wu: Client) -> None:
    catalogue.place()
    answer = upload(wu, sheet(*rows()))
    work()
    assert "上传文件的人不能自己确认" in text(wu.get(answer.url))
    refused = wu.post(f"{answer.url}confirm/")
    assert refused.status_code == 409
    assert "请由另一位发布人员确认" in text(refused)
    work()
    assert not Item.objects.exists()


def test_problems_are_listed_by_row(zhou: Client) -> None:
    broken = [*rows(2), ["测试甲局", "", "行政审批", "CODE-00001"]]
    answer = upload(zhou, sheet(*broken))
    work()
    page = text(zhou.get(answer.url))
    for words in ("有问题，未导入", "第4行", "没有填写事项名称。", "与第2行的实施编码重复。",
                  "“行政审批”不在可选的范围内"):  # fmt: skip
        assert words in page
    assert "确认导入" not in page


def test_progress_is_a_fragment_of_the_same_page(zhou: Client) -> None:
    run = ImportRun.objects.create(
        region=catalogue.REGION, file_name="大表.xlsx", state="writing", total=2000, done=500,
        started_at=catalogue.AT, by_name="周静",
    )  # fmt: skip
    whole = text(zhou.get(f"{PAGE}{run.pk}/"))
    part = text(zhou.get(f"{PAGE}{run.pk}/", headers={"HX-Request": "true"}))
    assert "正在写入" in part
    assert "500/2000行（25%）" in part
    assert part.strip() in whole
    assert "<html" not in part


def test_a_hostile_file_is_a_report_not_a_crash(zhou: Client) -> None:
    for content, words in ((b"\0\1\2" * 99, "这不是文本文件"), (b"a,b\n1,2\n", "没有找到表头")):
        answer = upload(zhou, content)
        work()
        assert words in text(zhou.get(answer.url))
    assert upload(zhou, b"").status_code == 422
    forgotten = zhou.post(PAGE, {"sent": "1"})
    assert forgotten.status_code == 422
    assert "请选择文件。" in text(forgotten)


def test_a_script_in_a_file_is_shown_as_text(zhou: Client) -> None:
    answer = upload(zhou, sheet(["甲局", "甲", "<script>alert(1)</script>", "C1"]))
    work()
    page = text(zhou.get(answer.url))
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_a_run_of_another_county_does_not_exist(client: Client) -> None:
    run = ImportRun.objects.create(
        region="410224", file_name="a.csv", started_at=catalogue.AT, by_name="x"
    )
    cast.enter(client, cast.zhou())
    assert client.get(f"{PAGE}{run.pk}/").status_code == 404
    one_unit = people.official("catalogue_editor", organisation=catalogue.unit())
    cast.enter(client, one_unit)
    assert client.get(PAGE).status_code == 403


def test_the_template_can_be_imported_back(zhou: Client) -> None:
    blank = zhou.get(f"{PAGE}template/").content
    header = blank.decode("utf-8-sig").strip().split(",")
    values = {"实施编码": "C1", "事项名称": "模板事项", "实施部门": "甲局"}
    line = ",".join(values.get(name, "") for name in header)
    answer = upload(zhou, blank + line.encode() + b"\r\n")
    work()
    assert "检查通过" in text(zhou.get(answer.url))
