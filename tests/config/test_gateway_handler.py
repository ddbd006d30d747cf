"""Machines come by their own, shorter way; it must be no less guarded."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from yizhan.config import wsgi
from yizhan.web.gateway.api import api

pytestmark = pytest.mark.django_db
# endpoints for everybody: what they answer stands on the public pages too
OPEN = {"catalogue.search", "catalogue.detail"}


@pytest.fixture(autouse=True)
def _connection_of_the_test() -> Iterator[None]:
    """As Django's test client does: the end of a request is not the end of the transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def ask(path: str, method: str = "GET", **environ: Any) -> tuple[str, dict[str, str], bytes]:
    """One request to the application as a server makes it."""
    said: list[Any] = []
    asked = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "HTTP_HOST": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(), "REMOTE_ADDR": "127.0.0.1", **environ,
    }  # fmt: skip
    body = b"".join(wsgi.pages(asked, lambda status, headers, *_: said.append((status, headers))))
    status, headers = said[0]
    return status[:3], dict(headers), body


def test_an_endpoint_without_a_credential_says_401_in_json() -> None:
    status, headers, body = ask("/api/v1/cases/")
    assert status == "401"
    assert json.loads(body)["message"] == "需要有效的接口凭证。"
    assert "Set-Cookie" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_body_that_is_too_large_is_refused_before_it_is_read() -> None:
    status, _, body = ask(
        "/api/v1/cases/", "POST", CONTENT_LENGTH=str(settings.MAX_REQUEST_BYTES + 1)
    )
    assert status == "413"
    assert json.loads(body)["message"]


def test_what_is_not_there_is_json_too() -> None:
    status, headers, _ = ask("/api/v1/no-such/")
    assert status == "404"
    assert headers["Content-Type"].startswith("application/json")


def test_pages_keep_the_whole_way() -> None:
    status, headers, _ = ask("/")
    assert status == "200"
    assert "Content-Security-Policy" in headers


def test_the_shorter_way_keeps_size_login_and_site() -> None:
    left_out = set(settings.MIDDLEWARE) - set(settings.GATEWAY_MIDDLEWARE)
    assert set(settings.GATEWAY_MIDDLEWARE) < set(settings.MIDDLEWARE)
    for needed in ("SiteMiddleware", "SizeLimitMiddleware", "LoginRequiredMiddleware"):
        assert not any(name.endswith(needed) for name in left_out)


def test_every_endpoint_asks_for_a_credential_unless_it_is_named_here() -> None:
    guarded, unguarded = set(), set()
    for _, router in api._routers:
        for view in router.path_operations.values():
            functions = [one.view_func for one in view.operations]
            names = {f"{one.__module__}.{one.__name__}" for one in functions}
            (guarded if callable(router.auth) else unguarded).update(names)
    assert len(guarded) > 4
    assert {name.removeprefix("yizhan.web.gateway.") for name in unguarded} <= OPEN
