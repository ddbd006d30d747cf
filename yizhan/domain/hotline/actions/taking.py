"""What a seat does with a new order: classify, accept, answer at once, hand over danger."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from yizhan.core.flow import Refused
from yizhan.domain.hotline import queries
from yizhan.domain.hotline.actions import _desk as desk
from yizhan.domain.hotline.actions import _merged as merged
from yizhan.domain.hotline.choices import Closing, Level, Nature
from yizhan.domain.hotline.models import KnowledgeEntry, Order
from yizhan.domain.hotline.rules import whole

if TYPE_CHECKING:
    from yizhan.domain.office.models import Organisation
    from yizhan.domain.people.models import Account

DIRECT = (Closing.EXPLAINED, Closing.LAWFUL_WAY, Closing.BEYOND)
EMERGENCY_LINES = ("110", "119", "120", "122", "供水抢修", "供电抢修", "燃气抢修", "供热抢修")


@transaction.atomic
def classify(
    order_id: uuid.UUID | str,
    *,
    nature: str,
    topic: str,
    topic_label: str,
    by: Account,
    at: datetime,
    level: str = "",
    points: Sequence[str] | None = None,
    about_unit: Organisation | None = None,
    reason: str = "",
) -> Order:
    """Confirm or correct what was proposed: nature, topic, urgency, the questions to answer.

    The hotline. A confirmed nature is changed only with a reason, which stays in the trail: a
    complaint does not quietly become a consultation. No clock.
    """
    order = desk.open_order(order_id)
    if nature not in Nature.values:
        raise Refused("请选择诉求性质。", field="nature")
    if level and level not in Level.values:
        raise Refused("请选择紧急程度。", field="level")
    changed = order.confirmed and nature != order.nature
    why = whole(reason, what="更改诉求性质的理由", field="reason") if changed else reason.strip()
    before = {"nature": order.nature, "topic": order.topic, "level": order.level}
    order.nature, order.topic, order.topic_label = nature, topic[:24], topic_label[:80]
    order.level = level or order.level
    if points is not None:
        order.points = [point.strip()[:200] for point in points if point.strip()][:10]
    if about_unit is not None:
        order.about_unit = about_unit
    order.confirmed = True
    data = {"from": before, "nature": nature, "topic": topic, "level": order.level}
    facts = queries.facts(order, by=by, at=at)
    desk.stay(order, "classify", by=by, at=at, facts=facts, note=why, data=data)
    return order


@transaction.atomic
def accept(order_id: uuid.UUID | str, *, by: Account, at: datetime) -> Order:
    """Take the order on: DISPATCH and the caller's own clock ANSWER begin. The hotline."""
    order = desk.open_order(order_id)
    if not order.nature:
        raise Refused("请先确定诉求性质，再受理。", field="nature")
    desk.take(order, "accept", by=by, at=at)
    return order


@transaction.atomic
def answer_directly(
    order_id: uuid.UUID | str,
    *,
    answer: str,
    by: Account,
    at: datetime,
    closing: str = Closing.EXPLAINED,
    entry: KnowledgeEntry | None = None,
) -> Order:
    """Answer and close in one call: two thirds of all calls. All clocks stop.

    The hotline. `closing`: explained; lawful_way with where to go (诉讼、仲裁、复议、信访); beyond
    with the market's or society's way. `entry` is the knowledge that answered.
    """
    order = desk.open_order(order_id)
    if closing not in DIRECT:
        raise Refused("直接答复只能是解释答复、告知法定途径或告知其他渠道。", field="closing")
    order.public_answer = whole(answer, what="答复内容", field="answer", least=6)
    order.closing, order.answered_at = closing, at
    data = {"closing": closing, "entry": str(entry.pk) if entry else ""}
    desk.take(order, "answer_directly", by=by, at=at, data=data)
    if entry is not None:
        KnowledgeEntry.objects.filter(pk=entry.pk).update(uses=F("uses") + 1)
    kind = "answered" if closing == Closing.EXPLAINED else "way"
    desk.tell(order, kind, at=at, answer=order.public_answer[:200])
    merged.answer(order, at=at)
    return order


@transaction.atomic
def hand_to_emergency(
    order_id: uuid.UUID | str, *, where: str, taken_by: str, by: Account, at: datetime
) -> Order:
    """Hand danger over to 110, 119, 120, 122 or the repair line at once. All clocks stop.

    The hotline; `taken_by` is who answered there (a name or seat number), so that it is known that
    somebody did. 国办函〔2025〕66号（二）: 紧急热线即时转.
    """
    order = desk.open_order(order_id)
    if where not in EMERGENCY_LINES:
        raise Refused("请选择转往哪个紧急热线。", field="where")
    taken = whole(taken_by, what="对方接警员的姓名或坐席号", field="taken_by", least=1)
    order.closing, order.public_answer = Closing.EMERGENCY, f"已转{where}，对方已接。"
    order.answered_at = at
    desk.take(order, "hand_to_emergency", by=by, at=at, note=f"{where}：{taken}"[:200])
    desk.tell(order, "emergency", at=at, where=where)
    merged.release(order, at=at)
    return order
