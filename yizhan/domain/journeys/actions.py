"""Actions that change two packages in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yizhan.core import numbers
from yizhan.domain.notices import actions as notices
from yizhan.domain.people import actions as people
from yizhan.domain.people.choices import CodePurpose
from yizhan.domain.people.models import OneTimeCode

CODE_TEXT = "{what}验证码：{{secret}}，10分钟内有效。请勿告诉任何人，工作人员也不会向您要验证码。"


@transaction.atomic
def send_login_code(
    *, region: str, phone: str, at: datetime, purpose: str = CodePurpose.LOGIN, ip: str = ""
) -> OneTimeCode:
    """Make a one-time code for a phone and queue its message, both or neither.

    The digits stand in no table: the code is kept as a keyed digest, the message seals them.
    Raises Refused for an impossible number and when codes are asked for too often.
    """
    code, digits = people.make_code(region=region, phone=phone, at=at, purpose=purpose, ip=ip)
    notices.queue(
        region=region,
        person=None,
        address=numbers.phone_number(phone),
        template=f"code_{purpose}",
        text=CODE_TEXT.format(what=CodePurpose(purpose).label),
        secret=digits,
        expires_at=code.expires_at,
        key=f"code:{code.pk}",
        at=at,
        urgent=True,
    )
    return code
