"""The web process: pages of the site chosen by SITE."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from yizhan.config.supervisor.children import die_with_parent

PATIENCE = "系统正在准备数据，几秒钟后请刷新。".encode()
HEADERS = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "2")]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizhan.config.settings")
die_with_parent()
pages = get_wsgi_application()
# Every page is loaded now, not by the first visitor; an error in one shows at once.
assert get_resolver().url_patterns  # noqa: S101


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
