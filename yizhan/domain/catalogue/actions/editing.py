"""Drafts: made, changed, given up. What is published is never touched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from yizhan.core.flow import Refused
from yizhan.domain.catalogue.actions.record import event
from yizhan.domain.catalogue.choices import EventKind, ItemState, Origin, VersionState
from yizhan.domain.catalogue.models import Item, ItemVersion
from yizhan.domain.catalogue.rules import content as contents
from yizhan.domain.catalogue.rules.difference import content_fields
from yizhan.domain.office.models import Organisation
from yizhan.domain.people.choices import Function
from yizhan.domain.people.models import Account
from yizhan.domain.people.rules import needs


@transaction.atomic
def create_item(
    *,
    region: str,
    organisation: Organisation,
    task_code: str,
    content: Mapping[str, Any],
    by: Account | None,
    at: datetime,
    slug: str = "",
) -> Item:
    """A new item with its first draft, not visible to citizens yet.

    By a catalogue editor of the unit (or the system, `by` None). Raises Refused: code in use,
    content of the wrong shape.
    """
    if by is not None:
        needs(by, Function.CATALOGUE_EDITOR, organisation=organisation)
    task_code = task_code.strip()
    if not task_code or len(task_code) > 64:
        raise Refused("请填写实施编码，最多64个字符。", field="task_code")
    facts = contents.DEFAULTS | contents.clean(ItemVersion(), content)
    if not facts.get("name"):
        raise Refused("请填写事项名称。", field="name")
    item = Item(
        region=region, organisation=organisation, task_code=task_code, state=ItemState.DRAFT,
        slug=slug or contents.slug(task_code), name=facts["name"],
        task_type=facts.setdefault("task_type", "20"),
    )  # fmt: skip
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError as error:
        if "item_task_code" in str(error):
            raise Refused("这个实施编码已有事项，请核对编码。", field="task_code") from None
        raise Refused("这个网址短码已被别的事项使用，请换一个。", field="slug") from None
    _insert_draft(item, facts, number=1, by=by, at=at)
    event(item, EventKind.CREATED, by=by, at=at, number=1).save(force_insert=True)
    return item


@transaction.atomic
def edit_draft(
    item_id: UUID, *, content: Mapping[str, Any], by: Account | None, at: datetime
) -> ItemVersion:
    """Change the draft; without one, begin it as a copy of the published version.

    By a catalogue editor of the unit. A field that is written is no longer "尚未填写". The last
    editor may not publish it (trap T12). Raises Refused naming the field of a wrong value.
    """
    item = locked(item_id)
    if by is not None:
        needs(by, Function.CATALOGUE_EDITOR, organisation=item.organisation)
    if item.state == ItemState.WITHDRAWN:
        raise Refused("事项已取消，不能再编辑。")
    draft = ItemVersion.objects.filter(
        item=item, state__in=(VersionState.DRAFT, VersionState.SCHEDULED)
    ).first()
    if draft is not None and draft.state == VersionState.SCHEDULED:
        raise Refused("这一版已定时发布，请先撤回再编辑。")
    facts = contents.clean(draft or ItemVersion(), content)
    if draft is None:
        draft = _copy(item, by=by, at=at)
    for name, value in facts.items():
        setattr(draft, name, value)
    written = {contents.TOGETHER.get(name, name) for name in facts}
    draft.unwritten = [name for name in draft.unwritten if name not in written]
    draft.origin, draft.edited_by, draft.edited_at = Origin.EDIT, by, at
    draft.save()
    if item.current_id is None:
        item.name, item.task_type = draft.name, draft.task_type
        item.save(update_fields=["name", "task_type"])
    event(item, EventKind.EDITED, by=by, at=at, number=draft.number).save(force_insert=True)
    return draft


@transaction.atomic
def discard_draft(item_id: UUID, *, by: Account | None, at: datetime) -> None:
    """Give up the draft of an item that has a published version. By a catalogue editor."""
    item = locked(item_id)
    if by is not None:
        needs(by, Function.CATALOGUE_EDITOR, organisation=item.organisation)
    if item.current_id is None:
        raise Refused("这是事项的第一版，不能放弃；不再需要时可以不发布。")
    draft = ItemVersion.objects.filter(item=item, state=VersionState.DRAFT).first()
    if draft is None:
        raise Refused("现在没有草稿。")
    event(item, EventKind.DISCARDED, by=by, at=at, number=draft.number).save(force_insert=True)
    draft.delete()


def locked(item_id: UUID) -> Item:
    """The item, locked until the transaction ends, with its unit and current version."""
    return (
        Item.objects.select_for_update(of=("self",))
        .select_related("organisation", "current")
        .defer("search")
        .get(pk=item_id)
    )


def next_number(item: Item) -> int:
    """The number of the next version: above every earlier one."""
    highest = ItemVersion.objects.filter(item=item).aggregate(n=Max("number"))["n"]
    return (highest or 0) + 1


def _insert_draft(
    item: Item, facts: Mapping[str, Any], *, number: int, by: Account | None, at: datetime
) -> ItemVersion:
    draft = ItemVersion(
        region=item.region, item=item, number=number, state=VersionState.DRAFT,
        origin=Origin.EDIT, created_at=at, created_by=str(by or "系统"), edited_by=by,
        edited_at=at, **facts,
    )  # fmt: skip
    draft.save(force_insert=True)
    return draft


def _copy(item: Item, *, by: Account | None, at: datetime) -> ItemVersion:
    current = item.current
    if current is None:
        raise Refused("事项没有可以修改的版本。")
    facts = {field.attname: getattr(current, field.attname) for field in content_fields(current)}
    facts["unwritten"] = current.unwritten
    return _insert_draft(item, facts, number=next_number(item), by=by, at=at)
