"""Work orders for machines: hand in, follow, and what a unit's own system fills back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, File, Header, Query, Router, Schema, Status, UploadedFile

from yizhan.domain.files import actions as files
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.actions import Incoming, ReplyDraft
from yizhan.domain.hotline.choices import Channel
from yizhan.domain.hotline.models import Order
from yizhan.domain.people.choices import Function
from yizhan.domain.people.rules import needs
from yizhan.web.gateway.cases import FileOut
from yizhan.web.gateway.tokens import Token

router = Router(auth=Token(), tags=["12345工单"])


class MessageIn(Schema):
    """What somebody said, by which channel."""

    text: str
    channel: str = Channel.APP
    sender: str = Field("", max_length=100, description="手机号、邮箱或开放编号；隐藏来电留空")
    name: str = Field("", max_length=60)
    subject: str = Field("", max_length=200)
    place: str = Field("", description="12位区划代码")
    place_text: str = Field("", max_length=200)
    order_number: str = Field("", max_length=30, description="接着哪张工单说；须是同一联系方式")
    thread: list[str] = []
    file_ids: list[UUID] = []
    confidential: bool = False
    language: str = "zh"
    line: str = "12345"
    nature: str = ""
    upper_number: str = Field("", max_length=60, description="上级平台派来的编号")
    occurred_at: datetime | None = None


class OrderOut(Schema):
    """Where an order stands. No word of the caller."""

    number: str
    state: str
    state_label: str
    title: str
    level: str
    nature: str
    topic: str
    topic_label: str
    unit: str
    due_at: datetime | None
    due_clock: str
    closing: str


class TakenOut(OrderOut):
    """What came of a message: which order it belongs to, and as what."""

    query_code: str
    kind: str


class ClockOut(Schema):
    """One clock and the sentence that derives its deadline."""

    label: str
    due_at: datetime | None
    sentence: str
    running: bool


class LineOut(Schema):
    """One event."""

    at: datetime
    label: str
    state: str


class DetailOut(OrderOut):
    """An order as the caller of the interface may read it."""

    text: str
    clocks: list[ClockOut]
    timeline: list[LineOut]


class RowOut(Schema):
    """One line of a list."""

    number: str
    title: str
    state: str
    level: str
    nature: str
    unit: str
    due_at: datetime | None
    light: str
    reason: str


class PageOut(Schema):
    """A page of a list; `next` is the mark of the page after it."""

    rows: list[RowOut]
    next: str


class ContactIn(Schema):
    """How the caller was spoken with."""

    reached: bool
    note: str
    way: str = "电话"


class RecallIn(Schema):
    """Why the upper platform takes its order back."""

    reason: str = Field(max_length=300)


class ReplyIn(Schema):
    """The unit's answer."""

    contacted: bool
    solved: bool
    internal_note: str
    public_answer: str
    unsolved_reason: str = ""
    true_claim: bool = True
    closing: str = ""
    points: list[str] = []
    file_ids: list[UUID] = []


@router.post("/", response={201: TakenOut}, summary="登记诉求（幂等）")
def take_in(
    request: HttpRequest,
    body: MessageIn,
    key: Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=100)],
) -> HttpResponse:
    """Hand in one message. The same Idempotency-Key with the same content is one message."""
    needs(request.auth, Function.HOTLINE_AGENT)
    at = timezone.now()
    said = body.dict(exclude={"occurred_at", "thread", "file_ids"})
    incoming = Incoming(
        region=settings.REGION, message_id=f"api:{key}", occurred_at=body.occurred_at or at,
        thread=tuple(body.thread), file_ids=tuple(body.file_ids), **said,
    )  # fmt: skip
    message = actions.intake(incoming, by=request.auth, at=at)
    order = message.order
    return _json(_shown(order) | {"query_code": order.query_code, "kind": message.kind}, status=201)


@router.post("/files/", response={201: FileOut}, summary="上传照片、材料")
def upload(request: HttpRequest, file: Annotated[UploadedFile, File()]) -> Status:
    """Check and keep one picture or PDF; name it by its id in a message or an answer."""
    kept = files.store_upload(
        region=settings.REGION, name=file.name or "", stream=file.file, by=request.auth,
        at=timezone.now(),
    )  # fmt: skip
    return Status(201, kept)


@router.get("/", response=PageOut, summary="工单列表，每页50条")
def worklist(
    request: HttpRequest, tab: Annotated[str, Query()] = "", page: str = ""
) -> HttpResponse:
    """What waits for the caller's unit, due first."""
    known = queries.tabs_of(request.auth)
    listed = queries.worklist(
        request.auth, tab=tab or next(iter(known)), page=page, at=timezone.now()
    )
    rows = [{name: getattr(row, name) for name in RowOut.model_fields} for row in listed.rows]
    return _json({"rows": rows, "next": listed.next})


@router.get("/{number}/", response=DetailOut, summary="一张工单")
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """An order the caller may see, with its clocks and events."""
    order = _visible(request, number)
    clocks = queries.clock_sentences(order, at=timezone.now())
    return _json(
        _shown(order)
        | {
            "text": queries.reading(order, request.auth).text,
            "clocks": [{n: getattr(c, n) for n in ClockOut.model_fields} for c in clocks],
            "timeline": [
                {n: getattr(line, n) for n in LineOut.model_fields}
                for line in queries.timeline(order)
            ],
        }
    )


@router.post("/{number}/sign/", response=OrderOut, summary="签收")
def sign(request: HttpRequest, number: str) -> HttpResponse:
    """The unit takes the order over."""
    order = _visible(request, number)
    return _json(_shown(actions.sign(order.pk, by=request.auth, at=timezone.now(), channel="api")))


@router.post("/{number}/contact/", response={200: OrderOut}, summary="登记联系诉求人")
def contact(request: HttpRequest, number: str, body: ContactIn) -> HttpResponse:
    """The unit spoke with the caller, or tried."""
    order = _visible(request, number)
    actions.contact(order.pk, by=request.auth, at=timezone.now(), channel="api", **body.dict())
    return _json(_shown(_visible(request, number)))


@router.post("/{number}/reply/", response={200: OrderOut}, summary="提交答复")
def reply(request: HttpRequest, number: str, body: ReplyIn) -> HttpResponse:
    """The unit answers; the hotline checks it."""
    order = _visible(request, number)
    draft = ReplyDraft(**(body.dict() | {"file_ids": tuple(body.file_ids)}))
    actions.submit_reply(order.pk, draft=draft, by=request.auth, at=timezone.now(), channel="api")
    return _json(_shown(_visible(request, number)))


@router.post("/{number}/recall/", response=OrderOut, summary="上级平台收回")
def recall(request: HttpRequest, number: str, body: RecallIn) -> HttpResponse:
    """The upper platform takes back what it sent, even while it is handled."""
    order = _visible(request, number)
    taken = actions.recall(
        order.pk, by=request.auth, at=timezone.now(), reason=body.reason or "上级平台收回"
    )
    return _json(_shown(taken))


def _visible(request: HttpRequest, number: str) -> Order:
    order = queries.find(request.auth, number)
    if order is None:
        raise Http404
    return order


def _shown(order: Order) -> dict[str, Any]:
    names = (
        "number", "state", "state_label", "title", "level", "nature", "topic", "topic_label",
        "due_clock", "closing",
    )  # fmt: skip
    facts = {name: str(getattr(order, name)) for name in names}
    due = timezone.localtime(order.due_at) if order.due_at else None
    return facts | {"unit": order.lead.short_name if order.lead else "", "due_at": due}


def _json(answer: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """What we made ourselves needs no check on its way out."""
    text = msgspec.json.encode(answer)
    return HttpResponse(text, content_type="application/json; charset=utf-8", status=status)
