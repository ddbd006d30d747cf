"""The security trail of accounts: one append-only line for each thing that happened."""

from datetime import datetime

from yizhan.domain.people.choices import EventKind
from yizhan.domain.people.models import Account, AccountEvent


def note(
    account: Account, kind: EventKind, *, by: Account | None, at: datetime, **data: str
) -> AccountEvent:
    """One line; `data` holds identifiers and codes, never names, numbers or phones."""
    return AccountEvent.objects.create(account=account, kind=kind, by=by, at=at, data=data)
