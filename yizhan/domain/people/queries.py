"""Reads of people: who somebody is, what he may do, what is shown of his data and to whom."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from yizhan.core import crypto, numbers
from yizhan.domain.office.models import Organisation
from yizhan.domain.people import rules
from yizhan.domain.people.choices import ADMINISTRATORS, AccountKind, Function
from yizhan.domain.people.models import (
    AccessLine,
    Account,
    AccountEvent,
    LegalPerson,
    Person,
    PersonMerge,
    Post,
)

ID, PHONE, ACCOUNT = "id", "phone", "account"  # purposes of the blind indexes


class Revealed(TypedDict):
    """A person's numbers in clear, for the one purpose that was recorded."""

    name: str
    id_kind: str
    id_number: str
    phone: str


def posts_of(account: Account) -> list[Post]:
    """The posts held now; read once per account object, that is once per request."""
    return rules.live_posts(account)


def has_function(
    account: Account | None, *functions: str, organisation: Organisation | None = None
) -> bool:
    """Whether the account has one of the functions now, for this unit where one is given."""
    return rules.holds(account, *functions, organisation=organisation)


def person_of(account: Account) -> Person | None:
    """The natural person behind a login; a merged record gives the one that was kept."""
    return kept(account.person) if account.person is not None else None


def kept(person: Person) -> Person:
    """The record that holds after all merges."""
    while person.merged_into is not None:
        person = person.merged_into
    return person


def represented_by(person: Person) -> QuerySet[LegalPerson]:
    """The legal persons that a person may act for now."""
    return LegalPerson.objects.filter(
        representations__person=person, representations__valid_to=None
    ).order_by("name", "id")


def find_person(*, region: str, kind: str, number: str, today: datetime) -> Person | None:
    """The person of a document, by the blind index. Raises Refused for an impossible number."""
    document = rules.document(kind, number, today=today.date())
    person = (
        Person.objects.select_related("merged_into")
        .filter(
            region=region,
            id_kind=document.kind,
            id_index=crypto.blind_index(document.number, ID),
        )
        .first()
    )
    return kept(person) if person else None


def account_by_phone(phone: str) -> Account | None:
    """The citizen account of a mobile number, whether it may log in or not."""
    name = crypto.blind_index(numbers.phone_number(phone), ACCOUNT)
    return Account.objects.filter(username=name, kind=AccountKind.CITIZEN).first()


def id_number(person: Person) -> str:
    """The document number in clear. For rules and documents; a person who looks uses reveal()."""
    return crypto.unseal(person.id_sealed, bound=bound(person, ID))


def phone_of(person: Person) -> str:
    """The phone in clear, for sending; a person who looks uses reveal()."""
    if person.phone_sealed is None:
        return ""
    return crypto.unseal(person.phone_sealed, bound=bound(person, PHONE))


def phone_of_account(account: Account) -> str:
    """The phone that logs in to a citizen account, in clear, for sending."""
    if account.phone_sealed is None:
        return ""
    return crypto.unseal(account.phone_sealed, bound=f"account.{account.pk}.phone")


def bound(person: Person, column: str) -> str:
    """The place that a sealed number of a person belongs to: it opens nowhere else."""
    return f"person.{person.pk}.{column}"


def masked_id(person: Person) -> str:
    """410***********0014."""
    return numbers.masked(id_number(person), head=3, tail=4)


def masked_phone(person: Person) -> str:
    """138****0000, or nothing."""
    return numbers.masked(phone_of(person), head=3, tail=4)


def reveal(
    person: Person, *, by: Account, purpose: str, at: datetime, subject: str = ""
) -> Revealed:
    """The numbers in clear. Writes the access line first: what cannot be recorded is not shown.

    Law: PIPL art. 51, 网络数据安全管理条例 art. 12. `subject` is the number of the case or affair.
    """
    note_access(person, by=by, purpose=purpose, at=at, subject=subject)
    return {
        "name": person.name,
        "id_kind": person.get_id_kind_display(),
        "id_number": id_number(person),
        "phone": phone_of(person),
    }


def note_access(
    person: Person, *, by: Account, purpose: str, at: datetime, subject: str = ""
) -> AccessLine:
    """One line that the person can read: who looked, why, for which case."""
    return AccessLine.objects.create(
        region=person.region,
        person=person,
        account=by,
        account_name=str(by),
        purpose=purpose,
        subject=subject,
        at=at,
    )


def who_looked(person: Person) -> QuerySet[AccessLine]:
    """Every look at a person's data, newest first, those at merged records included."""
    mine = Q(person=person) | Q(person__merged_into=person)
    return AccessLine.objects.filter(mine).order_by("-at", "-id")


def waiting_device(account: Account) -> TOTPDevice | None:
    """The time-code device that waits for its first code."""
    return TOTPDevice.objects.filter(user=account, confirmed=False).first()


def next_code(account: Account, *, at: datetime) -> str:
    """The code that the account's phone shows, skipping one that was used already.

    For the demonstration county only, whose visitors have no phone. Empty when the next one is
    not yet accepted.
    """
    device = TOTPDevice.objects.filter(user=account, confirmed=True).first()
    if device is None:
        return ""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = at.timestamp()
    ahead = max(device.last_t + 1 - totp.t(), 0)
    if ahead > device.tolerance:
        return ""
    totp.time += ahead * device.step
    return f"{totp.token():0{device.digits}d}"


def administrators() -> QuerySet[Post]:
    """The three administrators' posts held now."""
    return Post.objects.filter(function__in=ADMINISTRATORS, valid_to=None)


def staff(viewer: Account) -> QuerySet[Account]:
    """The staff accounts that an administrator may see: those of the regions of his posts."""
    if not rules.holds(
        viewer, Function.SYSTEM_ADMIN, Function.SECURITY_ADMIN, Function.AUDIT_ADMIN
    ):
        return Account.objects.none()
    return Account.objects.filter(_in_scope(viewer, "region"), kind=AccountKind.STAFF).order_by(
        "username"
    )


def staff_page(viewer: Account, *, text: str = "") -> QuerySet[Account]:
    """The staff accounts with their posts and whether a second factor is bound, for a list."""
    factor = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    live = Post.objects.filter(valid_to=None).select_related("organisation").order_by("id")
    found = staff(viewer)
    if text:
        found = found.filter(Q(username__contains=text) | Q(display_name__contains=text))
    return found.annotate(has_factor=Exists(factor)).prefetch_related(
        Prefetch("posts", live, to_attr="posts_now")
    )


def account_events(viewer: Account) -> QuerySet[AccountEvent]:
    """The accounts' security trail, for the audit administrator only."""
    if not rules.holds(viewer, Function.AUDIT_ADMIN):
        return AccountEvent.objects.none()
    return (
        AccountEvent.objects.filter(_in_scope(viewer, "account__region"))
        .select_related("account", "by")
        .order_by("-at", "-id")
    )


def access_lines(viewer: Account) -> QuerySet[AccessLine]:
    """Who looked at whose data, for the audit administrator only."""
    if not rules.holds(viewer, Function.AUDIT_ADMIN):
        return AccessLine.objects.none()
    return (
        AccessLine.objects.filter(_in_scope(viewer, "region"))
        .select_related("account")
        .order_by("-at", "-id")
    )


def people_visible_to(viewer: Account) -> QuerySet[Person]:
    """Persons whose record a member of staff may open: window and merging functions, own region."""
    if not rules.holds(viewer, *OPENS_PERSONS):
        return Person.objects.none()
    return Person.objects.filter(region=viewer.region).select_related("merged_into")


def merges_visible_to(viewer: Account) -> QuerySet[PersonMerge]:
    """Merges that a member of staff may see and undo."""
    if not rules.holds(viewer, Function.SUPERVISOR):
        return PersonMerge.objects.none()
    return (
        PersonMerge.objects.filter(region=viewer.region)
        .select_related("kept", "absorbed", "by", "undone_by")
        .order_by("-at", "-id")
    )


def merge_candidates(person: Person) -> list[UUID]:
    """Other records of the region with the same name and either the same phone or birthday."""
    same = Q()
    if person.phone_index:
        same |= Q(phone_index=person.phone_index)
    if person.born_on:
        same |= Q(born_on=person.born_on) | Q(born_on=None)
    if not same:
        return []
    found = Person.objects.filter(same, region=person.region, name=person.name, merged_into=None)
    return list(found.exclude(pk=person.pk).order_by("id").values_list("pk", flat=True)[:20])


OPENS_PERSONS = (Function.WINDOW_CLERK, Function.SUPERVISOR, Function.HELPER)


def _in_scope(viewer: Account, column: str) -> Q:
    """Rows whose region begins with the scope of one of the viewer's administrator posts."""
    found = Q(pk__in=[])
    for post in rules.live_posts(viewer):
        if post.function in ADMINISTRATORS:
            found |= Q(**{f"{column}__startswith": post.scope[:6]})
    return found
