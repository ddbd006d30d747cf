"""Writes of messages: queue in the causing transaction, send later, try again, give up aloud."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from yizhan.core.crypto import seal
from yizhan.domain.notices import queries, rules
from yizhan.domain.notices.adapters import Message, Never, NotNow, Sms, carrier_of
from yizhan.domain.notices.choices import Channel, NoticeState
from yizhan.domain.notices.models import Notice
from yizhan.domain.notices.queries import ADDRESS, SECRET
from yizhan.domain.people.choices import Function
from yizhan.domain.people.rules import needs

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account, Person

AWAY = 3  # messages in a row the carrier could not take: stop asking, the others wait unharmed
SENT, REFUSED, NOT_NOW, DEFECT = "sent", "refused", "not_now", "defect"  # outcomes of one try
SEND_TASK = "notices.send_due"
log = logging.getLogger(__name__)


def build(
    *,
    region: str,
    person: Person | None,
    address: str,
    template: str,
    text: str,
    key: str,
    at: datetime,
    subject: str = "",
    channel: str = Channel.SMS,
    secret: str = "",
    expires_at: datetime | None = None,
    answers: str = "",
) -> Notice:
    """The unsaved row of a message, for bulk inserts.

    `address` is a mobile number, or a mail address for the channel "mail" (`answers` is then the
    Message-ID of the letter it answers); it is sealed. Identity numbers in `text` are masked.
    `secret` (a one-time code) is sealed too and takes the place of `{secret}` on the way out.
    `subject` is the number of what it is about. A text beyond rules.LONGEST is cut.
    """
    shown = rules.fitting(rules.without_numbers(text, address))
    notice = Notice(
        region=region, channel=channel, person=person, template=template, text=shown,
        subject=subject, state=NoticeState.QUEUED, key=key, next_at=at, expires_at=expires_at,
        created_at=at, answers=answers[:200],
    )  # fmt: skip
    notice.address_sealed = seal(address, bound=rules.bound(notice.pk, ADDRESS))
    if secret:
        notice.secret_sealed = seal(secret, bound=rules.bound(notice.pk, SECRET))
    return notice


def queue(
    *,
    region: str,
    person: Person | None,
    address: str,
    template: str,
    text: str,
    key: str,
    at: datetime,
    subject: str = "",
    channel: str = Channel.SMS,
    secret: str = "",
    expires_at: datetime | None = None,
    urgent: bool = False,
    answers: str = "",
) -> Notice:
    """Write a message in the caller's transaction; the same key again gives the first one back.

    It leaves within a minute, an `urgent` one as soon as the transaction is committed. No clock.
    """
    notice = build(
        region=region, person=person, address=address, template=template, text=text, key=key,
        at=at, subject=subject, channel=channel, secret=secret, expires_at=expires_at,
        answers=answers,
    )  # fmt: skip
    with transaction.atomic():
        Notice.objects.bulk_create([notice], ignore_conflicts=True)
        kept = Notice.objects.get(region=region, key=key)
    if urgent:
        transaction.on_commit(_wake_sender)
    return kept


def send_due(*, at: datetime, limit: int = 200) -> int:
    """Send what is due, oldest first; how many left. Any number of workers may do it at once.

    Each message is claimed in a transaction of its own that already counts the try and sets the
    next one, so that one that kills the worker is not taken up for ever; the carrier is asked with
    no transaction open: raises RuntimeError when called inside one.
    """
    carriers = {channel: carrier_of(channel) for channel in Channel.values}
    away = dict.fromkeys(carriers, 0)
    sent = 0
    for _ in range(limit):
        notice = _claim(at, [channel for channel in carriers if away[channel] < AWAY])
        if notice is None:
            break
        outcome = _send(notice, carriers[notice.channel], at)
        sent += outcome == SENT
        away[notice.channel] = away[notice.channel] + 1 if outcome == NOT_NOW else 0
        if away[notice.channel] == AWAY:
            log.warning("the %s carrier is away, %s messages sent before", notice.channel, sent)
    return sent


@transaction.atomic
def retry(notice_id: uuid.UUID | str, *, by: Account, at: datetime) -> Notice:
    """Send a failed or waiting message again from the first try. System administrators.

    Raises DoesNotExist for what the caller may not see, Refused for what has been sent.
    """
    needs(by, Function.SYSTEM_ADMIN, Function.SUPERVISOR)
    notice = queries.visible_to(by).select_for_update(of=("self",)).get(pk=notice_id)
    rules.may_retry(notice.state)
    notice.state, notice.tries, notice.next_at, notice.error = NoticeState.QUEUED, 0, at, ""
    notice.save(update_fields=["state", "tries", "next_at", "error"])
    transaction.on_commit(_wake_sender)
    log.info("notice %s is sent again by account %s", notice.pk, by.pk)
    return notice


@transaction.atomic(durable=True)
def _claim(at: datetime, channels: Sequence[str]) -> Notice | None:
    """The oldest due message, its try counted and its next one set; None when none is due."""
    due = Notice.objects.filter(state=NoticeState.QUEUED, next_at__lte=at, channel__in=channels)
    notice = due.select_for_update(skip_locked=True, of=("self",)).order_by("next_at", "id").first()
    if notice is None:
        return None
    notice.tries += 1
    again = rules.next_try(at, notice.tries) or at
    notice.next_at = max(again, at + timedelta(seconds=rules.LEASE))
    notice.save(update_fields=["tries", "next_at"])
    return notice


def _send(notice: Notice, carrier: Sms, at: datetime) -> str:
    """Ask the carrier and write down what it said; the outcome of this try."""
    if notice.expires_at is not None and notice.expires_at <= at:
        return _give_up(notice, "已过有效时间，没有发送")
    if notice.tries > rules.MAX_TRIES:  # its last try killed the worker
        return _give_up(notice, "多次发送中断，请检查后重发")
    try:
        number = carrier.send(_message(notice))
    except Never as reason:
        return _give_up(notice, str(reason))
    except NotNow as reason:
        return _later(notice, str(reason), NOT_NOW)
    except Exception as defect:  # a poisoned row must not stop the others; its kind is logged
        log.error("notice %s cannot be sent: %s", notice.pk, type(defect).__name__)
        return _later(notice, "程序错误，已记入日志", DEFECT)
    kept = {} if settings.DEMO else {"secret_sealed": None}  # a sent code is of use to nobody else
    facts = {"state": NoticeState.SENT, "error": "", "provider_id": number, "sent_at": at}
    _write(notice, **facts, **kept)
    return SENT


def _message(notice: Notice) -> Message:
    return Message(
        key=f"{notice.region}:{notice.key}",
        address=queries.address_of(notice),
        text=queries.full_text(notice),
        template=notice.template,
        subject=notice.subject,
        answers=notice.answers,
    )


def _later(notice: Notice, reason: str, outcome: str) -> str:
    """Leave it for the next try that the claim has set, or give up after the last one."""
    if notice.tries >= rules.MAX_TRIES:
        return _give_up(notice, reason)
    _write(notice, error=reason[:200])
    return outcome


def _give_up(notice: Notice, reason: str) -> str:
    _write(notice, state=NoticeState.FAILED, error=reason[:200])
    log.warning("notice %s failed at try %s", notice.pk, notice.tries)
    return REFUSED


def _write(notice: Notice, **facts: Any) -> None:
    """The outcome of this try, unless somebody has taken the row up again meanwhile."""
    Notice.objects.filter(pk=notice.pk, tries=notice.tries).update(**facts)


def _wake_sender() -> None:
    """Tell the worker not to wait for the minute; one hint in the queue is enough for all."""
    job = app.configure_task(SEND_TASK, queueing_lock=SEND_TASK)
    try:
        with transaction.atomic():
            job.defer(timestamp=0)
    except AlreadyEnqueued:
        pass
    except Exception:
        log.exception("no hint for the sender; the message leaves with the next minute")
