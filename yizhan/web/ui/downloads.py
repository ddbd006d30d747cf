"""How a file leaves the house: as an attachment of a known type that no browser guesses about."""

from __future__ import annotations

from django.http import FileResponse

from yizhan.domain.files import queries
from yizhan.domain.files.models import StoredFile


def attachment(stored: StoredFile) -> FileResponse:
    """The file for saving. Raises Refused when its bytes are gone."""
    response = FileResponse(
        queries.open_bytes(stored),
        as_attachment=True,
        filename=stored.name,
        content_type=stored.media_type,
    )
    return closed(response)


def picture(stored: StoredFile) -> FileResponse:
    """The file for looking at; only what this house re-encoded itself is shown in the browser."""
    if stored.media_type not in ("image/jpeg", "image/png", "application/pdf"):
        return attachment(stored)
    response = FileResponse(
        queries.open_bytes(stored), filename=stored.name, content_type=stored.media_type
    )
    return closed(response)


def closed(response: FileResponse) -> FileResponse:
    """No guessing, no scripts, no cache on a shared machine."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
