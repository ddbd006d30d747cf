"""What the hotline works by: the knowledge base and the dispatch catalogue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.choices import Level
from yizhan.domain.office import queries as office
from yizhan.domain.office.models import Organisation
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function as F
from yizhan.web.workbench.forms import pick, words

KEEPERS = (F.HOTLINE_DISPATCHER, F.SUPERVISOR)
READERS = (*queries.OVER_ALL, F.HANDLER, F.APPROVER)
NONE = ("", "请选择")


class EntryForm(forms.Form):
    """One question and its answer."""

    use_required_attribute = False
    organisation = pick("归口单位")
    question = words("问题（用群众的说法）", rows=1, max_length=200)
    answer = words("答复", rows=4, missing="请写答复。", max_length=3000)
    keywords = words("关键词（空格分开）", rows=1, required=False, max_length=200)
    item_slug = words("相关办事事项短码", rows=1, required=False, max_length=80)
    valid_until = forms.DateField(
        label="有效期至", widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请选择有效期。", "invalid": "日期不对，请重新选择。"},
    )  # fmt: skip
    public = forms.BooleanField(label="在网站公开", required=False, initial=True)

    def __init__(self, *args: Any, account: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.own = _own_units(account)
        self.fields["organisation"].choices = [(str(u.pk), u.short_name) for u in self.own]  # type: ignore[attr-defined]

    def unit(self) -> Organisation:
        """The unit of the validated choice."""
        wanted = self.cleaned_data["organisation"]
        return next(unit for unit in self.own if str(unit.pk) == wanted)


class RuleForm(forms.Form):
    """One line of the dispatch catalogue."""

    use_required_attribute = False
    topic = pick("内容分类", required=False)
    place = pick("乡镇（街道）", required=False)
    object = words("内容含有", rows=1, required=False, max_length=40)
    lead = pick("主办单位")
    level = pick("紧急程度", [("", "不指定"), *Level.choices], required=False)
    basis = words("依据", rows=1, required=False, max_length=200)

    def __init__(self, *args: Any, region: str, **more: Any) -> None:
        super().__init__(*args, **more)
        units = office.organisations(region).filter(active=True)
        topics = [(t.code, t.path) for t in queries.topics(region)]
        places = [(p.code[:9], p.name) for p in office.regions_under(f"{region}000000")]
        chosen: dict[str, list[tuple[str, str]]] = {
            "topic": [("", "不限"), *topics], "place": [("", "全县"), *places],
            "lead": [NONE, *((str(u.pk), u.short_name) for u in units)],
        }  # fmt: skip
        for name, options in chosen.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hotline_knowledge(request: HttpRequest) -> HttpResponse:
    """Search the knowledge base; write and renew what one's own unit owns."""
    if not people.holds(request.user, *READERS):
        raise PermissionDenied
    at = timezone.now()
    form = EntryForm(request.POST or None, account=request.user)
    refusal, status = "", 200 if request.method != "POST" else 422
    if request.method == "POST" and form.is_valid():
        try:
            _write(form, by=request.user, at=at)
        except Refused as no:
            refusal, status = no.sentence, 409
        else:
            return redirect("workbench:hotline_knowledge")
    return _knowledge(request, form, refusal=refusal, status=status)


@never_cache
@require_POST
def knowledge_renew(request: HttpRequest, entry_id: Any) -> HttpResponse:
    """It still holds until a day, or holds no longer."""
    entry = get_object_or_404(queries.of_units(request.user), pk=entry_id)
    at, by = timezone.now(), request.user
    try:
        if request.POST.get("withdraw"):
            actions.withdraw_entry(entry.pk, by=by, at=at)
        else:
            until = datetime.fromisoformat(request.POST.get("valid_until", "")).date()
            actions.renew_entry(entry.pk, valid_until=until, by=by, at=at)
    except (Refused, ValueError) as no:
        said = no.sentence if isinstance(no, Refused) else "请选择新的有效期。"
        return _knowledge(request, EntryForm(account=by), refusal=said, status=409)
    return redirect("workbench:hotline_knowledge")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hotline_catalogue(request: HttpRequest) -> HttpResponse:
    """派单目录: whose duty is what; what rulings have taught stands among the lines."""
    if not people.holds(request.user, *KEEPERS):
        raise PermissionDenied
    region = request.user.region
    form = RuleForm(request.POST or None, region=region)
    refusal, status = "", 200 if request.method != "POST" else 422
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        lead = office.organisations(region).get(pk=int(said.pop("lead")))
        try:
            actions.set_rule(region=region, lead=lead, by=request.user, at=timezone.now(), **said)
        except Refused as no:
            refusal, status = no.sentence, 409
        else:
            return redirect("workbench:hotline_catalogue")
    context = {"form": form, "rules": _rules(region), "refusal": refusal}
    return render(request, "workbench/hotline/catalogue.html", context, status=status)


@never_cache
@require_POST
def rule_end(request: HttpRequest, rule_id: Any) -> HttpResponse:
    """A line of the catalogue holds no longer."""
    if not people.holds(request.user, *KEEPERS):
        raise PermissionDenied
    rule = get_object_or_404(queries.rules_of(request.user.region), pk=rule_id)
    actions.end_rule(rule.pk, by=request.user, at=timezone.now())
    return redirect("workbench:hotline_catalogue")


def _knowledge(request: HttpRequest, form: EntryForm, *, refusal: str, status: int) -> HttpResponse:
    """The page: what answers the question, and what one's own units keep."""
    q, today = request.GET.get("q", "").strip()[:100], _today(request, timezone.now())
    context = {
        "form": form, "q": q, "today": today, "refusal": refusal,
        "found": queries.search(request.user, q, today=today, most=20),
        "own": queries.of_units(request.user)[:200],
    }  # fmt: skip
    return render(request, "workbench/hotline/knowledge.html", context, status=status)


def _rules(region: str) -> list[dict[str, Any]]:
    labels = {t.code: t.path for t in queries.topics(region)}
    return [
        {
            "pk": rule.pk, "topic": labels.get(rule.topic, rule.topic) or "不限",
            "place": rule.place or "全县", "object": rule.object, "lead": rule.lead.short_name,
            "source": rule.get_source_display(), "basis": rule.basis,
            "order": rule.learned_from.number if rule.learned_from else "",
        }
        for rule in queries.rules_of(region)[:1000]
    ]  # fmt: skip


def _write(form: EntryForm, *, by: Any, at: datetime) -> None:
    said = dict(form.cleaned_data)
    said.pop("organisation")
    actions.write_entry(organisation=form.unit(), by=by, at=at, **said)


def _own_units(account: Any) -> list[Organisation]:
    keys = queries.own_units(account)
    return list(Organisation.objects.filter(pk__in=keys).order_by("pk"))


def _today(request: HttpRequest, at: datetime) -> Any:
    return office.calendar(request.user.region).day(at)
