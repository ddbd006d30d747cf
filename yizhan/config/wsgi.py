"""The web process: pages of the site chosen by SITE."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from yizhan.config.supervisor.children import die_with_parent

PATIENCE = "系统正在准备数据，几秒钟后请刷新。".encode()
HEADERS = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "2")]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizhan.config.settings")
die_with_parent()


class GatewayHandler(WSGIHandler):
    """The way to the endpoints for machines: no session, no cookie, no message, no page.

    What a browser needs costs a tenth of a request that has no browser. Every view still wants a
    login unless it says otherwise, and an endpoint says so only because it asks for a credential.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """As Django does it, with the shorter list."""
        whole = settings.MIDDLEWARE
        settings.MIDDLEWARE = settings.GATEWAY_MIDDLEWARE
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = whole


people = get_wsgi_application()
machines = GatewayHandler()
# Every page is loaded now, not by the first visitor; an error in one shows at once.
assert get_resolver().url_patterns  # noqa: S101


def pages(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Every site; machines by their own way."""
    to_gateway = environ["PATH_INFO"].startswith("/api/")
    return (machines if to_gateway else people)(environ, start)


def while_preparing(mark: str) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """503 as long as the supervisor's mark is there: tables and data are still being made."""
    waiting = True

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        nonlocal waiting
        if waiting and os.path.exists(mark):
            start("503 Service Unavailable", HEADERS)
            return [PATIENCE]
        waiting = False
        return pages(environ, start)

    return answer


preparing = os.environ.get("YIZHAN_PREPARING")
application = while_preparing(preparing) if preparing else pages
