"""Logins: citizens by phone code or password, staff made by the system administrator."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from yizhan.core import crypto, numbers
from yizhan.core.flow import Refused
from yizhan.domain.people import queries, rules
from yizhan.domain.people.actions.codes import use_code
from yizhan.domain.people.actions.events import note
from yizhan.domain.people.choices import AccountKind, CodePurpose, EventKind, Function
from yizhan.domain.people.models import Account

STOPPED = "这个账号已经停用，请到窗口或拨打12345咨询。"


def login_with_code(*, region: str, phone: str, code: str, at: datetime) -> Account:
    """The citizen account of a phone whose code is right; made at the first login.

    Raises Refused for a wrong code (which counts as a try) and for a disabled account.
    """
    use_code(phone=phone, digits=code, at=at)
    account = _account_of_phone(region, numbers.phone_number(phone), at=at)
    if not account.is_active:
        raise Refused(STOPPED)
    note(account, EventKind.LOGGED_IN, by=account, at=at, way="code")
    return account


def change_phone(account_id: UUID, *, phone: str, code: str, at: datetime) -> Account:
    """Move a citizen's login to another phone, which proves itself by the code sent to it.

    The person's record gets the new phone too, where it had the old one. A wrong code counts as a
    try, so it is checked outside the transaction that the refusal would take back.
    """
    use_code(phone=phone, digits=code, at=at, purpose=CodePurpose.BIND)
    return _move_phone(account_id, numbers.phone_number(phone), at=at)


@transaction.atomic
def _move_phone(account_id: UUID, phone: str, *, at: datetime) -> Account:
    account = Account.objects.select_for_update().get(pk=account_id, kind=AccountKind.CITIZEN)
    old = queries.phone_of_account(account)
    if phone == old:
        raise Refused("新手机号与现在的相同，不需要更换。", field="phone")
    if queries.account_by_phone(phone) is not None:
        raise Refused("新手机号已经用于另一个账号，请换一个，或到窗口办理合并。", field="phone")
    _put_phone(account, phone)
    try:
        with transaction.atomic():
            account.save(update_fields=["username", "phone_sealed"])
    except IntegrityError:
        raise Refused("新手机号已经用于另一个账号，请换一个。", field="phone") from None
    person = queries.person_of(account)
    if person is not None and queries.phone_of(person) in ("", old):
        person.phone_index = crypto.blind_index(phone, queries.PHONE)
        person.phone_sealed = crypto.seal(phone, bound=queries.bound(person, queries.PHONE))
        person.save(update_fields=["phone_index", "phone_sealed"])
    note(account, EventKind.PHONE_CHANGED, by=account, at=at)
    return account


@transaction.atomic
def set_password(
    account_id: UUID, *, password: str, by: Account, at: datetime, current: str = ""
) -> Account:
    """Set one's own password; an account that has one must give it. Other sessions end.

    Raises Refused with what is wrong with the password (length, common, only digits).
    """
    account = Account.objects.select_for_update().get(pk=account_id)
    if by.pk != account.pk:
        raise Refused("密码只能由本人设置。")
    if account.has_usable_password() and not account.check_password(current):
        raise Refused("现在的密码不对。", field="current")
    _checked(password, account)
    account.set_password(password)
    account.save(update_fields=["password"])
    note(account, EventKind.PASSWORD_SET, by=by, at=at)
    return account


@transaction.atomic
def create_staff(
    *, region: str, username: str, display_name: str, password: str, by: Account, at: datetime
) -> Account:
    """A staff login without any function; the system administrator's work, within his region."""
    rules.needs(by, Function.SYSTEM_ADMIN)
    if not re.fullmatch(r"[a-z][a-z0-9._-]{2,29}", username):
        raise Refused(
            "登录名应为3至30位小写字母、数字、点、下划线或连字符，以字母开头。", field="username"
        )
    if not any(
        region.startswith(post.scope[:6])
        for post in rules.live_posts(by)
        if post.function == Function.SYSTEM_ADMIN
    ):
        raise Refused("只能在自己管辖的区划建立账号。", field="region")
    account = Account(
        region=region, kind=AccountKind.STAFF, username=username,
        display_name=rules.person_name(display_name), created_at=at,
    )  # fmt: skip
    _checked(password, account)
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        raise Refused("这个登录名已经有人使用，请换一个。", field="username") from None
    note(account, EventKind.CREATED, by=by, at=at)
    return account


@transaction.atomic
def set_active(account_id: UUID, *, active: bool, by: Account, at: datetime) -> Account:
    """Disable or enable a staff login; the system administrator, never his own. Ends sessions."""
    rules.needs(by, Function.SYSTEM_ADMIN)
    account = queries.staff(by).select_for_update(of=("self",)).get(pk=account_id)
    if account.pk == by.pk:
        raise Refused("不能停用自己的账号，请由另一位系统管理员办理。")
    if account.is_active == active:
        return account
    account.is_active = active
    account.save(update_fields=["is_active"])
    note(account, EventKind.ENABLED if active else EventKind.DISABLED, by=by, at=at)
    return account


@transaction.atomic
def _account_of_phone(region: str, phone: str, *, at: datetime) -> Account:
    account = Account(region=region, kind=AccountKind.CITIZEN, display_name="群众", created_at=at)
    _put_phone(account, phone)
    account.set_unusable_password()
    known = Account.objects.filter(username=account.username).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:  # the same phone logs in twice at once
        return Account.objects.get(username=account.username)
    note(account, EventKind.CREATED, by=account, at=at)
    return account


def _put_phone(account: Account, phone: str) -> None:
    account.username = crypto.blind_index(phone, queries.ACCOUNT)
    account.phone_sealed = crypto.seal(phone, bound=f"account.{account.pk}.phone")


def _checked(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as wrong:
        raise Refused("".join(wrong.messages), field="password") from None
