"""Only the kiosk, for self-service machines and screens."""

from django.urls import include, path

from yizhan.web.ui.errors import bad_request, forbidden, not_found, server_error
from yizhan.web.ui.health import healthz

urlpatterns = [
    path("healthz/", healthz, name="healthz"),
    path("kiosk/", include("yizhan.web.kiosk.urls")),
]
handler400, handler403, handler404, handler500 = bad_request, forbidden, not_found, server_error
