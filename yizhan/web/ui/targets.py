"""Where a page may send a browser on to: an address of this site, nothing else."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from yizhan.web.ui.middleware import site_of


def safe_target(request: HttpRequest, default: str) -> str:
    """The `next` of the request when it is a page of the same site, else `default`.

    Another host, another scheme, `//host`, and the other sites of this host are not followed.
    """
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    inside = target.startswith("/") and site_of(target) == request.site
    return target if safe and inside else default
