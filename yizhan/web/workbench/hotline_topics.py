"""What many people speak of, and the models that propose: looked at, named and switched here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions, flow, queries
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function as F
from yizhan.web.workbench.forms import words

KEEPERS = (F.HOTLINE_DISPATCHER, F.SUPERVISOR)
SHOWN = 100  # hot topics, and voices of one


class NameForm(forms.Form):
    """The name by which a hot topic is reported."""

    use_required_attribute = False
    name = words("名称（地点和事情）", rows=1, missing="请写名称。", max_length=60)


@never_cache
@require_http_methods(["GET", "HEAD"])
def hotline_topics(request: HttpRequest) -> HttpResponse:
    """Current hot topics, the largest first, and the versions of the models."""
    if not people.holds(request.user, *queries.OVER_ALL):
        raise PermissionDenied
    return _list(request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hotline_topic(request: HttpRequest, cluster_id: Any) -> HttpResponse:
    """One hot topic: its voices, the draft of a special report; named by who may."""
    cluster = get_object_or_404(queries.hot_topics(request.user), pk=cluster_id)
    form = NameForm(request.POST or None, initial={"name": cluster.name or cluster.proposed_name})
    refusal, status = "", 200 if request.method != "POST" else 422
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["name"]
        try:
            actions.name_cluster(cluster.pk, name=said, by=request.user, at=timezone.now())
        except Refused as no:
            refusal, status = no.sentence, 409
        else:
            return redirect("workbench:hotline_topic", cluster.pk)
    context = {
        "cluster": cluster, "form": form, "refusal": refusal,
        "may_name": people.holds(request.user, *KEEPERS),
        "voices": [
            {"row": one, "state": flow.ORDER.labels[one.state]}
            for one in queries.voices_of(cluster)[:SHOWN]
        ],
        "report": queries.special_report(cluster, at=timezone.now()).split("\n"),
    }  # fmt: skip
    return render(request, "workbench/hotline/topic.html", context, status=status)


@never_cache
@require_POST
def model_switch(request: HttpRequest, model_id: int) -> HttpResponse:
    """Put a version to use, or out of use, with the reason where one is needed."""
    if not people.holds(request.user, *KEEPERS):
        raise PermissionDenied
    model = get_object_or_404(queries.text_models(request.user.region), pk=model_id)
    act = actions.deactivate_model if model.active else actions.activate_model
    reason = request.POST.get("reason", "").strip()[:200]
    try:
        act(model.pk, by=request.user, at=timezone.now(), reason=reason)
    except Refused as no:
        return _list(request, refusal=no.sentence, reason=reason, status=409)
    return redirect("workbench:hotline_topics")


def _list(
    request: HttpRequest, *, refusal: str = "", reason: str = "", status: int = 200
) -> HttpResponse:
    keeps = people.holds(request.user, *KEEPERS)
    region = request.user.region
    labels = {one.code: one.path for one in queries.topics(region)}
    context = {
        "refusal": refusal, "reason": reason, "may_switch": keeps,
        "clusters": [
            {"row": one, "topic": labels.get(one.topic, "")}
            for one in queries.hot_topics(request.user)[:SHOWN]
        ],
        "models": [_figures(one) for one in queries.text_models(region)[:20]] if keeps else [],
    }  # fmt: skip
    return render(request, "workbench/hotline/topics.html", context, status=status)


def _figures(model: Any) -> dict[str, Any]:
    """What a person looks at before a version is put to use."""
    found = model.evaluation
    return {
        "row": model, "f1": f"{found.get('macro_f1', 0):.3f}",
        "share": f"{found.get('autofill_share', 0):.0%}",
        "right": f"{found.get('autofill_correct', 0):.1%}",
        "in_branch": len(found.get("in_branch", [])),
    }  # fmt: skip
