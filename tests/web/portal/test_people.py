"""The portal's door and one's own data, as a browser without JavaScript sees them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from tests import people
from tests.factories import people as make
from yizhan.domain.notices.models import Notice
from yizhan.domain.notices.queries import full_text
from yizhan.domain.people import queries
from yizhan.domain.people.models import Account, OneTimeCode, Person

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
PHONE = "13800000001"
NUMBER = people.LI_NUMBER
pytestmark = pytest.mark.django_db


def sent_code() -> str:
    """The digits of the newest message, as the phone shows them."""
    newest = Notice.objects.order_by("-created_at", "-id").first()
    return re.search(r"(?<!\d)\d{6}(?!\d)", full_text(newest)).group()


def ask(client: Client, phone: str = PHONE, **more: str):
    return client.post("/login/code/", {"do": "send", "phone": phone} | more)


def enter(client: Client, code: str, phone: str = PHONE, **more: str):
    return client.post("/login/code/", {"do": "enter", "phone": phone, "code": code} | more)


def logged_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


class TestCodeLogin:
    def test_from_the_phone_to_the_page_one_wanted(self, client: Client) -> None:
        page = client.get("/me/")
        assert (page.status_code, page.url) == (302, "/login/?next=/me/")
        assert "获取验证码" in client.get(page.url).text
        page = ask(client, next="/me/")
        assert page.status_code == 200
        assert "138****0001" in page.text
        assert 'value="13800000001"' in page.text
        page = enter(client, sent_code(), next="/me/")
        assert (page.status_code, page.url) == (302, "/register/?next=%2Fme%2F")
        page = client.post(page.url, {
            "name": "李秀英", "id_kind": "111", "id_number": NUMBER, "next": "/me/",
        })  # fmt: skip
        assert (page.status_code, page.url) == (302, "/me/")
        text = client.get("/me/").text
        assert "李秀英" in text
        assert "410***********0014" in text
        assert NUMBER not in text
        assert PHONE not in text

    def test_the_code_is_in_no_page_and_no_table(self, client: Client) -> None:
        page = ask(client)
        code = sent_code()
        assert code not in page.text
        notice = Notice.objects.get()
        assert code not in notice.text
        assert "不会向您要验证码" in notice.text
        assert OneTimeCode.objects.get().code_hash != code

    def test_another_persons_code_is_refused_beside_the_field(self, client: Client) -> None:
        ask(client, "13900000002")
        other = sent_code()
        ask(client)
        mine = sent_code()
        page = enter(client, other if other != mine else "000000")
        assert page.status_code == 422
        assert "验证码不对或者已经过期" in page.text
        assert 'id="code-code_error"' in page.text
        assert 'value="13800000001"' in page.text  # what was typed is kept
        assert not logged_in(client)
        assert not Account.objects.exists()

    def test_wrong_phone_is_said_and_kept(self, client: Client) -> None:
        page = ask(client, "12345")
        assert page.status_code == 422
        assert "手机号应为1开头的11位数字" in page.text
        assert 'value="12345"' in page.text
        assert not Notice.objects.exists()

    def test_asked_twice_at_once_it_waits(self, client: Client) -> None:
        ask(client)
        page = ask(client)
        assert page.status_code == 422
        assert "秒后再获取" in page.text
        assert Notice.objects.count() == 1

    def test_known_and_unknown_phones_get_the_same_page(self, client: Client) -> None:
        make.citizen(phone=PHONE)
        known = ask(client).text.replace(PHONE, "x").replace("138****0001", "y")
        unknown = ask(client, "13900000002").text.replace("13900000002", "x")
        unknown = unknown.replace("139****0002", "y")
        strip = [line for line in known.splitlines() if "csrf" not in line.lower()]
        assert strip == [line for line in unknown.splitlines() if "csrf" not in line.lower()]

    def test_the_session_key_changes_at_login(self, client: Client) -> None:
        ask(client)
        session = client.session
        session["kept"] = 1
        session.save()
        client.cookies["yz_portal"] = session.session_key
        enter(client, sent_code())
        assert client.cookies["yz_portal"].value != session.session_key

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example/",
            "//evil.example/",
            "/work/accounts/",
            "javascript:alert(1)",
            "me/",
        ],
    )
    def test_it_sends_nobody_to_another_site(self, client: Client, target: str) -> None:
        people.li()
        ask(client)
        page = enter(client, sent_code(), next=target)
        assert (page.status_code, page.url) == (302, "/my/")

    def test_logout_ends_the_session(self, client: Client) -> None:
        people.enter(client, people.li())
        assert logged_in(client)
        assert client.get("/logout/").status_code == 405
        assert client.post("/logout/").url == "/"
        assert not logged_in(client)


class TestPasswordLogin:
    def password_login(self, client: Client, password: str, phone: str = PHONE):
        return client.post("/login/password/", {"phone": phone, "password": password})

    def with_password(self) -> Account:
        li = people.li()
        li.set_password("hai-tang-hua-kai")
        li.save()
        return li

    def test_right(self, client: Client) -> None:
        self.with_password()
        assert self.password_login(client, "hai-tang-hua-kai").url == "/my/"
        assert logged_in(client)

    def test_wrong_unknown_and_unset_get_one_answer(self, client: Client) -> None:
        self.with_password()
        make.citizen(phone="13900000002")
        answers = {
            self.password_login(client, "wrong-wrong-wrong", phone).text.count("手机号或密码不对")
            for phone in (PHONE, "13900000002", "13900000003")
        }
        assert answers == {2}  # in the summary and beside the field
        assert not logged_in(client)

    def test_after_five_failures_it_is_closed_for_a_while(self, client: Client) -> None:
        self.with_password()
        for _ in range(4):
            assert self.password_login(client, "wrong-wrong-wrong").status_code == 422
        page = self.password_login(client, "wrong-wrong-wrong")
        assert page.status_code == 429
        assert "15 分钟后再试" in page.text
        assert self.password_login(client, "hai-tang-hua-kai").status_code == 429
        assert not logged_in(client)
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
            assert self.password_login(client, "hai-tang-hua-kai").status_code == 302

    def test_a_staff_password_opens_nothing_here(self, client: Client) -> None:
        people.wang()
        page = self.password_login(client, make.PASSWORD, "wang")
        assert page.status_code == 422
        assert not logged_in(client)

    def test_no_phone_and_no_password_reach_the_lockout_tables(self, client: Client) -> None:
        from axes.models import AccessAttempt

        self.password_login(client, "wrong-wrong-wrong")
        stored = str(AccessAttempt.objects.values().get())
        assert PHONE not in stored
        assert "wrong-wrong-wrong" not in stored


class TestRegister:
    def register(self, client: Client, **facts: str):
        given = {"name": "李秀英", "id_kind": "111", "id_number": NUMBER}
        return client.post("/register/", given | facts)

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"id_number": "410225195001010015"}, "校验不符"),
            ({"id_number": "410225195002300019"}, "出生日期不存在"),
            ({"id_number": "410225500101001"}, "15位旧号码"),
            ({"name": "李1英"}, "姓名只能有文字"),
            ({"name": ""}, "请填写姓名"),
            ({"id_kind": "000"}, "请从列表中选择"),
        ],
    )
    def test_wrong_is_said_beside_the_field_and_the_rest_kept(
        self, client: Client, facts: dict[str, str], sentence: str
    ) -> None:
        people.enter(client, make.citizen())
        page = self.register(client, **facts)
        assert page.status_code == 422
        assert page.text.count(sentence) == 2
        for name, value in ({"name": "李秀英", "id_number": NUMBER} | facts).items():
            if name != "id_kind" and value:
                assert f'value="{value}"' in page.text
        assert not Person.objects.exists()

    def test_somebody_elses_number_is_refused_without_telling_whose(self, client: Client) -> None:
        people.li_person()
        people.enter(client, make.citizen(phone="13999999999"))
        for name in ("李秀英", "王小明"):
            page = self.register(client, name=name)
            assert page.status_code == 422
            assert "已经登记过" in page.text
        assert Account.objects.get().person is None

    def test_rare_characters_are_fine(self, client: Client) -> None:
        people.enter(client, make.citizen())
        assert self.register(client, name="𠮷秀英").status_code == 302
        assert Person.objects.get().name == "𠮷秀英"


class TestProfile:
    def test_shows_who_looked_and_why(self, client: Client) -> None:
        li = people.li()
        queries.reveal(li.person, by=people.wang(), purpose="核对申请人身份", at=AT, subject="B-1")
        other = make.person(name="王小明")
        queries.note_access(other, by=people.wang(), purpose="别人的用途", at=AT)
        text = people.enter(client, li).get("/me/").text
        for word in ("王芳", "核对申请人身份", "B-1", "2026年11月25日 10:00"):
            assert word in text
        assert "别人的用途" not in text

    def test_shows_my_legal_persons(self, client: Client) -> None:
        li, legal = people.li(), make.legal_person(name="兰考测试甲有限公司")
        make.legal_person(name="别人的公司")
        make.represents(li.person, legal)
        text = people.enter(client, li).get("/me/").text
        assert "兰考测试甲有限公司" in text
        assert "别人的公司" not in text

    def test_the_number_of_queries_does_not_grow(
        self, client: Client, django_assert_max_num_queries
    ) -> None:
        li = people.li()
        for _ in range(30):
            queries.note_access(li.person, by=people.wang(), purpose="核对", at=AT)
        people.enter(client, li)
        with django_assert_max_num_queries(10):
            client.get("/me/")

    def test_another_phone_after_its_code(self, client: Client) -> None:
        li = people.li()
        people.enter(client, li)
        page = client.post("/me/phone/", {"do": "send", "phone": "13900000002"})
        assert "139****0002" in page.text
        wrong = f"{(int(sent_code()) + 1) % 10**6:06d}"
        page = client.post("/me/phone/", {"do": "enter", "phone": "13900000002", "code": wrong})
        assert page.status_code == 422
        assert "验证码不对" in page.text
        assert queries.account_by_phone(PHONE) == li
        page = client.post(
            "/me/phone/", {"do": "enter", "phone": "13900000002", "code": sent_code()}
        )
        assert page.url == "/me/"
        assert queries.account_by_phone("13900000002") == li

    def test_set_a_password_and_only_this_session_stays(self, client: Client) -> None:
        li, elsewhere = people.li(), Client()
        people.enter(client, li)
        people.enter(elsewhere, li)
        page = client.post("/me/password/", {"password": "short", "again": "short"})
        assert page.status_code == 422
        page = client.post("/me/password/", {"password": "hai-tang-hua-kai", "again": "other"})
        assert "两次输入的新密码不一样" in page.text
        assert logged_in(elsewhere)
        good = {"password": "hai-tang-hua-kai", "again": "hai-tang-hua-kai"}
        assert client.post("/me/password/", good).url == "/me/"
        assert logged_in(client)
        assert not logged_in(elsewhere)
        assert "现在的密码" in client.get("/me/password/").text

    def test_a_disabled_account_is_out_at_once(self, client: Client) -> None:
        li = people.li()
        people.enter(client, li)
        Account.objects.update(is_active=False)
        assert client.get("/me/").status_code == 302


def test_a_workbench_session_is_no_login_here(client: Client) -> None:
    people.enter(client, people.wang())
    stolen = Client()
    stolen.cookies["yz_portal"] = client.cookies["yz_work"].value
    assert stolen.get("/me/").status_code == 302


def test_a_portal_session_is_no_login_at_the_workbench(client: Client) -> None:
    people.enter(client, people.li())
    stolen = Client()
    stolen.cookies["yz_work"] = client.cookies["yz_portal"].value
    for path in ("/work/accounts/", "/work/people/", "/work/audit/", "/work/calendar/"):
        page = stolen.get(path)
        assert (page.status_code, page.url) == (302, f"/work/login/?next={path}")
