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
from yizhan.domain.files.models import StoredFile
from yizhan.domain.hotline import actions
from yizhan.domain.hotline.actions import Incoming, ReplyDraft
from yizhan.domain.hotline.models import Message, Order, Reply
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


def dispatching(*, at: datetime = AT, **changes: Any) -> Order:
    """An order that is accepted and waits to be dispatched."""
    return actions.accept(received(at=at, **changes).pk, by=agent(), at=at)


def dispatched(order: Order, unit: Organisation, *, at: datetime = AT) -> Order:
    """The order sent to a unit."""
    return actions.dispatch(order.pk, lead=unit, by=dispatcher(), at=at)


def to_sign(unit: Organisation, *, at: datetime = AT, **changes: Any) -> Order:
    """An order that waits to be signed by a unit."""
    return dispatched(dispatching(at=at, **changes), unit, at=at)


def handling(unit: Organisation, *, at: datetime = AT, **changes: Any) -> Order:
    """An order a unit works on, its caller contacted."""
    order = actions.sign(to_sign(unit, at=at, **changes).pk, by=handler(unit), at=at)
    contacted(order, at=at)
    return order


def contacted(order: Order, *, at: datetime = AT) -> None:
    """The unit spoke with the caller."""
    lead = Order.objects.select_related("lead").get(pk=order.pk).lead
    assert lead is not None
    actions.contact(order.pk, reached=True, note="已问清是东门那盏灯", by=handler(lead), at=at)


def photo() -> StoredFile:
    """A photo as evidence, the same one again."""
    known = StoredFile.objects.filter(name="现场.jpg").first()
    return known or StoredFile.objects.create(
        region=REGION, kind="upload", name="现场.jpg", media_type="image/jpeg", size=3,
        sha256="0" * 64, created_at=AT,
    )  # fmt: skip


def replied(order: Order, *, at: datetime = AT, **changes: Any) -> Reply:
    """The unit's answer: solved, with a photo, unless changed."""
    lead = Order.objects.select_related("lead").get(pk=order.pk).lead
    assert lead is not None
    facts: dict[str, Any] = {
        "contacted": True, "solved": True, "internal_note": "派维修班更换灯具一套",
        "public_answer": "经查是灯具损坏，已于今日更换，现场试灯正常。", "file_ids": (photo().pk,),
    }  # fmt: skip
    draft = ReplyDraft(**(facts | changes))
    return actions.submit_reply(order.pk, draft=draft, by=handler(lead), at=at)


def calling(unit: Organisation, *, at: datetime = AT, **changes: Any) -> Order:
    """An order that waits to be called back."""
    order = handling(unit, at=at, **changes)
    replied(order, at=at)
    return actions.pass_review(order.pk, by=dispatcher(), at=at)


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


def ends(order: Order, clock: str) -> datetime:
    """When a running clock ends."""
    found = running(order)[clock]
    assert found is not None
    return found


def day(moment: datetime | None) -> date | None:
    """The local day of a moment."""
    return moment.astimezone(CHINA).date() if moment else None


def told(order: Order) -> list[str]:
    """The kinds of messages about an order, in order."""
    found = Notice.objects.filter(subject=order.number).order_by("created_at", "id")
    return [notice.template.removeprefix("hotline.") for notice in found]
