"""Files that were handed in and are needed by nothing any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from yizhan.domain.files import actions as files

LEFT = timedelta(days=7)  # longer than anybody sits over an upload before it has its place
IN_DRAFTS = """
SELECT DISTINCT named.id FROM cases_draft AS draft,
    jsonb_each(draft.materials) AS material (key, files),
    jsonb_array_elements_text(material.files) AS named (id)
"""


def sweep_leftovers(*, at: datetime, older_than: timedelta = LEFT) -> int:
    """Delete uploads that no row and no draft names: of discarded drafts, taken off, combined.

    The system, every night; how many rows. The bytes go with the next sweep of files. No clock.
    个人信息保护法 art. 47: what serves no purpose any more is deleted.
    """
    with connection.cursor() as cursor:
        cursor.execute(IN_DRAFTS)
        named = {UUID(file_id) for (file_id,) in cursor.fetchall()}
    return files.forget_unused(but=named, before=at - older_than)
