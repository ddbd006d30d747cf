"""Persons, legal persons, accounts and posts. Names are invented, numbers are test numbers.

person()                                   # 李测试, another document on each call
person(name="李秀英", number="410225195001010014", phone="13800000001")
legal_person(); citizen(person=…); staff("wang", "王芳")
post(account, "window_clerk")              # the whole county
post(account, "handler", organisation=unit)
clerk(); handler(unit); approver(unit) …   # staff account with its post
"""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any

from yizhan.core import crypto
from yizhan.core.numbers import id_check, uscc_check
from yizhan.domain.office.models import Organisation
from yizhan.domain.people import queries, rules
from yizhan.domain.people.models import Account, LegalPerson, Person, Post, Representation

REGION = "410225"
AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
PASSWORD = "ke-kao-de-mi-ma-2026"
_sequence = itertools.count(1)


def id_number(born: str = "19800101", number: int | None = None, place: str = "410225") -> str:
    """A test identity number with a right check character; another one on each call."""
    serial = next(_sequence) % 900 + 100 if number is None else number
    body = f"{place}{born}{serial:03d}"
    return body + id_check(body)


def person(
    *,
    name: str = "李测试",
    number: str = "",
    kind: str = "111",
    phone: str = "",
    region: str = REGION,
    **fields: Any,
) -> Person:
    """A natural person, sealed as the actions do."""
    day = next(_sequence)
    born = f"19{60 + day // 336 % 40}{day // 28 % 12 + 1:02d}{day % 28 + 1:02d}"
    document = rules.document(kind, number or id_number(born), today=date(2026, 11, 25))
    made = Person(
        region=region, name=name, id_kind=document.kind,
        id_index=crypto.blind_index(document.number, queries.ID), created_at=AT,
        **({"born_on": document.born_on, "sex": document.sex} | fields),
    )  # fmt: skip
    made.id_sealed = crypto.seal(document.number, bound=queries.bound(made, queries.ID))
    if phone:
        made.phone_index = crypto.blind_index(phone, queries.PHONE)
        made.phone_sealed = crypto.seal(phone, bound=queries.bound(made, queries.PHONE))
    made.save(force_insert=True)
    return made


def legal_person(*, name: str = "", uscc: str = "", **fields: Any) -> LegalPerson:
    """A company of the county."""
    number = next(_sequence)
    body = f"91410225{number:09d}"
    facts = {"region": REGION, "kind": "2", "created_at": AT} | fields
    return LegalPerson.objects.create(
        name=name or f"兰考测试{number}有限公司", uscc=uscc or body + uscc_check(body), **facts
    )


def represents(person: Person, legal: LegalPerson, role: str = "法定代表人") -> Representation:
    """The person may act for the legal person."""
    return Representation.objects.create(
        region=legal.region, legal_person=legal, person=person, role=role, valid_from=AT
    )


def citizen(*, person: Person | None = None, phone: str = "", **fields: Any) -> Account:
    """A citizen's login; its phone is made up when not given."""
    phone = phone or f"139{next(_sequence):08d}"
    facts = {"region": REGION, "created_at": AT} | fields
    account = Account(
        kind="citizen", username=crypto.blind_index(phone, queries.ACCOUNT), person=person,
        display_name=person.name if person else "群众", **facts,
    )  # fmt: skip
    account.phone_sealed = crypto.seal(phone, bound=f"account.{account.pk}.phone")
    account.set_unusable_password()
    account.save(force_insert=True)
    return account


def staff(username: str = "", display_name: str = "测试员", **fields: Any) -> Account:
    """A staff login with PASSWORD and no function; the same one again for the same username."""
    name = username or f"staff{next(_sequence)}"
    known = Account.objects.filter(username=name).first()
    if known is not None:
        return known
    facts = {"region": REGION, "created_at": AT, "kind": "staff"} | fields
    account = Account(username=name, display_name=display_name, **facts)
    account.set_password(PASSWORD)
    account.save(force_insert=True)
    return account


def post(
    account: Account,
    function: str,
    *,
    scope: str = REGION,
    organisation: Organisation | None = None,
) -> Post:
    """A function held now."""
    account.__dict__.pop("_live_posts", None)
    made, _ = Post.objects.get_or_create(
        account=account, function=function, scope=scope, organisation=organisation, valid_to=None,
        defaults={"valid_from": AT, "granted_by": "测试"},
    )  # fmt: skip
    return made


def official(
    function: str,
    *,
    organisation: Organisation | None = None,
    username: str = "",
    name: str = "测试员",
    scope: str = REGION,
) -> Account:
    """A staff account that holds one function."""
    account = staff(username, name)
    post(account, function, scope=scope, organisation=organisation)
    return account


def clerk(**fields: Any) -> Account:
    """A clerk of the integrated window."""
    return official("window_clerk", **fields)


def handler(organisation: Organisation, **fields: Any) -> Account:
    """Who reviews in a unit."""
    return official("handler", organisation=organisation, **fields)


def approver(organisation: Organisation, **fields: Any) -> Account:
    """Who decides in a unit."""
    return official("approver", organisation=organisation, **fields)
