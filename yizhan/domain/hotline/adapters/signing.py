"""Who knocks: a signature over time and body, as `notices.adapters.http` writes it on the way out.

`X-Timestamp` (Unix seconds) and `X-Signature: sha256=HEX`, HEX = HMAC-SHA256(secret, timestamp +
"." + key + "." + body), key = `Idempotency-Key`. WeChat signs otherwise (`wechat_signature`).
A message outside the window is refused: whoever recorded it cannot send it again tomorrow; inside
the window the second one is the same message by its id.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

WINDOW = 300  # seconds either way


class Untrusted(Exception):  # noqa: N818 - an answer
    """The signature does not fit. The sentence does not say which part of it."""

    def __init__(self) -> None:
        super().__init__("签名不对或者已经过时，消息没有接收。请检查密钥和系统时间。")


def sign(secret: str, body: bytes, *, key: str, at: datetime) -> dict[str, str]:
    """The headers that make a body ours."""
    stamp = str(int(at.timestamp()))
    return {
        "Idempotency-Key": key,
        "X-Timestamp": stamp,
        "X-Signature": f"sha256={_mark(secret, stamp, key, body)}",
    }


def verify(secret: str, body: bytes, headers: Mapping[str, str], *, at: datetime) -> None:
    """Raises Untrusted. Without a secret in the settings the door is closed."""
    stamp = headers.get("X-Timestamp", "")
    _in_time(stamp, at)
    given = headers.get("X-Signature", "").removeprefix("sha256=")
    wanted = _mark(secret, stamp, headers.get("Idempotency-Key", ""), body)
    if not secret or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Untrusted


def wechat_signature(token: str, stamp: str, nonce: str) -> str:
    """As WeChat's server does: SHA-1 of the three in alphabetical order."""
    joined = "".join(sorted((token, stamp, nonce)))
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()


def verify_wechat(token: str, query: Mapping[str, str], *, at: datetime) -> None:
    """Raises Untrusted. The body is not signed there: the connection must be HTTPS."""
    stamp = query.get("timestamp", "")
    _in_time(stamp, at)
    wanted = wechat_signature(token, stamp, query.get("nonce", ""))
    if not token or not hmac.compare_digest(query.get("signature", "").encode(), wanted.encode()):
        raise Untrusted


def _mark(secret: str, stamp: str, key: str, body: bytes) -> str:
    signed = f"{stamp}.{key}.".encode() + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _in_time(stamp: str, at: datetime) -> None:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise Untrusted
    if abs(at.timestamp() - int(stamp)) > WINDOW:
        raise Untrusted
