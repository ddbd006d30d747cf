"""Who stands at the window: found, made, represented, and gone from the next page (trap T1)."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import people as cast
from tests.factories import cases, catalogue, files
from tests.factories import people as staff
from tests.web.workbench.visiting import (
    ALL_SEEN,
    FILLED,
    WINDOW,
    chosen,
    known,
    step,
    token,
)
from yizhan.domain.cases.models import Case
from yizhan.domain.people.models import AccessLine, LegalPerson, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client: Client) -> Client:
    cache.clear()
    return cast.enter(client, cast.wang())


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


def test_t1_nothing_of_one_person_is_on_the_next_persons_page(clerk: Client) -> None:
    li = cast.li_person()
    page = chosen(clerk, catalogue.published())
    done = step(clerk, page, "serve:accept", **FILLED)
    clerk.get(done.headers["Location"])

    fresh = clerk.get(WINDOW)
    html = fresh.content.decode()
    for mine in ("李秀英", "0014", cast.LI_PHONE, "13800", str(li.pk), li.address, 'value="88"'):
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


def test_only_who_takes_cases_in_may_open_the_window(client: Client) -> None:
    assert cast.enter(client, cast.zhou()).get(WINDOW).status_code == 403
    assert cast.enter(client, cast.zhou()).get("/work/window/items/?q=qs").status_code == 403


def test_the_average_is_told_with_its_number(clerk: Client) -> None:
    version = catalogue.published()
    cases.submitted(version, started_at=cases.AT.replace(hour=9, minute=56))

    page = chosen(clerk, version)

    assert "4分00秒（近30天 1 件）" in page.content.decode()


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
