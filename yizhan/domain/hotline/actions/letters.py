"""Letters by mail: read with patience, taken in once, answered unless a machine wrote them.

RFC 3834: what says of itself that it is automatic is never answered and becomes no order; nobody
gets more than MOST answers a day, so that two machines that hide it cannot talk all night.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from yizhan.core.flow import Refused
from yizhan.domain.files import actions as files
from yizhan.domain.hotline import queries, texts
from yizhan.domain.hotline.actions.intake import LONGEST, MOST_FILES, intake
from yizhan.domain.hotline.adapters import mail, mailbox
from yizhan.domain.hotline.adapters.mail import Letter
from yizhan.domain.hotline.choices import Channel
from yizhan.domain.hotline.models import Message
from yizhan.domain.hotline.shapes import Incoming
from yizhan.domain.notices import actions as notices
from yizhan.domain.notices.choices import Channel as NoticeChannel

MOST = 5  # answers to one address within a day
DAY = timedelta(days=1)
TOO_LARGE = "整封邮件有{size}MB，超过60MB，附件没有收下。请压缩后再发，或者送到窗口。"


def fetch_letters(*, region: str, at: datetime, limit: int = 200) -> int:
    """Take in every unread letter of the mailbox; how many. By timer, where MAIL_IMAP is set.

    Raises OSError or imaplib.IMAP4.error when the mailbox is away; the letters wait there.
    """
    return mailbox.fetch(
        lambda raw, size: take_letter(raw, size=size, region=region, at=at), limit=limit
    )


def take_letter(raw: bytes, *, region: str, at: datetime, size: int = 0) -> Message | None:
    """One letter: the order's message, or None for what a machine wrote.

    The sender is told the number and what was not kept, or why it could not be taken in.
    """
    letter = mail.read(raw)
    if letter.automatic:
        return None
    problems = list(letter.problems)
    if size > len(raw):
        problems.append(TOO_LARGE.format(size=size // 1024 // 1024))
    kept, refused = _files(letter, region=region, at=at)
    try:
        message = intake(
            Incoming(
                region=region, channel=Channel.MAIL, message_id=letter.message_id,
                text=(letter.text or letter.subject)[:LONGEST],
                occurred_at=letter.sent_at or at, sender=letter.sender, name=letter.name,
                subject=letter.subject, order_number=letter.quoted_number, thread=letter.thread,
                file_ids=tuple(kept),
            ),
            by=None, at=at,
        )  # fmt: skip
    except Refused as no:
        _answer(letter, f"您的邮件没有登记：{no.sentence}", region=region, subject="", at=at)
        return None
    order = message.order
    said = texts.text(
        "received", number=order.number, code=order.query_code, until=order.due_at or at
    )
    told = "\n".join((said, *problems, *refused))
    _answer(letter, told, region=region, subject=order.number, at=at)
    return message


def _files(letter: Letter, *, region: str, at: datetime) -> tuple[list[UUID], list[str]]:
    """The attachments that were kept, and a sentence for each that was not."""
    kept: list[UUID] = []
    refused: list[str] = []
    for part in letter.attachments:
        if part.problem:
            continue
        if len(kept) == MOST_FILES:
            refused.append(f"附件“{part.name}”没有收下：一封邮件最多{MOST_FILES}个附件。")
            continue
        try:
            stored = files.store_upload(
                region=region, name=part.name, stream=io.BytesIO(part.content), by=None, at=at
            )
        except Refused as no:
            refused.append(f"附件“{part.name}”没有收下：{no.sentence}")
        else:
            kept.append(stored.pk)
    return kept, refused


@transaction.atomic
def _answer(letter: Letter, text: str, *, region: str, subject: str, at: datetime) -> Any:
    """One answer to one letter, however often it is read; none when there were enough today."""
    index = queries.sender_index(letter.sender)
    today = Message.objects.filter(
        region=region, channel=Channel.MAIL, sender_index=index, recorded_at__gt=at - DAY
    ).count()
    if not letter.sender or today > MOST:
        return None
    return notices.queue(
        region=region, channel=NoticeChannel.MAIL, person=None, address=letter.sender,
        template="hotline.letter", text=text, subject=subject, answers=letter.message_id,
        key=f"hotline:letter:{letter.message_id}"[:120], at=at,
    )  # fmt: skip
