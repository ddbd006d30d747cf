"""The one integrated window: any item of any unit for a walk-in, on one page, without re-typing.

Every click posts the whole page; the answer is the whole page again (or its part, with htmx). The
page holds everything, the server holds nothing between two clicks (visit.py).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yizhan.core.flow import Refused
from yizhan.domain.cases import actions, queries
from yizhan.domain.cases.queries import finding
from yizhan.domain.cases.rules.guards import INTAKE
from yizhan.domain.catalogue import queries as catalogue
from yizhan.domain.catalogue.choices import ItemState
from yizhan.domain.files import actions as files
from yizhan.domain.files.choices import FileKind
from yizhan.domain.office import queries as office
from yizhan.domain.office.models import Window
from yizhan.domain.people import rules as people
from yizhan.web.workbench import applicant, desk, listing, pace, visit, window_page

OF_ITEM = ("a-", "f-", "m-")
TEMPLATE = "workbench/window/window.html"
Posted = QueryDict


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def window(request: HttpRequest) -> HttpResponse:
    """A fresh page, or the page after one more step."""
    _door(request)
    at = timezone.now()
    if request.method != "POST":
        fresh = visit.begin(at=at, window=request.session.get("window"))
        return _page(request, desk.load(fresh, QueryDict(), by=request.user, at=at))
    if request.POST.get("do") == "again":
        return _again(request, at)
    try:
        now = visit.resume(request.POST.get("visit", ""), request.user.pk)
    except Refused as refusal:
        fresh = visit.begin(at=at, window=request.session.get("window"))
        new = desk.load(fresh, QueryDict(), by=request.user, at=at)
        return _page(request, new, refusal=refusal.sentence, status=409)
    return _step(request, now, at)


@never_cache
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """The sentence beside a number while it is typed; nothing is looked up."""
    _door(request)
    which = request.POST.get("which", "")
    if which == "uscc":
        return _note(*applicant.check_company(request.POST.get("uscc", "")))
    p = applicant.AGENT if which == applicant.AGENT else ""
    kind, number = request.POST.get(f"{p}id_kind", ""), request.POST.get(f"{p}id_number", "")
    return _note(*applicant.check(kind, number, at=timezone.now()))


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """Items for the words, sounds or initials typed so far."""
    _door(request)
    q = request.GET.get("q", "").strip()[:60]
    return render(request, f"{TEMPLATE}#found", {"found": _found(request.user, q), "q": q})


@never_cache
@require_safe
def done(request: HttpRequest, number: str) -> HttpResponse:
    """What was done, how long it took, what to print, who is next."""
    _door(request)
    case = get_object_or_404(
        queries.visible_to(request.user).select_related("version", "item", "organisation"),
        number=number,
    )
    page = pace.done(case, at=timezone.now())
    return render(request, "workbench/window/done.html", {"page": page})


def _step(request: HttpRequest, now: visit.Visit, at: datetime) -> HttpResponse:
    """One click: files first, then what the button says, then the page again."""
    posted = request.POST.copy()
    if "window" in posted:
        chosen = posted["window"]
        now.window = request.session["window"] = int(chosen) if chosen.isdigit() else None
    errors = _store(request, now, at)
    do, _, what = (posted.get("do") or "refresh").partition(":")
    if do in STEPS:
        errors |= STEPS[do](now, posted, what, by=request.user, at=at)
    new = desk.load(now, posted, by=request.user, at=at)
    new.errors = errors
    if do == "serve" and not errors:
        return _serve(request, new, what)
    return _page(request, new, status=422 if errors else 200)


def _serve(request: HttpRequest, new: desk.Desk, ending: str) -> HttpResponse:
    """Submit, receive and whatever the ending says, in one transaction; once per page."""
    new.errors |= desk.problems(new, ending=ending)
    if new.errors:
        return _page(request, new, status=422)
    try:
        case = actions.serve_at_window(
            desk.submission(new, place=_place(new)),
            ending=ending,
            defects=desk.lacking(new),
            result_number=new.posted.get("result_number", "").strip(),
            by=request.user,
            at=new.at,
        )
    except Refused as refusal:
        return _page(request, new, refusal=refusal.sentence, status=409)
    return redirect("workbench:window_done", number=case.number)


def _next(now: visit.Visit, posted: Posted, what: str, *, by: Any, at: datetime) -> dict[str, str]:
    """Enter: whatever the page is waiting for next."""
    if not now.known:
        errors = applicant.settle(now, posted, by=by, at=at)
        if errors or not posted.get("q", "").strip():
            return errors
    if not now.version and posted.get("q", "").strip():
        found = _found(by, posted["q"].strip())
        if not found:
            return {"q": "没有找到这个事项，换一个说法，或输入拼音首字母再试。"}
        return _item(now, posted, found[0].slug, by=by, at=at)
    return {}


def _item(now: visit.Visit, posted: Posted, what: str, *, by: Any, at: datetime) -> dict[str, str]:
    """An item was picked; its present version is pinned to this visit."""
    item = catalogue.by_slug(by.region, what)
    if item is None or item.state != ItemState.OPEN:
        return {"q": "这个事项现在暂停办理或已取消，请选择其他事项，或请申请人咨询承办单位。"}
    now.version = str(item.current_id)
    return {}


def _other(now: visit.Visit, posted: Posted, what: str, *, by: Any, at: datetime) -> dict[str, str]:
    """Not this person: everything about him leaves the page."""
    kept = posted.get("kind", "")
    now.person = now.legal_person = now.agent = ""
    now.files, now.nonce, now.version = {}, uuid.uuid4().hex, ""
    posted.clear()
    posted["kind"] = kept
    return {}


def _other_item(
    now: visit.Visit, posted: Posted, what: str, *, by: Any, at: datetime
) -> dict[str, str]:
    """Another item for the same person."""
    now.version, now.files = "", {}
    for key in [key for key in posted if key.startswith(OF_ITEM)]:
        del posted[key]
    posted["q"] = ""
    return {}


def _all_seen(
    now: visit.Visit, posted: Posted, what: str, *, by: Any, at: datetime
) -> dict[str, str]:
    """Every material without a tick: original seen (the way without JavaScript)."""
    for line in desk.load(now, posted, by=by, at=at).needed:
        posted.setdefault(f"m-{line.material.key}", "original_seen")
    return {}


STEPS: dict[str, Callable[..., dict[str, str]]] = {
    "next": _next,
    "item": _item,
    "other": _other,
    "other-item": _other_item,
    "all-seen": _all_seen,
}


def _again(request: HttpRequest, at: datetime) -> HttpResponse:
    """The same person has another wish: a new visit that knows who it is, and nothing else."""
    case = get_object_or_404(
        queries.visible_to(request.user).select_related("affair"),
        number=request.POST.get("case", ""),
    )
    fresh = visit.begin(at=at, window=request.session.get("window"))
    fresh.person = str(case.person_id or "")
    fresh.legal_person = str(case.legal_person_id or "")
    fresh.agent = str(case.affair.agent_id or "")
    return _page(request, desk.load(fresh, QueryDict(), by=request.user, at=at))


def _store(request: HttpRequest, now: visit.Visit, at: datetime) -> dict[str, str]:
    """Keep every scan that came with this click; a refused file is told beside its material."""
    errors = {}
    for name in request.FILES:
        for upload in request.FILES.getlist(name):
            key = name.removeprefix("s-")
            try:
                stored = files.store_upload(
                    region=request.user.region, name=upload.name, stream=upload, by=request.user,
                    at=at, kind=FileKind.SCAN,
                )  # fmt: skip
            except Refused as refusal:
                errors[f"m-{key}"] = refusal.sentence
            else:
                now.files.setdefault(key, []).append(str(stored.pk))
    return errors


def _found(by: Any, q: str) -> list[Any]:
    """Rows for the list under the search field; without words the items most asked for."""
    if q:
        rows = catalogue.search(q, region=by.region, limit=8).items
    else:
        rows = list(
            catalogue.published(by.region)
            .select_related("organisation")
            .order_by("-popularity", "name", "id")[:6]
        )
    return rows


def _under_way(request: HttpRequest, new: desk.Desk) -> list[listing.Line]:
    """What the person in front of the clerk has open: asked, fetched or supplied in one visit."""
    calendar = office.calendar(request.user.region)
    rows = finding.under_way(request.user, new.person, new.company, at=new.at)
    return [listing.line(row, at=new.at, calendar=calendar) for row in rows]


def _place(new: desk.Desk) -> str:
    """Hall and counter, as the touchpoint keeps it."""
    return dict(_windows(new.by.region)).get(str(new.visit.window or ""), "")


def _windows(region: str) -> list[tuple[str, str]]:
    found = Window.objects.filter(hall__region=region, active=True).select_related("hall")
    return [(str(one.pk), str(one)) for one in found.order_by("hall", "number")]


def _page(
    request: HttpRequest, new: desk.Desk, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The page, or with htmx the part that changed."""
    q = new.posted.get("q", "").strip()
    page = window_page.WindowPage(
        new,
        places=_windows(request.user.region),
        average=pace.average(new.version.item_id if new.version else None, new.at),
        url=reverse("workbench:window"),
        refusal=refusal,
        under_way=_under_way(request, new),
    )
    found = [] if new.version else _found(request.user, q)
    template = f"{TEMPLATE}#visit" if request.htmx else TEMPLATE
    context = {"page": page, "found": found, "q": q}
    return render(request, template, context, status=status)


def _note(good: bool, said: str) -> HttpResponse:
    return HttpResponse(format_html('<span class="{}">{}</span>', "good" if good else "bad", said))


def _door(request: HttpRequest) -> None:
    """Staff who may take in cases; others get 403."""
    if not people.holds(request.user, *INTAKE):
        raise PermissionDenied
