"""Before the form: who applies, for which situation, and whether it can begin at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from yizhan.core.flow import Refused
from yizhan.domain.cases import queries as cases
from yizhan.domain.cases.models import Draft
from yizhan.domain.catalogue.choices import ServedKind
from yizhan.domain.catalogue.models import Item
from yizhan.domain.people import queries as people
from yizhan.domain.people.models import Account, LegalPerson, Person
from yizhan.web.portal.guide import Checklist

SELF = "self"


@dataclass(frozen=True, slots=True)
class Subject:
    """One answer to "who applies"; `legal_person` is None for oneself."""

    value: str
    label: str
    note: str
    legal_person: LegalPerson | None
    chosen: bool


@dataclass
class Start:
    """The page on which an application begins."""

    account: Account
    person: Person | None
    checklist: Checklist
    wanted: str

    @classmethod
    def of(cls, account: Account, item: Item, given: Mapping[str, Any]) -> Start:
        """From the answers that came along and the choice made on the page."""
        person = people.person_of(account)
        return cls(account, person, Checklist.of(item, given), given.get("subject", ""))

    @property
    def item(self) -> Item:
        """What is applied for."""
        return self.checklist.item

    @cached_property
    def subjects(self) -> list[Subject]:
        """Oneself and the companies one acts for, as far as the item serves them."""
        if self.person is None:
            return []
        served = set(self.item.current.served)
        found = []
        if not served or ServedKind.PERSON in served:
            found.append((SELF, f"本人：{self.person.name}", people.masked_id(self.person), None))
        if not served or served - {ServedKind.PERSON}:
            found += [
                (str(legal.pk), legal.name, legal.uscc, legal)
                for legal in people.represented_by(self.person)
            ]
        first = self.wanted or (found[0][0] if found else "")
        return [Subject(*facts, chosen=facts[0] == first) for facts in found]

    @property
    def chosen(self) -> Subject:
        """Who applies. Raises Refused when nobody offered was chosen."""
        for subject in self.subjects:
            if subject.chosen:
                return subject
        raise Refused("请选择以谁的名义申请。", field="subject")

    @cached_property
    def blocked(self) -> str:
        """Why nothing can begin now; empty when it can."""
        if self.checklist.closed:
            return self.checklist.closed
        if not self.checklist.can_apply:
            return "这个事项还不能在网上申请，请带材料到窗口办理。"
        if self.person is None:
            return "网上申请要先填写实名信息（姓名和身份证号），只填一次，以后都不用再填。"
        if not self.checklist.complete:
            return "还有几个问题没有回答，请先返回清单答完，才知道您要准备哪些材料。"
        if not self.subjects:
            return "这个事项只为单位办理，您的账号还没有关联单位。请带营业执照到窗口办理关联。"
        return ""

    @property
    def unknown(self) -> bool:
        """Whether the account has no person behind it yet."""
        return self.person is None

    def check(self) -> None:
        """Raises Refused when nothing can begin or nobody offered was chosen."""
        if self.blocked:
            raise Refused(self.blocked)
        _ = self.chosen

    @cached_property
    def drafts(self) -> list[Draft]:
        """Applications for the same item that wait to be finished."""
        return [d for d in cases.drafts_of(self.account) if d.version.item_id == self.item.pk]

    @property
    def checklist_url(self) -> str:
        """Back to the questions, answers kept."""
        url = reverse("portal:checklist", args=[self.item.slug])
        return f"{url}?{self.checklist.query}" if self.checklist.query else url
