"""How often something was tried: counted in the database, so that all web processes share it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

from yizhan.domain.people.models import Attempts

KEPT = timedelta(days=1)  # longer than any window that is counted in
# one statement: what two processes try at the same moment is counted twice; a count whose window
# is over (or lies ahead, after a clock was set back) begins anew
COUNT = """
INSERT INTO people_attempts AS a (digest, began_at, number)
SELECT digest, %(at)s, 1 FROM unnest(%(digests)s::text[]) AS given (digest)
ON CONFLICT (digest) DO UPDATE SET
    number = CASE WHEN a.began_at BETWEEN %(from)s AND %(to)s THEN a.number + 1 ELSE 1 END,
    began_at = CASE WHEN a.began_at BETWEEN %(from)s AND %(to)s THEN a.began_at ELSE %(at)s END
RETURNING number
"""


def count_tries(what: str, subjects: Iterable[str], *, at: datetime, window: timedelta) -> int:
    """Count one try of each subject; the highest number any of them has reached in its window.

    Anybody may. Only digests are stored: neither a case number nor an address. Ask outside a
    transaction that may be rolled back, else the try is not counted. No clock.
    """
    digests = {hashlib.sha256(f"{what}:{subject}".encode()).hexdigest() for subject in subjects}
    edges = {"at": at, "from": at - window, "to": at + window}
    with connection.cursor() as cursor:
        # in one order everywhere, so that two callers never wait for each other
        cursor.execute(COUNT, {**edges, "digests": sorted(digests)})
        return max(number for (number,) in cursor.fetchall())


def sweep_tries(*, at: datetime, older_than: timedelta = KEPT) -> int:
    """Forget counts whose window is long over; how many. The system, every night."""
    return Attempts.objects.filter(began_at__lt=at - older_than).delete()[0]
