"""Reads of messages. Texts of others are shown to nobody but the demo's outbox page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from yizhan.core.crypto import Unsealable, unseal
from yizhan.core.numbers import masked
from yizhan.domain.notices import rules
from yizhan.domain.notices.choices import NoticeState
from yizhan.domain.notices.models import Notice
from yizhan.domain.people.choices import Function
from yizhan.domain.people.queries import has_function, person_of

ADDRESS, SECRET = "address", "secret"  # columns that sealed bytes are bound to


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the demo's outbox shows it."""

    phone: str
    text: str
    state: str
    created_at: datetime


def visible_to(account: Any) -> QuerySet[Notice]:
    """A citizen's own messages; all of the county for those who keep the system running."""
    if not getattr(account, "is_authenticated", False):
        return Notice.objects.none()
    if account.is_staff_member:
        if has_function(account, Function.SYSTEM_ADMIN, Function.SUPERVISOR):
            return Notice.objects.filter(region=account.region)
        return Notice.objects.none()
    person = person_of(account)
    return Notice.objects.filter(person=person) if person else Notice.objects.none()


def stuck(account: Any, *, at: datetime) -> QuerySet[Notice]:
    """Messages that failed or should have left ten minutes ago, oldest first."""
    late = Q(state=NoticeState.QUEUED, created_at__lt=at - rules.STUCK_AFTER)
    rows = visible_to(account).filter(late | Q(state=NoticeState.FAILED))
    return rows.order_by("created_at", "id")


def failed_count(region: str) -> int:
    """How many messages were given up and wait for somebody to look at them."""
    return Notice.objects.filter(region=region, state=NoticeState.FAILED).count()


def oldest_queued(region: str) -> datetime | None:
    """When the message that waits longest was written; None when none waits."""
    waiting = Notice.objects.filter(region=region, state=NoticeState.QUEUED)
    return waiting.order_by("created_at", "id").values_list("created_at", flat=True).first()


def demo_outbox(limit: int = 50) -> list[Shown]:
    """The latest messages with their secrets filled in. Only for the demonstration's page."""
    return list(_shown(Notice.objects.order_by("-created_at", "-id")[:limit]))


def address_of(notice: Notice) -> str:
    """The phone in the clear, for the carrier only."""
    return unseal(notice.address_sealed, bound=rules.bound(notice.pk, ADDRESS))


def masked_address(notice: Notice) -> str:
    """As staff may see it: 138****1234, z***@example.com; empty when it does not open."""
    try:
        address = address_of(notice)
        name, at, domain = address.partition("@")
        return f"{name[:1]}***@{domain}" if at else masked(address, head=3, tail=4)
    except Unsealable:
        return ""


def full_text(notice: Notice) -> str:
    """The text as it leaves, its secret filled in while it is still kept."""
    if notice.secret_sealed is None:
        return notice.text
    secret = unseal(notice.secret_sealed, bound=rules.bound(notice.pk, SECRET))
    return notice.text.replace(rules.SECRET, secret)


def _shown(rows: Iterable[Notice]) -> Iterable[Shown]:
    for notice in rows:
        yield Shown(
            phone=address_of(notice),
            text=full_text(notice),
            state=notice.get_state_display(),
            created_at=notice.created_at,
        )
