"""When a message is tried again, and what its text may hold."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta

from yizhan.core.flow import Refused
from yizhan.core.numbers import id_check, masked

BACKOFF = (120, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600)  # seconds before the next try
MAX_TRIES = len(BACKOFF) + 1
LEASE = 120  # seconds that a sender may take before another one may try; longer than any adapter
LONGEST = 500  # characters: what a long SMS of seven parts holds
SECRET = "{secret}"  # noqa: S105 - the mark in a text, not a secret
STUCK_AFTER = timedelta(minutes=10)

_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")


def next_try(at: datetime, tries: int) -> datetime | None:
    """When a message that failed for the `tries`-th time is tried again; None: never."""
    if tries >= MAX_TRIES:
        return None
    return at + timedelta(seconds=BACKOFF[tries - 1])


def without_numbers(text: str, address: str) -> str:
    """The text with valid identity numbers and the receiver's own phone masked.

    A clerk may type a number into a reason; it must not stand in the table or on a lock screen.
    """
    if address:
        text = text.replace(address, masked(address, head=3, tail=4))

    def hide(found: re.Match[str]) -> str:
        number = found.group().upper()
        real = id_check(number[:17]) == number[17]
        return masked(number, head=3, tail=2) if real else found.group()

    return _ID_NUMBER.sub(hide, text)


def bound(notice_id: uuid.UUID, column: str) -> str:
    """What sealed bytes belong to: moved to another row or column they do not open."""
    return f"notices.notice:{notice_id}:{column}"


def fitting(text: str) -> str:
    """The text as long as a message may be: a longer one is cut, never a reason to refuse a deed.

    The message only points to the paper or page where everything stands. Raises ValueError for an
    empty text: that is a defect of a template.
    """
    if not text.strip():
        raise ValueError("a message without text")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def may_retry(state: str) -> None:
    """Only what has failed or still waits can be sent again."""
    if state == "sent":
        raise Refused("这条短信已经发出，不能再发一次。如需再通知，请从办件页面发新的通知。")
