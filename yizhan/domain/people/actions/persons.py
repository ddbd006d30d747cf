"""Natural and legal persons: found or made, bound to a login, corrected at a window."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from yizhan.core import crypto, numbers
from yizhan.core.compiled import compiled
from yizhan.core.flow import Refused
from yizhan.core.worktime import CHINA
from yizhan.domain.people import queries, rules
from yizhan.domain.people.actions.events import note
from yizhan.domain.people.choices import AccountKind, EventKind, Function, Verified
from yizhan.domain.people.models import Account, LegalPerson, Person, Representation

TAKEN = (
    "这个证件号码已经登记过，为保护他人信息不能直接绑定。"
    "请核对姓名和号码，改用当时登记的手机号登录，或者带身份证到窗口办理绑定。"
)


def find_or_create_person(
    *,
    region: str,
    id_kind: str,
    id_number: str,
    name: str,
    by: Account | None,
    at: datetime,
    phone: str = "",
    address: str = "",
) -> Person:
    """The one person of a document, made if unknown; two windows at once get the same record.

    A member of staff has the document before him, so the record becomes verified and phone and
    address are brought up to date; a citizen's typing changes nothing of a record that exists.
    Raises Refused for an impossible number or name, and when the document has another name.
    """
    document = rules.document(id_kind, id_number, today=at.astimezone(CHINA).date())
    name = rules.person_name(name)
    phone = numbers.phone_number(phone) if phone else ""
    seen = by is not None and by.kind == AccountKind.STAFF
    key = (region, document.kind, crypto.blind_index(document.number, queries.ID))
    if not seen and (known := _of_document(*key)):
        return _named(known[0], name)  # nothing will change, so nothing needs to be locked
    with transaction.atomic():
        held = _held(*key)
        if not held:
            person = Person(
                region=region, id_kind=document.kind, id_index=key[2], name=name, address=address,
                verified=Verified.WINDOW if seen else Verified.NONE, created_at=at,
            )  # fmt: skip
            _describe(person, document, phone)
            if _is_first(person):
                return person
            held = _held(*key)
        person = _named(held[0], name)
        if seen:
            _yield_to_document(person, phone=phone, by=by, at=at)
            _refresh(person, phone=phone, address=address)
        return person


def _named(person: Person, name: str) -> Person:
    """The record that is kept for this person. Raises Refused when the document says otherwise."""
    if person.name != name:
        raise Refused("姓名与证件号不符，请核对证件上的姓名和号码。", field="name")
    return queries.kept(person)


@compiled
def _of_document(region: str, id_kind: str, index: str) -> QuerySet[Person]:
    return Person.objects.filter(region=region, id_kind=id_kind, id_index=index)


@compiled
def _held(region: str, id_kind: str, index: str) -> QuerySet[Person]:
    return Person.objects.select_for_update().filter(region=region, id_kind=id_kind, id_index=index)


def _describe(person: Person, document: rules.Document, phone: str) -> None:
    person.born_on, person.sex = document.born_on, document.sex
    person.id_sealed = crypto.seal(document.number, bound=queries.bound(person, queries.ID))
    _set_phone(person, phone)


def _is_first(person: Person) -> bool:
    """Save a new record; False when another window was quicker: the constraint decides."""
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        return False
    return True


@transaction.atomic
def find_or_create_legal_person(
    *,
    region: str,
    uscc: str,
    name: str,
    by: Account | None,
    at: datetime,
    kind: str = "",
    phone: str = "",
    address: str = "",
    representative: Person | None = None,
) -> LegalPerson:
    """The one organisation of a credit code, N and Y codes included; made if unknown.

    Raises Refused for an impossible code and when the code has another name.
    """
    uscc = numbers.credit_code(uscc)
    name = "".join(name.split()).replace("(", "（").replace(")", "）")
    if not 2 <= len(name) <= 120:
        raise Refused("单位名称应为2至120个字，请与营业执照或登记证书一致。", field="name")
    facts = {
        "name": name, "kind": kind or rules.legal_kind(uscc), "phone": phone, "address": address,
        "representative": representative, "created_at": at,
    }  # fmt: skip
    found, _ = LegalPerson.objects.get_or_create(region=region, uscc=uscc, defaults=facts)
    if found.name != name:
        raise Refused("单位名称与统一社会信用代码不符，请核对登记证书。", field="name")
    return found


@transaction.atomic
def represent(
    legal_person_id: UUID, person_id: UUID, *, role: str, by: Account, at: datetime
) -> Representation:
    """Let a person act for a legal person; staff only, who have seen the letter of authority.

    Law: 民法典 art. 165 (written authority). Doing it twice is doing it once.
    """
    rules.needs(by, Function.WINDOW_CLERK, Function.HANDLER)
    legal = LegalPerson.objects.select_for_update().get(pk=legal_person_id, region=by.region)
    person = queries.kept(Person.objects.get(pk=person_id, region=by.region))
    found, _ = Representation.objects.get_or_create(
        region=legal.region, legal_person=legal, person=person, valid_to=None,
        defaults={"role": role, "valid_from": at},
    )  # fmt: skip
    return found


@transaction.atomic
def end_representation(representation_id: UUID, *, by: Account, at: datetime) -> Representation:
    """End a person's authority; staff only. Ended twice is ended once."""
    rules.needs(by, Function.WINDOW_CLERK, Function.HANDLER)
    found = Representation.objects.select_for_update().get(pk=representation_id, region=by.region)
    if found.valid_to is None:
        found.valid_to = at
        found.save(update_fields=["valid_to"])
    return found


@transaction.atomic
def register(
    account_id: UUID, *, id_kind: str, id_number: str, name: str, at: datetime, address: str = ""
) -> Account:
    """A citizen tells who he is. A record that exists is only bound when its phone is this login's.

    Nobody gets into another person's affairs by knowing a name and a number: without the phone of
    the record the answer is the same sentence whether name, number or phone does not fit.
    """
    account = Account.objects.select_for_update().get(pk=account_id, kind=AccountKind.CITIZEN)
    if account.person_id is not None:
        raise Refused("这个账号已经绑定身份信息；需要更正请带身份证到窗口办理。")
    phone = queries.phone_of_account(account)
    document = rules.document(id_kind, id_number, today=at.astimezone(CHINA).date())
    known = Person.objects.filter(
        region=account.region, id_kind=document.kind,
        id_index=crypto.blind_index(document.number, queries.ID),
    ).select_related("merged_into").first()  # fmt: skip
    if known is not None:
        same_name = known.name == rules.person_name(name)
        if not (same_name and phone and queries.phone_of(queries.kept(known)) == phone):
            raise Refused(TAKEN, field="id_number")
    account.person = find_or_create_person(
        region=account.region, id_kind=id_kind, id_number=id_number, name=name, by=account, at=at,
        phone=phone, address=address,
    )  # fmt: skip
    account.display_name = account.person.name
    account.save(update_fields=["person", "display_name"])
    note(account, EventKind.PERSON_BOUND, by=account, at=at, person=str(account.person_id))
    return account


@transaction.atomic
def release(person_id: UUID, *, reason: str, by: Account, at: datetime) -> int:
    """Take every login off a person, when a window sees that somebody else holds it.

    The window clerk has the original document before him. The true holder then binds his own phone.
    Returns how many logins were released; their sessions end with the next request.
    """
    rules.needs(by, Function.WINDOW_CLERK)
    person = Person.objects.select_for_update().get(pk=person_id, region=by.region)
    if not reason.strip():
        raise Refused("请写明解除绑定的原因。", field="reason")
    released = _release(person, by=by, at=at)
    queries.note_access(person, by=by, purpose=f"解除网上账号绑定：{reason.strip()}"[:120], at=at)
    _set_phone(person, "")
    person.save(update_fields=["phone_sealed", "phone_index"])
    return released


def _release(person: Person, *, by: Account, at: datetime, but_phone: str = "") -> int:
    released = 0
    logins = Account.objects.select_for_update().filter(person=person, kind=AccountKind.CITIZEN)
    for account in logins.order_by("id"):
        if but_phone and queries.phone_of_account(account) == but_phone:
            continue
        account.person = None
        account.display_name = "群众"
        account.save(update_fields=["person", "display_name"])
        note(account, EventKind.PERSON_RELEASED, by=by, at=at, person=str(person.pk))
        released += 1
    return released


def _yield_to_document(person: Person, *, phone: str, by: Account | None, at: datetime) -> None:
    """A login that only claimed to be this person goes when the original document comes in.

    Kept when the holder of the document names the phone of that login as his own.
    """
    if by is not None and person.verified == Verified.NONE and phone:
        _release(person, by=by, at=at, but_phone=phone)


def _set_phone(person: Person, phone: str) -> None:
    person.phone_index = crypto.blind_index(phone, queries.PHONE) if phone else ""
    person.phone_sealed = (
        crypto.seal(phone, bound=queries.bound(person, queries.PHONE)) if phone else None
    )


def _refresh(person: Person, *, phone: str, address: str) -> None:
    changed: dict[str, Any] = {}
    if phone and person.phone_index != crypto.blind_index(phone, queries.PHONE):
        _set_phone(person, phone)
        changed |= {"phone_sealed": 1, "phone_index": 1}
    if address and person.address != address:
        person.address = address
        changed["address"] = 1
    if person.verified != Verified.WINDOW:
        person.verified = Verified.WINDOW
        changed["verified"] = 1
    if changed:
        person.save(update_fields=list(changed))
