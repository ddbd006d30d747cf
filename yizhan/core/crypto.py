"""Sealing of personal numbers at rest, and the keyed index that finds them again.

PIPL art. 51 and GB/T 22239 8.1.4.8: a copied table must not give the numbers away. Sealed bytes
are `key id (1) | nonce (12) | AES-256-GCM`; the key id tells which key of the ring opens them, so
that a new key can be introduced while old rows are resealed one by one. The index key is another:
36 million possible numbers of one county fall in a minute to whoever holds it (assurance S8).
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12


class Unsealable(Exception):  # noqa: N818 - says what the bytes are
    """The bytes were changed, moved to another row, or sealed by a key that is gone."""


def seal(text: str, *, bound: str = "") -> bytes:
    """The text, encrypted with the present key.

    `bound` names the place the bytes belong to (row and column): moved elsewhere they do not open.
    """
    key_id, cipher = _ring()[0]
    nonce = os.urandom(_NONCE)
    return bytes([key_id]) + nonce + cipher.encrypt(nonce, text.encode(), bound.encode())


def unseal(sealed: bytes | memoryview, *, bound: str = "") -> str:
    """The text again. Raises Unsealable when changed, moved or without its key."""
    data = bytes(sealed)
    nonce, body = data[1 : 1 + _NONCE], data[1 + _NONCE :]
    for key_id, cipher in _ring():
        if data[:1] == bytes([key_id]):
            try:
                return cipher.decrypt(nonce, body, bound.encode()).decode()
            except InvalidTag:
                continue
    raise Unsealable("sealed bytes do not open with any key of the ring")


def is_current(sealed: bytes | memoryview) -> bool:
    """Whether the present key sealed these bytes; else they wait to be resealed."""
    return bytes(sealed)[:1] == bytes([_ring()[0][0]])


def blind_index(text: str, purpose: str) -> str:
    """A keyed fingerprint (64 hex digits) for equality; another purpose gives another one."""
    key = _derive(settings.INDEX_KEY, f"index:{purpose}")
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _ring() -> list[tuple[int, AESGCM]]:
    """The present key first, then those that only open."""
    return [_cipher(key) for key in (settings.DATA_KEY, *settings.DATA_KEY_FALLBACKS)]


@lru_cache(maxsize=8)
def _cipher(secret: str) -> tuple[int, AESGCM]:
    key = _derive(secret, "seal")
    return hashlib.sha256(key).digest()[0], AESGCM(key)


@lru_cache(maxsize=64)
def _derive(secret: str, info: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"yizhan:{info}".encode()).derive(secret.encode())
