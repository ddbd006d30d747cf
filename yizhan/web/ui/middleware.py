"""Which site a request is for, how large it may be, and who has to log in first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import middleware as auth
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django_htmx.http import HttpResponseClientRedirect

from yizhan.web.ui.errors import too_large

Next = Callable[[HttpRequest], HttpResponseBase]
KINDS = {"portal": "citizen", "workbench": "staff"}  # whose login counts at which site
PREFIXES = {"work": "workbench", "kiosk": "kiosk", "api": "gateway"}


def site_of(path: str) -> str:
    """The site a path belongs to: portal, workbench, kiosk or gateway."""
    return PREFIXES.get(path.split("/", 2)[1] if path.startswith("/") else "", "portal")


def client_ip(request: HttpRequest) -> str:
    """The caller's address: from our own proxies' header only when settings.PROXIES says so."""
    if settings.PROXIES:
        chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(chain) >= settings.PROXIES and chain[-settings.PROXIES]:
            return chain[-settings.PROXIES]
    return request.META.get("REMOTE_ADDR", "")


class SiteMiddleware:
    """Sets `request.site`; who a machine is, is not a matter of sessions but of its credential."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Name the site and go on."""
        request.site = site_of(request.path_info)
        request.user = AnonymousUser()  # until a session says more
        return self.get_response(request)


class SizeLimitMiddleware:
    """Refuses a body that is too large before a byte of it is read."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """413 with what to do instead, else go on."""
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if not declared.isdigit() or int(declared) > settings.MAX_REQUEST_BYTES:
            return too_large(request)
        return self.get_response(request)


class LoginRequiredMiddleware(auth.LoginRequiredMiddleware):
    """Every view needs a login unless it says `@login_not_required`; each site has its own door."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        args: Any,
        kwargs: Any,
    ) -> HttpResponseBase | None:
        """A session of another site, carried over by hand, is no login here."""
        kind = KINDS.get(request.site)
        if kind and request.user.is_authenticated and request.user.kind != kind:
            request.user = AnonymousUser()
        return super().process_view(request, view_func, args, kwargs)

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        """To the login page of the site, and back to the page in view; machines get 401."""
        if request.site == "gateway":
            return JsonResponse({"message": "需要有效的接口凭证。"}, status=401)
        htmx = getattr(request, "htmx", None)
        if htmx:  # a part of a page: the whole page goes to the login, not the part
            page = htmx.current_url_abs_path or settings.SITES[request.site]
            door = auth.redirect_to_login(page, settings.LOGIN_URLS[request.site])
            return HttpResponseClientRedirect(door["Location"])
        if not getattr(view_func, "login_url", None):
            return auth.redirect_to_login(
                request.get_full_path(),
                settings.LOGIN_URLS[request.site],
                self.get_redirect_field_name(view_func),
            )
        return super().handle_no_permission(request, view_func)


class PrivatePagesMiddleware:
    """Pages of somebody who is logged in stay in no browser: the next one goes back to nothing."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Say so, unless the view said something itself."""
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response
