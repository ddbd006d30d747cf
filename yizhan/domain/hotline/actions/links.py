"""A link to one order for a township's phone: handle it without installing or logging in.

The link is a secret of 32 random bytes of which only the digest is kept; it opens one order as one
named official, for three days, and ends with his part in the order.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core.flow import Refused
from yizhan.core.numbers import phone_number
from yizhan.domain.hotline import flow
from yizhan.domain.hotline.actions import _desk as desk
from yizhan.domain.hotline.models import HandlingLink
from yizhan.domain.notices import actions as notices
from yizhan.domain.people.choices import Function
from yizhan.domain.people.rules import holds, needs

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

LIFE = timedelta(days=3)
UNIT = (Function.HANDLER, Function.APPROVER)


@transaction.atomic
def send_link(
    order_id: uuid.UUID | str, *, account: Account, phone: str, base: str, by: Account, at: datetime
) -> str:
    """Send a handler of the unit a link to the order; the token, for who shows it himself.

    The dispatcher, or the unit's own people. An earlier link of the same official ends. `base` is
    the address before the token. A confidential order is not sent out.
    """
    order = desk.open_order(order_id)
    lead = desk.lead_of(order)
    if not holds(by, Function.HOTLINE_DISPATCHER):
        needs(by, *UNIT, organisation=lead)
    if order.state not in flow.AT_UNIT:
        raise Refused("工单不在单位办理，不用发链接。")
    if order.confidential:
        raise Refused("诉求人要求保密，这张工单不能用链接办理，请登录工作台。")
    if not holds(account, *UNIT, organisation=lead):
        raise Refused(f"请选择{lead.short_name}的承办人。", field="account")
    number, token = phone_number(phone), secrets.token_urlsafe(32)
    links = HandlingLink.objects.filter(order=order, account=account, ended_at=None)
    links.update(ended_at=at)
    link = HandlingLink.objects.create(
        region=order.region, order=order, account=account, digest=digest_of(token), made_at=at,
        valid_to=at + LIFE,
    )  # fmt: skip
    notices.queue(
        region=order.region, person=None, address=number, template="hotline.link",
        text=f"【12345】工单{order.number}请办理：{{secret}}（三天内有效，请勿转发）",
        secret=f"{base}{token}/", subject=order.number, key=f"hotline:link:{link.pk}", at=at,
        expires_at=at + LIFE, urgent=True,
    )  # fmt: skip
    return token


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
