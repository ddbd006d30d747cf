"""The doors: the only ways by which a page, list, file or document of a case is reached."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from yizhan.core.compiled import compiled
from yizhan.core.flow import Refused
from yizhan.core.numbers import plain
from yizhan.domain.cases import flow
from yizhan.domain.cases.models import (
    Case,
    CaseStep,
    Document,
    Draft,
    MaterialFile,
    Touchpoint,
)
from yizhan.domain.files.models import StoredFile
from yizhan.domain.people import queries as people
from yizhan.domain.people.choices import AccountKind, Function

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account, LegalPerson, Person, Post

WINDOW_STATES = (*flow.BEFORE_ACCEPTANCE, "correction", *flow.RESULT)
OF_UNIT = (Function.HANDLER, Function.APPROVER)


class Standing(NamedTuple):
    """What one post reaches."""

    function: str
    scope: str
    organisation_id: Any


def visible_to(account: Account | Any) -> QuerySet[Case]:
    """The cases an account may open.

    A citizen: his own, those of legal persons he represents, those in which he is the agent.
    Staff and machines, by posts: the window what waits at the counter, the unit its own and those
    it helps with, the supervisor all of his scope, and everybody what he took in himself.
    """
    if not getattr(account, "is_authenticated", False) or not account.is_active:
        return Case.objects.none()
    if account.kind == AccountKind.CITIZEN:
        return Case.objects.filter(_of_citizen(account), region=account.region)
    posts = standing(account)
    if not posts:
        return Case.objects.none()
    return _reached(posts, account.pk, account.region)


def find(account: Account | Any, number: str, related: tuple[str, ...] = ()) -> Case | None:
    """The case of a number, with what it points to, where the account may open it.

    The same door as visible_to(); for staff and machines its SQL is made only once.
    """
    if not getattr(account, "is_authenticated", False) or not account.is_active:
        return None
    if account.kind == AccountKind.CITIZEN:
        rows = visible_to(account).filter(number=number)
        return (rows.select_related(*related) if related else rows).first()
    posts = standing(account)
    if not posts:
        return None
    found = _numbered(posts, related, account.pk, account.region, number)
    return found[0] if found else None


def standing(account: Account) -> tuple[Standing, ...]:
    """What the posts of an account reach, comparable: the shape of its queries."""
    posts = people.posts_of(account)
    found = {Standing(p.function, p.scope, p.organisation_id) for p in posts}
    return tuple(sorted(found, key=repr))


@compiled
def _numbered(
    posts: tuple[Standing, ...],
    related: tuple[str, ...],
    account_id: UUID,
    region: str,
    number: str,
) -> QuerySet[Case]:
    rows = _reached(posts, account_id, region).filter(number=number)
    return rows.select_related(*related) if related else rows


def _reached(posts: Sequence[Standing], account_id: UUID, region: str) -> QuerySet[Case]:
    touched = Touchpoint.objects.filter(case=OuterRef("pk"), actor_id=account_id)
    return Case.objects.filter(of_posts(posts) | _helped(posts) | Exists(touched), region=region)


def of_posts(posts: Iterable[Standing]) -> Q:
    """The cases that posts reach by function, scope and unit."""
    found = Q(pk__in=[])
    for post in posts:
        if post.function == Function.SUPERVISOR or post.function in OF_UNIT:
            found |= within(post)
        elif post.function == Function.WINDOW_CLERK:
            found |= within(post) & Q(state__in=WINDOW_STATES)
    return found


def within(post: Standing | Post) -> Q:
    """The cases of a post's unit, or of all units inside its region scope."""
    if post.organisation_id is not None:
        return Q(organisation_id=post.organisation_id)
    if len(post.scope) <= 6:
        return Q(region__startswith=post.scope) if len(post.scope) < 6 else Q(region=post.scope)
    return Q(organisation__place_id__startswith=post.scope)


def of_subject(person: Person | None, legal_person: LegalPerson | None = None) -> QuerySet[Case]:
    """The cases of one applicant, newest first."""
    return Case.objects.filter(person=person, legal_person=legal_person).order_by(
        "-submitted_at", "-id"
    )


def drafts_of(account: Account) -> QuerySet[Draft]:
    """The account's own applications that are not submitted yet, last saved first."""
    return (
        Draft.objects.filter(account=account, case=None)
        .select_related("version__item", "legal_person")
        .order_by("-saved_at", "-id")
    )


def all_drafts_of(account: Account) -> QuerySet[Draft]:
    """The account's own drafts, submitted ones included (a second click finds its case)."""
    return Draft.objects.filter(account=account).select_related("version__item", "case")


def documents_visible_to(account: Account) -> QuerySet[Document]:
    """The papers of the cases an account may open."""
    return Document.objects.filter(case__in=visible_to(account).values("pk"))


def files_visible_to(account: Account) -> QuerySet[StoredFile]:
    """The files of materials and papers of the cases an account may open, and its own uploads."""
    if not getattr(account, "is_authenticated", False):
        return StoredFile.objects.none()
    cases = visible_to(account).values("pk")
    handed_in = MaterialFile.objects.filter(material__case__in=cases).values("file")
    papers = Document.objects.filter(case__in=cases, file__isnull=False).values("file")
    return StoredFile.objects.filter(Q(pk__in=handed_in) | Q(pk__in=papers) | Q(owner=account))


def by_number_and_code(number: str, code: str, *, region: str = "") -> Case:
    """The case of a number and its query code. Raises Refused, the same for every wrong pair.

    The comparison takes the same time whether the number exists or not. The page throttles.
    `region`: the county that acts, this installation's where not given.
    """
    given = plain(code)
    wanted = number.strip().upper()
    case = (
        Case.objects.filter(region=region or settings.REGION, number=wanted)
        .select_related("item", "organisation", "version")
        .order_by("id")
        .first()
    )
    known = case.query_code if case is not None else "-" * 10
    if not hmac.compare_digest(known.encode(), given.encode()) or case is None:
        raise Refused("没有查到，请核对办件编号和查询码。", field="code")
    return case


def _of_citizen(account: Account) -> Q:
    person = people.person_of(account)
    if person is None:
        return Q(pk__in=[])
    legal = people.represented_by(person).values("pk")
    return Q(person=person) | Q(legal_person__in=legal) | Q(affair__agent=person)


def _helped(posts: Iterable[Standing]) -> Any:
    units = [p.organisation_id for p in posts if p.function in OF_UNIT and p.organisation_id]
    return Exists(CaseStep.objects.filter(case=OuterRef("pk"), organisation_id__in=units))
