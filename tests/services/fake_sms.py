"""A county's SMS platform of another house: its own process, its own reading of the protocol.

    python tests/services/fake_sms.py SECRET        prints the port it listens on (loopback)

It checks the signature itself, sends once per Idempotency-Key, and misbehaves on request:
POST /switch with one of ok, slow, drip, wrong, down, gone, lost, busy, huge, moved, locked.
GET /sent lists what reached a phone. Knows nothing of Yizhan.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = sys.argv[1].encode() if len(sys.argv) > 1 else b""
SENT: dict[str, dict[str, str]] = {}
STATE = {"mode": "ok", "asked": 0}


class Platform(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/sent":
            self.answer(200, {"sent": list(SENT.values()), "asked": STATE["asked"]})
        elif self.path == "/status":
            self.status()
        else:
            self.answer(404, {"error": "no such page"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/switch":
            STATE.update(mode=body.decode(), asked=0)
            if body == b"ok":
                SENT.clear()
            self.answer(200, {})
        elif self.path == "/messages":
            STATE["asked"] += 1
            self.message(body)
        else:
            self.answer(404, {"error": "no such page"})

    def status(self) -> None:
        if STATE["mode"] == "down":
            self.answer(503, {"error": "maintenance"})
        elif not self.signed(b""):
            self.answer(401, {"error": "signature"})
        else:
            self.answer(200, {"balance": 1000})

    def message(self, body: bytes) -> None:
        mode = STATE["mode"]
        if mode == "slow":
            time.sleep(3)
        if mode in ("down", "busy", "locked"):
            code = {"down": 503, "busy": 429, "locked": 403}[mode]
            return self.answer(code, {"error": mode})
        if mode == "gone":
            return self.hang_up()
        if mode == "moved":
            self.send_response(302)
            self.send_header("Location", "/sent")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if not self.signed(body):
            return self.answer(401, {"error": "signature"})
        return self.deliver(json.loads(body), mode)

    def deliver(self, fields: dict[str, str], mode: str) -> None:
        if not re.fullmatch(r"1[3-9]\d{9}", fields["to"]):
            return self.answer(400, {"error": "号码无效"})
        if "违禁" in fields["text"]:
            return self.answer(422, {"error": "内容含敏感词"})
        key = self.headers["Idempotency-Key"]
        if key not in SENT:
            SENT[key] = {"id": f"m{len(SENT) + 1}", "to": fields["to"], "text": fields["text"]}
        if mode == "lost":
            STATE["mode"] = "ok"
            return self.hang_up()
        if mode == "wrong":
            return self.raw(200, b"<html>welcome to the hotel network</html>")
        if mode == "huge":
            return self.raw(200, b'{"id": "' + b"x" * 1_000_000 + b'"}')
        if mode == "drip":
            return self.raw(200, json.dumps(SENT[key]).encode(), pause=0.3)
        return self.answer(200, SENT[key])

    def signed(self, body: bytes) -> bool:
        stamp, key = self.headers.get("X-Timestamp", ""), self.headers.get("Idempotency-Key", "")
        given = self.headers.get("X-Signature", "")
        text = f"{stamp}.{key}.".encode() + body
        ours = "sha256=" + hmac.new(SECRET, text, hashlib.sha256).hexdigest()
        fresh = stamp.isdigit() and abs(time.time() - int(stamp)) < 300
        return fresh and hmac.compare_digest(given, ours)

    def answer(self, code: int, fields: dict[str, object]) -> None:
        self.raw(code, json.dumps(fields).encode())

    def raw(self, code: int, body: bytes, pause: float = 0) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            for n in range(0, len(body), 1 if pause else len(body)):
                self.wfile.write(body[n : n + 1] if pause else body)
                time.sleep(pause)
        except OSError:
            self.close_connection = True  # the caller had enough

    def hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, *words: object) -> None:
        """Quiet."""


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Platform)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
