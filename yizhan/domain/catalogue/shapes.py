"""The documented JSON inside an item version: what each list may hold.

Everything here is frozen with the version. `when` is a CEL condition over `answers` (of the
situation questions) and, in form fields, `data`; empty means always.
"""

from __future__ import annotations

import msgspec

from yizhan.domain.catalogue.choices import (
    FieldKind,
    MaterialForm,
    MaterialNeed,
    MaterialSource,
    SpecialKind,
)

# what a form may fill in by itself: fact → where it comes from, in words for the applicant
FACTS = {
    "person.name": "您的实名信息",
    "person.id_kind": "您的实名信息",
    "person.id_number": "您的实名信息",
    "person.sex": "您的实名信息",
    "person.born_on": "您的实名信息",
    "person.phone": "您登记的手机号",
    "person.address": "您登记的住址",
    "org.name": "您所代表单位的登记信息",
    "org.uscc": "您所代表单位的登记信息",
    "org.representative": "您所代表单位的登记信息",
    "org.phone": "您所代表单位的登记信息",
    "org.address": "您所代表单位的登记信息",
    "agent.name": "代办人的实名信息",
    "agent.phone": "代办人登记的手机号",
}
APPLICANT = "applicant"  # provenance of what the applicant typed


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer of a question or a choice field."""

    value: str
    label: str


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A situation question, asked before the form; it decides the personal checklist."""

    key: str
    text: str
    options: list[Option]
    help: str = ""
    when: str = ""


class Material(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One required thing (up_task_general_material)."""

    key: str
    name: str
    need: MaterialNeed = MaterialNeed.REQUIRED
    form: MaterialForm = MaterialForm.BOTH
    source: MaterialSource = MaterialSource.APPLICANT
    issuer: str = ""
    basis: str = ""
    originals: int = 1
    copies: int = 0
    standard: str = ""
    fill_note: str = ""
    when: str = ""
    promise: bool = False  # may be replaced by a written promise (告知承诺)
    defer_days: int = 0  # working days to supply it later (容缺), 0 = not deferrable


class Fee(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fee (up_task_general_fee_project)."""

    name: str
    standard: str
    basis: str
    reducible: bool = False
    reduction: str = ""


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of the review a case walks; steps with the same `order` run in parallel."""

    key: str
    name: str
    order: int
    function: str = "handler"
    organisation: str = ""  # organisation code of a co-unit; empty = the competent unit
    days: int = 0
    may_return: bool = True
    special: list[SpecialKind] = []


class Faq(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """常见问题."""

    question: str
    answer: str


class Situation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """业务办理项: two more digits on the code, and what it overrides of the item."""

    code: str
    name: str
    when: str = ""
    overrides: dict[str, str | int] = {}


class FormField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field of the form. `prefill` names a fact: person.name, person.id_number, org.uscc …"""

    key: str
    label: str
    kind: FieldKind
    required: bool = True
    section: str = ""
    help: str = ""
    options: list[Option] = []
    when: str = ""
    prefill: str = ""
    locked: bool = False  # a prefilled fact that the applicant cannot change (trap T8)
    minimum: float | None = None
    maximum: float | None = None
    max_length: int = 200


# the lists of a version: field → (shape, what identifies one entry)
LISTS: dict[str, tuple[type[msgspec.Struct], str]] = {
    "materials": (Material, "key"),
    "fees": (Fee, "name"),
    "steps": (Step, "key"),
    "faqs": (Faq, "question"),
    "situations": (Situation, "code"),
    "questions": (Question, "key"),
    "fields": (FormField, "key"),
}
SPECIAL_KINDS = list[SpecialKind]  # special_procedures: the kinds that may occur in this item
