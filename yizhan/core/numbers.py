"""Numbers that can prove themselves, and keys that sort by time.

GB 11643-1999 (citizen identity number), GB 32100-2015 (unified social credit code), GB/T 36904-2018
(certificate identifier), RFC 9562 §5.7 (UUIDv7).
"""

from __future__ import annotations

import os
import re
import secrets
import time
import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yizhan.core.flow import Refused

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I O S V Z
_CERT = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_QUERY = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is misread on paper or the phone


class Sex(StrEnum):
    """GB/T 2261.1 in words."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """What an 18-digit identity number says."""

    text: str
    born_on: date
    sex: Sex
    region: str


def uuid7() -> uuid.UUID:
    """A UUIDv7: 48 bits of Unix milliseconds, then random; keys sort by time of making."""
    head = (time.time_ns() // 1_000_000) << 80
    tail = int.from_bytes(os.urandom(10), "big")
    value = head | (tail & ~(0xF << 76) & ~(0x3 << 62)) | (0x7 << 76) | (0x2 << 62)
    return uuid.UUID(int=value)


def id_check(body: str) -> str:
    """Check character of the first 17 digits (GB 11643, ISO 7064 MOD 11-2)."""
    return "10X98765432"[sum(int(c) * k for c, k in zip(body, _ID_WEIGHTS, strict=True)) % 11]


def id_number(text: str, *, today: date) -> IdNumber:
    """Read an identity number as people type it. Raises Refused with what to correct.

    The place code is not checked against a list: elders were numbered before their county's code
    existed, and 81/82/83 (Hong Kong, Macau, Taiwan residents) and 9 (foreign permanent residents,
    card of 2023) are valid.
    """
    number = plain(text)
    if re.fullmatch(r"\d{15}", number):
        raise Refused("这是15位旧号码，请填写现在身份证上的18位号码。", field="id_number")
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise Refused("身份证号应为18位：前17位是数字，最后一位是数字或X。", field="id_number")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Refused("身份证号第7至14位的出生日期不存在，请核对。", field="id_number") from None
    if not date(1850, 1, 1) <= born <= today:
        raise Refused("身份证号中的出生日期不对，请核对第7至14位。", field="id_number")
    if id_check(number[:17]) != number[17]:
        raise Refused("身份证号最后一位校验不符，请逐位核对是否输错。", field="id_number")
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return IdNumber(number, born, sex, number[:6])


def uscc_check(body: str) -> str:
    """Check character of the first 17 of a credit code (GB 32100, weights 3^i mod 31)."""
    total = sum(_USCC.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return _USCC[(31 - total % 31) % 31]


def credit_code(text: str) -> str:
    """Read a unified social credit code, N and Y codes included. Raises Refused."""
    code = plain(text)
    if len(code) != 18 or any(c not in _USCC for c in code):
        raise Refused("统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z）。", field="uscc")
    if uscc_check(code[:17]) != code[17]:
        raise Refused("统一社会信用代码最后一位校验不符，请逐位核对。", field="uscc")
    return code


def certificate_check(body: str) -> str:
    """Check character of a certificate identifier (GB/T 36904, ISO 7064 MOD 37,36).

    `body` is the identifier without the root code 1.2.156.3005.2, the check and the dots.
    Raises ValueError for any character outside 0-9A-Z.
    """
    p = 36
    for c in body:
        p = ((p + _CERT.index(c)) % 36 or 36) * 2 % 37
    return _CERT[(37 - p) % 36]


def phone_number(text: str) -> str:
    """Read a mobile number of the mainland. Raises Refused."""
    number = plain(text).removeprefix("+86")
    if not re.fullmatch(r"1\d{10}", number):
        raise Refused("手机号应为1开头的11位数字。", field="phone")
    return number


def query_code(length: int = 10) -> str:
    """A random code for asking about a case: no 0/O, 1/I/L, about 49 bits at ten characters."""
    return "".join(secrets.choice(_QUERY) for _ in range(length))


def plain(text: str) -> str:
    """Half-width, upper-case, without blanks and hyphens: people copy numbers from anywhere."""
    table = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    half = text.translate(table)
    return re.sub(r"[\s\-‐-―_　]", "", half).upper()


def masked(text: str, *, head: int, tail: int) -> str:
    """The middle hidden: 410***********1230."""
    hidden = max(len(text) - head - tail, 0)
    return text[:head] + "*" * hidden + (text[-tail:] if tail and hidden else "")
