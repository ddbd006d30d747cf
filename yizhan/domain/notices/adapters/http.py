"""A county's SMS platform over HTTP and JSON, signed.

POST {url}/messages   {"to", "text", "template"} with the headers `Idempotency-Key`, `X-App`,
`X-Timestamp` (Unix seconds) and `X-Signature: sha256=HEX`, HEX = HMAC-SHA256(secret,
timestamp + "." + key + "." + body). Answers: 2xx {"id": "…"}; 4xx {"error": "…"} never again,
except 401, 403, 404, 408, 425, 429 (our settings or their load, not this message); else not now.
GET {url}/status      signed alike with an empty key and body; 2xx means ready.
A platform that speaks otherwise gets its own adapter with the same contract test.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
import time
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from yizhan.domain.notices.adapters import Message, Never, NotNow

TIMEOUT = httpx.Timeout(5.0, connect=3.0)
DEADLINE = 15.0  # seconds for one answer, however slowly it drips
LARGEST = 64 * 1024  # bytes of an answer
NOT_THE_MESSAGE = (401, 403, 404, 408, 425, 429)


class Gateway:
    """One conversation per message; settings SMS_URL, SMS_APP, SMS_SECRET."""

    def __init__(self) -> None:
        self.url = str(settings.SMS_URL).rstrip("/")
        self.app = str(settings.SMS_APP)
        self.secret = str(settings.SMS_SECRET)

    def send(self, message: Message) -> str:
        """The platform's number of the message. Raises NotNow or Never."""
        fields = {"to": message.address, "text": message.text, "template": message.template}
        body = json.dumps(fields, ensure_ascii=False).encode()
        status, answer = self._ask("POST", "/messages", body, message.key)
        if 200 <= status < 300:
            number = answer.get("id")
            if not isinstance(number, str | int) or not str(number):
                raise NotNow("短信平台的回答里没有消息编号")
            return str(number)[:80]
        if 400 <= status < 500 and status not in NOT_THE_MESSAGE:
            raise Never(f"短信平台拒绝：{str(answer.get('error') or status)[:120]}")
        raise NotNow(f"短信平台回答{status}")

    def check(self) -> tuple[bool, str]:
        """Settings complete, connection encrypted, platform ready."""
        missing = [n for n in ("SMS_URL", "SMS_APP", "SMS_SECRET") if not getattr(settings, n)]
        if missing:
            return False, f"短信平台没有配置完整，缺少：{'、'.join(missing)}。"
        place = urlsplit(self.url)
        if place.scheme != "https" and place.hostname not in ("127.0.0.1", "::1", "localhost"):
            return False, "短信平台地址必须以https://开头，否则手机号会在网络上明文传送。"
        try:
            status, _ = self._ask("GET", "/status", b"", "")
        except NotNow as reason:
            return False, f"短信平台现在不可用：{reason}。"
        if not 200 <= status < 300:
            return False, f"短信平台现在不可用：回答{status}。"
        return True, "短信平台可以连接。"

    def _ask(self, method: str, path: str, body: bytes, key: str) -> tuple[int, dict[str, Any]]:
        try:
            return asyncio.run(self._converse(method, path, body, key))
        except (TimeoutError, httpx.TimeoutException):
            raise NotNow("短信平台没有及时回答") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise NotNow("连不上短信平台") from None

    async def _converse(
        self, method: str, path: str, body: bytes, key: str
    ) -> tuple[int, dict[str, Any]]:
        """One request. Asynchronous only because that has a deadline for the whole of it."""
        client = httpx.AsyncClient(
            timeout=TIMEOUT, follow_redirects=False, trust_env=False, verify=_authorities()
        )
        headers = self._headers(body, key)
        async with (
            asyncio.timeout(DEADLINE),
            client,
            client.stream(method, self.url + path, content=body, headers=headers) as response,
        ):
            text = b""
            async for piece in response.aiter_bytes():
                text += piece
                if len(text) > LARGEST:
                    raise NotNow("短信平台的回答太长")
        return response.status_code, _fields(text)

    def _headers(self, body: bytes, key: str) -> dict[str, str]:
        stamp = str(int(time.time()))
        signed = f"{stamp}.{key}.".encode() + body
        mark = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": key,
            "X-App": self.app,
            "X-Timestamp": stamp,
            "X-Signature": f"sha256={mark}",
        }


@lru_cache(maxsize=1)
def _authorities() -> ssl.SSLContext:
    """The machine's certificate authorities (a county may have its own), read once: 30 ms."""
    return ssl.create_default_context()


def _fields(text: bytes) -> dict[str, Any]:
    """The JSON object of an answer; an answer without one says nothing."""
    try:
        answer = json.loads(text or b"{}")
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
