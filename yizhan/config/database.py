"""DATABASE_URL as Django wants it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def parse(url: str) -> dict[str, Any]:
    """Django's database settings for a PostgreSQL URL. Raises ValueError for anything else.

    Query arguments become connection options, except `host`, which may be a socket folder:
    `postgresql://user@/name?host=/run/postgresql`.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL 必须以 postgresql:// 开头（只支持 PostgreSQL）。")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ValueError("DATABASE_URL 没有写数据库名，例如 postgresql://用户@主机/yizhan。")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }
