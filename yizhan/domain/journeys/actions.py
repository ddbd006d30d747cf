"""Acts that touch two packages of the domain."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q

from yizhan.core import numbers
from yizhan.core.worktime import Unit
from yizhan.domain.cases import actions as cases
from yizhan.domain.cases import queries as open_cases
from yizhan.domain.cases.models import Case
from yizhan.domain.catalogue import actions as catalogue
from yizhan.domain.catalogue.models import Item
from yizhan.domain.hotline import actions as hotline
from yizhan.domain.hotline import queries as hotline_queries
from yizhan.domain.notices import actions as notices
from yizhan.domain.office import queries as office
from yizhan.domain.people import actions as people
from yizhan.domain.people.choices import CodePurpose
from yizhan.domain.people.models import OneTimeCode

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

BATCH = 200
CODE_TEXT = "{what}验证码：{{secret}}，10分钟内有效。请勿告诉任何人，工作人员也不会向您要验证码。"


@transaction.atomic
def send_login_code(
    *, region: str, phone: str, at: datetime, purpose: str = CodePurpose.LOGIN, ip: str = ""
) -> OneTimeCode:
    """Make a one-time code for a phone and queue its message, both or neither.

    The digits stand in no table: the code is kept as a keyed digest, the message seals them.
    Raises Refused for an impossible number and when codes are asked for too often.
    """
    code, digits = people.make_code(region=region, phone=phone, at=at, purpose=purpose, ip=ip)
    notices.queue(
        region=region,
        person=None,
        address=numbers.phone_number(phone),
        template=f"code_{purpose}",
        text=CODE_TEXT.format(what=CodePurpose(purpose).label),
        secret=digits,
        expires_at=code.expires_at,
        key=f"code:{code.pk}",
        at=at,
        urgent=True,
    )
    return code


def recompute_deadlines(
    *,
    at: datetime,
    by: Account | None,
    region: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """After a calendar import: compute every running clock in working days anew (trap T3).

    The keeper of the calendar, or the system. Returns of how many cases and orders a deadline moved
    or became firm. Each is a transaction of its own with a trail line and, where a date that the
    applicant or caller was told has moved, a message; running it twice changes nothing, so it may
    be stopped and begun again. `region` limits it to one county; `progress(done, total)` follows
    each 200.
    """
    office.forget_calendar()
    total = open_cases.with_running_clocks(region, unit=Unit.WORKDAYS).count()
    looked = changed = 0
    last: uuid.UUID | None = None
    while batch := open_cases.next_with_running_clocks(
        region, unit=Unit.WORKDAYS, after=last, limit=BATCH
    ):
        for case_id in open_cases.outdated(batch):
            changed += cases.recompute_case(case_id, by=by, at=at)
        looked, last = looked + len(batch), batch[-1]
        if progress is not None:
            progress(looked, total)
    return changed + _recompute_orders(region, by=by, at=at)


def _recompute_orders(region: str, *, by: Account | None, at: datetime) -> int:
    """The same for the hotline's open orders; how many changed."""
    changed = 0
    last: uuid.UUID | None = None
    while batch := hotline_queries.with_running_clocks(
        region, unit=Unit.WORKDAYS, after=last, limit=BATCH
    ):
        for order_id in batch:
            changed += hotline.recompute_order(order_id, by=by, at=at)
        last = batch[-1]
    return changed


def count_uses(*, at: datetime) -> int:
    """Tell the catalogue how often each item was applied for in the last year; how many items.

    The system, every night. Search puts the most used first; an item nobody asked for any more
    goes back to nought.
    """
    since = at - timedelta(days=365)
    counted = (
        Case.objects.filter(submitted_at__gte=since)
        .values("item_id")
        .annotate(number=Count("id"))
        .order_by()
    )
    uses = {row["item_id"]: row["number"] for row in counted}
    known = dict(
        Item.objects.filter(Q(popularity__gt=0) | Q(pk__in=uses)).values_list("pk", "popularity")
    )
    changed = {pk: uses.get(pk, 0) for pk, old in known.items() if uses.get(pk, 0) != old}
    catalogue.count_uses(changed)
    return len(changed)
