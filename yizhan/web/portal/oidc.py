"""Login at the province's identity platform: leave with three secrets, return with an identity."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yizhan.core.flow import Refused
from yizhan.domain.people import actions
from yizhan.domain.people.adapters import oidc
from yizhan.web.portal.people import BACKEND
from yizhan.web.ui.targets import safe_target

KEPT = "oidc"
LIFE = timedelta(minutes=10)


@login_not_required
@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """To the provider. The three secrets stay in this browser's session, for one return."""
    attempt = oidc.Attempt.begin()
    try:
        address = oidc.leave(attempt, redirect_uri=_return_address(request))
    except Refused as refusal:
        return _refused(request, refusal)
    request.session[KEPT] = {
        "attempt": attempt.stored(),
        "target": safe_target(request, reverse("portal:my")),
        "until": (timezone.now() + LIFE).timestamp(),
        "account": str(request.user.pk) if request.user.is_authenticated else "",
    }
    return redirect(address)


@login_not_required
@never_cache
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the provider: link the identity to this login, or log in with it."""
    kept = request.session.pop(KEPT, None)
    now = timezone.now()
    user = request.user if request.user.is_authenticated else None
    try:
        same = kept is not None and kept["account"] == (str(user.pk) if user else "")
        if not same or kept["until"] < now.timestamp() or "error" in request.GET:
            raise Refused(oidc.WRONG)
        identity = _identity(request, kept["attempt"])
        account = actions.login_with_identity(
            region=settings.REGION,
            issuer=identity.issuer,
            subject=identity.subject,
            at=now,
            account=user,
        )
    except Refused as refusal:
        return _refused(request, refusal)
    if user is not None:
        messages.success(request, f"已绑定{settings.OIDC_NAME}，下次可以直接用它登录。")
        return redirect("portal:profile")
    auth.login(request, account, backend=BACKEND)
    return redirect(kept["target"])


def _identity(request: HttpRequest, attempt: dict[str, str]) -> oidc.Identity:
    return oidc.come_back(
        oidc.Attempt(**attempt),
        state=request.GET.get("state", ""),
        code=request.GET.get("code", ""),
        redirect_uri=_return_address(request),
    )


def _return_address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("portal:oidc_callback"))


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    messages.error(request, refusal.sentence)
    here = "portal:profile" if request.user.is_authenticated else "portal:login"
    return redirect(here)
