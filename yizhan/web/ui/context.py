"""What every template may know. Nothing here asks the database."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

ELDER_COOKIE = "yz_elder"


def house(request: HttpRequest) -> dict[str, Any]:
    """The site, the county, whether this is a demonstration, whether the reader wants large text.

    `here` is where the elder-mode switch returns to; `page_name` marks the current nav link.
    """
    match = request.resolver_match
    return {
        "DEMO": settings.DEMO,
        "COUNTY": settings.COUNTY_NAME,
        "site": getattr(request, "site", "portal"),
        "elder": request.COOKIES.get(ELDER_COOKIE) == "1",
        "here": request.get_full_path() if request.method == "GET" else "/",
        "page_name": match.url_name if match else "",
    }
