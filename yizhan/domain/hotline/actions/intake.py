"""The one door by which a message of any channel becomes an order, or part of one.

Once per message id of a channel, however often the network repeats it. A stranger who quotes a
number gets an order of his own: the number counts only with the sender it belongs to.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, QuerySet

from yizhan.core import crypto, tracked
from yizhan.core.compiled import compiled
from yizhan.core.flow import Refused
from yizhan.core.numbers import query_code, uuid7
from yizhan.core.rows import insert_together
from yizhan.domain.files.models import StoredFile
from yizhan.domain.hotline import flow, queries
from yizhan.domain.hotline.actions import _desk as desk
from yizhan.domain.hotline.actions import _reading as understanding
from yizhan.domain.hotline.choices import (
    Channel,
    ClockName,
    Language,
    Level,
    Line,
    MessageKind,
    Nature,
    State,
)
from yizhan.domain.hotline.models import Message, Order, OrderFile
from yizhan.domain.hotline.shapes import Incoming
from yizhan.domain.hotline.understanding.masking import mask
from yizhan.domain.office import queries as office

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

LONGEST = 10_000  # characters; what is longer belongs into a file beside it
RETRIES = 5
AFTER = timedelta(days=90)  # so long a caller's words may belong to his earlier order
MOST_FILES = 9


def intake(incoming: Incoming, *, by: Account | None, at: datetime) -> Message:
    """Take in one message: a new order, or a follow-up or urging of an open one.

    Anybody, by any channel; `by` is the seat that wrote it down or the caller's own account. The
    same id again gives the first message back; with other content it is refused. Clock: TAKE
    (北京规范：网络渠道 2 小时内受理). Raises Refused with the field where there is one.
    """
    read = understanding.read(_checked(incoming), region=incoming.region)
    digest = _digest(incoming)
    index = queries.sender_index(incoming.sender)
    for _ in range(RETRIES):
        serial, known_id = _look(incoming)
        if known_id is not None:
            return _replayed(Message.objects.select_related("order").get(pk=known_id), digest)
        earlier = _belongs_to(incoming, index, urge=read.urge)
        if incoming.upper_number and earlier is not None and earlier.state == State.CLOSED:
            raise Refused(
                f"上级编号{incoming.upper_number}的工单{earlier.number}已经办结，请用新的编号派单。"
            )
        try:
            with transaction.atomic():
                if earlier is not None and earlier.state != State.CLOSED:
                    return _attach(earlier, incoming, read, digest, index, by=by, at=at)
                return _begin(incoming, read, digest, index, earlier, serial, by=by, at=at)
        except IntegrityError as error:
            if not _collided(error):
                raise
    raise Refused("系统繁忙，没有登记成功，请再提交一次，内容还在。")


@transaction.atomic
def add_words(
    order_id: uuid.UUID | str,
    *,
    text: str,
    channel: str,
    message_id: str,
    by: Account | None,
    at: datetime,
) -> Message:
    """More words of a caller whose order it is known to be (by account, or number and phone).

    Once per message id. A closed order takes none: the matter is said anew. No clock.
    """
    order = desk.open_order(order_id)
    incoming = Incoming(
        region=order.region, channel=channel, message_id=message_id, text=text, occurred_at=at
    )
    known = _known(order.region, channel, message_id)
    if known:
        return _replayed(known[0], _digest(incoming))
    if order.state == State.CLOSED:
        raise Refused("这张工单已经办结。还有问题请重新反映，我们会接着办。", field="text")
    read = understanding.read(_checked(incoming), region=order.region)
    return _attach(order, incoming, read, _digest(incoming), order.sender_index, by=by, at=at)


def _checked(incoming: Incoming) -> str:
    """The text to read. Raises Refused for what cannot be taken in."""
    text = incoming.text.replace("\x00", "").strip()
    if not text:
        raise Refused("没有收到诉求内容，请写明什么时间、什么地点、发生了什么事。", field="text")
    if len(text) > LONGEST:
        raise Refused(
            f"内容有{len(text)}个字，太长了，请写在{LONGEST}字以内，其余作为附件上传。",
            field="text",
        )
    if not 1 <= len(incoming.message_id) <= 200:
        raise Refused("消息编号不对，请重新提交。")
    known: tuple[tuple[str, list[str], str], ...] = (
        (incoming.channel, Channel.values, "来源渠道"), (incoming.line, Line.values, "来源线路"),
        (incoming.language, Language.values, "语言"),
        (incoming.nature, ["", *Nature.values], "诉求性质"),
        (incoming.level, ["", *Level.values], "紧急程度"),
    )  # fmt: skip
    for value, values, what in known:
        if value not in values:
            raise Refused(f"{what}“{value}”不在选项里，请重新选择。")
    if incoming.place:
        place = office.place(incoming.place)
        if place is None or not place.code.startswith(incoming.region[:6]):
            raise Refused("没有这个地点，请从列表里选择乡镇和村（社区）。", field="place")
    if len(incoming.file_ids) > MOST_FILES:
        raise Refused(f"附件最多{MOST_FILES}个，请留下最能说明问题的。", field="files")
    files = incoming.file_ids
    if files and StoredFile.objects.filter(pk__in=files).count() != len(files):
        raise Refused("附件没有上传成功，请重新上传。", field="files")
    return text


def _digest(incoming: Incoming) -> str:
    """What makes a message the same one; files that are sent twice are kept twice, so not they."""
    facts = [
        incoming.text, incoming.sender, incoming.subject, incoming.place, incoming.order_number,
        incoming.place_text,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def _replayed(known: Message, digest: str) -> Message:
    if known.digest != digest:
        raise Refused("这个消息编号已经登记过别的内容，请用新的编号提交。")
    return known


def _belongs_to(incoming: Incoming, index: str, *, urge: bool) -> Order | None:
    """The caller's own earlier order that this message speaks of, if any."""
    if incoming.upper_number:
        rows = Order.objects.filter(region=incoming.region, upper_number=incoming.upper_number)
        return rows.first()
    own = Order.objects.filter(region=incoming.region)
    if incoming.person is not None:
        own = own.filter(caller=incoming.person)
    elif index:
        own = own.filter(sender_index=index)
    else:
        return None
    if incoming.order_number:
        return own.filter(number=incoming.order_number.strip().upper()).first()
    if incoming.thread:
        talked = Message.objects.filter(
            region=incoming.region, channel=incoming.channel, message_id__in=incoming.thread
        )
        found = own.filter(pk__in=talked.values("order")).order_by("-received_at").first()
        if found is not None:
            return found
    if urge:
        recent = own.filter(received_at__gte=incoming.occurred_at - AFTER, closed_at=None)
        return recent.order_by("-received_at").first()
    return None


def _attach(
    earlier: Order,
    incoming: Incoming,
    read: understanding.Read,
    digest: str,
    index: str,
    *,
    by: Account | None,
    at: datetime,
) -> Message:
    """A message that belongs to an open order: its words, a trail line, the unit told."""
    order = desk.open_order(earlier.pk)
    if order.state == State.CLOSED:  # it ended while we looked: begin anew behind it
        return _begin(incoming, read, digest, index, order, _look(incoming)[0], by=by, at=at)
    urged = read.urge and not incoming.upper_number
    kind = MessageKind.URGE if urged else MessageKind.FOLLOW_UP
    message = _message(order, incoming, digest, index, kind, by=by, at=at)
    insert_together([message, *_files(order, message, incoming)])
    order.urges += urged
    if read.level == Level.URGENT and order.level != Level.URGENT:
        order.proposal = order.proposal | {"alarms": read.proposal["alarms"]}
    order.save(update_fields=["urges", "proposal"])
    tracked.record(
        order, "urge" if urged else "follow_up", by=by, at=at, channel=incoming.channel,
        data={"message": str(message.pk)},
    )  # fmt: skip
    desk.tell(order, "urged" if urged else "followed", at=at, until=_answer_by(order))
    what = "诉求人催办" if urged else "诉求人补充了情况"
    desk.tell_unit(
        order, f"工单{order.number}{what}，请及时处理。", key=f"{kind}:{message.pk}", at=at
    )
    return message


def _begin(
    incoming: Incoming,
    read: understanding.Read,
    digest: str,
    index: str,
    earlier: Order | None,
    serial: int,
    *,
    by: Account | None,
    at: datetime,
) -> Message:
    """A new order with its clock, trail, message and the note to the caller, in one statement."""
    order = _order(incoming, read, index, earlier, serial, at=at)
    template = queries.template_for(order.region, order.level, order.nature, at=at)
    entry = tracked.line(
        order, "intake", to_state=flow.ORDER.check("intake", state=State.NEW).target, by=by,
        at=at, channel=incoming.channel, data={"line": incoming.line},
    )  # fmt: skip
    clock = tracked.start(
        order, ClockName.TAKE, template.term(ClockName.TAKE), at=at,
        calendar=desk.calendar_of(order),
    )  # fmt: skip
    tracked.nearest(order, [clock])
    message = _message(order, incoming, digest, index, MessageKind.REPORT, by=by, at=at)
    rows: list[Any] = [order, entry, clock, message, *_files(order, message, incoming)]
    if desk.is_mobile(incoming.sender):
        rows.append(
            desk.notice(
                order, "received", incoming.sender, at=at, code=order.query_code,
                until=order.due_at,
            )
        )  # fmt: skip
    insert_together(rows)
    return message


def _order(
    incoming: Incoming,
    read: understanding.Read,
    index: str,
    earlier: Order | None,
    serial: int,
    *,
    at: datetime,
) -> Order:
    key = uuid7()
    sender = incoming.sender.strip()
    day = office.calendar(incoming.region).day(at)
    masked_subject = mask(incoming.subject) if incoming.subject else ""
    title = " ".join((masked_subject or read.masked).split())
    level = Level.URGENT if read.level == Level.URGENT else incoming.level or read.level
    order = Order(
        id=key, region=incoming.region, state=State.NEW,
        number=f"RX{incoming.region}{day:%Y%m%d}{serial:06d}", query_code=query_code(),
        channel=incoming.channel, line=incoming.line, language=incoming.language, level=level,
        nature=incoming.nature or read.nature, topic=incoming.topic or read.topic,
        topic_label=incoming.topic_label or read.topic_label, proposal=read.proposal,
        confirmed=bool(incoming.nature and incoming.topic), title=title[:60],
        text=incoming.text.replace("\x00", "").strip(), masked_text=read.masked,
        place_code=incoming.place, place_text=incoming.place_text.strip()[:200],
        caller=incoming.person, caller_name=incoming.name.strip()[:60], sender_index=index,
        confidential=incoming.confidential, public=incoming.public and not incoming.confidential,
        about_unit=incoming.about_unit, affair_number=incoming.affair_number[:50],
        upper_number=incoming.upper_number[:60], received_at=at, follows=earlier,
    )  # fmt: skip
    if sender:
        order.sender_sealed = crypto.seal(sender, bound=queries.sender_place(order))
    return order


def _message(
    order: Order,
    incoming: Incoming,
    digest: str,
    index: str,
    kind: str,
    *,
    by: Account | None,
    at: datetime,
) -> Message:
    return Message(
        region=order.region, channel=incoming.channel, message_id=incoming.message_id,
        digest=digest, order=order, kind=kind, subject=incoming.subject[:200],
        text=incoming.text.replace("\x00", "").strip(), sender_index=index, by=by,
        occurred_at=min(incoming.occurred_at, at), recorded_at=at,
    )  # fmt: skip


def _files(order: Order, message: Message, incoming: Incoming) -> list[OrderFile]:
    return [
        OrderFile(region=order.region, order=order, message=message, file_id=file_id)
        for file_id in dict.fromkeys(incoming.file_ids)
    ]


def _answer_by(order: Order) -> datetime:
    """Until when the caller has his answer; where no clock of his runs, the nearest one."""
    found: datetime | None = order.clocks.filter(
        stopped_at=None, name__in=(ClockName.ANSWER, ClockName.PLAN, ClockName.TAKE)
    ).aggregate(last=Max("due_at"))["last"]
    return found or order.due_at or order.received_at


def _look(incoming: Incoming) -> tuple[int, uuid.UUID | None]:
    """The next serial number, and the message that this id has already become."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('hotline_number'), m.id FROM (SELECT 1) AS one "
            "LEFT JOIN hotline_message AS m "
            "ON m.region = %s AND m.channel = %s AND m.message_id = %s",
            [incoming.region, str(incoming.channel), incoming.message_id],
        )
        return cursor.fetchone()


@compiled
def _known(region: str, channel: str, message_id: str) -> QuerySet[Message]:
    rows = Message.objects.filter(region=region, channel=channel, message_id=message_id)
    return rows.select_related("order")


def _collided(error: IntegrityError) -> bool:
    """Whether only a message id or a random code met its double: look again."""
    diag = getattr(error.__cause__, "diag", None)
    name = getattr(diag, "constraint_name", "")
    return name in ("message_once", "order_query_code", "order_number", "order_upper")
