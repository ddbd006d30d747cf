"""A case taken in hand: locked, moved, closed, the applicant told. Used by every action."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet

from yizhan.core import crypto, tracked
from yizhan.core.compiled import compiled
from yizhan.core.flow import Turn
from yizhan.core.rows import insert_together
from yizhan.core.tracked import Term
from yizhan.core.worktime import Calendar
from yizhan.domain.cases import flow, queries, texts
from yizhan.domain.cases.choices import Channel, State
from yizhan.domain.cases.models import Affair, Case, CaseClock, Touchpoint
from yizhan.domain.cases.rules import Facts, terms
from yizhan.domain.notices import actions as notices
from yizhan.domain.notices.models import Notice
from yizhan.domain.office import queries as office
from yizhan.domain.people import queries as people
from yizhan.domain.people.choices import AccountKind

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

WITH = ("organisation", "person", "legal_person")  # what papers and messages speak of
BROKEN_OFF = (
    State.WITHDRAWN, State.TERMINATED, State.NOT_NEEDED, State.NOT_OURS, State.NOT_ACCEPTED,
    State.REFUSED, State.REVOKED,
)  # fmt: skip


def open_case(case_id: UUID | str) -> Case:
    """The case, its row locked until the transaction ends. Raises Case.DoesNotExist."""
    found = _held(UUID(str(case_id)))
    if not found:
        raise Case.DoesNotExist
    return found[0]


def free_case(case_id: UUID | str) -> Case | None:
    """The case, locked; None when somebody else holds it just now."""
    rows = Case.objects.select_for_update(of=("self",), skip_locked=True)
    return rows.select_related(*WITH).filter(pk=case_id).first()


def take(
    case: Case,
    name: str,
    *,
    by: Account | None,
    at: datetime,
    facts: Facts,
    terms: Mapping[str, Term] | None = None,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    channel: str = "",
    **context: Any,
) -> None:
    """One move of the flow with its clocks and trail line; an ending closes case and affair."""
    target = flow.CASE.moves[name].target
    if target in flow.ENDED and case.closed_at is None:
        case.closed_at = at
    if target in (*flow.DECIDED, *flow.ENDED):
        _stop_named(case, at=at, promises_too=target in BROKEN_OFF)
    tracked.move(
        case, name, by=by, at=at, calendar=calendar_of(case), terms=terms, note=note, data=data,
        channel=channel or channel_of(by), behalf_of=behalf_of(case, name, by, facts), facts=facts,
        **context,
    )  # fmt: skip
    if case.state in flow.ENDED:
        close_affair(case, at=at)


def renew_due(case: Case) -> None:
    """The nearest deadline after clocks changed outside a move; saved with the case."""
    tracked.nearest(case, running(case).values())
    case.save(update_fields=["due_at", "due_clock", "warn_at"])


def touch(
    case: Case, kind: str, *, by: Account | None, at: datetime, channel: str, trip: bool
) -> None:
    """Count one more contact about the affair, and whether it was a trip."""
    Touchpoint.objects.create(
        region=case.region, affair_id=case.affair_id, case=case, channel=channel, kind=kind,
        actor=by, started_at=at, ended_at=at, physical_trip=trip,
    )  # fmt: skip


def at_counter(by: Account | None) -> bool:
    """Whether somebody of the office acts for an applicant who stands before him."""
    return by is not None and by.kind == AccountKind.STAFF


def tell(case: Case, kind: str, *, at: datetime, **facts: Any) -> Notice | None:
    """Queue a message to the applicant in this transaction; None when no phone is known."""
    phone = phone_of(case)
    if not phone:
        return None
    notice = notices.build(
        region=case.region, person=None, address=phone, template=f"case.{kind}",
        text=texts.text(kind, title=case.title, number=case.number, **facts),
        subject=case.number, key=notice_key(case, kind), at=at,
    )  # fmt: skip
    notice.person_id = case.person_id
    insert_together([notice])
    return notice


def notice_key(case: Case, kind: str) -> str:
    """One message of a kind for each trail line."""
    return f"case:{case.pk}:{case.trail_seq}:{kind}"


def phone_of(case: Case) -> str:
    """The phone given for this application, else the applicant's own."""
    if case.contact_sealed:
        return crypto.unseal(case.contact_sealed, bound=contact_place(case))
    if case.person is not None:
        return people.phone_of(case.person)
    return case.legal_person.phone if case.legal_person is not None else ""


def contact_place(case: Case) -> str:
    """What the sealed phone of a case is bound to."""
    return f"case.{case.pk}.contact"


def calendar_of(case: Case) -> Calendar:
    """The working calendar that counts for a case."""
    return office.calendar(case.region)


def running(case: Case) -> dict[str, CaseClock]:
    """The clocks of a case that have not stopped, by name."""
    return {clock.name: clock for clock in _running(case.pk)}


@compiled
def _running(case_id: UUID) -> QuerySet[CaseClock]:
    return CaseClock.objects.filter(subject_id=case_id, stopped_at=None)


def channel_of(by: Account | None) -> str:
    """Where an act comes from when the page does not say."""
    if by is None:
        return Channel.SYSTEM
    return Channel.PORTAL if by.kind == AccountKind.CITIZEN else Channel.WORKBENCH


def behalf_of(case: Case, name: str, by: Account | None, facts: Facts) -> UUID | None:
    """On whose behalf an agent, a representative, or a clerk at the applicant's wish acts."""
    for_him = facts.own or name in flow.OF_APPLICANT
    if by is None or not for_him or (by.person_id and by.person_id == case.person_id):
        return None
    return case.person_id or case.legal_person_id


def close_affair(case: Case, *, at: datetime) -> None:
    """The affair ends with its last case."""
    still_open = Case.objects.filter(affair_id=case.affair_id, closed_at=None).exclude(pk=case.pk)
    if not still_open.exists():
        Affair.objects.filter(pk=case.affair_id, closed_at=None).update(closed_at=at)


def facts_of(case: Case, by: Account | None, *parts: str) -> Facts:
    """What hangs on the case, as far as the move's rule asks for it."""
    return queries.facts(case, by=by, parts=parts)


@compiled
def _held(case_id: UUID) -> QuerySet[Case]:
    rows = Case.objects.select_for_update(of=("self",)).select_related(*WITH)
    return rows.filter(pk=case_id)


def _stop_named(case: Case, *, at: datetime, promises_too: bool) -> None:
    """Stop the clocks whose names are data: steps always, supplies unless a promise outlives."""
    for name, clock in running(case).items():
        step = name.startswith(terms.STEP)
        if step or (promises_too and name.startswith(terms.SUPPLY)):
            tracked.turn(clock, Turn.STOP, at=at, calendar=calendar_of(case))
