"""Everything the case page shows, read before the template begins: a fixed number of queries."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
from django.db.models import QuerySet

from yizhan.core.flow import Choice, Move, Refused
from yizhan.domain.cases import queries
from yizhan.domain.cases.choices import CommitmentKind, MaterialState
from yizhan.domain.cases.models import (
    Case,
    CaseMaterial,
    CaseStep,
    Correction,
    Extension,
)
from yizhan.domain.cases.rules import Facts
from yizhan.domain.cases.rules.guards import REVIEW, by_reviewer
from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.shapes import FormField, Material
from yizhan.domain.office import queries as office
from yizhan.domain.office.models import Organisation
from yizhan.domain.people.models import Account
from yizhan.web.workbench.deeds import DEEDS, Deed
from yizhan.web.workbench.forms import DeedForm

WITH = (
    "affair__agent", "item", "version", "organisation", "person", "legal_person", "handler",
)  # fmt: skip


@dataclass(slots=True)
class Offer:
    """One action on the page: its form, or why it is not possible now."""

    deed: Deed
    form: DeedForm | None
    refusal: str = ""
    open: bool = False


@dataclass
class CaseFacts:
    """The case with what its forms need: the part that decides what can be done."""

    case: Case
    account: Any
    at: datetime
    facts: Facts
    choices: list[Choice]
    correction: Correction | None

    @property
    def materials(self) -> list[CaseMaterial]:
        """The materials, in the order of the guide."""
        order = list(self.wanted)
        return sorted(
            self.facts.materials, key=lambda m: order.index(m.key) if m.key in order else 99
        )

    @property
    def steps(self) -> list[CaseStep]:
        """The review steps, returned ones left out."""
        return list(self.facts.steps)

    @property
    def open_extension(self) -> Extension | None:
        """The request for more time that waits for an answer."""
        return self.facts.asked_extension()

    @property
    def asked(self) -> dict[str, str]:
        """What the correction notice asked for: key → sentence."""
        return dict(self.correction.defects) if self.correction else {}

    @cached_property
    def fields(self) -> list[FormField]:
        """The fields this applicant sees, by the version the case began with."""
        return rules.visible_fields(self.case.version, self.case.answers, self.case.data)

    @cached_property
    def open_fields(self) -> list[FormField]:
        """The fields the applicant may change."""
        return [f for f in self.fields if not f.locked]

    @cached_property
    def wanted(self) -> dict[str, Material]:
        """The materials as the version wants them, by key."""
        return {m.key: m for m in msgspec.convert(self.case.version.materials, list[Material])}

    @property
    def defect_lines(self) -> list[tuple[str, str, str, bool]]:
        """(key, label, suggested sentence, ticked) for all that can be wrong with a case."""
        lines = []
        for m in self.materials:
            if m.state == MaterialState.NOT_ASKED:
                continue
            missing = m.state == MaterialState.MISSING
            want = self.wanted.get(m.key)
            said = (
                f"请补充提供《{m.name}》" if missing else f"《{m.name}》不清楚或已过期，请重新提供"
            )
            said += f"，{want.standard}。" if want is not None and want.standard else "。"
            lines.append((m.key, m.name, said, missing))
        for f in self.open_fields:
            lines.append((f.key, f.label, f"请更正“{f.label}”，与证明材料不一致。", False))
        return lines

    @property
    def commitment_options(self) -> list[tuple[str, str]]:
        """What may be accepted without a missing material, as the item version allows."""
        found = []
        for m in self.materials:
            want = self.wanted.get(m.key)
            if m.state != MaterialState.MISSING or want is None:
                continue
            if want.defer_days:
                words = f"{m.name}：容缺受理，{want.defer_days}个工作日内补交"
                found.append((f"deferral:{m.key}", words))
            if want.promise:
                found.append((f"promise:{m.key}", f"{m.name}：申请人书面承诺代替（告知承诺）"))
        return found

    @cached_property
    def other_units(self) -> list[tuple[str, str]]:
        """The units that may be asked to help."""
        units = office.organisations(self.case.region).exclude(pk=self.case.organisation_id)
        return [(str(unit.pk), unit.name) for unit in units]

    @cached_property
    def officers(self) -> list[tuple[str, str]]:
        """Who may handle the case in the competent unit."""
        found = officers_of(self.case.organisation)
        return [(str(one.pk), one.display_name) for one in found]

    def unit(self, key: str) -> Organisation:
        """The unit of a choice that was validated against `other_units`."""
        return office.organisations(self.case.region).get(pk=int(key))

    def officer(self, key: str) -> Account:
        """The account of a choice that was validated against `officers`."""
        return officers_of(self.case.organisation).get(pk=uuid.UUID(key))


def officers_of(unit: Organisation) -> QuerySet[Account]:
    """Who reviews or decides in a unit now."""
    return (
        Account.objects.filter(
            posts__organisation=unit, posts__function__in=REVIEW, posts__valid_to=None,
            is_active=True,
        )
        .distinct()
        .order_by("display_name", "id")
    )  # fmt: skip


def load(case: Case, *, account: Any, at: datetime) -> CaseFacts:
    """The case and what can be done with it."""
    hanging = queries.facts(case, by=account)
    found = CaseFacts(
        case=case,
        account=account,
        at=at,
        facts=hanging,
        choices=[
            *queries.choices_for(case, account, hanging),
            *_verification(case, account, hanging),
        ],
        correction=Correction.objects.filter(case=case).first(),
    )
    found.choices = [_with_commitments(choice, found) for choice in found.choices]
    return found


def _with_commitments(choice: Choice, page: CaseFacts) -> Choice:
    """Acceptance is offered when all that lacks may be deferred or promised on the same form."""
    if choice.move.name != "accept" or not choice.refusal or not page.commitment_options:
        return choice
    covered = [value.split(":", 1)[1] for value, _ in page.commitment_options]
    case = page.case
    try:
        case.FLOW.check(
            "accept", state=case.state, subject=case, by=page.account, facts=page.facts,
            covered=covered,
        )  # fmt: skip
    except Refused:
        return choice
    return Choice(choice.move)


def _verification(case: Case, account: Any, facts: Facts) -> list[Choice]:
    """Verifying a promise belongs to no state: it is possible before and after the decision."""
    if not facts.live(CommitmentKind.PROMISE):
        return []
    move = Move("verify_promise", "核查承诺", (case.state,), case.state)
    try:
        by_reviewer(subject=case, by=account, facts=facts)
    except Refused as refusal:
        return [Choice(move, refusal.sentence)]
    return [Choice(move)]


@dataclass
class Offers:
    """The actions in the order of the table: possible ones with forms, the others with reasons."""

    possible: list[Offer] = field(default_factory=list)
    refused: list[Offer] = field(default_factory=list)


def offers(facts: CaseFacts, *, bound: DeedForm | None = None, want: str = "") -> Offers:
    """Buttons and reasons; the form that came back with errors, or was asked for, is open."""
    by_name = {choice.move.name: choice for choice in facts.choices}
    found = Offers()
    for name, deed in DEEDS.items():
        choice = by_name.get(name)
        if choice is None:
            continue
        if choice.refusal:
            found.refused.append(Offer(deed, None, choice.refusal))
            continue
        mine = bound is not None and bound.name == name
        form = bound if mine else deed.form(name=name, page=facts)
        found.possible.append(Offer(deed, form, open=mine or name == want))
    if found.possible and not any(offer.open for offer in found.possible):
        found.possible[0].open = True
    return found
