"""What the caller sees of his order: no names of officials, no word between offices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from yizhan.domain.hotline import flow, queries
from yizhan.domain.hotline.choices import Closing, State
from yizhan.domain.hotline.models import Order
from yizhan.web.portal.hotline_forms import MoreForm, RatingForm
from yizhan.web.ui.words import day_words

SOON = {  # what happens next, in a sentence
    State.RECEIVED: "热线正在看您反映的情况，会尽快受理。",
    State.DISPATCHING: "已受理，正在确定由哪个单位办理。",
    State.CONFERENCE: "这件事涉及几个单位，热线正在和他们商定由谁办理。",
    State.TO_SIGN: "已转给办理单位，等待签收。",
    State.OBJECTED: "热线正在核实由哪个单位办理，您的答复期限不变。",
    State.HANDLING: "单位正在办理，会和您联系。",
    State.PARKED: "这件事现在还不能解决，原因和计划见下面；到期会继续办理。",
    State.REVIEWING: "单位已经答复，热线正在核对答复是否属实、完整。",
    State.CALLING: "已经答复。请告诉我们是否解决、是否满意。",
    State.MERGED: "与您相同的问题正在一起办理，您会得到答复。",
    State.CLOSED: "已办结。还有问题可以再打 12345。",
}


class OrderPage:
    """One order for its caller."""

    def __init__(
        self,
        order: Order,
        *,
        at: datetime,
        more: MoreForm | None = None,
        rating: RatingForm | None = None,
        refusal: str = "",
    ) -> None:
        self.order, self.refusal = order, refusal
        self.state = flow.ORDER.labels[order.state]
        self.next = SOON[State(order.state)]
        self.unit = order.lead.name if order.lead else ""
        self.open = order.closed_at is None
        self.may_rate = order.state == State.CALLING
        self.may_withdraw = order.state in flow.BEFORE_ANSWER
        self.more = (more or MoreForm()) if self.open else None
        self.rating = (rating or RatingForm()) if self.may_rate else None
        self.answered = bool(order.answered_at and order.public_answer)
        self.closing = Closing(order.closing).label if order.closing else ""
        self.events = self._events()
        self.deadlines = self._deadlines(at)
        self.parkings = [p for p in queries.parkings(order) if p.ended_at is None]

    def _events(self) -> list[dict[str, Any]]:
        lines = [line for line in queries.timeline(self.order) if not line.internal]
        return [
            {"title": line.label, "at": line.at, "now": line is lines[-1], "by": "", "text": ""}
            for line in lines
        ][::-1]

    def _deadlines(self, at: datetime) -> list[tuple[str, str]]:
        """Each deadline that is his, with the sentence that derives it."""
        found = []
        for line in queries.clock_sentences(self.order, at=at):
            if line.running and line.of_caller and line.due_at is not None:
                local = timezone.localtime(line.due_at)
                when = f"{day_words(local.date())}{local:%H:%M}前"
                found.append((f"{line.label}：{when}", line.sentence))
        return found
