"""知识库: units own entries and renew them before they run out; what is old is not shown.

国办函〔2025〕66号（八）; 参照北京市接诉即办工作条例31条: 承办单位及时更新.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction

from yizhan.core.flow import Refused
from yizhan.domain.hotline.models import KnowledgeEntry
from yizhan.domain.hotline.rules import whole
from yizhan.domain.notices import actions as notices
from yizhan.domain.office import queries as office
from yizhan.domain.people.choices import Function
from yizhan.domain.people.rules import needs

if TYPE_CHECKING:
    from yizhan.domain.office.models import Organisation
    from yizhan.domain.people.models import Account

KEEPERS = (Function.HANDLER, Function.APPROVER)
LONGEST = 366  # days an entry holds before somebody looks at it again
NAG = 14  # days before it runs out that its unit is written to


@transaction.atomic
def write_entry(
    *,
    organisation: Organisation,
    question: str,
    answer: str,
    valid_until: date,
    by: Account,
    at: datetime,
    keywords: str = "",
    topic: str = "",
    item_slug: str = "",
    public: bool = True,
    entry_id: uuid.UUID | str | None = None,
) -> KnowledgeEntry:
    """Write or rewrite an entry of the knowledge base. Who works in the unit that owns it.

    It holds until a day at most a year off. `item_slug` bridges to the service item that is needed.
    """
    needs(by, *KEEPERS, organisation=organisation)
    asked = whole(question, what="问题", field="question", least=4)
    said = whole(answer, what="答复", field="answer", least=10)
    _holds(valid_until, at, organisation.region)
    facts = {
        "question": asked[:200], "answer": said, "keywords": keywords.strip()[:200],
        "topic": topic[:24], "item_slug": item_slug[:80], "public": public,
        "valid_until": valid_until, "renewed_at": at, "renewed_by": by,
    }  # fmt: skip
    try:
        with transaction.atomic():
            if entry_id is None:
                return KnowledgeEntry.objects.create(
                    region=organisation.region, organisation=organisation, **facts
                )
            entry = _own(entry_id, by)
            for name, value in facts.items():
                setattr(entry, name, value)
            entry.save()
            return entry
    except IntegrityError:
        raise Refused("知识库里已经有这个问题，请修改原来的那一条。", field="question") from None


@transaction.atomic
def renew_entry(
    entry_id: uuid.UUID | str, *, valid_until: date, by: Account, at: datetime
) -> KnowledgeEntry:
    """It still holds: for how long. Who works in the unit that owns it."""
    entry = _own(entry_id, by)
    _holds(valid_until, at, entry.region)
    entry.valid_until, entry.renewed_at, entry.renewed_by = valid_until, at, by
    entry.save(update_fields=["valid_until", "renewed_at", "renewed_by"])
    return entry


@transaction.atomic
def withdraw_entry(entry_id: uuid.UUID | str, *, by: Account, at: datetime) -> KnowledgeEntry:
    """It holds no longer; answers given with it stay as they are. The unit that owns it."""
    entry = _own(entry_id, by)
    entry.withdrawn_at = at
    entry.save(update_fields=["withdrawn_at"])
    return entry


def nag_owners(*, at: datetime, region: str = "") -> int:
    """Write to the units whose entries run out within NAG days, once per entry and date.

    By timer, every morning; how many messages. Units without a mobile see it on their page.
    """
    county = region or settings.REGION
    today = office.calendar(county).day(at)
    rows = KnowledgeEntry.objects.filter(
        region=county, withdrawn_at=None, valid_until__lte=today + timedelta(days=NAG)
    ).select_related("organisation")
    sent = 0
    for entry in rows:
        number = entry.organisation.phone
        if not number.isdigit() or len(number) != 11:
            continue
        notices.queue(
            region=county, person=None, address=number, template="hotline.knowledge",
            text=f"知识库“{entry.question[:30]}”将于{entry.valid_until}到期，请核对后续期或修改。",
            key=f"knowledge:{entry.pk}:{entry.valid_until}", at=at,
        )  # fmt: skip
        sent += 1
    return sent


def _own(entry_id: uuid.UUID | str, by: Account) -> KnowledgeEntry:
    rows = KnowledgeEntry.objects.select_for_update(of=("self",)).select_related("organisation")
    entry = rows.get(pk=entry_id, region=by.region, withdrawn_at=None)
    needs(by, *KEEPERS, organisation=entry.organisation)
    return entry


def _holds(until: date, at: datetime, region: str) -> None:
    today = office.calendar(region).day(at)
    if not today < until <= today + timedelta(days=LONGEST):
        raise Refused("有效期应在明天到一年之内，到期前会提醒续期。", field="valid_until")
