"""Import of items: upload and check, then another person confirms; progress and report by row."""

from __future__ import annotations

import csv
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yizhan.core.flow import Refused
from yizhan.domain.catalogue import actions, queries, tasks
from yizhan.domain.catalogue.choices import RunState
from yizhan.domain.catalogue.models import ImportRun
from yizhan.domain.catalogue.rules.columns import COLUMNS
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function
from yizhan.web.workbench.catalogue import crumbs
from yizhan.web.workbench.catalogue_forms import FileForm

LATEST = 20
RUNNING = (RunState.WAITING, RunState.CHECKING, RunState.WRITING)


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Upload a file to be checked; the latest runs."""
    if not queries.works_county_wide(request.user, settings.REGION):
        raise PermissionDenied
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            run = _request(request, upload.read(), upload.name)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect("workbench:import_run", run_id=run.pk)
    context = {"form": form, "runs": queries.runs_of(request.user)[:LATEST], "crumbs": crumbs()}
    status = 422 if form.errors else 200
    return render(request, "workbench/catalogue/imports.html", context, status=status)


@require_safe
def import_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far a run is, then its report."""
    return _page(request, _run(request, run_id))


@require_POST
def import_confirm(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """A publisher who did not upload the file lets it be imported."""
    checked = _run(request, run_id)
    try:
        with transaction.atomic():
            run = actions.confirm_import(checked.pk, by=request.user, at=timezone.now())
            tasks.run_import.defer(run_id=str(run.pk))
    except Refused as refusal:
        return _page(request, checked, refusal=str(refusal))
    messages.success(request, "已确认，开始导入。")
    return redirect("workbench:import_run", run_id=run.pk)


@require_safe
def import_template(request: HttpRequest) -> HttpResponse:
    """An empty table with every column we know."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="items.csv"'
    response.write("\ufeff")  # so that a spreadsheet reads UTF-8
    csv.writer(response).writerow([column.label for column in COLUMNS])
    return response


def _request(request: HttpRequest, content: bytes, name: str) -> ImportRun:
    with transaction.atomic():
        run = actions.request_import(
            content, name, region=settings.REGION, by=request.user, at=timezone.now()
        )
        tasks.run_import.defer(run_id=str(run.pk))
    return run


def _run(request: HttpRequest, run_id: UUID) -> ImportRun:
    run = queries.run_by_id(request.user, run_id)
    if run is None:
        raise Http404
    return run


def _page(request: HttpRequest, run: ImportRun, *, refusal: str = "") -> HttpResponse:
    context = {
        "run": run, "running": run.state in RUNNING, "refusal": refusal,
        "crumbs": [*crumbs(), ("导入", reverse("workbench:imports"))],
        "percent": run.done * 100 // run.total if run.total else 0,
        "rows": [[f"第{p['row']}行" if p["row"] else "整个文件", p["column"], p["value"],
                  p["reason"]] for p in run.problems],
        "may_confirm": run.state == RunState.CHECKED
        and people.holds(request.user, Function.CATALOGUE_PUBLISHER),
        "why_not": "上传文件的人不能自己确认，请由另一位发布人员确认。"
        if run.by_id == request.user.pk else "",
    }  # fmt: skip
    partial = "#progress" if request.htmx else ""
    template = f"workbench/catalogue/import_run.html{partial}"
    return render(request, template, context, status=409 if refusal else 200)
