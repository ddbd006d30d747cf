"""At most so many tries in a minute, counted for each thing that is tried and for each caller.

Kept in the database: the limit is the site's, however many processes serve it.
"""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from yizhan.domain.people import actions
from yizhan.web.ui.middleware import client_ip

PER_MINUTE = 5
WINDOW = timedelta(minutes=1)


def too_many(request: HttpRequest, what: str, subject: str, *, most: int = PER_MINUTE) -> bool:
    """Count one try of `subject` by this caller; whether either has had too many this minute."""
    subjects = (subject, client_ip(request))
    return actions.count_tries(what, subjects, at=timezone.now(), window=WINDOW) > most
