"""Two records of one natural person become one, with everything needed to undo it (trap T11).

There is no registry of tables: every foreign key to Person that Django's models know is moved, so a
package that is added later is merged without a word here. Access lines stay where they were
written (append-only); `queries.who_looked` reads both records.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models, transaction

from yizhan.core.flow import Refused
from yizhan.domain.people import rules
from yizhan.domain.people.choices import Function
from yizhan.domain.people.models import AccessLine, Account, Person, PersonMerge

STAYS = (AccessLine, PersonMerge, Person)


@transaction.atomic
def merge(
    kept_id: UUID, absorbed_id: UUID, *, reason: str, by: Account, at: datetime
) -> PersonMerge:
    """Move everything of `absorbed` to `kept` and let the absorbed record point there.

    By a supervisor of the region, with a reason. Nothing is deleted; `undo_merge` puts it back.
    Raises Refused for one record twice, other regions, other names, or records already merged.
    """
    rules.needs(by, Function.SUPERVISOR)
    if not reason.strip():
        raise Refused("请写明合并的理由，例如核对了哪些证件。", field="reason")
    both = Person.objects.select_for_update().filter(pk__in=[kept_id, absorbed_id])
    found = {person.pk: person for person in both.filter(region=by.region).order_by("id")}
    if kept_id == absorbed_id or len(found) != 2:
        raise Refused("请选择本县两份不同的人员记录。")
    kept, absorbed = found[kept_id], found[absorbed_id]
    if kept.merged_into_id or absorbed.merged_into_id:
        raise Refused("其中一份记录已经合并过，请刷新后再看。")
    if kept.name != absorbed.name:
        raise Refused("两份记录的姓名不同，不能合并；姓名有误的请先凭证件更正。")
    moved = {}
    for model, column in _references():
        rows = _move(model, column, absorbed, kept)
        if rows:
            moved[f"{model._meta.label_lower}.{column}"] = rows
    absorbed.merged_into = kept
    absorbed.save(update_fields=["merged_into"])
    return PersonMerge.objects.create(
        region=kept.region, kept=kept, absorbed=absorbed, reason=reason.strip(), moved=moved,
        by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def undo_merge(merge_id: UUID, *, by: Account, at: datetime) -> PersonMerge:
    """Put every row that the merge moved back to the absorbed record.

    Rows that have come since stay with the kept record. Raises Refused when already undone.
    """
    rules.needs(by, Function.SUPERVISOR)
    made = PersonMerge.objects.select_for_update(of=("self",)).get(pk=merge_id, region=by.region)
    if made.undone_at is not None:
        raise Refused("这次合并已经撤销过了。")
    people = Person.objects.select_for_update().filter(pk__in=[made.kept_id, made.absorbed_id])
    found = {person.pk: person for person in people.order_by("id")}
    absorbed = found[made.absorbed_id]
    for name, keys in made.moved.items():
        label, column = name.rsplit(".", 1)
        model = apps.get_model(label)
        rows = model._default_manager.filter(pk__in=keys, **{column: made.kept_id})
        rows.update(**{column: absorbed})
    absorbed.merged_into = None
    absorbed.save(update_fields=["merged_into"])
    made.undone_by, made.undone_at = by, at
    made.save(update_fields=["undone_by", "undone_at"])
    return made


def _references() -> list[tuple[type[models.Model], str]]:
    """Every table and column that points at a person, relations without a name back included."""
    relations: list[Any] = Person._meta.get_fields(include_hidden=True)
    return [
        (relation.related_model, relation.field.name)
        for relation in relations
        if relation.auto_created and not relation.concrete and relation.related_model not in STAYS
    ]


def _move(model: type[models.Model], column: str, absorbed: Person, kept: Person) -> list[Any]:
    """Point the rows at the kept person; a row that he already has once stays behind."""
    rows = model._default_manager.select_for_update().filter(**{column: absorbed})
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    same = model._default_manager.filter(pk__in=keys)
    try:
        with transaction.atomic():
            same.update(**{column: kept})
        return [_plain(key) for key in keys]
    except IntegrityError:
        return [_plain(key) for key in keys if _move_one(model, column, key, kept)]


def _move_one(model: type[models.Model], column: str, key: Any, kept: Person) -> bool:
    try:
        with transaction.atomic():
            return bool(model._default_manager.filter(pk=key).update(**{column: kept}))
    except IntegrityError:
        return False


def _plain(key: Any) -> Any:
    return key if isinstance(key, int) else str(key)
