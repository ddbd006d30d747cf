"""An answered order in the public list: with the caller's consent, masked, after review."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core import tracked
from yizhan.core.flow import Refused
from yizhan.domain.hotline.actions import _desk as desk
from yizhan.domain.hotline.choices import Nature, State
from yizhan.domain.hotline.models import Order
from yizhan.domain.hotline.rules import whole
from yizhan.domain.hotline.understanding.masking import mask
from yizhan.domain.people.choices import Function
from yizhan.domain.people.rules import needs

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

NEVER = (Nature.REPORT,)


@transaction.atomic
def publish(order_id: uuid.UUID | str, *, by: Account, at: datetime) -> Order:
    """Show title, answer and end of an order to everybody. The dispatcher, who has read it.

    Only a closed order whose caller agreed, never a confidential one nor a report of wrongdoing
    (个人信息保护法 art. 25). The text was masked at intake, the answer at its check.
    """
    needs(by, Function.HOTLINE_DISPATCHER)
    order = desk.open_order(order_id)
    if order.state != State.CLOSED or not order.public_answer:
        raise Refused("办结并有公开答复的工单才能公开。")
    if order.confidential or not order.public or order.nature in NEVER:
        raise Refused("诉求人没有同意公开，或者属于举报、保密诉求，不能公开。")
    if order.published_at is None:
        order.published_at, order.title = at, mask(order.title)
        order.save(update_fields=["published_at", "title"])
        tracked.record(order, "publish", by=by, at=at, channel=desk.channel_of(by))
    return order


@transaction.atomic
def unpublish(order_id: uuid.UUID | str, *, reason: str, by: Account, at: datetime) -> Order:
    """Take it off the public list, with the reason. The dispatcher."""
    needs(by, Function.HOTLINE_DISPATCHER)
    order = desk.open_order(order_id)
    why = whole(reason, what="撤下的理由", field="reason")
    if order.published_at is not None:
        order.published_at = None
        order.save(update_fields=["published_at"])
        tracked.record(order, "unpublish", by=by, at=at, channel=desk.channel_of(by), note=why)
    return order
