"""Drafts: saved on every field, resumed anywhere, submitted once, carried over to a new version."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from yizhan.core.flow import Refused
from yizhan.domain.cases.actions._materials import SubmittedMaterial, own_files
from yizhan.domain.cases.actions.submitting import Submission, submit
from yizhan.domain.cases.choices import CommitmentKind, SourceKind
from yizhan.domain.cases.models import Case, Draft
from yizhan.domain.catalogue import rules as catalogue
from yizhan.domain.catalogue.choices import ItemState
from yizhan.domain.people import queries as people

if TYPE_CHECKING:
    from yizhan.domain.catalogue.models import ItemVersion
    from yizhan.domain.people.models import Account, LegalPerson

MOST_FILES = 20


def start_draft(
    *,
    account: Account,
    version: ItemVersion,
    answers: Mapping[str, Any],
    at: datetime,
    legal_person: LegalPerson | None = None,
) -> Draft:
    """A new application of an account, for itself or for a legal person it represents.

    Raises Refused when the account may not act for that legal person.
    """
    _may_act_for(account, legal_person)
    return Draft.objects.create(
        region=version.region, account=account, version=version, nonce=uuid.uuid4(),
        answers=dict(answers), legal_person=legal_person, created_at=at, saved_at=at,
    )  # fmt: skip


@transaction.atomic
def save_draft(
    *,
    account: Account,
    version: ItemVersion,
    answers: Mapping[str, Any],
    data: Mapping[str, Any],
    at: datetime,
    draft_id: uuid.UUID | str | None = None,
    legal_person: LegalPerson | None = None,
) -> Draft:
    """Keep what is typed so far, complete or not; a new draft without `draft_id`. The owner only.

    `legal_person` is whom a new draft is for; it cannot be changed afterwards.

    Raises Refused once it is submitted, Draft.DoesNotExist for another's draft.
    """
    if draft_id is None:
        draft = start_draft(
            account=account, version=version, answers=answers, legal_person=legal_person, at=at
        )
    else:
        draft = _own_draft(draft_id, account)
    known = {field["key"] for field in draft.version.fields}
    draft.answers = dict(answers)
    draft.data = {key: value for key, value in data.items() if key in known}
    draft.saved_at = max(at, draft.saved_at)
    draft.save(update_fields=["answers", "data", "saved_at"])
    return draft


@transaction.atomic
def attach_to_draft(
    draft_id: uuid.UUID | str,
    *,
    key: str,
    file_ids: Sequence[uuid.UUID | str],
    by: Account,
    at: datetime,
) -> Draft:
    """Add files to a material of a draft. The owner, with his own files. Raises Refused."""
    draft = _own_draft(draft_id, by)
    if key not in {m["key"] for m in draft.version.materials}:
        raise Refused("材料清单里没有这份材料，请刷新页面。", field=key)
    own_files(file_ids, by)
    kept = [*draft.materials.get(key, []), *(str(f) for f in file_ids)]
    files = list(dict.fromkeys(kept))
    if len(files) > MOST_FILES:
        raise Refused(f"一份材料最多{MOST_FILES}个文件，请合并成一个PDF后上传。", field=key)
    draft.materials = {**draft.materials, key: files}
    draft.commitments = {k: v for k, v in draft.commitments.items() if k != key}
    return _saved(draft, at)


@transaction.atomic
def detach_from_draft(
    draft_id: uuid.UUID | str, *, key: str, file_id: uuid.UUID | str, by: Account, at: datetime
) -> Draft:
    """Take a file off a material of a draft; the file goes by `sweep_leftovers`. The owner."""
    draft = _own_draft(draft_id, by)
    files = [f for f in draft.materials.get(key, []) if f != str(file_id)]
    draft.materials = {**draft.materials, key: files}
    return _saved(draft, at)


@transaction.atomic
def arrange_draft(
    draft_id: uuid.UUID | str,
    *,
    key: str,
    file_ids: Sequence[uuid.UUID | str],
    by: Account,
    at: datetime,
) -> Draft:
    """Replace the files of a material: another order, or several joined into one. The owner."""
    draft = _own_draft(draft_id, by)
    own_files(file_ids, by)
    draft.materials = {**draft.materials, key: [str(f) for f in file_ids]}
    return _saved(draft, at)


@transaction.atomic
def commit_in_draft(
    draft_id: uuid.UUID | str, *, key: str, kind: str, by: Account, at: datetime
) -> Draft:
    """Choose to supply a material later (`deferral`), to promise instead (`promise`), or not ("").

    The owner; only where the item allows it. The clock starts at acceptance. Raises Refused.
    """
    draft = _own_draft(draft_id, by)
    shape = next((m for m in draft.version.materials if m["key"] == key), None)
    allowed: dict[str, bool] = {
        CommitmentKind.DEFERRAL: bool(shape and shape.get("defer_days")),
        CommitmentKind.PROMISE: bool(shape and shape.get("promise")),
    }
    if kind and not allowed.get(kind):
        raise Refused("这份材料不能容缺或承诺代替，请上传材料。", field=key)
    kept = {k: v for k, v in draft.commitments.items() if k != key}
    draft.commitments = {**kept, key: kind} if kind else kept
    return _saved(draft, at)


@transaction.atomic
def carry_draft(draft_id: uuid.UUID | str, *, by: Account, at: datetime) -> Draft:
    """Move a draft to the item's present version: same keys keep their answers, values and files.

    The owner. Raises Refused when the item cannot be applied for now.
    """
    draft = _own_draft(draft_id, by)
    item = draft.version.item
    if item.state != ItemState.OPEN or item.current is None:
        raise Refused("这个事项现在不能办理，您填写的内容会一直保留。")
    version = item.current
    fields = {field["key"] for field in version.fields}
    materials = {m["key"] for m in version.materials}
    asked = {question["key"] for question in version.questions}
    draft.version = version
    draft.answers = {k: v for k, v in draft.answers.items() if k in asked}
    draft.data = {k: v for k, v in draft.data.items() if k in fields}
    draft.materials = {k: v for k, v in draft.materials.items() if k in materials}
    draft.commitments = {}
    return _saved(draft, at)


@transaction.atomic
def submit_draft(
    draft_id: uuid.UUID | str,
    *,
    by: Account,
    at: datetime,
    channel: str,
    delivery: Mapping[str, Any],
    phone: str = "",
    promises: Sequence[str] = (),
) -> Case:
    """Submit a draft: one case however often the button is pressed. The owner.

    `promises` are keys of materials that are promised or come later (besides those chosen in the
    draft). Locked facts come from the register, never from the draft (trap T8). Clocks as `submit`.
    """
    draft = _own_draft(draft_id, by, open_only=False)
    if draft.case is not None:
        return draft.case
    person = people.person_of(by)
    if person is None:
        raise Refused("请先完成实名登记，再提交申请。您填写的内容已经保存。")
    _may_act_for(by, draft.legal_person)
    case = submit(
        Submission(
            version=draft.version, answers=draft.answers, data=draft.data, provenance={},
            person=None if draft.legal_person else person, legal_person=draft.legal_person,
            agent=person if draft.legal_person else None, materials=_materials(draft, promises),
            channel=channel, place="", started_at=draft.created_at, physical_trip=False,
            idempotency_key=draft.nonce.hex, delivery=dict(delivery),
            phone=phone or people.phone_of_account(by) or people.phone_of(person),
        ),
        by=by, at=at,
    )  # fmt: skip
    draft.case = case
    draft.save(update_fields=["case"])
    return case


@transaction.atomic
def discard_draft(draft_id: uuid.UUID | str, *, by: Account, at: datetime) -> None:
    """Delete a draft that was not submitted. The owner; its files go by `sweep_leftovers`."""
    _own_draft(draft_id, by).delete()


def _own_draft(draft_id: uuid.UUID | str, account: Account, *, open_only: bool = True) -> Draft:
    draft = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("version__item__current", "legal_person", "case")
        .get(pk=draft_id, account=account)
    )
    if open_only and draft.case_id is not None:
        raise Refused("这份申请已经提交，不能再修改。需要更改请在“我的办件”里撤回后重新申请。")
    return draft


def _saved(draft: Draft, at: datetime) -> Draft:
    draft.saved_at = max(at, draft.saved_at)
    draft.save()
    return draft


def _may_act_for(account: Account, legal_person: LegalPerson | None) -> None:
    if legal_person is None:
        return
    person = people.person_of(account)
    mine = person is not None and people.represented_by(person).filter(pk=legal_person.pk).exists()
    if not mine:
        raise Refused("您现在不能代表这个单位办事，请先由单位登记经办人。", field="subject")


def _materials(draft: Draft, promises: Sequence[str]) -> list[SubmittedMaterial]:
    lines = catalogue.checklist(draft.version, draft.answers)
    handed = [
        SubmittedMaterial(key=key, source=SourceKind.UPLOAD, file_ids=files)
        for key, files in draft.materials.items()
        if files
    ]
    given = {m.key for m in handed}
    for line in lines:
        shape = line.material
        if not line.needed or shape.key in given:
            continue
        kind = draft.commitments.get(shape.key, "")
        if not kind and shape.key in promises:
            kind = CommitmentKind.PROMISE if shape.promise else CommitmentKind.DEFERRAL
        if kind:
            handed.append(SubmittedMaterial(key=shape.key, source=SourceKind(kind)))
    return handed
