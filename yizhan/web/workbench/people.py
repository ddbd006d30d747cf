"""Persons: found by document with a purpose, merged and parted again, logins released."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yizhan.core import numbers
from yizhan.core.flow import Refused
from yizhan.domain.people import actions, queries, rules
from yizhan.domain.people.choices import Function
from yizhan.domain.people.models import Person
from yizhan.web.workbench.people_forms import FindForm, MergeForm, ReasonForm

LOOKED = "looked"  # person → until when the record may stay open in this session
LIFE = timedelta(minutes=30)
NOBODY = "没有找到这个证件号码的人员记录。请核对证件类型和号码；没有办过事的人没有记录。"
LATEST = 20


@never_cache
@sensitive_post_parameters("id_number")
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find one person by document; the purpose goes into a line that the person can read."""
    if not rules.holds(request.user, *queries.OPENS_PERSONS):
        raise PermissionDenied
    form = FindForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            person = _find(request, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect("workbench:person", person_id=person.pk)
    context = {"form": form, "merges": queries.merges_visible_to(request.user)[:LATEST]}
    return render(request, "workbench/people/find.html", context, status=status)


@never_cache
@require_safe
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One record, masked; open for half an hour after it was found with a purpose."""
    return _person_page(request, _person(request, person_id))


@require_POST
def person_release(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Take the online logins off a person who is at the window with the original document."""
    found = _person(request, person_id)
    form = ReasonForm(request.POST, prefix="release")
    if not form.is_valid():
        return _person_page(request, found, release=form, status=422)
    try:
        number = actions.release(
            found.pk, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _person_page(request, found, release=form, status=409)
    messages.success(request, f"已解除{number}个网上账号的绑定，请本人用自己的手机号重新登录绑定。")
    return redirect("workbench:person", person_id=found.pk)


@require_POST
def person_merge(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Merge another record of the same person into this one."""
    found = _person(request, person_id)
    form = MergeForm(request.POST, prefix="merge", candidates=_candidates(found))
    if not form.is_valid():
        return _person_page(request, found, merge=form, status=422)
    try:
        actions.merge(
            found.pk,
            UUID(form.cleaned_data["absorbed"]),
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _person_page(request, found, merge=form, status=409)
    messages.success(request, "已合并。发现合错了，可以在“人员”页面撤销。")
    return redirect("workbench:person", person_id=found.pk)


@require_POST
def merge_undo(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """Put everything that a merge moved back."""
    made = queries.merges_visible_to(request.user).filter(pk=merge_id).first()
    if made is None:
        raise Http404
    try:
        actions.undo_merge(made.pk, by=request.user, at=timezone.now())
    except Refused as refusal:
        context = {
            "form": FindForm(),
            "merges": queries.merges_visible_to(request.user)[:LATEST],
            "refusal": refusal.sentence,
        }
        return render(request, "workbench/people/find.html", context, status=409)
    messages.success(request, "合并已撤销，两份记录恢复原样。")
    return redirect("workbench:people")


def _find(request: HttpRequest, form: FindForm) -> Person:
    facts, now = form.cleaned_data, timezone.now()
    found = queries.find_person(
        region=request.user.region, kind=facts["id_kind"], number=facts["id_number"], today=now
    )
    if found is None:
        raise Refused(NOBODY, field="id_number")
    queries.note_access(
        found, by=request.user, purpose=facts["purpose"], subject=facts["subject"], at=now
    )
    looked = request.session.get(LOOKED, {})
    looked[str(found.pk)] = (now + LIFE).timestamp()
    request.session[LOOKED] = looked
    return found


def _person(request: HttpRequest, person_id: UUID) -> Person:
    """The record, if it was found with a purpose in the last half hour; else there is none."""
    until = request.session.get(LOOKED, {}).get(str(person_id), 0)
    found = queries.people_visible_to(request.user).filter(pk=person_id).first()
    if found is None or until < timezone.now().timestamp():
        raise Http404
    return found


def _candidates(found: Person) -> list[tuple[str, str]]:
    others = Person.objects.in_bulk(queries.merge_candidates(found))
    return [
        (str(other.pk), f"{other.name} {other.get_id_kind_display()} {queries.masked_id(other)}")
        for other in sorted(others.values(), key=lambda other: str(other.pk))
    ]


def _person_page(
    request: HttpRequest,
    found: Person,
    *,
    release: ReasonForm | None = None,
    merge: MergeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    candidates = _candidates(found)
    context = {
        "person": found,
        "refusal": _refusal(merge, release),
        "id_number": queries.masked_id(found),
        "phone": queries.masked_phone(found),
        "logins": _logins(found),
        "legal_persons": queries.represented_by(found),
        "candidates": candidates,
        "merge": merge or MergeForm(prefix="merge", candidates=candidates),
        "release": release or ReasonForm(prefix="release"),
        "may_merge": rules.holds(request.user, Function.SUPERVISOR) and not found.merged_into_id,
        "may_release": rules.holds(request.user, Function.WINDOW_CLERK),
    }
    return render(request, "workbench/people/person.html", context, status=status)


def _logins(found: Person) -> list[str]:
    return [
        numbers.masked(queries.phone_of_account(login), head=3, tail=4) or "统一身份认证"
        for login in found.accounts.filter(kind="citizen").order_by("id")
    ]


def _refusal(*forms: forms.Form | None) -> str:
    """Why it was refused, shown on top: whoever may not do it does not see the form below."""
    found = [form.non_field_errors()[0] for form in forms if form and form.non_field_errors()]
    return found[0] if found else ""
