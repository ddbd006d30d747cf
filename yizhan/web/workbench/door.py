"""The staff's door: password, then the second factor. Before both are right nobody is logged in.

Between the two steps the session holds only which account gave the right password, for five
minutes and five tries; it is no login, so no other page of the workbench opens with it.
"""

from __future__ import annotations

import base64
from datetime import timedelta

import django_otp
import segno
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yizhan.core.flow import Refused
from yizhan.domain.people import actions, queries
from yizhan.domain.people.choices import AccountKind, EventKind
from yizhan.domain.people.models import Account
from yizhan.web.ui.targets import safe_target
from yizhan.web.workbench.people_forms import LoginForm, SecondFactorForm

BACKEND = "django.contrib.auth.backends.ModelBackend"
PENDING = "second_factor"
LIFE = timedelta(minutes=5)
TRIES = 5
WRONG = "登录名或密码不对。忘记密码请找系统管理员。"
AGAIN = "请重新输入登录名和密码。"


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Name and password; too many failures close the name for a while (axes)."""
    target = safe_target(request, reverse("workbench:worklist"))
    if request.user.is_authenticated:
        return redirect(target)
    form = LoginForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        account = auth.authenticate(request, **form.cleaned_data)
        if account is not None and account.kind == AccountKind.STAFF:
            return _first_step_done(request, account, target)
        form.add_error("password", WRONG)
    context = {"form": form, "target": target}
    return render(request, "workbench/people/login.html", context, status=status)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code of the phone, or a backup code."""
    account = _pending(request)
    if account is None or not actions.has_second_factor(account):
        return redirect("workbench:login")
    form = SecondFactorForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            device = actions.check_second_factor(
                account.pk, code=form.cleaned_data["code"], at=timezone.now()
            )
        except Refused as refusal:
            form.refuse(refusal)
            if _count_try(request, account) >= TRIES:
                return redirect("workbench:login")
        else:
            return redirect(_let_in(request, account, device))
    context = {"form": form, "demo_code": _demo_code(account)}
    return render(request, "workbench/people/second_factor.html", context, status=status)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """First login: scan the secret into a phone, prove it by a code, keep the backup codes."""
    account = _pending(request)
    device = queries.waiting_device(account) if account is not None else None
    if account is None or device is None:
        return redirect("workbench:login")
    form = SecondFactorForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            codes = actions.confirm_totp(
                account.pk, code=form.cleaned_data["code"], at=timezone.now()
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            context = {"codes": codes, "target": _let_in(request, account, device)}
            return render(request, "workbench/people/backup_codes.html", context)
    context = {
        "form": form,
        "picture": segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=4),
        "secret": base64.b32encode(device.bin_key).decode(),
        "name": account.username,
    }
    return render(request, "workbench/people/enrol.html", context, status=status)


@login_not_required
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End this session."""
    auth.logout(request)
    return redirect("workbench:login")


def _first_step_done(request: HttpRequest, account: Account, target: str) -> HttpResponse:
    """Remember who gave the right password, under a new session key."""
    request.session.cycle_key()
    until = (timezone.now() + LIFE).timestamp()
    request.session[PENDING] = {
        "account": str(account.pk), "until": until, "tries": 0, "target": target,
    }  # fmt: skip
    if actions.has_second_factor(account):
        return redirect("workbench:second_factor")
    actions.enrol_totp(account, by=account, at=timezone.now())
    return redirect("workbench:enrol")


def _pending(request: HttpRequest) -> Account | None:
    """The account that gave its password in the last five minutes."""
    kept = request.session.get(PENDING)
    if kept is None or kept["until"] < timezone.now().timestamp():
        return None
    return Account.objects.filter(
        pk=kept["account"], is_active=True, kind=AccountKind.STAFF
    ).first()


def _count_try(request: HttpRequest, account: Account) -> int:
    """Count a wrong code; after the fifth the password is asked for again."""
    kept = request.session[PENDING]
    kept["tries"] += 1
    request.session[PENDING] = kept
    if kept["tries"] >= TRIES:
        del request.session[PENDING]
        actions.note(account, EventKind.LOCKED, by=None, at=timezone.now())
        messages.error(request, f"动态口令连续{TRIES}次不对。{AGAIN}")
    return int(kept["tries"])


def _let_in(request: HttpRequest, account: Account, device: django_otp.models.Device) -> str:
    """Start the session with a new key; returns where the person wanted to go."""
    target = str(request.session.pop(PENDING)["target"])
    auth.login(request, account, backend=BACKEND)
    django_otp.login(request, device)
    actions.note(account, EventKind.LOGGED_IN, by=account, at=timezone.now(), way="totp")
    return target


def _demo_code(account: Account) -> str:
    """In the demonstration only: the code that a phone would show now."""
    return queries.next_code(account, at=timezone.now()) if settings.DEMO else ""
