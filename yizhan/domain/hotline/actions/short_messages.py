"""Short messages: whole ones go in at once, long ones when their parts are together or overdue."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from yizhan.core import crypto
from yizhan.core.numbers import uuid7
from yizhan.domain.hotline import queries
from yizhan.domain.hotline.actions.intake import intake
from yizhan.domain.hotline.adapters.parts import Part, whole
from yizhan.domain.hotline.choices import Channel
from yizhan.domain.hotline.models import Message, SmsPart
from yizhan.domain.hotline.shapes import Incoming

PATIENCE = timedelta(minutes=10)  # how long the missing parts of a message are waited for


@transaction.atomic
def take_part(
    part: Part, *, region: str, sender: str, message_id: str, at: datetime
) -> Message | None:
    """One short message: the order's message when it is whole, None while parts are missing.

    The carrier, by its signature. A part that comes twice is one. No clock.
    """
    if part.alone:
        return _in(region, sender, part.text, f"sms:{message_id}", at)
    index = queries.sender_index(sender)
    row = SmsPart(
        id=uuid7(), region=region, sender_index=index, reference=part.reference,
        total=part.total, number=part.number, text=part.text, came_at=at,
    )  # fmt: skip
    row.sender_sealed = crypto.seal(sender, bound=_place(row))
    SmsPart.objects.bulk_create([row], ignore_conflicts=True)
    together = _together(region, index, part.reference, part.total)
    return _join(together, at=at) if len(together) == part.total else None


def join_overdue(*, at: datetime, limit: int = 200) -> int:
    """Take in what came of messages whose parts do not come any more; how many. By timer."""
    rows = SmsPart.objects.filter(joined_at=None, came_at__lte=at - PATIENCE)
    keys = rows.values_list("region", "sender_index", "reference", "total").distinct()
    joined = 0
    for region, index, reference, total in list(keys[:limit]):
        with transaction.atomic():
            together = _together(region, index, reference, total)
            joined += bool(together) and _join(together, at=at) is not None
    return joined


def _together(region: str, index: str, reference: int, total: int) -> list[SmsPart]:
    rows = SmsPart.objects.select_for_update().filter(
        region=region, sender_index=index, reference=reference, total=total, joined_at=None
    )
    return list(rows.order_by("number"))


def _join(parts: list[SmsPart], *, at: datetime) -> Message:
    first = parts[0]
    sender = crypto.unseal(first.sender_sealed, bound=_place(first))
    text = whole({part.number: part.text for part in parts}, first.total)
    SmsPart.objects.filter(pk__in=[part.pk for part in parts]).update(joined_at=at)
    return _in(first.region, sender, text, f"sms:{first.pk}", first.came_at)


def _in(region: str, sender: str, text: str, message_id: str, at: datetime) -> Message:
    incoming = Incoming(
        region=region, channel=Channel.SMS, message_id=message_id, text=text, occurred_at=at,
        sender=sender,
    )  # fmt: skip
    return intake(incoming, by=None, at=at)


def _place(row: SmsPart) -> str:
    return f"hotline.sms.{row.pk}"
