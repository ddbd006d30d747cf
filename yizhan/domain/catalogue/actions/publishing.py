"""Published, suspended, resumed, withdrawn: what citizens find, and from when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yizhan.core.flow import Refused
from yizhan.core.worktime import CHINA
from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.actions.editing import locked
from yizhan.domain.catalogue.actions.record import event, mirror
from yizhan.domain.catalogue.choices import EventKind, ItemState, VersionState
from yizhan.domain.catalogue.models import Item, ItemVersion
from yizhan.domain.people.choices import Function
from yizhan.domain.people.models import Account
from yizhan.domain.people.rules import needs


@transaction.atomic
def publish(
    item_id: UUID, *, by: Account | None, at: datetime, valid_from: datetime | None = None
) -> ItemVersion:
    """Make the draft the version citizens see, now or from `valid_from` on; it never changes again.

    By a catalogue publisher of the unit who is not its last editor (trap T12). Cases that began
    with an earlier version keep it (trap T10). Raises Refused with the first problem found.
    """
    item = locked(item_id)
    draft = ItemVersion.objects.filter(item=item, state=VersionState.DRAFT).first()
    if draft is None:
        raise Refused("没有待发布的草稿。")
    if item.state == ItemState.WITHDRAWN:
        raise Refused("事项已取消，不能再发布。")
    _may_publish(item, draft, by)
    if valid_from is not None and valid_from < at:
        raise Refused("启用时间不能早于现在。", field="valid_from")
    draft.item, draft.valid_from = item, valid_from or at
    problems = rules.publish_problems(draft)
    if problems:
        first = problems[0]
        raise Refused(
            f"还有{len(problems)}处不符合发布要求，先看“{first.label}”：{first.reason}",
            field=first.field,
        )
    draft.published_at, draft.published_by = at, str(by or "系统")
    if draft.valid_from > at:
        draft.state = VersionState.SCHEDULED
        draft.save(update_fields=["state", "valid_from", "published_at", "published_by"])
        event(item, EventKind.SCHEDULED, by=by, at=at, number=draft.number).save(force_insert=True)
        return draft
    _start(item, draft, by=by, at=at)
    return draft


@transaction.atomic
def recall(item_id: UUID, *, by: Account | None, at: datetime) -> ItemVersion:
    """Take a scheduled version back to its editor before it starts. By a catalogue publisher."""
    item = locked(item_id)
    if by is not None:
        needs(by, Function.CATALOGUE_PUBLISHER, organisation=item.organisation)
    version = ItemVersion.objects.filter(item=item, state=VersionState.SCHEDULED).first()
    if version is None:
        raise Refused("没有定时发布的版本。")
    version.state, version.valid_from = VersionState.DRAFT, None
    version.published_at, version.published_by = None, ""
    version.save(update_fields=["state", "valid_from", "published_at", "published_by"])
    event(item, EventKind.RECALLED, by=by, at=at, number=version.number).save(force_insert=True)
    return version


@transaction.atomic
def suspend(item_id: UUID, *, reason: str, by: Account | None, at: datetime) -> Item:
    """Stop taking applications for a while; running cases go on. By a catalogue publisher."""
    return _turn(
        item_id, EventKind.SUSPENDED, (ItemState.OPEN,), ItemState.SUSPENDED, reason=reason,
        by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def resume(item_id: UUID, *, reason: str, by: Account | None, at: datetime) -> Item:
    """Take applications again. By a catalogue publisher."""
    return _turn(
        item_id, EventKind.RESUMED, (ItemState.SUSPENDED,), ItemState.OPEN, reason=reason,
        by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def withdraw(item_id: UUID, *, reason: str, by: Account | None, at: datetime) -> Item:
    """Cancel an item for good; its versions stay for the cases that began with them."""
    item = _turn(
        item_id, EventKind.WITHDRAWN, (ItemState.OPEN, ItemState.SUSPENDED),
        ItemState.WITHDRAWN, reason=reason, by=by, at=at,
    )  # fmt: skip
    _retire(item, at=at)
    return item


@transaction.atomic
def start_scheduled(*, at: datetime, limit: int = 100) -> int:
    """Publish what was scheduled for a moment that has come. Running twice changes nothing."""
    due = ItemVersion.objects.filter(state=VersionState.SCHEDULED, valid_from__lte=at)
    started = 0
    for item_id in list(due.order_by("valid_from", "id").values_list("item_id", flat=True)[:limit]):
        item = locked(item_id)
        version = ItemVersion.objects.filter(item=item, state=VersionState.SCHEDULED).first()
        if version is not None and item.state != ItemState.WITHDRAWN:
            _start(item, version, by=None, at=at)
            started += 1
    return started


@transaction.atomic
def expire(*, at: datetime, limit: int = 100) -> int:
    """Take items off line whose planned cancel date has come. Running twice changes nothing."""
    today = at.astimezone(CHINA).date()
    due = Item.objects.filter(
        state__in=(ItemState.OPEN, ItemState.SUSPENDED), current__cancel_on__lte=today
    )
    ids = list(due.order_by("id").values_list("id", flat=True)[:limit])
    for item_id in ids:
        item = _turn(
            item_id, EventKind.EXPIRED, (ItemState.OPEN, ItemState.SUSPENDED),
            ItemState.WITHDRAWN, reason="计划取消日期已到，自动下线。", by=None, at=at,
        )  # fmt: skip
        _retire(item, at=at)
    return len(ids)


@transaction.atomic
def count_uses(uses: Mapping[UUID, int]) -> None:
    """Set how often each item was applied for: search puts the most used first."""
    items = [Item(pk=pk, popularity=number) for pk, number in sorted(uses.items())]
    Item.objects.bulk_update(items, ["popularity"], batch_size=1000)


def _may_publish(item: Item, draft: ItemVersion, by: Account | None) -> None:
    if by is None:
        return
    needs(by, Function.CATALOGUE_PUBLISHER, organisation=item.organisation)
    editor = draft.edited_by
    if editor is None:
        return
    same_person = by.person_id is not None and by.person_id == editor.person_id
    if by.pk == editor.pk or same_person:
        raise Refused("发布人不能是最后编辑这一版的人，请由另一位发布人员发布。")


def _start(item: Item, version: ItemVersion, *, by: Account | None, at: datetime) -> None:
    ItemVersion.objects.filter(item=item, state=VersionState.PUBLISHED).update(
        state=VersionState.RETIRED, valid_to=version.valid_from
    )
    version.state = VersionState.PUBLISHED
    version.save(update_fields=["state", "valid_from", "published_at", "published_by"])
    mirror(item, version)
    if item.state == ItemState.DRAFT:
        item.state = ItemState.OPEN
    item.save()
    event(item, EventKind.PUBLISHED, by=by, at=at, number=version.number).save(force_insert=True)


def _retire(item: Item, *, at: datetime) -> None:
    ItemVersion.objects.filter(item=item, state=VersionState.PUBLISHED).update(
        state=VersionState.RETIRED, valid_to=at
    )


def _turn(
    item_id: UUID,
    kind: EventKind,
    sources: tuple[ItemState, ...],
    target: ItemState,
    *,
    reason: str,
    by: Account | None,
    at: datetime,
) -> Item:
    item = locked(item_id)
    if by is not None:
        needs(by, Function.CATALOGUE_PUBLISHER, organisation=item.organisation)
    if item.state not in sources:
        raise Refused(f"事项现在是“{ItemState(item.state).label}”，不能{kind.label}。")
    if not reason.strip():
        raise Refused("请写明原因。", field="reason")
    item.state = target
    item.save(update_fields=["state"])
    event(item, kind, by=by, at=at, reason=reason.strip()).save(force_insert=True)
    return item
