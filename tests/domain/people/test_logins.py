"""Codes, passwords, second factors: each opens once, for the right person, not for long."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connections
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import people
from tests.factories import people as make
from yizhan.core.flow import Refused
from yizhan.domain.people import actions, queries
from yizhan.domain.people.models import Account, AccountEvent, OidcIdentity, OneTimeCode

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
PHONE = "13800000001"
SECRET = "3132333435363738393031323334353637383930"
pytestmark = pytest.mark.django_db


def code_for(phone: str = PHONE, *, at: datetime = AT, **facts: str) -> str:
    return actions.make_code(region="410225", phone=phone, at=at, **facts)[1]


def login(code: str, *, phone: str = PHONE, at: datetime = AT) -> Account:
    return actions.login_with_code(region="410225", phone=phone, code=code, at=at)


class TestCodes:
    def test_the_first_login_makes_the_account_the_second_finds_it(self) -> None:
        first = login(code_for())
        later = AT + timedelta(minutes=5)
        assert login(code_for(at=later), at=later) == first
        assert queries.phone_of_account(first) == PHONE
        assert (first.kind, first.has_usable_password()) == ("citizen", False)

    def test_a_code_opens_once(self) -> None:
        code = code_for()
        login(code)
        with pytest.raises(Refused, match="验证码不对或者已经过期"):
            login(code)

    def test_a_code_lives_ten_minutes(self) -> None:
        code = code_for()
        with pytest.raises(Refused):
            login(code, at=AT + timedelta(minutes=10))
        assert login(code, at=AT + timedelta(minutes=9, seconds=59))

    def test_another_persons_code_does_not_open(self) -> None:
        other = code_for("13900000002")
        mine = code_for()
        with pytest.raises(Refused, match="验证码不对") as refusal:
            login(other if other != mine else "000000")
        assert refusal.value.field == "code"
        assert not Account.objects.exists()

    def test_five_wrong_tries_and_the_right_one_is_too_late(self) -> None:
        code = code_for()
        wrong = f"{(int(code) + 1) % 10**6:06d}"
        for _ in range(5):
            with pytest.raises(Refused):
                login(wrong)
        with pytest.raises(Refused):
            login(code)
        assert OneTimeCode.objects.get().tries == 5

    def test_a_new_code_ends_the_old_one(self) -> None:
        old = code_for()
        later = AT + timedelta(seconds=61)
        new = code_for(at=later)
        if old != new:
            with pytest.raises(Refused):
                login(old, at=later)
        assert login(new, at=later)

    def test_a_code_for_binding_is_no_login(self) -> None:
        code = code_for(purpose="bind")
        with pytest.raises(Refused):
            login(code)

    def test_pasted_with_blanks_and_wide_digits_it_is_the_same_code(self) -> None:
        code = code_for()
        wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
        assert login(f" {wide[:3]} {wide[3:]} ")

    def test_the_same_answer_whether_the_phone_is_known(self) -> None:
        make.citizen(phone=PHONE)
        with pytest.raises(Refused) as known:
            login("123456")
        with pytest.raises(Refused) as unknown:
            login("123456", phone="13900000002")
        assert known.value.sentence == unknown.value.sentence

    def test_one_phone_waits_a_minute_and_has_five_an_hour(self) -> None:
        code_for()
        with pytest.raises(Refused, match="刚刚发过，请50秒后"):
            code_for(at=AT + timedelta(seconds=10))
        for minute in range(2, 10, 2):
            code_for(at=AT + timedelta(minutes=minute))
        with pytest.raises(Refused, match="次数太多"):
            code_for(at=AT + timedelta(minutes=12))
        assert code_for(at=AT + timedelta(minutes=70))
        assert OneTimeCode.objects.count() == 6

    def test_one_address_has_thirty_an_hour(self) -> None:
        for number in range(30):
            code_for(f"139000000{number:02d}", ip="10.0.0.1")
        with pytest.raises(Refused, match="您所在的网络"):
            code_for("13900000099", ip="10.0.0.1")
        assert code_for("13900000099", ip="10.0.0.2")
        assert "10.0.0.1" not in OneTimeCode.objects.first().ip_index

    def test_a_landline_gets_no_code(self) -> None:
        with pytest.raises(Refused, match="11位数字") as refusal:
            code_for("0371-26990000")
        assert refusal.value.field == "phone"

    def test_a_disabled_account_is_told(self) -> None:
        account = login(code_for())
        Account.objects.filter(pk=account.pk).update(is_active=False)
        later = AT + timedelta(minutes=2)
        with pytest.raises(Refused, match="已经停用"):
            login(code_for(at=later), at=later)

    def test_clock_set_back_opens_no_old_code(self) -> None:
        code = code_for()
        with pytest.raises(Refused):
            login(code, at=AT - timedelta(hours=1))


class TestPhone:
    def test_the_new_phone_proves_itself(self) -> None:
        li = people.li()
        code = code_for("13900000002", purpose="bind")
        actions.change_phone(li.pk, phone="13900000002", code=code, at=AT)
        li = Account.objects.get(pk=li.pk)
        assert queries.phone_of_account(li) == "13900000002"
        assert queries.phone_of(li.person) == "13900000002"
        assert queries.account_by_phone("13900000002") == li
        assert queries.account_by_phone(people.LI_PHONE) is None

    def test_not_without_its_code_and_the_try_is_counted(self) -> None:
        li = people.li()
        code = code_for("13900000002", purpose="bind")
        with pytest.raises(Refused):
            actions.change_phone(
                li.pk, phone="13900000002", code=f"{(int(code) + 1) % 10**6:06d}", at=AT
            )
        assert queries.account_by_phone(people.LI_PHONE) == li
        assert OneTimeCode.objects.get().tries == 1

    def test_a_phone_of_another_account_is_refused(self) -> None:
        li = people.li()
        make.citizen(phone="13900000002")
        code = code_for("13900000002", purpose="bind")
        with pytest.raises(Refused, match="已经用于另一个账号"):
            actions.change_phone(li.pk, phone="13900000002", code=code, at=AT)
        assert queries.account_by_phone(people.LI_PHONE) == li


class TestPassword:
    def test_own_password_is_set_and_then_needed_to_change_it(self) -> None:
        li = people.li()
        li = actions.set_password(li.pk, password="hai-tang-hua-kai", by=li, at=AT)
        assert li.check_password("hai-tang-hua-kai")
        with pytest.raises(Refused, match="现在的密码不对"):
            actions.set_password(li.pk, password="another-long-one", by=li, at=AT)
        actions.set_password(
            li.pk, password="another-long-one", current="hai-tang-hua-kai", by=li, at=AT
        )

    @pytest.mark.parametrize(
        ("password", "sentence"),
        [("short", "10"), ("password123", "常见"), ("12345678901", "数字")],
    )
    def test_weak_ones_are_refused_with_the_reason(self, password: str, sentence: str) -> None:
        li = people.li()
        with pytest.raises(Refused, match=sentence):
            actions.set_password(li.pk, password=password, by=li, at=AT)
        li.refresh_from_db()
        assert not li.has_usable_password()

    def test_nobody_sets_anothers(self) -> None:
        with pytest.raises(Refused, match="本人"):
            actions.set_password(people.li().pk, password="x" * 20, by=people.wang(), at=AT)


def now_code(device: TOTPDevice, moment: float) -> str:
    totp = TOTP(device.bin_key)
    totp.time = moment
    return f"{totp.token():06d}"


class TestSecondFactor:
    def test_enrol_confirm_and_use(self) -> None:
        wang = people.wang()
        with time_machine.travel(AT, tick=False):
            device = actions.enrol_totp(wang, by=wang, at=AT)
            assert not actions.has_second_factor(wang)
            with pytest.raises(Refused, match="动态口令不对"):
                actions.confirm_totp(wang.pk, code="abc", at=AT)
        with time_machine.travel(AT + timedelta(minutes=1), tick=False) as clock:
            code = (
                now_code(device, clock.time_ns() / 1e9)
                if hasattr(clock, "time_ns")
                else (now_code(device, (AT + timedelta(minutes=1)).timestamp()))
            )
            backup = actions.confirm_totp(wang.pk, code=code, at=AT)
            assert len(set(backup)) == 8
            assert actions.has_second_factor(wang)
            with pytest.raises(Refused, match="已经绑定动态口令"):
                actions.enrol_totp(wang, by=wang, at=AT)

    def test_a_code_is_not_taken_twice(self) -> None:
        wang = people.wang()
        device = actions.enrol_totp(wang, secret=SECRET, by=None, at=AT)
        with time_machine.travel(AT, tick=False):
            code = now_code(device, AT.timestamp())
            assert actions.check_second_factor(wang.pk, code=f"{code[:3]} {code[3:]}", at=AT)
            with pytest.raises(Refused, match="已经用过"):
                actions.check_second_factor(wang.pk, code=code, at=AT)
        assert AccountEvent.objects.filter(kind="code_refused").count() == 1

    def test_guessing_gets_slower(self) -> None:
        wang = people.wang()
        device = actions.enrol_totp(wang, secret=SECRET, by=None, at=AT)
        with time_machine.travel(AT, tick=False):
            right = now_code(device, AT.timestamp())
            wrong = f"{(int(right) + 7) % 10**6:06d}"
            for code in (wrong, right):  # the right one comes while the first wrong one still waits
                with pytest.raises(Refused):
                    actions.check_second_factor(wang.pk, code=code, at=AT)
        later = AT + timedelta(seconds=40)
        with time_machine.travel(later, tick=False):
            code = now_code(device, later.timestamp())
            assert actions.check_second_factor(wang.pk, code=code, at=later)

    def test_a_backup_code_opens_once_and_is_not_stored_readable(self) -> None:
        wang = people.wang()
        device = actions.enrol_totp(wang, by=wang, at=AT)
        with time_machine.travel(AT, tick=False):
            codes = actions.confirm_totp(wang.pk, code=now_code(device, AT.timestamp()), at=AT)
            assert actions.check_second_factor(wang.pk, code=codes[0].lower(), at=AT)
            with pytest.raises(Refused):
                actions.check_second_factor(wang.pk, code=codes[0], at=AT)
        stored = set(StaticToken.objects.values_list("token", flat=True))
        assert len(stored) == 7
        assert not stored.intersection(codes)

    def test_a_lost_phone_is_reset_by_the_security_administrator(self) -> None:
        wang = people.wang()
        actions.enrol_totp(wang, secret=SECRET, by=None, at=AT)
        with pytest.raises(Refused, match="安全管理员"):
            actions.reset_second_factor(wang.pk, by=people.feng(), at=AT)
        assert actions.has_second_factor(wang)
        actions.reset_second_factor(wang.pk, by=people.he(), at=AT)
        assert not actions.has_second_factor(wang)

    def test_nobody_resets_his_own(self) -> None:
        he = people.he()
        actions.enrol_totp(he, secret=SECRET, by=None, at=AT)
        with pytest.raises(Refused, match="自己的"):
            actions.reset_second_factor(he.pk, by=he, at=AT)
        assert actions.has_second_factor(he)

    @pytest.mark.django_db(transaction=True)
    def test_one_code_in_two_requests_at_once_opens_once(self) -> None:
        wang = people.wang()
        device = actions.enrol_totp(wang, secret=SECRET, by=None, at=AT)
        code = now_code(device, datetime.now(UTC).timestamp())
        gate = threading.Barrier(2, timeout=10)
        answers: list[str] = []

        def enter() -> None:
            try:
                gate.wait()
                actions.check_second_factor(wang.pk, code=code, at=AT)
                answers.append("in")
            except Refused:
                answers.append("refused")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=enter) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)
        assert sorted(answers) == ["in", "refused"]


class TestIdentities:
    def enter(self, subject: str = "s1", **facts: Account) -> Account:
        return actions.login_with_identity(
            region="410225", issuer="https://id.example", subject=subject, at=AT, **facts
        )

    def test_the_same_subject_is_the_same_account(self) -> None:
        assert self.enter() == self.enter()
        assert self.enter("s2") != self.enter()

    def test_the_same_subject_of_another_issuer_is_somebody_else(self) -> None:
        other = actions.login_with_identity(
            region="410225", issuer="https://other.example", subject="s1", at=AT
        )
        assert other != self.enter()

    def test_linked_to_who_is_logged_in(self) -> None:
        li = people.li()
        assert self.enter(account=li) == li
        assert self.enter() == li

    def test_an_identity_of_another_account_is_not_taken_over(self) -> None:
        first = self.enter()
        with pytest.raises(Refused, match="已经绑定另一个"):
            self.enter(account=people.li())
        assert OidcIdentity.objects.get().account == first

    def test_staff_do_not_get_in_past_their_second_factor(self) -> None:
        with pytest.raises(Refused, match="动态口令"):
            self.enter(account=people.wang())
        assert not OidcIdentity.objects.exists()

    def test_a_disabled_account_stays_out(self) -> None:
        Account.objects.filter(pk=self.enter().pk).update(is_active=False)
        with pytest.raises(Refused, match="已经停用"):
            self.enter()
