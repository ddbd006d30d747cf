"""Step one of the window: who applies, found by a document number or entered once.

Each function reads the posted page, changes the visit and returns sentences by field. Looking
somebody up writes the access line that the person can read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yizhan.core import numbers
from yizhan.core.flow import Refused
from yizhan.core.worktime import CHINA
from yizhan.domain.people import actions, queries, rules
from yizhan.domain.people.choices import IdKind
from yizhan.domain.people.models import LegalPerson, Person
from yizhan.web.workbench.visit import Visit

PURPOSE = "窗口受理"
AGENT = "agent_"
SEX = {"male": "男", "female": "女"}
Errors = dict[str, str]
Present = tuple[Person | None, LegalPerson | None, Person | None]


@dataclass(frozen=True, slots=True)
class Card:
    """A person or company as the page shows it: enough to compare with the document in hand."""

    role: str
    name: str
    number: str
    facts: str
    address: str


@dataclass(frozen=True, slots=True)
class Block:
    """The fields that find one person."""

    p: str
    role: str
    optional: bool
    open: bool
    ask_name: bool
    news: str
    id_kind: str
    id_number: str
    name: str
    phone: str
    id_error: str
    name_error: str
    phone_error: str

    @property
    def id_focus(self) -> str:
        """The name of the number field."""
        return f"{self.p}id_number"

    @property
    def name_focus(self) -> str:
        """The name of the name field."""
        return f"{self.p}name"


def check(kind: str, text: str, *, at: datetime) -> tuple[bool, str]:
    """Whether a document number can be right so far, with the sentence to show beside it."""
    number = "".join(text.split())
    if kind == IdKind.RESIDENT and len(number) < 18 and number[:17].isdigit() and len(number) != 15:
        return True, f"已输入 {len(number)} 位，还差 {18 - len(number)} 位。" if number else ""
    try:
        found = rules.document(kind, text, today=at.astimezone(CHINA).date())
    except Refused as refusal:
        return False, refusal.sentence
    if found.born_on is None:
        return True, "号码格式正确。"
    return True, f"号码有效：{found.born_on:%Y年%-m月%-d日}生，{SEX.get(found.sex, '')}。"


def settle(visit: Visit, posted: Mapping[str, str], *, by: Any, at: datetime) -> Errors:
    """Find or make everybody the page names; what is still unclear comes back as sentences."""
    errors: Errors = {}
    if posted.get("kind") == "org":
        if not visit.legal_person:
            visit.legal_person = _company(posted, errors, by=by, at=at)
        visit.agent = visit.agent or _person(posted, "", errors, by=by, at=at)
        return errors
    visit.person = visit.person or _person(posted, "", errors, by=by, at=at)
    if posted.get(f"{AGENT}id_number", "").strip():
        visit.agent = visit.agent or _person(posted, AGENT, errors, by=by, at=at)
        if visit.agent and visit.agent == visit.person:
            visit.agent = ""
            errors[f"{AGENT}id_number"] = "代办人和申请人是同一个人；本人来办时代办人留空。"
    if errors:
        visit.person = ""  # shown again with everything typed, until both are clear
    return errors


def _person(posted: Mapping[str, str], p: str, errors: Errors, *, by: Any, at: datetime) -> str:
    kind = posted.get(f"{p}id_kind") or IdKind.RESIDENT
    number, name = posted.get(f"{p}id_number", ""), posted.get(f"{p}name", "").strip()
    phone = posted.get(f"{p}phone", "").strip() if f"{p}name" in posted else ""
    try:
        found = queries.find_person(
            region=by.region, kind=kind, number=number, today=at.astimezone(CHINA)
        )
        if found is None and not name:
            errors[f"{p}name"] = "第一次来办事，请按证件填写姓名。"
            return ""
        if found is None or name:
            found = actions.find_or_create_person(
                region=by.region, id_kind=kind, id_number=number, name=name, by=by, at=at,
                phone=phone,
            )  # fmt: skip
    except Refused as refusal:
        errors[p + (refusal.field or "id_number")] = refusal.sentence
        return ""
    queries.note_access(found, by=by, purpose=PURPOSE, at=at)
    return str(found.pk)


def _company(posted: Mapping[str, str], errors: Errors, *, by: Any, at: datetime) -> str:
    code, name = posted.get("uscc", ""), posted.get("org_name", "").strip()
    try:
        key = numbers.credit_code(code)
        found = LegalPerson.objects.filter(region=by.region, uscc=key).first()
        if found is None and not name:
            errors["org_name"] = "第一次来办事，请按登记证书填写单位名称。"
            return ""
        if found is None or name:
            found = actions.find_or_create_legal_person(
                region=by.region, uscc=code, name=name, by=by, at=at
            )
    except Refused as refusal:
        errors["org_name" if refusal.field == "name" else "uscc"] = refusal.sentence
        return ""
    return str(found.pk)


def people_of(
    visit: Visit, *, region: str
) -> tuple[Person | None, LegalPerson | None, Person | None]:
    """The applicant, the company and the agent of a visit."""
    keys = [key for key in (visit.person, visit.agent) if key]
    found = (
        {str(p.pk): p for p in Person.objects.filter(pk__in=keys, region=region)} if keys else {}
    )
    company = None
    if visit.legal_person:
        company = LegalPerson.objects.filter(pk=visit.legal_person, region=region).first()
    return found.get(visit.person), company, found.get(visit.agent)


def cards(person: Person | None, company: LegalPerson | None, agent: Person | None) -> list[Card]:
    """Everybody of the visit, numbers masked."""
    found = []
    if person is not None:
        found.append(_card("申请人", person))
    if company is not None:
        found.append(Card("申请单位", company.name, company.uscc, "", company.address))
    if agent is not None:
        found.append(_card("经办人" if company else "代办人", agent))
    return found


def _card(role: str, person: Person) -> Card:
    said = [SEX.get(person.sex, ""), f"{person.born_on:%Y年%-m月%-d日}生" if person.born_on else ""]
    number = queries.masked_id(person)
    return Card(role, person.name, number, "，".join(word for word in said if word), person.address)


def blocks(posted: Mapping[str, str], errors: Mapping[str, str]) -> list[Block]:
    """The fields to show while it is not settled who applies."""
    if posted.get("kind") == "org":
        return [_block("", "经办人", posted, errors)]
    agent = _block(AGENT, "代办人", posted, errors, optional=True)
    return [_block("", "申请人", posted, errors), agent]


def _block(
    p: str,
    role: str,
    posted: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    optional: bool = False,
) -> Block:
    given = {key: posted.get(p + key, "") for key in ("id_kind", "id_number", "name", "phone")}
    wrong = {key: errors.get(p + key, "") for key in ("id_number", "id_kind", "name", "phone")}
    unknown = bool(wrong["name"]) and not given["name"]
    return Block(
        p=p, role=role, optional=optional, open=bool(given["id_number"]),
        ask_name=bool(given["name"] or wrong["name"] or wrong["phone"]),
        news=wrong["name"] if unknown else "",
        id_kind=given["id_kind"] or IdKind.RESIDENT, id_number=given["id_number"],
        name=given["name"], phone=given["phone"],
        id_error=wrong["id_number"] or wrong["id_kind"],
        name_error="" if unknown else wrong["name"], phone_error=wrong["phone"],
    )  # fmt: skip


def check_company(text: str) -> tuple[bool, str]:
    """The same for a credit code."""
    code = numbers.plain(text)
    if len(code) < 18:
        return True, f"已输入 {len(code)} 位，还差 {18 - len(code)} 位。" if code else ""
    try:
        numbers.credit_code(code)
    except Refused as refusal:
        return False, refusal.sentence
    return True, "代码有效。"
