"""Addresses of the gateway; its OpenAPI document is at /api/openapi.json."""

from django.contrib.auth.decorators import login_not_required

from yizhan.web.gateway import open311, webhooks
from yizhan.web.gateway.api import api

app_name = "gateway"
urlpatterns = api.urls[0]
for pattern in urlpatterns:  # a credential is asked for by each router, not by the session's door
    pattern.callback = login_not_required(pattern.callback)
urlpatterns = [*urlpatterns, *open311.urlpatterns, *webhooks.urlpatterns]
