"""Cases on the workbench: the list, the page, every action on it, its files and papers."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yizhan.core.flow import Refused
from yizhan.domain.cases import actions, queries
from yizhan.domain.cases.models import Case, MaterialFile
from yizhan.domain.files import queries as files
from yizhan.domain.people import queries as people
from yizhan.web.workbench import case_page, case_view, forms, listing
from yizhan.web.workbench.deeds import DEEDS

INLINE = ("image/jpeg", "image/png", "application/pdf")
TEMPLATE = "workbench/cases/case.html"


@never_cache
@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """What is due first, why, and what to do next; search by number or name."""
    page = listing.worklist(request.user, request.GET, at=timezone.now())
    name = "workbench/cases/worklist.html"
    return render(request, f"{name}#list" if request.htmx else name, {"page": page})


@never_cache
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one case on one page."""
    found = _case(request, number)
    return _page(request, found, want=request.GET.get("do", ""))


@never_cache
@require_POST
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One action: the door, its form, the call; 409 with the sentence, 422 with the errors."""
    found = _case(request, number)
    deed = DEEDS.get(verb)
    if deed is None:
        raise Http404
    at = timezone.now()
    facts = case_page.load(found, account=request.user, at=at)
    choice = next((c for c in facts.choices if c.move.name == verb), None)
    if choice is None or choice.refusal:
        refusal = choice.refusal if choice else _not_now(found, verb)
        return _page(request, found, refusal=refusal, status=409)
    form = deed.form(request.POST, request.FILES, name=verb, page=facts)
    if not form.is_valid():
        return _page(request, found, bound=form, status=422)
    try:
        deed.run(form, by=request.user, at=at)
    except Refused as refusal:
        return _page(request, _case(request, number), refusal=refusal.sentence, status=409)
    return _after(request, number, deed.label)


@never_cache
@require_POST
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """The clear numbers, for a purpose that the applicant can read."""
    found = _case(request, number)
    form = forms.Purpose(request.POST)
    if not form.is_valid():
        return _page(request, found, refusal="请选择查看用途。", status=422)
    purpose = form.cleaned_data["purpose"]
    at = timezone.now()
    shown = [
        people.reveal(one, by=request.user, purpose=purpose, at=at, subject=found.number)
        for one in (found.person, found.affair.agent)
        if one is not None
    ]
    return _page(request, found, revealed=shown, purpose=purpose)


@never_cache
@require_safe
def stored_file(request: HttpRequest, number: str, file_id: Any) -> HttpResponse:
    """A material's file, through the door of its case; opening it leaves an access line."""
    found = _case(request, number)
    known = MaterialFile.objects.filter(material__case=found, file_id=file_id)
    stored = get_object_or_404(queries.files_visible_to(request.user), pk__in=known.values("file"))
    if found.person is not None:
        people.note_access(
            found.person, by=request.user, purpose="查看申请材料", at=timezone.now(),
            subject=found.number,
        )  # fmt: skip
    return send(stored, download="download" in request.GET)


@never_cache
@require_safe
def document(request: HttpRequest, number: str, document_id: Any) -> HttpResponse:
    """A paper of the case as PDF, made at the first look."""
    found = _case(request, number)
    paper = get_object_or_404(
        queries.documents_visible_to(request.user), pk=document_id, case=found
    )
    stored = actions.render_document(paper.pk, at=timezone.now())
    return send(stored, download="download" in request.GET)


def _case(request: HttpRequest, number: str) -> Case:
    """The case through its door; a stranger's number is not found."""
    found = queries.find(request.user, number, case_page.WITH)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    found: Case,
    *,
    bound: forms.DeedForm | None = None,
    want: str = "",
    status: int = 200,
    **said: Any,
) -> HttpResponse:
    """The page, or with htmx the part that changed."""
    facts = case_page.load(found, account=request.user, at=timezone.now())
    if bound is not None:
        bound.page = facts
    offers = case_page.offers(facts, bound=bound, want=want)
    page = case_view.build(facts, offers, **said)
    template = f"{TEMPLATE}#case" if request.htmx else TEMPLATE
    return render(request, template, {"page": page}, status=status)


def _after(request: HttpRequest, number: str, label: str) -> HttpResponse:
    """The case after an action; a case that is no longer mine to see sends back to the list."""
    found = queries.find(request.user, number, case_page.WITH)
    if found is None:
        return redirect("workbench:worklist")
    if request.htmx:
        return _page(request, found, done=f"“{label}”已办好。")
    return redirect("workbench:case", number=number)


def _not_now(found: Case, verb: str) -> str:
    """Why an action that is not on the page cannot be done."""
    return f"现在的状态是“{found.state_label}”，不能“{DEEDS[verb].label}”。"


def send(stored: Any, *, download: bool) -> FileResponse:
    """The bytes with headers that keep them a file and nothing else."""
    inline = stored.media_type in INLINE and not download
    response = FileResponse(
        files.open_bytes(stored),
        as_attachment=not inline,
        filename=stored.name,
        content_type=stored.media_type,
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    if inline and stored.media_type == "application/pdf":
        response["Content-Security-Policy"] = "default-src 'none'; object-src 'self'"
    return response
