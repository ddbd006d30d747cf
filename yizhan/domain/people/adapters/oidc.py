"""OpenID Connect client: authorization code with PKCE, state and nonce (RFC 7636, OIDC Core 3.1).

What comes back is (issuer, subject) of a signature that was checked with the provider's published
keys and an allow-list of algorithms; names and e-mail addresses are never used to find an account.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass
from typing import Any, Self, cast
from urllib.parse import urlencode, urlsplit

import httpx
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from yizhan.core.flow import Refused

ALGORITHMS = ["RS256", "PS256", "ES256"]
LEEWAY = 60  # seconds that two clocks may differ
TIMEOUT = 5.0
MAX_BYTES = 256 * 1024
OFF = "统一身份认证登录没有开通，请用手机验证码或密码登录。"
AWAY = "统一身份认证平台暂时连不上，请稍后再试，或用手机验证码登录。"
WRONG = "统一身份认证没有成功，请重新登录。您的信息没有任何改动。"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What has to be remembered in the session between leaving for the provider and coming back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> Self:
        """Three fresh secrets."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    def stored(self) -> dict[str, str]:
        """For the session."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is."""

    issuer: str
    subject: str


def is_on() -> bool:
    """Whether a provider is configured."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def check() -> tuple[bool, str]:
    """For the health page: whether it works, in a sentence."""
    if not is_on():
        return True, "统一身份认证登录未开通（YIZHAN_OIDC_ISSUER 未设置）。"
    try:
        _discover()
    except Refused as refusal:
        return False, str(refusal)
    return True, f"{settings.OIDC_NAME}可以连接。"


def leave(attempt: Attempt, *, redirect_uri: str) -> str:
    """The provider's address that a browser is sent to. Raises Refused when off or away."""
    challenge = hashlib.sha256(attempt.verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": redirect_uri,
        "scope": "openid",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    address = _discover()["authorization_endpoint"]
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def come_back(attempt: Attempt, *, state: str, code: str, redirect_uri: str) -> Identity:
    """The identity behind the code that the provider sent back.

    Raises Refused when the state is not ours, or when the provider or its signature fails.
    """
    if not hmac.compare_digest(state.encode(), attempt.state.encode()) or not code:
        raise Refused(WRONG)
    facts = _discover()
    answer = _ask(
        "POST",
        facts["token_endpoint"],
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": attempt.verifier,
        },
        auth=(settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET),
    )
    claims = _verified(answer.get("id_token", ""), _ask("GET", facts["jwks_uri"]))
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), attempt.nonce.encode()):
        raise Refused(WRONG)
    return Identity(claims["iss"], claims["sub"])


def _verified(token: str, keys: dict[str, Any]) -> dict[str, Any]:
    """The claims of an ID token. Raises Refused (OIDC Core 3.1.3.7)."""
    rules = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": settings.OIDC_ISSUER},
        aud={"essential": True, "value": settings.OIDC_CLIENT_ID},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
    )
    try:
        decoded = jwt.decode(token, KeySet.import_key_set(cast(Any, keys)), algorithms=ALGORITHMS)
        rules.validate(decoded.claims)
    except (JoseError, ValueError, TypeError, KeyError):
        raise Refused(WRONG) from None
    claims: dict[str, Any] = decoded.claims
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    foreign = len(audience) > 1 and claims.get("azp") != settings.OIDC_CLIENT_ID
    if foreign or not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 200:
        raise Refused(WRONG)
    return claims


def _discover() -> dict[str, Any]:
    """The provider's description of itself. Raises Refused when off, away or another issuer."""
    if not is_on():
        raise Refused(OFF)
    issuer = settings.OIDC_ISSUER
    facts = _ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if facts.get("issuer") != issuer:
        raise Refused(AWAY)
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _safe(str(facts.get(name, "")))
    return facts


def _ask(method: str, address: str, **content: Any) -> dict[str, Any]:
    """One question; JSON as answer. Redirects are not followed. Raises Refused."""
    _safe(address)
    try:
        answer = httpx.request(
            method, address, timeout=TIMEOUT, follow_redirects=False, trust_env=False, **content
        )
    except httpx.HTTPError:
        raise Refused(AWAY) from None
    if answer.status_code >= 500 or len(answer.content) > MAX_BYTES:
        raise Refused(AWAY)
    try:
        found = answer.json()
    except ValueError:
        found = None
    if answer.status_code != 200 or not isinstance(found, dict):
        raise Refused(WRONG)
    return found


def _safe(address: str) -> None:
    """HTTPS, or this machine in tests and demos."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise Refused(AWAY)
