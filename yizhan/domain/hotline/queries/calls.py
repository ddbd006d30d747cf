"""Who is calling, who was not answered, and how fast the hotline answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import QuerySet

from yizhan.core import crypto
from yizhan.domain.hotline.models import Call
from yizhan.domain.people import queries as people
from yizhan.domain.people.choices import Function

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

SEATS = (Function.HOTLINE_AGENT, Function.HOTLINE_DISPATCHER, Function.SUPERVISOR)
SOON = 15  # seconds within which a call should be answered (北京规范)
LIVE = timedelta(hours=2)  # a call that has not ended since then has lost its hang-up


@dataclass(frozen=True, slots=True)
class CallFigures:
    """How calls of a period were answered. Shares are None without a call."""

    offered: int
    answered: int
    missed: int
    within: int
    returned: int
    wait: float | None
    talk: float | None

    @property
    def connection_rate(self) -> float | None:
        """接通率: answered of offered."""
        return self.answered / self.offered if self.offered else None

    @property
    def soon_rate(self) -> float | None:
        """15秒接通率: answered within 15 seconds of offered."""
        return self.within / self.offered if self.offered else None


def calls_visible_to(account: Account) -> QuerySet[Call]:
    """All calls of the region for a seat or the supervisor, none for anybody else."""
    if not people.has_function(account, *SEATS):
        return Call.objects.none()
    return Call.objects.filter(region=account.region)


def live_calls(account: Account, *, at: datetime) -> QuerySet[Call]:
    """The calls that ring or are spoken now, newest first."""
    rows = calls_visible_to(account).filter(ended_at=None, rang_at__gte=at - LIVE)
    return rows.order_by("-rang_at")


def missed_calls(account: Account) -> QuerySet[Call]:
    """The calls nobody took and nobody returned, oldest first."""
    rows = calls_visible_to(account).filter(
        answered_at=None, ended_at__isnull=False, called_back_at=None
    )
    return rows.order_by("rang_at")


def call_place(call: Call) -> str:
    """What the sealed number of a call is bound to."""
    return f"hotline.call.{call.pk}"


def number_of(call: Call) -> str:
    """The caller's number in the clear, empty when withheld."""
    if not call.number_sealed:
        return ""
    return crypto.unseal(call.number_sealed, bound=call_place(call))


def call_figures(region: str, start: datetime, end: datetime) -> CallFigures:
    """The figures of the calls that rang in a period and have ended; seconds for wait and talk."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [SOON, region, start, end])
        offered, answered, within, returned, wait, talk = cursor.fetchone()
    return CallFigures(offered, answered, offered - answered, within, returned, wait, talk)


_SQL = """
SELECT count(*), count(answered_at),
       count(*) FILTER (WHERE answered_at - rang_at <= make_interval(secs => %s)),
       count(called_back_at) FILTER (WHERE answered_at IS NULL),
       avg(extract(epoch FROM answered_at - rang_at))::float,
       avg(extract(epoch FROM ended_at - answered_at))::float
FROM hotline_call
WHERE region = %s AND rang_at >= %s AND rang_at < %s AND ended_at IS NOT NULL
"""
