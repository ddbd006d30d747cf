"""OpenID Connect against a foreign provider over real HTTP on this machine."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.foreign_provider import foreign_provider
from yizhan.core.flow import Refused
from yizhan.domain.people.adapters import oidc

RETURN = "http://testserver/oidc/callback/"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The issuer of a running `oidc-provider-mock`, a program of its own."""
    with foreign_provider() as issuer:
        yield issuer


@pytest.fixture
def configured(provider: str, settings) -> str:
    settings.OIDC_ISSUER = provider
    settings.OIDC_CLIENT_ID = "yizhan"
    settings.OIDC_CLIENT_SECRET = "s" * 32
    return provider


def authorise(address: str, subject: str = "li") -> dict[str, str]:
    """What the citizen does at the provider; returns what the browser brings back."""
    answer = httpx.post(address, data={"sub": subject}, trust_env=False)
    assert answer.status_code == 302, answer.text
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    return {key: values[0] for key, values in back.items()}


def test_there_and_back(configured: str) -> None:
    attempt = oidc.Attempt.begin()
    address = oidc.leave(attempt, redirect_uri=RETURN)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert attempt.verifier not in address
    back = authorise(address)
    identity = oidc.come_back(attempt, **_taken(back), redirect_uri=RETURN)
    assert identity == oidc.Identity(configured, "li")


def test_a_code_works_once(configured: str) -> None:
    attempt = oidc.Attempt.begin()
    back = authorise(oidc.leave(attempt, redirect_uri=RETURN))
    oidc.come_back(attempt, **_taken(back), redirect_uri=RETURN)
    with pytest.raises(Refused, match="没有成功"):
        oidc.come_back(attempt, **_taken(back), redirect_uri=RETURN)


@pytest.mark.parametrize("changed", [{"state": "other"}, {"code": "other"}, {"code": ""}])
def test_a_changed_return_is_refused(configured: str, changed: dict[str, str]) -> None:
    attempt = oidc.Attempt.begin()
    back = authorise(oidc.leave(attempt, redirect_uri=RETURN))
    with pytest.raises(Refused, match="没有成功"):
        oidc.come_back(attempt, **_taken(back) | changed, redirect_uri=RETURN)


def test_the_nonce_of_another_attempt_is_refused(configured: str) -> None:
    attempt, other = oidc.Attempt.begin(), oidc.Attempt.begin()
    back = authorise(oidc.leave(attempt, redirect_uri=RETURN))
    mixed = oidc.Attempt(attempt.state, other.nonce, attempt.verifier)
    with pytest.raises(Refused, match="没有成功"):
        oidc.come_back(mixed, **_taken(back), redirect_uri=RETURN)


def test_off_and_says_so(settings) -> None:
    settings.OIDC_ISSUER = ""
    assert not oidc.is_on()
    assert oidc.check() == (True, "统一身份认证登录未开通（YIZHAN_OIDC_ISSUER 未设置）。")
    with pytest.raises(Refused, match="没有开通"):
        oidc.leave(oidc.Attempt.begin(), redirect_uri=RETURN)


def test_away_and_says_so(settings) -> None:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = "http://127.0.0.1:9", "yizhan"
    assert oidc.check()[0] is False
    with pytest.raises(Refused, match="暂时连不上"):
        oidc.leave(oidc.Attempt.begin(), redirect_uri=RETURN)


def test_plain_http_to_the_outside_is_not_spoken(settings) -> None:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = "http://id.example", "yizhan"
    with pytest.raises(Refused):
        oidc.leave(oidc.Attempt.begin(), redirect_uri=RETURN)


def test_check_answers_when_it_works(configured: str) -> None:
    assert oidc.check()[0] is True


@pytest.fixture(scope="module")
def key() -> RSAKey:
    """Making one takes a while; the tests do not change it."""
    return RSAKey.generate_key(2048, auto_kid=True)


class _Forger(BaseHTTPRequestHandler):
    """A provider that answers what a test wants."""

    answers: dict[str, object] = {}

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer()

    def _answer(self) -> None:
        body = json.dumps(self.answers.get(self.path, {})).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def forger(settings) -> Iterator[tuple[str, dict[str, object]]]:
    server = HTTPServer(("127.0.0.1", 0), _Forger)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    issuer = f"http://127.0.0.1:{server.server_port}"
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = issuer, "yizhan"
    _Forger.answers = {
        "/.well-known/openid-configuration": {
            "issuer": issuer, "authorization_endpoint": f"{issuer}/auth",
            "token_endpoint": f"{issuer}/token", "jwks_uri": f"{issuer}/keys",
        }
    }  # fmt: skip
    yield issuer, _Forger.answers
    server.shutdown()
    thread.join()
    server.server_close()


def claims(issuer: str, attempt: oidc.Attempt, **changed: object) -> dict[str, object]:
    now = int(time.time())
    return {
        "iss": issuer, "aud": "yizhan", "sub": "li", "exp": now + 300, "iat": now,
        "nonce": attempt.nonce,
    } | changed  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"aud": ["yizhan", "another"]},
        {"aud": ["yizhan", "another"], "azp": "another"},
        {"exp": 1_700_000_000},
        {"nonce": "stale"},
        {"sub": ""},
        {"sub": "x" * 201},
    ],
)
def test_claims_that_do_not_fit_are_refused(
    forger, key: RSAKey, changed: dict[str, object]
) -> None:
    issuer, answers = forger
    attempt = oidc.Attempt.begin()
    answers["/keys"] = {"keys": [key.as_dict(private=False)]}
    head = {"alg": "RS256", "kid": key.kid}
    answers["/token"] = {"id_token": jwt.encode(head, claims(issuer, attempt), key)}
    found = oidc.come_back(attempt, state=attempt.state, code="c", redirect_uri=RETURN)
    assert found.subject == "li"
    answers["/token"] = {"id_token": jwt.encode(head, claims(issuer, attempt, **changed), key)}
    with pytest.raises(Refused, match="没有成功"):
        oidc.come_back(attempt, state=attempt.state, code="c", redirect_uri=RETURN)


def test_a_signature_of_another_key_is_refused(forger) -> None:
    issuer, answers = forger
    attempt = oidc.Attempt.begin()
    published, forged = (RSAKey.generate_key(2048, {"kid": "k"}) for _ in range(2))
    answers["/keys"] = {"keys": [published.as_dict(private=False)]}
    token = jwt.encode({"alg": "RS256", "kid": "k"}, claims(issuer, attempt), forged)
    answers["/token"] = {"id_token": token}
    with pytest.raises(Refused, match="没有成功"):
        oidc.come_back(attempt, state=attempt.state, code="c", redirect_uri=RETURN)


def test_no_signature_and_rubbish_are_refused(forger, key: RSAKey) -> None:
    issuer, answers = forger
    attempt = oidc.Attempt.begin()
    answers["/keys"] = {"keys": [key.as_dict(private=False)]}
    unsigned = (
        "eyJhbGciOiJub25lIn0."
        + jwt.encode({"alg": "RS256"}, claims(issuer, attempt), key).split(".")[1]
        + "."
    )
    for token in (unsigned, "", "a.b.c"):
        answers["/token"] = {"id_token": token}
        with pytest.raises(Refused, match="没有成功"):
            oidc.come_back(attempt, state=attempt.state, code="c", redirect_uri=RETURN)


def test_elliptic_curve_signatures_are_taken(forger) -> None:
    issuer, answers = forger
    attempt, key = oidc.Attempt.begin(), ECKey.generate_key("P-256", auto_kid=True)
    answers["/keys"] = {"keys": [key.as_dict(private=False)]}
    token = jwt.encode({"alg": "ES256", "kid": key.kid}, claims(issuer, attempt), key)
    answers["/token"] = {"id_token": token}
    found = oidc.come_back(attempt, state=attempt.state, code="c", redirect_uri=RETURN)
    assert found == oidc.Identity(issuer, "li")


def test_a_provider_that_calls_itself_otherwise_is_refused(forger, settings) -> None:
    _, answers = forger
    answers["/.well-known/openid-configuration"]["issuer"] = "https://id.example"
    with pytest.raises(Refused):
        oidc.leave(oidc.Attempt.begin(), redirect_uri=RETURN)


def _taken(back: dict[str, str]) -> dict[str, str]:
    return {"state": back["state"], "code": back["code"]}
