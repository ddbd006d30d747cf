"""After submitting: my affairs, a case, its papers, correction, supply, withdrawal, query."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yizhan.core.flow import Refused
from yizhan.domain.cases import actions, queries
from yizhan.domain.cases.models import Case
from yizhan.web.portal.case_page import CasePage
from yizhan.web.portal.correcting import Correcting
from yizhan.web.portal.forms import WithdrawForm
from yizhan.web.portal.my import cards
from yizhan.web.portal.uploads import store
from yizhan.web.ui.downloads import attachment
from yizhan.web.ui.lookup import QueryForm, look_up, posted

PAGE = 20


@require_safe
def my(request: HttpRequest) -> HttpResponse:
    """Drafts to finish and cases to follow, the newest first."""
    found = queries.visible_to(request.user).select_related("organisation", "version")
    page = Paginator(found.order_by("-submitted_at", "-id"), PAGE).get_page(request.GET.get("page"))
    context = {
        "drafts": queries.drafts_of(request.user),
        "page": page,
        "cards": cards(list(page)),
    }
    return render(request, "portal/my.html", context)


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Where it stands, until when and why, what was handed in, the papers."""
    return _page(request, _mine(request, number))


@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Number, code, what happens next by which day; to print or keep."""
    page = CasePage(_mine(request, number), request.user, at=timezone.now())
    return render(request, "portal/receipt.html", {"page": page})


@require_safe
def receipt_qr(request: HttpRequest, number: str) -> HttpResponse:
    """The address of the query page with this number; the code stays on the paper."""
    found = _mine(request, number)
    url = request.build_absolute_uri(f"{reverse('portal:query')}?number={found.number}")
    picture = BytesIO()
    segno.make(url, error="m", micro=False).save(picture, kind="svg", scale=4, border=2)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@require_safe
def case_document(request: HttpRequest, number: str, document_id: UUID) -> HttpResponseBase:
    """One paper as PDF."""
    papers = queries.documents_visible_to(request.user).filter(case__number=number)
    paper = get_object_or_404(papers, pk=document_id)
    return attachment(actions.render_document(paper.pk, at=timezone.now()))


@require_safe
def case_file(request: HttpRequest, number: str, file_id: UUID) -> HttpResponseBase:
    """One handed-in file of this case."""
    found = _mine(request, number)
    handed = found.materials.filter(files__file_id=file_id)
    visible = queries.files_visible_to(request.user).filter(pk=file_id)
    return attachment(get_object_or_404(visible.filter(pk__in=handed.values("files__file"))))


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, number: str) -> HttpResponse:
    """All defects beside their fields and materials; answered at once."""
    page = Correcting(_mine(request, number), request.user, at=timezone.now())
    if not page.correction_open:
        messages.info(request, "这份申请现在不需要补正。")
        return redirect("portal:case", number)
    if request.method != "POST":
        return render(request, "portal/correction.html", {"page": page})
    page.take(request)
    if page.problems:
        return render(request, "portal/correction.html", {"page": page}, status=422)
    try:
        page.answer(request)
    except Refused as refusal:
        context = {"page": page, "refusal": refusal}
        return render(request, "portal/correction.html", context, status=409)
    messages.success(request, "补正已提交，单位会接着办理。")
    return redirect("portal:case", number)


@require_http_methods(["GET", "HEAD", "POST"])
def supply(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Hand in a material that was allowed to come later."""
    found, now = _mine(request, number), timezone.now()
    if request.method != "POST":  # back from the login
        return redirect("portal:case", number)
    good, wrong = store(request, "files", at=now)
    if not good:
        return _page(request, found, errors={key: wrong or ["请先选择照片或PDF文件。"]}, status=422)
    try:
        actions.supply_deferred(found.pk, key=key, files=good, by=request.user, at=now)
    except Refused as refusal:
        return _page(request, found, refusal=refusal, status=409)
    messages.success(request, "材料已补交。")
    return redirect("portal:case", number)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Ask once, then take the application back."""
    found = _mine(request, number)
    form = WithdrawForm(posted(request))
    context = {"case": found, "form": form, "refusal": None}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "portal/withdraw.html", context, status=status)
    reason = form.cleaned_data["reason"]
    try:
        actions.withdraw(found.pk, by=request.user, at=timezone.now(), reason=reason)
    except Refused as refusal:
        context["refusal"] = refusal
        return render(request, "portal/withdraw.html", context, status=409)
    messages.success(request, "已按您的要求撤回。")
    return redirect("portal:case", number)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def query(request: HttpRequest) -> HttpResponse:
    """State and timeline by number and code, without a login and without personal data."""
    form = QueryForm(posted(request), initial={"number": request.GET.get("number", "")[:60]})
    answer, status = look_up(request, form, at=timezone.now())
    return render(request, "portal/query.html", {"form": form, "answer": answer}, status=status)


def _mine(request: HttpRequest, number: str) -> Case:
    found = queries.visible_to(request.user).select_related(
        "organisation", "version", "item", "affair", "correction"
    )
    return get_object_or_404(found, number=number)


def _page(
    request: HttpRequest,
    found: Case,
    *,
    errors: dict[str, list[str]] | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    page = CasePage(found, request.user, at=timezone.now(), errors=errors)
    context = {"page": page, "refusal": refusal}
    return render(request, "portal/case.html", context, status=status)
