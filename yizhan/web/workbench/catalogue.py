"""Items for editors and publishers: list, one item, check, difference, and what may be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yizhan.core.flow import Refused
from yizhan.domain.catalogue import actions, queries, rules
from yizhan.domain.catalogue.choices import ItemState
from yizhan.domain.catalogue.models import Item, ItemVersion
from yizhan.domain.catalogue.rules.difference import content_fields, shown
from yizhan.domain.catalogue.shapes import LISTS
from yizhan.domain.office.models import Organisation
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function
from yizhan.web.workbench.catalogue_forms import NewItemForm, PublishForm, ReasonForm

PER_PAGE = 50
HOME = ("事项", "workbench:catalogue")


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The items this account works on, by name or code, by state; drafts marked."""
    door(request)
    items = queries.editable_by(request.user).order_by("name", "id")
    draft = ItemVersion.objects.filter(item=OuterRef("pk"), state__in=("draft", "scheduled"))
    items = items.annotate(has_draft=Exists(draft))
    text, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    if text:
        items = items.filter(Q(name__icontains=text) | Q(task_code__icontains=text))
    if state == "drafting":
        items = items.filter(has_draft=True)
    elif state in ItemState.values:
        items = items.filter(state=state)
    page = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "q": text, "state": state, "query": _query(q=text, state=state),
        "states": [("", "全部"), ("drafting", "有草稿"), *ItemState.choices],
        "may_edit": people.holds(request.user, Function.CATALOGUE_EDITOR),
    }  # fmt: skip
    return render(request, "workbench/catalogue/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def item_new(request: HttpRequest) -> HttpResponse:
    """A new item with an empty draft."""
    door(request)
    form = NewItemForm(_units(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            item = actions.create_item(
                region=facts["organisation"].region, organisation=facts["organisation"],
                task_code=facts["task_code"], content={"name": facts["name"]}, by=request.user,
                at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect("workbench:item_edit", item_id=item.pk)
    context = {"form": form, "crumbs": crumbs()}
    return render(
        request, "workbench/catalogue/new.html", context, status=422 if form.errors else 200
    )


@require_safe
def item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One item: what citizens see, the draft, its problems, versions and history."""
    return item_page(request, found(request, item_id))


@require_safe
def item_check(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The publish check: field and reason of everything that is not right yet."""
    one = found(request, item_id)
    version = queries.draft_of(one) or one.current
    if version is None:
        raise Http404
    version.item = one
    context = {"item": one, "version": version, "crumbs": crumbs(one),
               "problems": rules.publish_problems(version)}  # fmt: skip
    return render(request, "workbench/catalogue/check.html", context)


@require_safe
def item_difference(request: HttpRequest, item_id: UUID, old: int, new: int) -> HttpResponse:
    """What changed from one version to another."""
    one = found(request, item_id)
    before, after = queries.version_of(one, old), queries.version_of(one, new)
    if before is None or after is None:
        raise Http404
    context = {"item": one, "before": before, "after": after, "crumbs": crumbs(one),
               "changes": rules.difference(before, after)}  # fmt: skip
    return render(request, "workbench/catalogue/difference.html", context)


@require_safe
def item_version(request: HttpRequest, item_id: UUID, number: int) -> HttpResponse:
    """Every field of one version, as it stands in the table."""
    one = found(request, item_id)
    version = queries.version_of(one, number)
    if version is None:
        raise Http404
    lines = [
        (str(field.verbose_name), shown(field, getattr(version, field.name)))
        for field in content_fields(version)
        if field.name not in LISTS and field.name not in ("extra", "unwritten")
    ]
    context = {"item": one, "version": version, "lines": lines, "crumbs": crumbs(one),
               "guide": queries.guide(version)}  # fmt: skip
    return render(request, "workbench/catalogue/version.html", context)


@require_POST
def item_act(request: HttpRequest, item_id: UUID, verb: str) -> HttpResponse:
    """Publish, recall, suspend, resume, cancel, give up the draft; a refusal says why."""
    one = found(request, item_id)
    if verb not in VERBS:
        raise Http404
    action, form_class, sentence = VERBS[verb]
    form = form_class(request.POST) if form_class else None
    if form is not None and not form.is_valid():
        return item_page(request, one, refusal="；".join(_errors(form)), status=422)
    facts = form.cleaned_data if form is not None else {}
    try:
        action(one.pk, by=request.user, at=timezone.now(), **facts)
    except Refused as refusal:
        return item_page(request, one, refusal=str(refusal), status=409)
    messages.success(request, sentence)
    return redirect("workbench:item", item_id=one.pk)


VERBS: dict[str, tuple[Callable[..., Any], type[ReasonForm | PublishForm] | None, str]] = {
    "publish": (actions.publish, PublishForm, "已发布。"),
    "recall": (actions.recall, None, "已撤回，可以继续编辑。"),
    "suspend": (actions.suspend, ReasonForm, "已暂停办理，群众暂时不能申请。"),
    "resume": (actions.resume, ReasonForm, "已恢复办理。"),
    "withdraw": (actions.withdraw, ReasonForm, "事项已取消，正在办理的办件不受影响。"),
    "discard": (actions.discard_draft, None, "草稿已放弃。"),
}


def item_page(
    request: HttpRequest, one: Item, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The page of one item, perhaps with a refusal on top."""
    versions = list(queries.versions_of(one))
    pending = next((v for v in versions if v.state in ("draft", "scheduled")), None)
    if pending is not None:
        pending.item = one
    current = next((v for v in versions if v.pk == one.current_id), None)
    unit = one.organisation
    context = {
        "item": one, "versions": _with_older(versions), "pending": pending, "current": current,
        "events": queries.event_lines(one)[:50], "refusal": refusal, "crumbs": crumbs(),
        "problems": rules.publish_problems(pending) if pending else [],
        "editor": str(pending.edited_by or "系统") if pending else "",
        "publish_form": PublishForm(), "reason_form": ReasonForm(),
        "why_not": _why_not_publish(request, pending),
        "may_edit": people.holds(request.user, Function.CATALOGUE_EDITOR, organisation=unit),
        "may_publish": people.holds(
            request.user, Function.CATALOGUE_PUBLISHER, organisation=unit
        ),
    }  # fmt: skip
    return render(request, "workbench/catalogue/item.html", context, status=status)


def _why_not_publish(request: HttpRequest, pending: ItemVersion | None) -> str:
    if pending is not None and pending.edited_by_id == request.user.pk:
        return "这一版是您最后编辑的，要由另一位发布人员发布。"
    return ""


def _with_older(versions: list[ItemVersion]) -> list[tuple[ItemVersion, ItemVersion | None]]:
    """Each version, newest first, with the one before it for the difference."""
    return list(zip(versions, [*versions[1:], None], strict=True))


def door(request: HttpRequest) -> None:
    """Only editors and publishers come in."""
    if not people.holds(request.user, Function.CATALOGUE_EDITOR, Function.CATALOGUE_PUBLISHER):
        raise PermissionDenied


def found(request: HttpRequest, item_id: UUID) -> Item:
    """The item, through the door; a stranger's item does not exist."""
    door(request)
    one = queries.editable_by(request.user).filter(pk=item_id).select_related("current").first()
    if one is None:
        raise Http404
    return one


def crumbs(one: Item | None = None) -> list[tuple[str, str]]:
    """The way back."""
    way = [(HOME[0], reverse(HOME[1]))]
    if one is not None:
        way.append((one.name[:30], reverse("workbench:item", args=[one.pk])))
    return way


def _units(request: HttpRequest) -> Any:
    """The units this editor may write for."""
    units = Organisation.objects.filter(region=settings.REGION, active=True).order_by("name", "id")
    mine = [
        unit.pk for unit in units
        if people.holds(request.user, Function.CATALOGUE_EDITOR, organisation=unit)
    ]  # fmt: skip
    return units.filter(pk__in=mine)


def _query(**said: str) -> str:
    kept = urlencode({name: value for name, value in said.items() if value})
    return f"{kept}&" if kept else ""


def _errors(form: Any) -> list[str]:
    return [sentence for sentences in form.errors.values() for sentence in sentences]
