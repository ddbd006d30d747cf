"""The portal's door: login by phone code or password, saying who one is, logout."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yizhan.core import crypto, numbers
from yizhan.core.flow import Refused
from yizhan.domain.journeys import actions as journeys
from yizhan.domain.people import actions, queries
from yizhan.domain.people.adapters import oidc
from yizhan.domain.people.choices import AccountKind, EventKind
from yizhan.domain.people.models import Account
from yizhan.web.portal.people_forms import CodeForm, PasswordLoginForm, PhoneForm, RegisterForm
from yizhan.web.ui.middleware import client_ip
from yizhan.web.ui.targets import safe_target

BACKEND = "django.contrib.auth.backends.ModelBackend"
WRONG = "手机号或密码不对。没有设置过密码的，请用短信验证码登录。"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def login(request: HttpRequest) -> HttpResponse:
    """Both ways in on one page."""
    target = safe_target(request, reverse("portal:my"))
    if request.user.is_authenticated:
        return redirect(target)
    return _page(request, phone=PhoneForm(auto_id="code-%s"))


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_POST
def login_code(request: HttpRequest) -> HttpResponse:
    """Send a code to the phone; with `do=enter`, let in whoever has it."""
    if request.POST.get("do") == "enter":
        return _enter_code(request)
    form = PhoneForm(request.POST, auto_id="code-%s")
    if not form.is_valid():
        return _page(request, phone=form, status=422)
    phone = form.cleaned_data["phone"]
    try:
        journeys.send_login_code(
            region=settings.REGION, phone=phone, at=timezone.now(), ip=client_ip(request)
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _page(request, phone=form, status=422)
    return _page(request, code=CodeForm(initial={"phone": phone}, auto_id="code-%s"), sent=phone)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_POST
def login_password(request: HttpRequest) -> HttpResponse:
    """Phone and password; too many failures close this way for a while (axes)."""
    form = PasswordLoginForm(request.POST, auto_id="password-%s")
    if not form.is_valid():
        return _page(request, password=form, status=422)
    account = auth.authenticate(
        request,
        username=crypto.blind_index(form.cleaned_data["phone"], queries.ACCOUNT),
        password=form.cleaned_data["password"],
    )
    if account is None or account.kind != AccountKind.CITIZEN:
        form.add_error("password", WRONG)
        return _page(request, password=form, status=422)
    actions.note(account, EventKind.LOGGED_IN, by=account, at=timezone.now(), way="password")
    return _let_in(request, account)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Name and document of the person behind this login."""
    target = safe_target(request, reverse("portal:my"))
    if request.user.person_id is not None:
        return redirect(target)
    form = RegisterForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.register(request.user.pk, **form.cleaned_data, at=timezone.now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect(target)
    context = {"form": form, "target": target}
    return render(request, "portal/people/register.html", context, status=status)


@login_not_required
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End this session."""
    auth.logout(request)
    return redirect("portal:home")


def _enter_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST, auto_id="code-%s")
    if form.is_valid():
        try:
            account = actions.login_with_code(
                region=settings.REGION,
                phone=form.cleaned_data["phone"],
                code=form.cleaned_data["code"],
                at=timezone.now(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _let_in(request, account)
    return _page(request, code=form, status=422)


def _let_in(request: HttpRequest, account: Account) -> HttpResponse:
    """Start the session (with a new key), then on to where the person wanted to go."""
    target = safe_target(request, reverse("portal:my"))
    auth.login(request, account, backend=BACKEND)
    if account.person_id is None:
        return redirect(f"{reverse('portal:register')}?{urlencode({'next': target})}")
    return redirect(target)


def _page(
    request: HttpRequest,
    *,
    phone: PhoneForm | None = None,
    code: CodeForm | None = None,
    password: PasswordLoginForm | None = None,
    sent: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "phone": phone or (None if code else PhoneForm(auto_id="code-%s")),
        "code": code,
        "password": password or PasswordLoginForm(auto_id="password-%s"),
        "wrong": next((form for form in (phone, code, password) if form and form.is_bound), None),
        "sent": numbers.masked(sent, head=3, tail=4),
        "target": safe_target(request, ""),
        "provider": settings.OIDC_NAME if oidc.is_on() else "",
    }
    return render(request, "portal/people/login.html", context, status=status)
