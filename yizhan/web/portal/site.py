"""Pages about the site itself: large text, the installable app's description."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from yizhan.web.ui.context import ELDER_COOKIE

YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def elder(request: HttpRequest) -> HttpResponse:
    """Switch large text on or off and return to the page the person was on."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = reverse("portal:home")
    response = redirect(target)
    if request.COOKIES.get(ELDER_COOKIE) == "1":
        response.delete_cookie(ELDER_COOKIE)
    else:
        response.set_cookie(ELDER_COOKIE, "1", max_age=YEAR, samesite="Lax", httponly=True)
    return response


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the portal on its home screen."""
    icon = {"src": static("ui/mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    name = f"{settings.COUNTY_NAME}政务服务"
    facts = {
        "name": f"{name}（演示）" if settings.DEMO else name,
        "short_name": "一站",
        "lang": "zh-Hans",
        "start_url": reverse("portal:home"),
        "scope": settings.SITES["portal"],
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b4a8c",
        "icons": [icon],
    }
    return JsonResponse(facts, content_type="application/manifest+json")
