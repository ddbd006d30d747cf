"""The draft of an item: its guide fields on one page, each of its lists on another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yizhan.core.flow import Refused
from yizhan.domain.catalogue import actions, queries
from yizhan.domain.catalogue.choices import PART_LABELS
from yizhan.domain.catalogue.models import Item, ItemVersion
from yizhan.domain.catalogue.shapes import LISTS
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function
from yizhan.web.workbench.catalogue import crumbs, found
from yizhan.web.workbench.catalogue_forms import EntryForm, VersionForm

LIST_LABELS = {
    name: str(ItemVersion._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    for name in LISTS
}


@require_http_methods(["GET", "HEAD", "POST"])
def item_edit(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """All guide fields of the draft; without a draft the published words, and saving begins one."""
    one, version = _draft(request, item_id)
    form = VersionForm(version, request.POST or None)
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            if form.changed_data:
                actions.edit_draft(
                    one.pk, content=form.content(), by=request.user, at=timezone.now()
                )
        except Refused as refusal:
            form.refuse(refusal)
            status = 422 if refusal.field else 409
        else:
            said = "草稿已保存。" if form.changed_data else "没有改动。"
            messages.success(request, said)
            return redirect("workbench:item", item_id=one.pk)
    context = {"item": one, "version": version, "form": form, "sections": form.sections(),
               "lists": LIST_LABELS.items(), "crumbs": crumbs(one)}  # fmt: skip
    code = status if form.errors else 200
    return render(request, "workbench/catalogue/edit.html", context, status=code)


@require_http_methods(["GET", "HEAD", "POST"])
def item_list(request: HttpRequest, item_id: UUID, name: str) -> HttpResponse:
    """One list of the draft: its entries, to be moved up or removed."""
    one, version = _draft(request, item_id, name)
    entries = list(getattr(version, name))
    if request.method == "POST":
        changed = _rearranged(entries, request.POST)
        try:
            actions.edit_draft(one.pk, content={name: changed}, by=request.user, at=timezone.now())
        except Refused as refusal:
            return _list_page(request, one, name, entries, refusal=str(refusal))
        return redirect("workbench:item_list", item_id=one.pk, name=name)
    return _list_page(request, one, name, entries)


@require_http_methods(["GET", "HEAD", "POST"])
def item_entry(request: HttpRequest, item_id: UUID, name: str, place: int) -> HttpResponse:
    """One entry of a list; the place after the last one is a new entry."""
    one, version = _draft(request, item_id, name)
    entries = list(getattr(version, name))
    if place > len(entries):
        raise Http404
    form = EntryForm(name, entries[place] if place < len(entries) else None, request.POST or None)
    status = 422
    if request.method == "POST" and form.is_valid():
        entries[place : place + 1] = [form.entry()]
        try:
            actions.edit_draft(one.pk, content={name: entries}, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.refuse(Refused(str(refusal)))
        else:
            return redirect("workbench:item_list", item_id=one.pk, name=name)
    way = [*crumbs(one), (LIST_LABELS[name], reverse("workbench:item_list", args=[one.pk, name]))]
    context = {"item": one, "form": form, "label": LIST_LABELS[name], "crumbs": way}
    code = status if form.errors else 200
    return render(request, "workbench/catalogue/entry.html", context, status=code)


def _draft(request: HttpRequest, item_id: UUID, name: str = "") -> tuple[Item, ItemVersion]:
    """The item and what its editor sees: the draft, else a view on the published version."""
    one = found(request, item_id)
    if name and name not in LISTS:
        raise Http404
    if not people.holds(request.user, Function.CATALOGUE_EDITOR, organisation=one.organisation):
        raise PermissionDenied
    version = queries.draft_of(one) or one.current
    if version is None:
        raise Http404
    return one, version


def _rearranged(entries: list[Any], posted: Any) -> list[Any]:
    """`up=2` moves the third entry before the second, `drop=2` removes it."""
    kept = list(entries)
    for verb in ("up", "drop"):
        said = posted.get(verb, "")
        place = int(said) if said.isdigit() and int(said) < len(kept) else None
        if place is None:
            continue
        if verb == "drop":
            del kept[place]
        elif place > 0:
            kept[place - 1], kept[place] = kept[place], kept[place - 1]
    return kept


def _list_page(
    request: HttpRequest, one: Item, name: str, entries: list[Any], *, refusal: str = ""
) -> HttpResponse:
    rows = [
        (place, _title(entry), [(PART_LABELS.get(k, k), v) for k, v in entry.items()
                                if not isinstance(v, (list, dict))])
        for place, entry in enumerate(entries)
    ]  # fmt: skip
    context = {"item": one, "name": name, "label": LIST_LABELS[name], "rows": rows,
               "last": len(entries), "refusal": refusal, "crumbs": crumbs(one)}  # fmt: skip
    status = 409 if refusal else 200
    return render(request, "workbench/catalogue/entries.html", context, status=status)


def _title(entry: dict[str, Any]) -> str:
    named = (entry.get(key) for key in ("name", "label", "text", "question", "key"))
    return next((str(name) for name in named if name), "未命名")
