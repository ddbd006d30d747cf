"""The second factor of staff: time-based codes (RFC 6238) and printed backup codes.

django-otp refuses a code that was used and slows down guessing. The device row is locked while a
code is checked, else the same code would pass twice in two requests (PyPI TOB-13).
"""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from yizhan.core import crypto, numbers
from yizhan.core.flow import Refused
from yizhan.domain.people import queries, rules
from yizhan.domain.people.actions.events import note
from yizhan.domain.people.choices import EventKind, Function
from yizhan.domain.people.models import Account

BACKUP_CODES = 8
WRONG = "动态口令不对，或者已经用过。请等手机上换出新的6位数字再输入。"


@transaction.atomic
def enrol_totp(
    account: Account, *, secret: str | None = None, by: Account | None, at: datetime
) -> TOTPDevice:
    """A time-code device for a staff account.

    Without `secret` it waits, unconfirmed, for the first code (`confirm_totp`) and replaces one
    that still waits. With `secret` (40 hex digits; demo and installation) it counts at once.
    Raises Refused when the account has a confirmed one: that has to be reset first.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    mine = TOTPDevice.objects.filter(user=account)
    if mine.filter(confirmed=True).exists():
        raise Refused("这个账号已经绑定动态口令；更换手机请找安全管理员解除后重新绑定。")
    mine.delete()
    if secret is None:
        return TOTPDevice.objects.create(user=account, name="手机", confirmed=False)
    device = TOTPDevice.objects.create(user=account, name="手机", key=secret, confirmed=True)
    note(account, EventKind.FACTOR_ENROLLED, by=by, at=at)
    return device


@transaction.atomic
def confirm_totp(account_id: UUID, *, code: str, at: datetime) -> list[str]:
    """The first code proves that the phone has the secret. Returns backup codes, shown once."""
    account = Account.objects.select_for_update().get(pk=account_id)
    device = TOTPDevice.objects.select_for_update().filter(user=account, confirmed=False).first()
    if device is None:
        raise Refused("没有等待绑定的动态口令，请重新登录后再绑定。")
    if not _verify(device, code):
        raise Refused(WRONG, field="code")
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    note(account, EventKind.FACTOR_ENROLLED, by=account, at=at)
    return _new_backup_codes(account)


def check_second_factor(account_id: UUID, *, code: str, at: datetime) -> TOTPDevice | StaticDevice:
    """The device that the code belongs to; every code opens once. Raises Refused.

    A refused try is counted in its own transaction, so that it slows the next one down.
    """
    account = Account.objects.get(pk=account_id, is_active=True)
    device = _check(account, numbers.plain(code), at=at)
    if device is None:
        note(account, EventKind.CODE_REFUSED, by=None, at=at)
        raise Refused(WRONG, field="code")
    return device


@transaction.atomic
def reset_second_factor(account_id: UUID, *, by: Account, at: datetime) -> Account:
    """Take a lost phone off an account; the security administrator, never for himself.

    The account must enrol again at its next login; its backup codes are void.
    """
    rules.needs(by, Function.SECURITY_ADMIN)
    account = queries.staff(by).select_for_update(of=("self",)).get(pk=account_id)
    if account.pk == by.pk:
        raise Refused("不能解除自己的动态口令，请由另一位安全管理员办理。")
    TOTPDevice.objects.filter(user=account).delete()
    StaticDevice.objects.filter(user=account).delete()
    note(account, EventKind.FACTOR_RESET, by=by, at=at)
    return account


def has_second_factor(account: Account) -> bool:
    """Whether the account has a confirmed time-code device."""
    return bool(TOTPDevice.objects.filter(user=account, confirmed=True).exists())


@transaction.atomic
def _check(account: Account, code: str, *, at: datetime) -> TOTPDevice | StaticDevice | None:
    if code.isdigit():
        totp = TOTPDevice.objects.select_for_update().filter(user=account, confirmed=True).first()
        return totp if totp is not None and _verify(totp, code) else None
    static = StaticDevice.objects.select_for_update().filter(user=account, confirmed=True).first()
    if static is None or not static.verify_is_allowed()[0]:
        return None
    if not static.verify_token(_backup_index(code)):
        return None
    note(account, EventKind.BACKUP_USED, by=account, at=at)
    return static


def _verify(device: TOTPDevice, code: str) -> bool:
    allowed, _ = device.verify_is_allowed()
    return bool(allowed and device.verify_token(numbers.plain(code)))


def _new_backup_codes(account: Account) -> list[str]:
    """Codes like ABCDE-FGHJK, stored as keyed fingerprints only."""
    StaticDevice.objects.filter(user=account).delete()
    device = StaticDevice.objects.create(user=account, name="备用码")
    codes = [_readable() for _ in range(BACKUP_CODES)]
    for code in codes:
        StaticToken.objects.create(device=device, token=_backup_index(numbers.plain(code)))
    return codes


def _readable() -> str:
    code = "A" + numbers.query_code(9)  # a letter, so that it is never taken for a time code
    return f"{code[:5]}-{code[5:]}"


def _backup_index(code: str) -> str:
    return crypto.blind_index(code, "backup")[: StaticToken._meta.get_field("token").max_length]


def new_secret() -> str:
    """A random secret in the form that `enrol_totp` takes."""
    return secrets.token_hex(20)
