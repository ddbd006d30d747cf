"""Staff come in by password and a time code, or not at all."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import people
from tests.factories import people as make
from yizhan.domain.people import actions
from yizhan.domain.people.models import Account, AccountEvent

SECRET = "3132333435363738393031323334353637383930"
pytestmark = pytest.mark.django_db


def enrolled() -> Account:
    wang = people.wang()
    actions.enrol_totp(wang, secret=SECRET, by=None, at=datetime.now(UTC))
    return wang


def code(step: int = 0) -> str:
    totp = TOTP(bytes.fromhex(SECRET))
    totp.time = datetime.now(UTC).timestamp() + step * 30
    return f"{totp.token():06d}"


def wrong_code() -> str:
    return f"{(int(code()) + 500_000) % 10**6:06d}"


def first(client: Client, password: str = make.PASSWORD, username: str = "wang", **more: str):
    return client.post("/work/login/", {"username": username, "password": password} | more)


def second(client: Client, digits: str):
    return client.post("/work/login/totp/", {"code": digits})


def session(client: Client) -> SessionStore:
    return SessionStore(client.cookies["yz_work"].value)


def inside(client: Client) -> bool:
    return SESSION_KEY in session(client)


def test_password_and_code_open_and_the_key_changes_twice(client: Client) -> None:
    enrolled()
    page = first(client, next="/work/window/")
    assert (page.status_code, page.url) == (302, "/work/login/totp/")
    half = client.cookies["yz_work"].value
    assert not inside(client)
    page = second(client, code())
    assert (page.status_code, page.url) == (302, "/work/window/")
    assert inside(client)
    assert client.cookies["yz_work"].value != half
    assert not SessionStore(half).exists(half)
    assert AccountEvent.objects.filter(kind="logged_in", data={"way": "totp"}).count() == 1


def test_half_logged_in_opens_nothing(client: Client) -> None:
    make.post(enrolled(), "calendar_keeper")
    first(client)
    page = client.get("/work/calendar/")
    assert (page.status_code, page.url) == (302, "/work/login/?next=/work/calendar/")


def test_the_code_page_needs_the_password_first(client: Client) -> None:
    enrolled()
    for page in (
        client.get("/work/login/totp/"),
        second(client, code()),
        client.get("/work/totp/"),
    ):
        assert (page.status_code, page.url) == (302, "/work/login/")


def test_a_wrong_password_is_said_and_the_name_kept(client: Client) -> None:
    enrolled()
    page = first(client, "wrong-wrong-wrong")
    assert page.status_code == 422
    assert page.text.count("登录名或密码不对") == 2
    assert 'value="wang"' in page.text
    assert "wrong-wrong-wrong" not in page.text


def test_unknown_disabled_and_citizens_get_the_same_answer(client: Client) -> None:
    make.staff("gone", is_active=False)
    li = people.li()
    li.set_password(make.PASSWORD)
    li.save()
    for name in ("nobody", "gone", li.username):
        page = first(client, username=name)
        assert page.status_code == 422
        assert page.text.count("登录名或密码不对") == 2


def test_five_wrong_passwords_close_the_name(client: Client) -> None:
    enrolled()
    for _ in range(4):
        assert first(client, "wrong-wrong-wrong").status_code == 422
    assert first(client, "wrong-wrong-wrong").status_code == 429
    assert first(client).status_code == 429
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        assert first(client).status_code == 302


def test_a_wrong_code_is_said_and_nothing_opens(client: Client) -> None:
    enrolled()
    first(client)
    page = second(client, wrong_code())
    assert page.status_code == 422
    assert "动态口令不对" in page.text
    assert not inside(client)


def test_five_wrong_codes_ask_for_the_password_again(client: Client) -> None:
    enrolled()
    first(client)
    for _ in range(4):
        assert second(client, wrong_code()).status_code == 422
    page = second(client, wrong_code())
    assert (page.status_code, page.url) == (302, "/work/login/")
    assert "连续5次不对" in client.get("/work/login/").text
    assert client.get("/work/login/totp/").status_code == 302
    assert AccountEvent.objects.filter(kind="locked").count() == 1


def test_a_code_opens_once(client: Client) -> None:
    enrolled()
    first(client)
    digits = code()
    second(client, digits)
    other = Client()
    first(other)
    page = second(other, digits)
    assert page.status_code == 422
    assert "已经用过" in page.text
    assert not inside(other)


def test_the_password_counts_for_five_minutes(client: Client) -> None:
    enrolled()
    first(client)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5, seconds=1)):
        assert second(client, code()).url == "/work/login/"


def test_first_login_enrols_a_phone_and_shows_backup_codes_once(client: Client) -> None:
    people.wang()
    page = first(client)
    assert (page.status_code, page.url) == (302, "/work/totp/")
    page = client.get("/work/totp/")
    assert 'src="data:image/svg+xml' in page.text
    assert client.get("/work/totp/").text.count("data:image/svg+xml") == 1
    device = TOTPDevice.objects.get()
    assert not device.confirmed
    assert client.post("/work/totp/", {"code": "000000x"}).status_code == 422
    totp = TOTP(device.bin_key)
    later = datetime.now(UTC) + timedelta(seconds=40)
    with time_machine.travel(later):
        totp.time = later.timestamp()
        page = client.post("/work/totp/", {"code": f"{totp.token():06d}"})
    codes = re.findall(r"<li>([A-Z0-9]{5}-[A-Z0-9]{5})</li>", page.text)
    assert len(codes) == 8
    assert inside(client)
    other = Client()
    assert first(other).url == "/work/login/totp/"
    assert second(other, codes[0]).status_code == 302
    assert inside(other)
    third = Client()
    first(third)
    assert second(third, codes[0]).status_code == 422


def test_a_password_seen_by_another_does_not_share_the_secret(client: Client) -> None:
    people.wang()
    first(client)
    seen = TOTPDevice.objects.get().key
    first(Client())
    assert TOTPDevice.objects.get().key != seen


def test_the_demo_shows_the_code_and_only_the_demo(client: Client, settings) -> None:
    enrolled()
    first(client)
    settings.DEMO = True
    page = client.get("/work/login/totp/")
    shown = re.search(r'id="demo-code">(\d{6})<', page.text).group(1)
    assert "演示口令" in page.text
    settings.DEMO = False
    page = client.get("/work/login/totp/")
    assert "演示口令" not in page.text
    assert shown not in page.text
    assert second(client, shown).status_code == 302
    assert inside(client)


def test_visitors_of_the_demo_can_log_in_one_after_the_other(client: Client, settings) -> None:
    settings.DEMO = True
    enrolled()
    for _ in range(3):
        visitor = Client()
        first(visitor)
        page = visitor.get("/work/login/totp/")
        second(visitor, re.search(r'id="demo-code">(\d{6})<', page.text).group(1))
        assert inside(visitor)


def test_disabled_in_between_he_stays_out(client: Client) -> None:
    wang = enrolled()
    first(client)
    Account.objects.filter(pk=wang.pk).update(is_active=False)
    assert second(client, code()).url == "/work/login/"
    assert not inside(client)


def test_logout(client: Client) -> None:
    make.post(enrolled(), "calendar_keeper")
    first(client)
    second(client, code())
    assert client.get("/work/calendar/").status_code == 200
    assert client.post("/work/logout/").url == "/work/login/"
    assert client.get("/work/calendar/").status_code == 302


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/me/", "/api/"])
def test_it_sends_nobody_to_another_site(client: Client, target: str) -> None:
    enrolled()
    first(client, next=target)
    assert second(client, code()).url == "/work/"
