"""A day of the 12345: every message by the interface, every step by the pages, to its honest end.

Who does what is drawn from the seed: seats answer, merge, accept; dispatchers follow the catalogue
or confer; units sign, object, ask for more time, park, answer; answers come back; callers are
content, unreachable or unhappy. Nothing is written past the doors: a refusal that was not meant is
an error.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yizhan.config.demo.calls import photo
from yizhan.config.demo.founding import County
from yizhan.config.demo.hotline_texts import SyntheticMessage, compose
from yizhan.config.simulate.staff import at_desk, machine
from yizhan.core import tracked
from yizhan.domain.files import queries as files
from yizhan.domain.hotline import queries
from yizhan.domain.hotline.choices import Nature
from yizhan.domain.hotline.models import Order

TURNS = 60  # looks at every order, more than any life needs
URGING = 0.06
ANSWER = "经现场核查，情况属实，已安排人员处理完毕，并将加强日常巡查。"
KNOWN = "按规定可以办理，请带身份证到政务服务中心综合窗口，当天受理。"


@dataclass
class Day:
    """What the day came to."""

    seed: int
    sent: int = 0
    orders: int = 0
    follow_ups: int = 0
    closed: int = 0
    filled: int = 0
    filled_right: int = 0
    natures_right: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    closing: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The figures of the last line."""
        return {
            "seed": self.seed, "messages": self.sent, "orders": self.orders,
            "follow_ups": self.follow_ups, "closed": self.closed,
            "open": self.orders - self.closed, "errors": len(self.errors),
            "topic_filled": self.filled, "topic_filled_right": self.filled_right,
            "nature_right": self.natures_right, "closing": dict(self.closing),
            "channels": dict(self.channels), "steps": dict(self.steps),
        }  # fmt: skip


class Rehearsal:
    """The day being played."""

    def __init__(self, county: County, *, orders: int, seed: int) -> None:
        self.day, self.orders = Day(seed), orders
        self.chance = random.Random(seed)  # noqa: S311 - a rehearsal, not a secret
        staff = county.staff
        self.region = staff["linxiao"].region
        self.line = machine(self.region)
        self.desks: dict[str, Client] = {
            name: at_desk(staff[name])
            for name in ("linxiao", "gaoyuan", "tangning", "xujing", "sunqiang", "zhaomin")
        }
        self.truth: dict[str, SyntheticMessage] = {}
        self.photo = b""

    def play(self, *, say: Any = None) -> Day:
        """The whole day; `say` is told how far it is."""
        for number, message in enumerate(compose(self.day.seed, self.orders, urging=URGING)):
            self._send(number, message)
        going = list(self.truth)
        for turn in range(TURNS):
            if say is not None:
                say(f"第{turn + 1}轮，{len(going)}张在办")
            going = [number for number in going if self._live(number)]
            if not going:
                break
        self._count()
        return self.day

    def _send(self, number: int, said: SyntheticMessage) -> None:
        body = {
            "text": said.text, "channel": said.channel, "sender": said.phone, "name": said.name,
            "place": said.place_code,
        }  # fmt: skip
        key = f"day-{self.day.seed}-{self.orders}-{number:05d}"
        answer = self.line.post(
            "/api/v1/orders/", body, content_type="application/json",
            headers={"Idempotency-Key": key},
        )  # fmt: skip
        self.day.sent += 1
        if answer.status_code != 201:
            self.day.errors.append(f"{key}: {answer.status_code} {answer.content.decode()[:200]}")
            return
        taken = answer.json()
        if taken["kind"] != "report":
            self.day.follow_ups += 1
        elif taken["number"] not in self.truth:
            self.truth[taken["number"]] = said
            self._judge(taken, said)

    def _judge(self, taken: dict[str, Any], said: SyntheticMessage) -> None:
        """How well the message was understood before anybody looked."""
        self.day.channels[said.channel] += 1
        self.day.natures_right += taken["nature"] == said.nature
        if taken["topic"]:
            self.day.filled += 1
            self.day.filled_right += taken["topic"] == said.topic_code

    def _live(self, number: str) -> bool:
        """One step of an order; whether it goes on. All orders are alive at once, so that the same
        matter meets itself; one that was merged waits for the other's answer.
        """
        order = Order.objects.select_related("lead").get(region=self.region, number=number)
        if order.state == "merged":
            return order.merged_into is not None and order.merged_into.closed_at is None
        return order.closed_at is None and self._step(order)

    def _step(self, order: Order) -> bool:
        desk, verb, said = getattr(self, f"_{order.state}")(order)
        answer = self.desks[desk].post(f"/work/hotline/orders/{order.number}/{verb}/", said)
        self.day.steps[verb] += 1
        if answer.status_code == 302:
            return True
        self.day.errors.append(f"{order.number} {verb}: {answer.status_code}")
        return False

    def _received(self, order: Order) -> tuple[str, str, dict[str, Any]]:
        said = self.truth[order.number]
        if said.urgent:
            where = self.chance.choice(("110", "119", "120"))
            return "linxiao", "hand_to_emergency", {"where": where, "taken_by": "7号"}
        if not order.confirmed:
            return "linxiao", "classify", {
                "nature": said.nature, "topic": said.topic_code, "level": order.level,
                "points": "什么时候能解决" if self.chance.random() < 0.3 else "",
            }  # fmt: skip
        if said.nature in (Nature.CONSULT, Nature.PRAISE):
            return "linxiao", "answer_directly", {"closing": "explained", "answer": KNOWN}
        return "linxiao", "accept", {}

    def _dispatching(self, order: Order) -> tuple[str, str, dict[str, Any]]:
        into = self._same_matter(order)
        if into:
            return "linxiao", "merge", {"into": into}
        proposal = queries.unit_for(order, at=order.received_at)
        if proposal is None or self.chance.random() < 0.03:
            return "gaoyuan", "confer", {"reason": "涉及多个单位，需要商定主办"}
        return self._to(order, proposal.lead.pk)

    def _conference(self, order: Order) -> tuple[str, str, dict[str, Any]]:
        proposal = queries.unit_for(order, at=order.received_at)
        lead = proposal.lead.pk if proposal else order.parts.order_by("id")[0].organisation_id
        return self._to(order, lead)

    def _to(self, order: Order, lead: int) -> tuple[str, str, dict[str, Any]]:
        level = "hard" if order.redos else order.level
        return "gaoyuan", "dispatch", {"lead": str(lead), "level": level, "co_days": "3"}

    def _to_sign(self, order: Order) -> tuple[str, str, dict[str, Any]]:
        objected = queries.facts(order, by=None).objection
        if objected is None and not order.ordered and self.chance.random() < 0.05:
            return "sunqiang", "raise_objection", {
                "reason": "不属于本单位职责范围", "clause": "三定方案第三条"}  # fmt: skip
        return "sunqiang", "sign", {}

    def _objected(self, order: Order) -> tuple[str, str, dict[str, Any]]:
        return "tangning", "dismiss_objection", {"reason": "按派单目录由你单位办理"}

    def _handling(self, order: Order) -> tuple[str, str, dict[str, Any]]:
        last = order.replies.order_by("-round").first()
        talked = order.contacts.filter(reached=True)
        if last is not None:
            talked = talked.filter(at__gt=last.at)
        if not talked.exists():
            return "sunqiang", "contact", {"way": "电话", "reached": "on", "note": "已问清情况"}
        asked = order.extensions.filter(state="asked").exists()
        if asked:
            return "zhaomin", "approve_extension", {}
        if not order.extensions.exists() and last is None and self.chance.random() < 0.05:
            return "sunqiang", "request_extension", {"amount": "1", "reason": "配件要从外地调货"}
        if not order.parkings.exists() and last is None and self.chance.random() < 0.04:
            return "zhaomin", "park", {
                "reason": "要列入改造计划统一施工", "plan": "已列入明年第一季度计划",
                "until": "2027-03-31", "explained": "已电话说明原因和安排"}  # fmt: skip
        return "sunqiang", "submit_reply", self._reply(order)

    def _reply(self, order: Order) -> dict[str, Any]:
        solved = order.nature not in (Nature.SUGGESTION,) and self.chance.random() < 0.85
        said: dict[str, Any] = {
            "contacted": "yes", "true_claim": "yes", "solved": "yes" if solved else "no",
            "internal_note": "现场核查并处理，留存照片。", "public_answer": ANSWER,
            "unsolved_reason": "" if solved else "需要上级部门支持，已报告",
        }  # fmt: skip
        said |= {f"point-{place}": "今天已处理" for place in range(len(order.points))}
        if solved:
            said["files"] = SimpleUploadedFile("现场.jpg", self._evidence(order), "image/jpeg")
        return said

    def _evidence(self, order: Order) -> bytes:
        if not self.photo:
            self.photo = files.open_bytes(photo(order.region, order.received_at)).read()
        return self.photo

    def _parked(self, order: Order) -> tuple[str, str, dict[str, Any]]:
        return "sunqiang", "unpark", {"reason": "材料到货，提前办理"}

    def _reviewing(self, order: Order) -> tuple[str, str, dict[str, Any]]:
        if order.replies.count() == 1 and self.chance.random() < 0.05:
            return "tangning", "return_reply", {"reason": "没有写明具体处理措施"}
        return "tangning", "pass_review", {}

    def _calling(self, order: Order) -> tuple[str, str, dict[str, Any]]:
        draw = self.chance.random()
        said = {"channel": "phone", "result": "answered", "contacted": "yes", "solved": "yes"}
        if not order.sender_index:
            return "xujing", "record_callback", {"channel": "phone", "result": "no_number"}
        if draw < 0.1:
            return "xujing", "record_callback", said | {"result": "no_answer"}
        if draw < 0.2:
            return "xujing", "record_callback", said | {
                "solved": "no", "satisfied": "not", "words": "和说的不一样，没有解决",
            }  # fmt: skip
        satisfied = "basic" if draw < 0.4 else "" if draw < 0.5 else "very"
        return "xujing", "record_callback", said | {"satisfied": satisfied}

    def _same_matter(self, order: Order) -> str:
        """The open order that the page's first hint names, when it is plainly the same matter."""
        hints = queries.duplicates_of(
            order.region, order.masked_text, at=order.received_at, index=order.sender_index,
            place=order.place_code, topic=order.topic, without=order.pk,
        )  # fmt: skip
        for hint in hints:
            into = Order.objects.get(pk=hint.id)
            near = "内容相近" in hint.why or "同类问题" in hint.why
            same = near and into.topic == order.topic
            if same and into.state in ("to_sign", "handling", "dispatching"):
                return into.number
        return ""

    def _count(self) -> None:
        orders = list(Order.objects.filter(region=self.region, number__in=list(self.truth)))
        self.day.orders = len(orders)
        for order in orders:
            if order.closed_at is not None:
                self.day.closed += 1
                self.day.closing[order.closing] += 1
            elif order.due_at is None or not order.clocks.filter(stopped_at=None).exists():
                self.day.errors.append(f"{order.number}: open without a clock")
            self.day.errors += [f"{order.number}: {wrong}" for wrong in tracked.broken(order)]
