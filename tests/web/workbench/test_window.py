"""The integrated window: one page from the ID number to the paper in the hand, no re-typing."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import people as cast
from tests.factories import catalogue, files, office
from tests.factories import people as staff
from tests.web.workbench.visiting import (
    FILLED,
    WINDOW,
    chosen,
    instant,
    known,
    step,
    token,
)
from yizhan.domain.cases.models import Affair, Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client: Client) -> Client:
    cache.clear()
    return cast.enter(client, cast.wang())


def test_accept_in_one_go(clerk: Client) -> None:
    version = catalogue.published()
    hall = office.window()
    page = chosen(clerk, version)

    response = step(clerk, page, "serve:accept", window=hall.pk, **FILLED)

    case = Case.objects.get()
    assert response.headers["Location"] == f"/work/window/done/{case.number}/"
    assert (case.state, case.person.name, case.data["area"]) == ("accepted", "李秀英", 88)
    point = case.touchpoints.get()
    assert (point.channel, point.physical_trip, point.place) == ("window", True, str(hall))
    assert point.started_at < point.ended_at
    assert {d.kind for d in case.documents.all()} == {"receipt", "acceptance"}
    done = clerk.get(response.headers["Location"]).content.decode()
    assert case.number in done
    assert "已经受理" in done
    assert "受理通知书" in done


def test_locked_facts_come_from_the_register_whatever_the_page_says(clerk: Client) -> None:
    page = chosen(clerk, catalogue.published())

    step(clerk, page, "serve:accept", **FILLED, **{"f-name": "别人", "f-id_number": "1"})

    case = Case.objects.get()
    assert (case.data["name"], case.data["id_number"]) == ("李秀英", cast.LI_NUMBER)
    assert case.provenance["name"] == "person.name"


def test_an_instant_item_is_decided_and_handed_over_in_one_sitting(clerk: Client) -> None:
    page = chosen(clerk, instant())

    response = step(clerk, page, "serve:decide", result_number="兰税〔2026〕1号", **FILLED)

    case = Case.objects.get()
    assert (case.state, case.result_number) == ("closed", "兰税〔2026〕1号")
    assert case.deliveries.get().state == "handed"
    assert "当场办结" in clerk.get(response.headers["Location"]).content.decode()


def test_an_item_that_is_not_instant_has_no_such_button(clerk: Client) -> None:
    page = chosen(clerk, catalogue.published())
    assert "serve:decide" not in page.content.decode()

    response = step(clerk, page, "serve:decide", **FILLED)

    assert response.status_code == 409
    assert "不是即办件" in response.content.decode()
    assert Case.objects.count() == 0


def test_what_is_missing_is_told_in_one_notice(clerk: Client) -> None:
    page = chosen(clerk, catalogue.published())

    step(clerk, page, "serve:correction", **{**FILLED, "m-form": "none", "m-photo": "none"})

    case = Case.objects.get()
    assert case.state == "correction"
    assert set(case.correction.defects) == {"form", "photo"}


def test_a_complete_application_gets_no_correction_notice(clerk: Client) -> None:
    page = chosen(clerk, catalogue.published())

    response = step(clerk, page, "serve:correction", **FILLED)

    assert response.status_code == 422
    assert "材料已经齐全，不需要补正" in response.content.decode()
    assert Case.objects.count() == 0


def test_only_received(clerk: Client) -> None:
    page = chosen(clerk, catalogue.published())

    step(clerk, page, "serve:receive", **{**FILLED, "m-form": "none"})

    assert Case.objects.get().state == "received"


def test_deferral_and_promise_are_offered_where_the_item_allows(clerk: Client) -> None:
    page = chosen(clerk, catalogue.published())
    married = {**FILLED, "a-married": "yes", "a-joint": "no", "f-spouse": "张伟"}

    step(clerk, page, "serve:accept", **{**married, "m-photo": "deferral", "m-marriage": "promise"})

    case = Case.objects.get()
    assert dict(case.commitments.values_list("material_key", "kind")) == {
        "photo": "deferral",
        "marriage": "promise",
    }


def test_every_mistake_is_named_and_everything_typed_stays(clerk: Client) -> None:
    page = chosen(clerk, catalogue.published())

    response = step(
        clerk, page, "serve:accept",
        **{"a-married": "yes", "f-phone": "12", "f-area": "很大", "f-remark": "请快一点",
           "m-form": "paper"},
    )  # fmt: skip

    html = response.content.decode()
    assert response.status_code == 422
    for sentence in ("请先回答：是否夫妻共同申请？", "手机号应为1开头的11位数字。", "请填写数字。",
                     "请填写配偶姓名。", "《居民身份证》还没有核验、收取或扫描"):  # fmt: skip
        assert sentence in html
    assert "请快一点</textarea>" in html
    assert 'value="很大"' in html
    assert 'id="m-form-paper" value="paper" checked' in html
    assert Case.objects.count() == 0


def test_a_double_click_and_a_lost_answer_are_one_case(clerk: Client) -> None:
    page = chosen(clerk, catalogue.published())

    first = step(clerk, page, "serve:accept", **FILLED)
    second = step(clerk, page, "serve:accept", **FILLED)

    assert first.headers["Location"] == second.headers["Location"]
    assert Case.objects.count() == Affair.objects.count() == 1


def test_going_back_and_sending_other_content_is_refused(clerk: Client) -> None:
    page = chosen(clerk, catalogue.published())
    step(clerk, page, "serve:accept", **FILLED)

    response = step(clerk, page, "serve:accept", **{**FILLED, "f-area": "99"})

    assert response.status_code == 409
    assert "已经提交过" in response.content.decode()
    assert Case.objects.get().data["area"] == 88


def test_an_item_withdrawn_while_filling_keeps_the_page(clerk: Client) -> None:
    version = catalogue.published()
    page = chosen(clerk, version)
    version.item.state = "withdrawn"
    version.item.save()

    response = step(clerk, page, "serve:accept", **FILLED)

    assert response.status_code == 409
    assert "这个事项已经取消办理" in response.content.decode()
    assert 'value="88"' in response.content.decode()


def test_a_scan_is_kept_from_click_to_click(clerk: Client) -> None:
    page = chosen(clerk, catalogue.published())
    scan = SimpleUploadedFile("申请表.jpg", files.picture(), content_type="image/jpeg")

    page = step(clerk, page, "refresh", **{"a-married": "no", "s-form": scan})
    assert "申请表.jpg" in page.content.decode()
    rest = {key: value for key, value in FILLED.items() if key != "m-form"}
    step(clerk, page, "serve:accept", **rest)

    material = Case.objects.get().materials.get(key="form")
    assert (material.source, material.grade, material.files.count()) == ("scan", "B", 1)


def test_a_program_is_no_scan(clerk: Client) -> None:
    page = chosen(clerk, catalogue.published())
    scan = SimpleUploadedFile("申请表.jpg", files.program(), content_type="image/jpeg")

    page = step(clerk, page, "refresh", **{"a-married": "no", "s-form": scan})

    assert page.status_code == 422
    assert "申请表.jpg" not in page.content.decode()


def test_a_foreign_or_old_page_begins_anew_and_does_nothing(clerk: Client) -> None:
    page = chosen(clerk, catalogue.published())
    colleague = cast.enter(Client(), staff.clerk(username="colleague"))

    response = colleague.post(WINDOW, {"visit": token(page), "do": "serve:accept", **FILLED})

    assert response.status_code == 409
    assert "这一页已经过期" in response.content.decode()
    assert "李秀英" not in response.content.decode()
    assert Case.objects.count() == 0


def test_a_unit_officer_takes_in_only_his_own_units_items(client: Client) -> None:
    mine, other = catalogue.published(), catalogue.published()
    sun = cast.enter(client, cast.sun(mine.item.organisation))
    cast.li_person()

    page = step(sun, known(sun), f"item:{other.item.slug}")
    response = step(sun, page, "serve:accept", **FILLED)

    assert response.status_code == 409
    assert Case.objects.count() == 0


def test_the_htmx_answer_is_the_page_without_its_frame(clerk: Client) -> None:
    cast.li_person()
    visit = token(clerk.get(WINDOW))
    fields = {"visit": visit, "do": "next", "id_number": cast.LI_NUMBER}
    whole = clerk.post(WINDOW, fields).content.decode()
    part = clerk.post(WINDOW, fields, headers={"HX-Request": "true"}).content.decode()

    def plain(html: str) -> str:
        html = re.sub(r'(name="(visit|csrfmiddlewaretoken)" value=")[^"]+', r"\1", html)
        return re.sub(r"\d+分\d\d秒|data-since=\"\d+\"", "", html).strip()

    assert "<html" not in part
    assert plain(part) in plain(whole)
