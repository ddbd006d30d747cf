"""One session and one CSRF cookie per site, so that a login here is no login there.

A clerk who also applies for something of her own has two logins in one browser, and the citizen's
cookie never opens the workbench.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

SESSION_COOKIES = {
    "portal": "yz_portal",
    "workbench": "yz_work",
    "kiosk": "yz_kiosk",
    "gateway": "yz_api",
}


class SiteSessionMiddleware(SessionMiddleware):
    """Django's session under the cookie name and path of the site."""

    def process_request(self, request: HttpRequest) -> None:
        """Open the session of this site."""
        key = request.COOKIES.get(SESSION_COOKIES[request.site])
        # Django looks for its own name when it decides whether an emptied session was known.
        request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        if key:
            request.COOKIES[settings.SESSION_COOKIE_NAME] = key
        request.session = self.SessionStore(key)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session; the cookie goes out under this site's name and path."""
        response = super().process_response(request, response)
        _rename(response, settings.SESSION_COOKIE_NAME, SESSION_COOKIES[request.site], request.site)
        return response


class SiteCsrfMiddleware(CsrfViewMiddleware):
    """Django's CSRF protection, one secret per site: a login there keeps the open pages here."""

    def process_request(self, request: HttpRequest) -> None:
        """Read this site's secret."""
        secret = request.COOKIES.get(_csrf_name(request.site))
        request.COOKIES.pop(settings.CSRF_COOKIE_NAME, None)
        if secret:
            request.COOKIES[settings.CSRF_COOKIE_NAME] = secret
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Send this site's secret."""
        response = super().process_response(request, response)
        _rename(response, settings.CSRF_COOKIE_NAME, _csrf_name(request.site), request.site)
        return response


def _csrf_name(site: str) -> str:
    return f"yz_csrf_{site}"


def _rename(response: HttpResponse, old: str, new: str, site: str) -> None:
    morsel = response.cookies.pop(old, None)
    if morsel is None:
        return
    response.cookies[new] = morsel.value
    for name, value in morsel.items():
        if value != "":  # 0 is meant: a deleted cookie
            response.cookies[new][name] = value
    response.cookies[new]["path"] = settings.SITES[site]
