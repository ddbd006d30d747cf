"""My data: what is stored about me (masked), who looked at it, my phone and password."""

from __future__ import annotations

from django.conf import settings
from django.contrib import auth, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from yizhan.core import numbers
from yizhan.core.flow import Refused
from yizhan.domain.journeys import actions as journeys
from yizhan.domain.people import actions, queries
from yizhan.domain.people.adapters import oidc
from yizhan.domain.people.choices import CodePurpose
from yizhan.web.portal.people_forms import CodeForm, PasswordForm, PhoneForm
from yizhan.web.ui.middleware import client_ip

LINES = 20


@never_cache
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """Everything about oneself on one page."""
    person = queries.person_of(request.user)
    phone = queries.phone_of_account(request.user)
    context = {
        "person": person,
        "id_number": queries.masked_id(person) if person else "",
        "phone": numbers.masked(phone, head=3, tail=4),
        "has_password": request.user.has_usable_password(),
        "legal_persons": queries.represented_by(person) if person else [],
        "looks": Paginator(queries.who_looked(person), LINES).get_page(request.GET.get("page"))
        if person
        else None,
        "provider": settings.OIDC_NAME if oidc.is_on() else "",
        "linked": request.user.identities.exists(),
    }
    return render(request, "portal/people/profile.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """Another phone for this login: a code to the new one, then the change."""
    if request.method != "POST":
        return _phone_page(request, PhoneForm())
    entering = request.POST.get("do") == "enter"
    form = CodeForm(request.POST) if entering else PhoneForm(request.POST)
    if not form.is_valid():
        return _phone_page(request, form, status=422)
    try:
        if entering:
            actions.change_phone(request.user.pk, **form.cleaned_data, at=timezone.now())
            messages.success(request, "手机号已更换，下次请用新手机号登录。")
            return redirect("portal:profile")
        journeys.send_login_code(
            region=settings.REGION,
            phone=form.cleaned_data["phone"],
            purpose=CodePurpose.BIND,
            at=timezone.now(),
            ip=client_ip(request),
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _phone_page(request, form, status=422)
    new = form.cleaned_data["phone"]
    return _phone_page(request, CodeForm(initial={"phone": new}), sent=new)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Set or change the password; other sessions of this login end."""
    form = PasswordForm(request.POST or None, has_one=request.user.has_usable_password())
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            account = actions.set_password(
                request.user.pk,
                password=form.cleaned_data["password"],
                current=form.cleaned_data.get("current", ""),
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            auth.update_session_auth_hash(request, account)
            messages.success(request, "密码已设置。下次可以用手机号和密码登录。")
            return redirect("portal:profile")
    return render(request, "portal/people/password.html", {"form": form}, status=status)


def _phone_page(
    request: HttpRequest, form: PhoneForm, *, sent: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "entering": isinstance(form, CodeForm),
        "sent": numbers.masked(sent, head=3, tail=4),
    }
    return render(request, "portal/people/phone.html", context, status=status)
