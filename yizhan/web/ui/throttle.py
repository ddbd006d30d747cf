"""At most so many tries in a minute, counted for each thing that is tried and for each caller.

Kept in Django's cache. Keys are digests: neither a case number nor an address is stored.
"""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.http import HttpRequest

from yizhan.web.ui.middleware import client_ip

PER_MINUTE = 5
WINDOW = 60  # seconds


def too_many(request: HttpRequest, what: str, subject: str, *, most: int = PER_MINUTE) -> bool:
    """Count one try of `subject` by this caller; whether either has had too many this minute."""
    tries = [_count(what, subject), _count(what, client_ip(request))]
    return max(tries) > most


def _count(what: str, subject: str) -> int:
    digest = hashlib.sha256(f"{what}:{subject}".encode()).hexdigest()
    key = f"throttle:{digest}"
    cache.add(key, 0, timeout=WINDOW)
    try:
        return cache.incr(key)
    except ValueError:  # it ended between the two calls
        cache.set(key, 1, timeout=WINDOW)
        return 1
