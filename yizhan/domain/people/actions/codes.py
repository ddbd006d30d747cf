"""One-time codes for phones: made, checked, used once. Sending is the caller's (journeys).

ASVS 6.5: six digits from a secure source, ten minutes, hashed at rest, five tries, used once,
throttled per phone and per address. The answers do not say whether a phone has an account.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from django.db import connection, transaction

from yizhan.core import crypto, numbers
from yizhan.core.flow import Refused
from yizhan.domain.people import queries
from yizhan.domain.people.choices import CodePurpose
from yizhan.domain.people.models import OneTimeCode

LIFE = timedelta(minutes=10)
TRIES = 5
WAIT = timedelta(seconds=60)  # between two codes to one phone
PHONE_PER_HOUR = 5
PHONE_PER_DAY = 10
IP_PER_HOUR = 30  # a service hall's visitors share one address
WRONG = "验证码不对或者已经过期，请核对最近一条短信里的6位数字；也可以重新获取。"


@transaction.atomic
def make_code(
    *, region: str, phone: str, at: datetime, purpose: str = CodePurpose.LOGIN, ip: str = ""
) -> tuple[OneTimeCode, str]:
    """A new code for a phone and its digits in clear; earlier ones of the same purpose end.

    Raises Refused for an impossible number and when codes are asked for too often.
    """
    phone = numbers.phone_number(phone)
    index = crypto.blind_index(phone, queries.PHONE)
    ip_index = crypto.blind_index(ip, "ip") if ip else ""
    _one_at_a_time(index)
    _throttle(index, ip_index, at=at)
    OneTimeCode.objects.filter(
        phone_index=index, purpose=purpose, used_at=None, expires_at__gt=at
    ).update(expires_at=at)
    digits = f"{secrets.randbelow(10**6):06d}"
    code = OneTimeCode(
        region=region, phone_index=index, ip_index=ip_index, purpose=purpose,
        sent_at=at, expires_at=at + LIFE,
    )  # fmt: skip
    code.code_hash = _hash(code, digits)
    code.save(force_insert=True)
    return code, digits


def use_code(*, phone: str, digits: str, at: datetime, purpose: str = CodePurpose.LOGIN) -> None:
    """Use up the newest code of a phone. Raises Refused; a wrong try is counted even so.

    Runs in its own transaction: the counted try must survive the refusal of everything around it.
    """
    index = crypto.blind_index(numbers.phone_number(phone), queries.PHONE)
    if not _matches(index, numbers.plain(digits), purpose, at=at):
        raise Refused(WRONG, field="code")


@transaction.atomic
def _matches(index: str, digits: str, purpose: str, *, at: datetime) -> bool:
    code = (
        OneTimeCode.objects.select_for_update()
        .filter(phone_index=index, purpose=purpose, used_at=None, expires_at__gt=at)
        .order_by("-sent_at", "-id")
        .first()
    )
    # the work is the same without a code, so that the time tells nothing
    expected = code.code_hash if code else "0" * 64
    given = _hash(code or OneTimeCode(), digits)
    right = hmac.compare_digest(expected, given)
    if code is None or code.tries >= TRIES or code.sent_at > at:
        return False
    code.tries += 1
    if right:
        code.used_at = at
    code.save(update_fields=["tries", "used_at"])
    return right


def _hash(code: OneTimeCode, digits: str) -> str:
    """Keyed and bound to its row: six digits alone would be found by trying them all."""
    return crypto.blind_index(f"{code.pk}:{digits}", "code")


def _throttle(index: str, ip_index: str, *, at: datetime) -> None:
    recent = OneTimeCode.objects.filter(phone_index=index, sent_at__gt=at - timedelta(days=1))
    times = list(recent.values_list("sent_at", flat=True))
    if any(at - sent < WAIT for sent in times):
        left = max((WAIT - (at - sent)).seconds for sent in times if at - sent < WAIT)
        raise Refused(f"验证码刚刚发过，请{max(left, 1)}秒后再获取。", field="phone")
    hour = sum(at - sent < timedelta(hours=1) for sent in times)
    if hour >= PHONE_PER_HOUR or len(times) >= PHONE_PER_DAY:
        raise Refused(
            "这个手机号获取验证码次数太多，请一小时后再试，或改用密码登录、到窗口办理。",
            field="phone",
        )
    if ip_index:
        same = OneTimeCode.objects.filter(ip_index=ip_index, sent_at__gt=at - timedelta(hours=1))
        if same.count() >= IP_PER_HOUR:
            raise Refused(
                "您所在的网络获取验证码次数太多，请一小时后再试，或改用密码登录。", field="phone"
            )


def _one_at_a_time(index: str) -> None:
    """Two requests for the same phone wait for each other, else both would pass the throttle."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [index])
