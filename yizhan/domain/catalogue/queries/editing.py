"""Reads for editors and publishers: their unit's items, versions, history, import runs."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from yizhan.domain.catalogue.choices import VersionState
from yizhan.domain.catalogue.models import ImportRun, Item, ItemEvent, ItemVersion
from yizhan.domain.people.choices import Function
from yizhan.domain.people.models import Account
from yizhan.domain.people.queries import posts_of

EDITORS = (Function.CATALOGUE_EDITOR, Function.CATALOGUE_PUBLISHER)


def editable_by(account: Account) -> QuerySet[Item]:
    """The items an editor or publisher works on: those of the posts' units and region scopes."""
    door = Q(pk__in=[])
    for post in posts_of(account):
        if post.function not in EDITORS:
            continue
        if post.organisation_id is not None:
            door |= Q(organisation_id=post.organisation_id)
        elif len(post.scope) <= 6:
            door |= Q(region__startswith=post.scope)
        else:
            door |= Q(organisation__place_id__startswith=post.scope)
    return Item.objects.filter(door).select_related("organisation").defer("search")


def draft_of(item: Item) -> ItemVersion | None:
    """The one draft being edited, if there is one."""
    return ItemVersion.objects.filter(item=item, state=VersionState.DRAFT).first()


def versions_of(item: Item) -> QuerySet[ItemVersion]:
    """All versions, newest first."""
    return ItemVersion.objects.filter(item=item).order_by("-number")


def version_of(item: Item, number: int) -> ItemVersion | None:
    """One version by its number, its item attached."""
    version = ItemVersion.objects.filter(item=item, number=number).first()
    if version is not None:
        version.item = item
    return version


def event_lines(item: Item) -> QuerySet[ItemEvent]:
    """What happened to the item, newest first."""
    return ItemEvent.objects.filter(item=item).order_by("-at", "-id")


def runs_of(account: Account) -> QuerySet[ImportRun]:
    """The import runs of the counties in whose whole catalogue this account works, newest first."""
    door = Q(pk__in=[])
    for post in posts_of(account):
        if post.function in EDITORS and post.organisation_id is None and len(post.scope) <= 6:
            door |= Q(region__startswith=post.scope)
    return ImportRun.objects.filter(door).defer("content").order_by("-started_at", "-id")


def run_by_id(account: Account, pk: UUID) -> ImportRun | None:
    """One import run through the same door."""
    return runs_of(account).filter(pk=pk).first()


def works_county_wide(account: Account, region: str) -> bool:
    """Whether the account edits or publishes the catalogue of a whole county (it may import)."""
    return any(
        post.function in EDITORS
        and post.organisation_id is None
        and len(post.scope) <= 6
        and region.startswith(post.scope)
        for post in posts_of(account)
    )
