"""From "who applies" to the receipt: saved on every field, submitted once, nothing lost."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests import people as cast
from tests.factories import catalogue, office
from tests.factories import people as made
from tests.web.portal.applying import (
    HTMX,
    WISH,
    begin,
    complete,
    fill,
    text,
    version,
)
from yizhan.core.flow import Refused
from yizhan.domain.cases.models import Case, Draft, Touchpoint
from yizhan.domain.files.models import StoredFile
from yizhan.web.portal import apply

pytestmark = pytest.mark.django_db


@pytest.fixture
def item_version():
    return version()


def test_applying_needs_a_login_and_comes_back_with_the_answers(client: Client, item_version):
    path = f"/apply/{item_version.item.slug}/?q-married=no"
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/login/?next=/apply/")
    assert "q-married%3Dno" in response["Location"]


def test_who_applies_is_asked_first(client: Client):
    company = made.legal_person(name="兰考测试商贸有限公司")
    made.represents(cast.li_person(), company)
    item_version = version(served=["1", "2"])
    cast.enter(client, cast.li())
    said = text(client.get(f"/apply/{item_version.item.slug}/?q-married=no"))
    assert "本人：李秀英" in said
    assert "410***********0014" in said
    assert cast.LI_NUMBER not in said
    assert "兰考测试商贸有限公司" in said
    response = client.post(
        f"/apply/{item_version.item.slug}/", {"subject": str(company.pk), "q-married": "no"}
    )
    draft = Draft.objects.get()
    assert response["Location"] == f"/drafts/{draft.pk}/"
    assert draft.legal_person == company
    assert "由李秀英代为办理" in text(client.get(f"/drafts/{draft.pk}/"))


def test_a_company_applies_through_its_agent(client: Client):
    """Its facts come from its register, the agent is kept, and both find the case again."""
    fields = [
        {"key": "org", "label": "单位名称", "kind": "text", "prefill": "org.name", "locked": True},
        {"key": "code", "label": "信用代码", "kind": "uscc", "prefill": "org.uscc", "locked": True},
        {"key": "area", "label": "面积", "kind": "number"},
    ]
    office.calendar_year(2026)
    item_version = catalogue.published(served=["2"], fields=fields, questions=[], materials=[])
    company = made.legal_person(name="兰考测试商贸有限公司")
    made.represents(cast.li_person(), company)
    cast.enter(client, cast.li())
    path = f"/apply/{item_version.item.slug}/"
    assert "本人：李秀英" not in text(client.get(path))
    draft = client.post(path, {"subject": str(company.pk)})["Location"]
    assert "来自您所代表单位的登记信息" in text(client.get(draft))
    client.post(f"{draft}save/", {"area": "12", "org": "冒名公司"})
    client.post(f"{draft}submit/", WISH)
    case = Case.objects.get()
    assert (case.legal_person, case.person, case.affair.agent) == (company, None, cast.li_person())
    assert case.data == {"org": company.name, "code": company.uscc, "area": 12}
    assert case.number in text(client.get("/my/"))
    assert company.name in text(client.get(f"/cases/{case.number}/"))


def test_nobody_applies_for_a_company_he_does_not_represent(client: Client):
    item_version = version(served=["1", "2"])
    stranger = made.legal_person(name="别人的公司")
    cast.enter(client, cast.li())
    response = client.post(
        f"/apply/{item_version.item.slug}/", {"subject": str(stranger.pk), "q-married": "no"}
    )
    assert response.status_code == 409
    assert "请选择以谁的名义申请" in text(response)
    assert not Draft.objects.exists()


def test_an_account_without_a_person_is_led_to_say_who_it_is(client: Client, item_version):
    cast.enter(client, made.citizen(person=None, phone="13800000077"))
    said = text(client.get(f"/apply/{item_version.item.slug}/?q-married=no"))
    assert "网上申请要先填写实名信息" in said
    assert f'href="/register/?next=/apply/{item_version.item.slug}/%3Fq-married%3Dno"' in said
    number = made.id_number("19900307")
    typed = {"name": "周新来", "id_number": number, "id_kind": "111", "next": "/my/"}
    assert client.post("/register/", typed)["Location"] == "/my/"
    assert "本人：周新来" in text(client.get(f"/apply/{item_version.item.slug}/?q-married=no"))


def test_unanswered_questions_lead_back_to_the_checklist(client: Client, item_version):
    cast.enter(client, cast.li())
    response = client.post(f"/apply/{item_version.item.slug}/", {"subject": "self"})
    assert response.status_code == 409
    assert "还有几个问题没有回答" in text(response)
    assert not Draft.objects.exists()


def test_known_facts_are_shown_with_their_source_and_not_asked(client: Client, item_version):
    draft = begin(client, item_version)
    said = text(client.get(f"/drafts/{draft.pk}/"))
    assert "这些我们已经知道" in said
    assert "来自您的实名信息" in said
    assert "410***********0014" in said
    assert cast.LI_NUMBER not in said
    assert 'name="name"' not in said
    assert 'name="id_number"' not in said
    assert "来自您登记的手机号，可以修改" in said


def test_a_locked_fact_cannot_be_sent_by_the_page(client: Client, item_version):
    """Trap T8."""
    draft = complete(client, item_version)
    client.post(f"/drafts/{draft.pk}/save/", {"name": "王冒名", "id_number": "1"})
    client.post(f"/drafts/{draft.pk}/submit/", WISH)
    case = Case.objects.get()
    assert case.data["name"] == "李秀英"
    assert case.data["id_number"] == cast.LI_NUMBER
    assert case.provenance["name"] == "person.name"


def test_every_field_saves_itself_and_says_when(client: Client, item_version):
    draft = begin(client, item_version)
    response = client.post(f"/drafts/{draft.pk}/save/", {"area": "88"}, headers=HTMX)
    said = text(response)
    draft.refresh_from_db()
    assert draft.data["area"] == "88"
    assert f"已保存 {timezone.localtime(draft.saved_at):%H:%M}" in said
    assert "<html" not in said
    page = text(client.get(f"/drafts/{draft.pk}/"))
    assert f'hx-post="/drafts/{draft.pk}/save/"' in page
    assert 'value="88"' in page


def test_without_javascript_the_save_button_keeps_everything(client: Client, item_version):
    draft = begin(client, item_version)
    fill(client, draft, remark="两行\n说明", only="yes", things="home")
    page = text(client.get(f"/drafts/{draft.pk}/"))
    for kept in ('value="88"', "两行\n说明"):
        assert kept in page
    assert re.search(r'value="yes"[^>]* id="f-only_0"[^>]* checked', page)
    assert re.search(r'value="home"[^>]* id="f-things_0"[^>]* checked', page)
    draft.refresh_from_db()
    assert draft.data["only"] is True
    assert draft.data["things"] == ["home"]
    fill(client, draft, **{"things-shown": "1"})
    draft.refresh_from_db()
    assert draft.data["things"] == []


def test_a_condition_shows_its_field_at_once_as_after_reloading(client: Client, item_version):
    draft = begin(client, item_version)
    path = f"/drafts/{draft.pk}/save/"
    shown = text(client.post(path, {"use": "other"}, headers=HTMX))
    assert '<div id="slot-what" hx-swap-oob="true">' in shown
    assert 'id="f-what"' in shown
    page = text(client.get(f"/drafts/{draft.pk}/"))
    slot = shown.split('<div id="slot-what" hx-swap-oob="true">')[1].split("</div></div>")[0]
    assert f'<div id="slot-what">{slot}' in page
    gone = text(client.post(path, {"use": "home"}, headers=HTMX))
    assert '<div id="slot-what" hx-swap-oob="true"></div>' in gone
    assert '<div id="slot-what"></div>' in text(client.get(f"/drafts/{draft.pk}/"))


def test_saving_what_did_not_change_swaps_nothing_else(client: Client, item_version):
    draft = begin(client, item_version)
    said = text(client.post(f"/drafts/{draft.pk}/save/", {"remark": "好"}, headers=HTMX))
    assert "hx-swap-oob" not in said


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("110105194912310021", "最后一位校验不符"),
        ("110105194902310020", "出生日期不存在"),
        ("110105491231002", "18位"),
    ],
)
def test_wrong_identity_numbers_are_told_beside_the_field(
    client: Client, item_version, typed, sentence
):
    draft = begin(client, item_version)
    said = text(client.post(f"/drafts/{draft.pk}/save/", {"helper": typed}, headers=HTMX))
    assert '<div id="slot-helper" hx-swap-oob="true">' in said
    assert sentence in said
    page = text(client.get(f"/drafts/{draft.pk}/"))
    assert f'value="{typed}"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="f-helper_error"' in page
    assert sentence in page
    right = text(client.post(f"/drafts/{draft.pk}/save/", {"helper": ""}, headers=HTMX))
    assert sentence not in right


def test_the_review_names_everything_that_is_missing(client: Client, item_version):
    draft = begin(client, item_version)
    client.post(f"/drafts/{draft.pk}/save/", {"area": "0", "phone": "138"})
    said = text(client.get(f"/drafts/{draft.pk}/review/"))
    assert "还有6处没有填好" in said
    for line in ("手机号：手机号应为1开头的11位数字。", "房屋面积（平方米）：不能小于1。",
                 "房屋用途：请选择房屋用途。", "请上传《测试事项申请表》。"):  # fmt: skip
        assert line in said
    assert f'href="/drafts/{draft.pk}/#field-area"' in said
    assert f'href="/drafts/{draft.pk}/#paper-form"' in said
    assert "确认提交" not in said
    refused = client.post(f"/drafts/{draft.pk}/submit/", WISH)
    assert refused.status_code == 422
    assert "还有6处没有填好" in text(refused)
    assert not Case.objects.exists()


def test_an_application_is_reviewed_and_submitted(client: Client, item_version):
    draft = complete(client, item_version)
    said = text(client.get(f"/drafts/{draft.pk}/review/"))
    assert "确认提交" in said
    assert "先不交，受理后5个工作日内补交" in said
    response = client.post(f"/drafts/{draft.pk}/submit/", WISH)
    case = Case.objects.get()
    assert response["Location"] == f"/cases/{case.number}/receipt/"
    assert case.person == cast.li_person()
    assert case.data["area"] == 88
    assert case.channel == "portal"
    assert Touchpoint.objects.get().physical_trip is False
    states = dict(case.materials.values_list("key", "state"))
    assert states == {"form": "provided", "id": "provided", "photo": "deferred",
                      "marriage": "not_asked"}  # fmt: skip


def test_from_a_phone_the_channel_is_the_phone(client: Client, item_version):
    draft = complete(client, item_version)
    agent = "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36"
    client.post(f"/drafts/{draft.pk}/submit/", WISH, headers={"User-Agent": agent})
    assert Case.objects.get().channel == "mobile"


def test_double_click_and_back_button_are_one_case(client: Client, item_version):
    draft = complete(client, item_version)
    first = client.post(f"/drafts/{draft.pk}/submit/", WISH)
    again = client.post(f"/drafts/{draft.pk}/submit/", WISH)
    other = client.post(f"/drafts/{draft.pk}/submit/", {**WISH, "phone": "13900000000"})
    assert first["Location"] == again["Location"] == other["Location"]
    case = Case.objects.get()
    for path in (f"/drafts/{draft.pk}/", f"/drafts/{draft.pk}/review/"):
        assert client.get(path)["Location"] == f"/cases/{case.number}/"
    late = client.post(f"/drafts/{draft.pk}/save/", {"area": "1"}, headers=HTMX)
    assert late.status_code == 409
    assert "已经提交" in text(late)
    case.refresh_from_db()
    assert case.data["area"] == 88


def test_the_slower_of_two_clicks_finds_the_case_of_the_faster(client: Client, monkeypatch):
    """The faster request submits while the slower one still joins the photographed pages."""
    draft = complete(client, version())
    fast = {"done": False}

    def slow_join(found, *, by, at):
        if not fast["done"]:
            fast["done"] = True
            client.post(f"/drafts/{draft.pk}/submit/", WISH)
        raise Refused("这份申请已经提交，不能再修改。")

    real = apply.join_pages
    monkeypatch.setattr(
        apply, "join_pages", lambda *a, **k: (slow_join if not fast["done"] else real)(*a, **k)
    )
    response = client.post(f"/drafts/{draft.pk}/submit/", WISH)
    assert response["Location"] == f"/cases/{Case.objects.get().number}/receipt/"


def test_a_refusal_at_the_last_moment_keeps_the_page(client: Client, item_version):
    """What was uploaded is gone: the review says so, what was typed is still there."""
    draft = complete(client, item_version)
    StoredFile.objects.update(owner=made.citizen(phone="13800000066"))
    response = client.post(f"/drafts/{draft.pk}/submit/", {**WISH, "phone": "13700000000"})
    assert response.status_code == 422
    assert "请上传《居民身份证》。" in text(response)
    assert 'value="13700000000"' in text(response)
    assert not Case.objects.exists()


def test_the_delivery_is_asked_with_a_sentence_beside_each_field(client: Client):
    draft = complete(client, version(express=True))
    wrong = {"mode": "post", "receiver": "", "address": "", "phone": "123"}
    response = client.post(f"/drafts/{draft.pk}/submit/", wrong)
    said = text(response)
    assert response.status_code == 422
    for sentence in ("请填写收件人", "请填写收件地址", "手机号应为1开头的11位数字"):
        assert said.count(sentence) == 2, sentence
    assert 'value="123"' in said
    assert not Case.objects.exists()
