"""Work orders in any state, made by the real actions.

incoming(text="…", sender="13800000001")      # one message as a channel hands it in
order = received() / dispatching() / to_sign(unit) / handling(unit) / calling(unit)
agent(); dispatcher(); second_dispatcher(); caller_back()     # who works at the hotline
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from tests.factories import office, people
from yizhan.core.worktime import CHINA
from yizhan.domain.hotline import actions
from yizhan.domain.hotline.actions import Incoming
from yizhan.domain.hotline.models import Message, Order
from yizhan.domain.notices.models import Notice
from yizhan.domain.office.models import Organisation
from yizhan.domain.people.models import Account

REGION = "410225"
AT = datetime(2026, 11, 25, 10, 0, tzinfo=CHINA)  # a Wednesday
LATER = AT + timedelta(hours=1)
PHONE = "13800000001"
TEXT = "兰阳街道胜利社区门口的路灯坏了一个多星期，晚上没法走，希望尽快修一下。"


def incoming(**changes: Any) -> Incoming:
    """A call about a street lamp, unless changed."""
    facts: dict[str, Any] = {
        "region": REGION, "channel": "phone", "message_id": uuid.uuid4().hex, "text": TEXT,
        "occurred_at": AT, "sender": PHONE, "name": "李秀英",
    }  # fmt: skip
    return Incoming(**(facts | changes))


def message(*, by: Account | None = None, at: datetime = AT, **changes: Any) -> Message:
    """A message taken in."""
    return actions.intake(incoming(**changes), by=by, at=at)


def received(*, at: datetime = AT, **changes: Any) -> Order:
    """An order that waits to be accepted."""
    return message(at=at, **changes).order


def agent() -> Account:
    """The seat that takes calls."""
    return people.official("hotline_agent", username="agent", name="林晓")


def dispatcher() -> Account:
    """Who dispatches and checks."""
    return people.official("hotline_dispatcher", username="dispatcher", name="高远")


def second_dispatcher() -> Account:
    """Another of them."""
    return people.official("hotline_dispatcher", username="dispatcher2", name="唐宁")


def caller_back() -> Account:
    """Who calls back."""
    return people.official("hotline_callback", username="callback", name="许静")


def unit(short_name: str = "城市管理局", **fields: Any) -> Organisation:
    """A unit that handles orders."""
    return office.organisation(code=f"hot-{short_name}", short_name=short_name, **fields)


def handler(organisation: Organisation) -> Account:
    """Who works on orders in a unit."""
    return people.handler(organisation, username=f"h-{organisation.code}", name="孙强")


def head(organisation: Organisation) -> Account:
    """The head of a unit."""
    return people.approver(organisation, username=f"a-{organisation.code}", name="赵敏")


def running(order: Order) -> dict[str, datetime | None]:
    """The running clocks and when they end."""
    return {c.name: c.due_at for c in order.clocks.filter(stopped_at=None)}


def day(moment: datetime | None) -> date | None:
    """The local day of a moment."""
    return moment.astimezone(CHINA).date() if moment else None


def told(order: Order) -> list[str]:
    """The kinds of messages about an order, in order."""
    found = Notice.objects.filter(subject=order.number).order_by("created_at", "id")
    return [notice.template.removeprefix("hotline.") for notice in found]
