"""Applying: who applies, the form that saves itself, materials, review, one submission."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yizhan.core.flow import Refused
from yizhan.domain.cases import actions, queries
from yizhan.domain.cases.choices import Channel
from yizhan.domain.cases.models import Draft
from yizhan.domain.catalogue import rules
from yizhan.domain.files import queries as files
from yizhan.web.portal.catalogue import open_item
from yizhan.web.portal.filling import Filling
from yizhan.web.portal.forms import DeliveryForm, read
from yizhan.web.portal.review import Review
from yizhan.web.portal.start import Start
from yizhan.web.portal.uploads import join_pages, store
from yizhan.web.ui.downloads import picture

View = Callable[..., HttpResponse]


def post_or_back(page: str) -> Callable[[View], View]:
    """A view that acts on POST; who comes by GET (back from the login) sees the page it acts on."""

    def guard(view: View) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest, draft_id: UUID, **facts: Any) -> HttpResponse:
            if request.method != "POST":
                return redirect(page, draft_id)
            return view(request, draft_id, **facts)

        return require_http_methods(["GET", "HEAD", "POST"])(answer)

    return guard


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """Who applies (oneself, or a company one acts for); then a draft that saves itself."""
    page = Start.of(request.user, open_item(slug), request.POST or request.GET)
    if request.method != "POST":
        return render(request, "portal/apply.html", {"page": page})
    try:
        page.check()
        draft = actions.start_draft(
            account=request.user, version=page.item.current, answers=page.checklist.kept,
            at=timezone.now(), legal_person=page.chosen.legal_person,
        )  # fmt: skip
    except Refused as refusal:
        context = {"page": page, "refusal": refusal}
        return render(request, "portal/apply.html", context, status=409)
    return redirect("portal:draft", draft.pk)


@require_safe
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The form and the materials as they were last saved, on whatever device."""
    found = _mine(request, draft_id)
    if found.case_id:
        return redirect("portal:case", found.case.number)
    return render(request, "portal/draft.html", {"page": Filling(found)})


@post_or_back("portal:draft")
def draft_save(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Save what the page says: after every field (htmx), or by the button."""
    found = _mine(request, draft_id)
    before = Filling(found)
    typed = read(rules.fields_of(found.version), request.POST)
    try:
        saved = actions.save_draft(
            account=request.user, version=found.version, answers=found.answers,
            data={**found.data, **typed}, at=timezone.now(), draft_id=found.pk,
        )  # fmt: skip
    except Refused as refusal:
        return _refused(request, found, refusal)
    if not request.htmx:
        return redirect("portal:draft", draft_id)
    after = Filling(saved)
    context = {"page": after, "changed": after.changed(before)}
    return render(request, "portal/draft.html#saved", context)


@post_or_back("portal:draft")
def draft_upload(request: HttpRequest, draft_id: UUID, key: str) -> HttpResponse:
    """Photos or PDFs for one material; a file that cannot be used says why, the others stay."""
    found, now = _mine(request, draft_id), timezone.now()
    good, wrong = store(request, "files", at=now)
    if not good and not wrong:
        wrong = ["请先选择照片或PDF文件，再点“上传”。"]
    if good:
        try:
            actions.attach_to_draft(found.pk, key=key, file_ids=good, by=request.user, at=now)
        except Refused as refusal:
            wrong.append(refusal.sentence)
    return _paper(request, draft_id, key, wrong)


@post_or_back("portal:draft")
def draft_arrange(request: HttpRequest, draft_id: UUID, key: str) -> HttpResponse:
    """Take a page away, move it up, or choose to promise or supply the material later."""
    found, now = _mine(request, draft_id), timezone.now()
    wrong: list[str] = []
    try:
        _arrange(request, found, key, at=now)
    except Refused as refusal:
        wrong = [refusal.sentence]
    return _paper(request, draft_id, key, wrong)


@require_safe
def draft_file(request: HttpRequest, draft_id: UUID, file_id: UUID) -> HttpResponseBase:
    """An uploaded page, to look at before submitting."""
    found = _mine(request, draft_id)
    if str(file_id) not in {fid for ids in found.materials.values() for fid in ids}:
        raise Http404
    return picture(get_object_or_404(files.visible_to(request.user), pk=file_id))


@post_or_back("portal:draft")
def draft_carry(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Go on with the item's newer version, taking along what was filled in."""
    found = _mine(request, draft_id)
    try:
        renewed = actions.carry_draft(found.pk, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _refused(request, found, refusal)
    messages.success(request, "已换到新要求，原来填写的内容都带过来了，请核对有变化的地方。")
    return redirect("portal:draft", renewed.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Ask once, then throw the draft away."""
    found = _mine(request, draft_id)
    if request.method == "POST":
        actions.discard_draft(found.pk, by=request.user, at=timezone.now())
        messages.success(request, "草稿已删除。")
        return redirect("portal:my")
    return render(request, "portal/discard.html", {"draft": found})


@require_safe
def draft_review(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Everything once more, what is missing, how the result is wanted."""
    found = _mine(request, draft_id)
    if found.case_id:
        return redirect("portal:case", found.case.number)
    return _review(request, Review(found))


@post_or_back("portal:draft_review")
def draft_submit(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Submit once: a double click or the back button finds the same case."""
    found = _mine(request, draft_id)
    if found.case_id:
        return redirect("portal:receipt", found.case.number)
    page = Review(found)
    delivery = page.delivery(request.POST)
    if not delivery.is_valid() or not page.ready:
        return _review(request, page, delivery, status=422)
    try:
        join_pages(found, by=request.user, at=timezone.now())
        case = actions.submit_draft(
            found.pk, by=request.user, at=timezone.now(), channel=_channel(request),
            delivery=delivery.wish, phone=delivery.cleaned_data["phone"],
        )  # fmt: skip
    except Refused as refusal:
        return _not_now(request, draft_id, delivery, refusal)
    return redirect("portal:receipt", case.number)


def _not_now(
    request: HttpRequest, draft_id: UUID, delivery: DeliveryForm, refusal: Refused
) -> HttpResponse:
    """Refused; unless the other click of a double click was faster: then the case is there."""
    found = _mine(request, draft_id)
    if found.case_id:
        return redirect("portal:receipt", found.case.number)
    return _review(request, Review(found), delivery, refusal=refusal, status=409)


def _mine(request: HttpRequest, draft_id: UUID) -> Draft:
    return get_object_or_404(queries.all_drafts_of(request.user), pk=draft_id)


def _channel(request: HttpRequest) -> str:
    phone = "Mobile" in request.headers.get("User-Agent", "")
    return Channel.MOBILE if phone else Channel.PORTAL


def _refused(request: HttpRequest, found: Draft, refusal: Refused) -> HttpResponse:
    context = {"page": Filling(found), "refusal": refusal}
    template = "portal/draft.html#refused" if request.htmx else "portal/draft.html"
    return render(request, template, context, status=409)


def _review(
    request: HttpRequest,
    page: Review,
    delivery: DeliveryForm | None = None,
    *,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"page": page, "delivery": delivery or page.delivery(), "refusal": refusal}
    return render(request, "portal/review.html", context, status=status)


def _paper(request: HttpRequest, draft_id: UUID, key: str, wrong: list[str]) -> HttpResponse:
    page = Filling(_mine(request, draft_id), errors={key: wrong} if wrong else {})
    paper = next((p for p in page.papers if p.material.key == key), None)
    if paper is None:
        raise Http404
    status = 422 if wrong else 200
    if request.htmx:
        context = {"paper": paper, "draft_id": draft_id}
        return render(request, "portal/paper.html", context, status=status)
    if wrong:
        return render(request, "portal/draft.html", {"page": page}, status=status)
    return redirect(f"{page.url}#paper-{key}")


def _arrange(request: HttpRequest, found: Draft, key: str, *, at: datetime) -> None:
    by, asked = request.user, request.POST
    if "commit" in asked:
        actions.commit_in_draft(found.pk, key=key, kind=asked["commit"], by=by, at=at)
        return
    order = list(found.materials.get(key, []))
    wanted = asked.get("remove") or asked.get("up", "")
    if wanted not in order:
        raise Refused("这一页已经移除了，请刷新页面看最新的材料。")
    if "remove" in asked:
        actions.detach_from_draft(found.pk, key=key, file_id=wanted, by=by, at=at)
        return
    place = order.index(wanted)
    order.insert(max(place - 1, 0), order.pop(place))
    actions.arrange_draft(found.pk, key=key, file_ids=order, by=by, at=at)
