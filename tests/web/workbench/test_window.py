"""The integrated window: one page from the ID number to the paper in the hand, no re-typing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import people as cast
from tests.factories import cases, catalogue, files, office
from tests.factories import people as staff
from yizhan.domain.cases.models import Affair, Case
from yizhan.domain.catalogue.models import ItemVersion
from yizhan.domain.people.models import AccessLine, LegalPerson, Person

pytestmark = pytest.mark.django_db
WINDOW = "/work/window/"
ALL_SEEN = {f"m-{key}": "original_seen" for key in ("form", "id", "photo")}
FILLED = {"a-married": "no", "f-phone": cast.LI_PHONE, "f-area": "88"} | ALL_SEEN


@pytest.fixture
def clerk(client: Client) -> Client:
    cache.clear()
    return cast.enter(client, cast.wang())


def token(response: Any) -> str:
    """The visit that the page carries."""
    return re.search(r'name="visit" value="([^"]+)"', response.content.decode())[1]


def step(client: Client, page: Any, do: str, **fields: Any) -> Any:
    """One click on the page that was answered last."""
    return client.post(WINDOW, {"visit": token(page), "do": do, **fields})


def known(client: Client, number: str = cast.LI_NUMBER) -> Any:
    """The page after the applicant was found."""
    return step(client, client.get(WINDOW), "next", id_number=number)


def chosen(client: Client, version: ItemVersion) -> Any:
    """The page with Li and an item."""
    cast.li_person()
    return step(client, known(client), f"item:{version.item.slug}")


def test_a_known_person_is_found_by_number_alone_and_the_look_is_recorded(clerk: Client) -> None:
    li = cast.li_person()

    page = known(clerk, " 41022519500101 0014 ")

    assert page.status_code == 200
    html = page.content.decode()
    assert "李秀英" in html
    assert "410***********0014" in html
    assert cast.LI_NUMBER not in html
    line = AccessLine.objects.get(person=li)
    assert (line.purpose, line.account) == ("窗口受理", cast.wang())


def test_a_new_person_is_asked_for_the_name_and_made_once(clerk: Client) -> None:
    number = staff.id_number("19860312")
    asked = known(clerk, number)
    assert asked.status_code == 422
    assert "第一次来办事，请按证件填写姓名。" in asked.content.decode()
    assert f'value="{number}"' in asked.content.decode()
    assert Person.objects.count() == 0

    page = step(clerk, asked, "next", id_number=number, name="周大军", phone="13900000009")

    assert page.status_code == 200
    assert Person.objects.get().name == "周大军"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("410225195001010015", "身份证号最后一位校验不符，请逐位核对是否输错。"),
        ("410225195013010014", "身份证号第7至14位的出生日期不存在，请核对。"),
        ("410225500101001", "这是15位旧号码，请填写现在身份证上的18位号码。"),
        ("", "请填写证件号码。"),
    ],
)
def test_a_wrong_number_has_its_own_sentence(clerk: Client, number: str, sentence: str) -> None:
    page = known(clerk, number)

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert Person.objects.count() == 0


def test_another_persons_number_is_refused_by_name(clerk: Client) -> None:
    cast.li_person()

    page = step(clerk, clerk.get(WINDOW), "next", id_number=cast.LI_NUMBER, name="王五")

    assert page.status_code == 422
    assert "姓名与证件号不符" in page.content.decode()
    assert 'value="王五"' in page.content.decode()


def test_the_number_is_judged_while_it_is_typed_and_nothing_is_looked_up(clerk: Client) -> None:
    cast.li_person()

    def said(text: str, which: str = "", name: str = "id_number") -> str:
        fields = {"which": which, "id_kind": "111", "agent_id_kind": "111", name: text}
        return clerk.post("/work/window/check/", fields).content.decode()

    assert said("41022519500101001") == '<span class="good">已输入 17 位，还差 1 位。</span>'
    assert said(cast.LI_NUMBER) == '<span class="good">号码有效：1950年1月1日生，男。</span>'
    assert "校验不符" in said("410225195001010015")
    assert "号码有效" in said(cast.LI_NUMBER, "agent_", "agent_id_number")
    assert said("914102", "uscc", "uscc") == '<span class="good">已输入 6 位，还差 12 位。</span>'
    assert "校验不符" in said("914102250000000000", "uscc", "uscc")
    assert AccessLine.objects.count() == 0


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


def test_a_company_applies_through_its_representative(clerk: Client) -> None:
    cast.li_person()
    code = staff.legal_person().uscc
    LegalPerson.objects.all().delete()
    fields = {"kind": "org", "uscc": code, "id_number": cast.LI_NUMBER}
    asked = step(clerk, clerk.get(WINDOW), "next", **fields)
    assert "第一次来办事，请按登记证书填写单位名称。" in asked.content.decode()

    page = step(clerk, asked, "next", **fields, org_name="兰考桐乡木业有限公司")
    assert page.status_code == 200
    version = catalogue.published(
        served=["2"],
        fields=[
            {"key": "org", "label": "名称", "kind": "text", "prefill": "org.name", "locked": True}
        ],
    )  # fmt: skip
    page = step(clerk, page, f"item:{version.item.slug}")
    step(clerk, page, "serve:accept", **{"a-married": "no"}, **ALL_SEEN)

    case = Case.objects.get()
    assert (case.person, case.legal_person.uscc) == (None, code)
    assert case.affair.agent.name == "李秀英"
    assert case.data == {"org": "兰考桐乡木业有限公司"}


def test_a_wrong_credit_code_has_its_sentence(clerk: Client) -> None:
    page = step(clerk, clerk.get(WINDOW), "next", kind="org", uscc="914102250000000000")

    assert page.status_code == 422
    assert "统一社会信用代码" in page.content.decode()


def test_an_agent_comes_for_the_applicant(clerk: Client) -> None:
    cast.li_person()
    son = staff.person(name="李建国", number=staff.id_number("19750506"), phone="13700000003")
    number = staff.queries.id_number(son)

    page = step(clerk, clerk.get(WINDOW), "next", id_number=cast.LI_NUMBER, agent_id_number=number)
    assert "代办人" in page.content.decode()
    page = step(clerk, page, f"item:{catalogue.published().item.slug}")
    step(clerk, page, "serve:accept", **FILLED)

    case = Case.objects.get()
    assert (case.person.name, case.affair.agent.name) == ("李秀英", "李建国")


def test_an_agent_is_somebody_else(clerk: Client) -> None:
    cast.li_person()
    page = step(
        clerk, clerk.get(WINDOW), "next", id_number=cast.LI_NUMBER,
        agent_id_number=cast.LI_NUMBER,
    )  # fmt: skip

    assert page.status_code == 422
    assert "代办人和申请人是同一个人" in page.content.decode()


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


def test_t1_nothing_of_one_person_is_on_the_next_persons_page(clerk: Client) -> None:
    li = cast.li_person()
    page = chosen(clerk, catalogue.published())
    done = step(clerk, page, "serve:accept", **FILLED)
    clerk.get(done.headers["Location"])

    fresh = clerk.get(WINDOW)
    html = fresh.content.decode()
    for mine in ("李秀英", "0014", cast.LI_PHONE, "13800", str(li.pk), li.address, "88"):
        assert mine not in html.replace(token(fresh), "")
    assert "no-store" in fresh.headers["Cache-Control"]
    assert dict(clerk.session).keys() <= {
        "_auth_user_id", "_auth_user_backend", "_auth_user_hash", "window",
    }  # fmt: skip

    other = step(clerk, fresh, "next", id_number=staff.id_number("19900909"), name="赵小花")
    assert "李秀英" not in other.content.decode()
    assert "赵小花" in other.content.decode()


def test_not_this_person_clears_everything_typed_about_him(clerk: Client) -> None:
    page = chosen(clerk, catalogue.published())

    cleared = step(clerk, page, "other", **FILLED)

    html = cleared.content.decode()
    assert "李秀英" not in html
    assert cast.LI_PHONE not in html
    assert 'id="materials"' not in html


def test_the_same_person_has_another_wish(clerk: Client) -> None:
    version = catalogue.published()
    step(clerk, chosen(clerk, version), "serve:accept", **FILLED)
    first = Case.objects.get()

    page = clerk.post(WINDOW, {"do": "again", "case": first.number})
    assert "李秀英" in page.content.decode()
    assert 'id="q"' in page.content.decode()
    step(clerk, step(clerk, page, f"item:{version.item.slug}"), "serve:accept", **FILLED)

    assert Case.objects.count() == 2
    assert set(Case.objects.values_list("person", flat=True)) == {first.person_id}


def test_a_foreign_or_old_page_begins_anew_and_does_nothing(clerk: Client) -> None:
    page = chosen(clerk, catalogue.published())
    colleague = cast.enter(Client(), staff.clerk(username="colleague"))

    response = colleague.post(WINDOW, {"visit": token(page), "do": "serve:accept", **FILLED})

    assert response.status_code == 409
    assert "这一页已经过期" in response.content.decode()
    assert "李秀英" not in response.content.decode()
    assert Case.objects.count() == 0


def test_only_who_takes_cases_in_may_open_the_window(client: Client) -> None:
    assert cast.enter(client, cast.zhou()).get(WINDOW).status_code == 403
    assert cast.enter(client, cast.zhou()).get("/work/window/items/?q=qs").status_code == 403


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


def test_the_average_is_told_with_its_number(clerk: Client) -> None:
    version = catalogue.published()
    cases.submitted(version, started_at=cases.AT.replace(hour=9, minute=56))

    page = chosen(clerk, version)

    assert "4分00秒（近30天 1 件）" in page.content.decode()


def instant() -> ItemVersion:
    """An item that a clerk decides: no approver's step."""
    steps = [s | {"function": "handler"} for s in catalogue.steps()]
    return catalogue.published(project_type="1", review_kind="instant", steps=steps)


def test_what_was_handed_in_before_is_not_asked_for_again(clerk: Client) -> None:
    version = catalogue.published()
    page = chosen(clerk, version)
    scan = SimpleUploadedFile("申请表.jpg", files.picture(), content_type="image/jpeg")
    step(clerk, page, "serve:accept", **{**FILLED, "m-form": "", "s-form": scan})
    first = Case.objects.get()

    page = step(clerk, known(clerk), f"item:{version.item.slug}")
    assert 'id="m-form-earlier_case"' in page.content.decode()
    step(clerk, page, "serve:accept", **{**FILLED, "m-form": "earlier_case"})

    again = Case.objects.exclude(pk=first.pk).get().materials.get(key="form")
    assert (again.source, again.grade) == ("earlier_case", "B")
    assert again.receipt["case"] == first.number
    assert again.files.get().file == first.materials.get(key="form").files.get().file


def test_what_another_person_handed_in_is_never_offered(clerk: Client) -> None:
    version = catalogue.published()
    scan = SimpleUploadedFile("申请表.jpg", files.picture(), content_type="image/jpeg")
    fields = {**FILLED, "m-form": "", "s-form": scan}
    step(clerk, chosen(clerk, version), "serve:accept", **fields)
    other = staff.person(name="赵小花")

    page = step(clerk, known(clerk, staff.queries.id_number(other)), f"item:{version.item.slug}")
    assert "earlier_case" not in page.content.decode()
    forced = step(clerk, page, "serve:accept", **{**FILLED, "m-form": "earlier_case"})

    assert forced.status_code == 422
    assert Case.objects.count() == 1


def test_the_page_tells_what_the_person_has_open(clerk: Client) -> None:
    case = cases.received()
    cases.received(person=staff.person(name="赵小花"))

    html = known(clerk).content.decode()

    assert f"/work/cases/{case.number}/" in html
    assert "正在办的 1 件" in html
