"""Clients at the desks of the demo county: the real pages and interface, in this process."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import Morsel
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from yizhan.domain.people.actions import issue_token
from yizhan.domain.people.models import Account, Post
from yizhan.web.ui.sessions import SESSION_COOKIES

BACKEND = "django.contrib.auth.backends.ModelBackend"
MACHINE = "rehearsal"
HERE = "localhost"


def at_desk(account: Account) -> Client:
    """A browser that is logged in on the workbench."""
    client = Client(raise_request_exception=False, SERVER_NAME=HERE)
    client.force_login(account, backend=BACKEND)
    plain: Morsel[Any] = client.cookies.pop(settings.SESSION_COOKIE_NAME)
    name = SESSION_COOKIES["workbench"]
    client.cookies[name] = plain.value
    client.cookies[name]["path"] = settings.SITES["workbench"]
    return client


def machine(region: str) -> Client:
    """The telephone system's client; its credential ends within the day."""
    now = timezone.now()
    account, _ = Account.objects.get_or_create(
        username=MACHINE,
        defaults={
            "region": region, "kind": "machine", "display_name": "演练来电系统",
            "created_at": now, "password": "!",
        },
    )  # fmt: skip
    Post.objects.get_or_create(
        account=account, function="hotline_agent", scope=region, organisation=None, valid_to=None,
        defaults={"valid_from": now, "granted_by": "演练"},
    )  # fmt: skip
    secret = issue_token(
        account.pk, name="演练", valid_to=now + timedelta(days=1), by=None, at=now
    )[1]
    return Client(
        raise_request_exception=False,
        SERVER_NAME=HERE,
        headers={"Authorization": f"Bearer {secret}"},
    )
