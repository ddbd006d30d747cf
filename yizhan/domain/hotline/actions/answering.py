"""The answer: what the unit hands in, what the hotline checks, what each caller gets."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from yizhan.core.flow import Refused
from yizhan.domain.files.models import StoredFile
from yizhan.domain.hotline import queries
from yizhan.domain.hotline.actions import _desk as desk
from yizhan.domain.hotline.actions import _merged as merged
from yizhan.domain.hotline.choices import ClockName
from yizhan.domain.hotline.models import Order, OrderFile, Reply
from yizhan.domain.hotline.rules import answers, whole
from yizhan.domain.hotline.shapes import ReplyDraft
from yizhan.domain.hotline.understanding.masking import mask

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account


@transaction.atomic
def submit_reply(
    order_id: uuid.UUID | str, *, draft: ReplyDraft, by: Account, at: datetime, channel: str = ""
) -> Reply:
    """Hand in the answer: internal handling and public answer apart, with evidence.

    The lead unit, when every co-unit is done. FINISH stands still while the hotline checks; REVIEW
    runs. Every question is answered, contact is on record, "solved" is shown (66号六).
    """
    order = desk.open_order(order_id)
    facts = queries.facts(order, by=by, at=at)
    order.FLOW.check("submit_reply", state=order.state, subject=order, by=by, facts=facts)
    _whole(order, draft)
    closing = answers.closing_of(draft.closing, solved=draft.solved)
    public = answers.whole_answer(draft.public_answer, draft.points, order.points)
    internal = whole(draft.internal_note, what="办理情况", field="internal_note")
    unsolved = (
        ""
        if draft.solved
        else whole(draft.unsolved_reason, what="未解决的原因", field="unsolved_reason")
    )
    desk.take(order, "submit_reply", by=by, at=at, facts=facts, channel=channel)
    reply = Reply.objects.create(
        region=order.region, order=order, organisation=desk.lead_of(order),
        round=order.replies.count() + 1, true_claim=draft.true_claim, contacted=draft.contacted,
        solved=draft.solved, unsolved_reason=unsolved, internal_note=internal,
        public_answer=public, points=[p.strip() for p in draft.points], closing=closing, by=by,
        at=at,
    )  # fmt: skip
    OrderFile.objects.bulk_create(
        [
            OrderFile(region=order.region, order=order, reply=reply, file_id=file_id)
            for file_id in dict.fromkeys(draft.file_ids)
        ],
        ignore_conflicts=True,  # the same photo with a second answer
    )
    return reply


@transaction.atomic
def return_reply(order_id: uuid.UUID | str, *, reason: str, by: Account, at: datetime) -> Order:
    """Send the answer back with what is missing; the unit's clock goes on. The hotline."""
    order, reply = _waiting(order_id)
    why = whole(reason, what="退回的原因和要补的内容", field="reason")
    desk.take(order, "return_reply", by=by, at=at, note=why)
    _reviewed(reply, False, why, by=by, at=at)
    desk.tell_unit(
        order, f"工单{order.number}的答复被退回，请按意见补充后重新提交。",
        key=f"returned:{reply.round}", at=at,
    )  # fmt: skip
    return order


@transaction.atomic
def pass_review(order_id: uuid.UUID | str, *, by: Account, at: datetime, note: str = "") -> Order:
    """The answer is right: the caller gets it, FINISH and ANSWER stop, CALLBACK runs.

    The hotline, never who wrote it. Callers merged into this order get the answer in their own.
    The public answer is masked: whoever reads it sees no number and no name of a person.
    """
    order, reply = _waiting(order_id)
    order.public_answer, order.answered_at = mask(reply.public_answer), at
    desk.take(order, "pass_review", by=by, at=at, note=note.strip())
    _reviewed(reply, True, note, by=by, at=at)
    order.handled_minutes = net_minutes(order)
    order.save(update_fields=["handled_minutes"])
    desk.tell(order, "passed", at=at)
    merged.answer(order, at=at)
    return order


def net_minutes(order: Order) -> int:
    """Minutes the units worked on an order: all FINISH clocks, their pauses left out."""
    total = timedelta()
    for clock in order.clocks.filter(name=ClockName.FINISH):
        if clock.stopped_at is None:
            continue
        total += clock.stopped_at - clock.started_at
        for begin, end in clock.intervals():
            total -= (end or clock.stopped_at) - begin
    return int(total.total_seconds() // 60)


def _whole(order: Order, draft: ReplyDraft) -> None:
    # a redone order needs a contact of its own: what was said before the last answer does not count
    last = order.replies.aggregate(at=Max("at"))["at"]
    since = order.contacts.filter(at__gt=last) if last else order.contacts.all()
    talks = list(since.values_list("reached", flat=True))
    reached, tried = any(talks), bool(talks)
    withheld = not order.sender_index or order.confidential or tried
    answers.contacted(said=draft.contacted, reached=reached, withheld=withheld)
    known = StoredFile.objects.filter(pk__in=draft.file_ids).count()
    if known != len(set(draft.file_ids)):
        raise Refused("证据文件没有上传成功，请重新上传。", field="files")
    answers.evidence(nature=order.nature, solved=draft.solved, files=known)


def _waiting(order_id: uuid.UUID | str) -> tuple[Order, Reply]:
    order = desk.open_order(order_id)
    reply = Reply.objects.filter(order=order, passed=None).first()
    if reply is None:
        raise Refused("没有待审核的答复，可能已经审核过了，请刷新页面。")
    return order, reply


def _reviewed(reply: Reply, passed: bool, note: str, *, by: Account, at: datetime) -> None:
    reply.passed, reply.review_note = passed, note.strip()
    reply.reviewed_by, reply.reviewed_at = by, at
    reply.save(update_fields=["passed", "review_note", "reviewed_by", "reviewed_at"])
