"""One visit at the window: what the page must remember between two clicks.

It travels in the page itself, signed for one clerk, and lives nowhere else: no session, no table. A
fresh page is a fresh visit, so nothing of person A can appear in person B's page (trap T1), and
two windows open side by side do not disturb each other. It holds identifiers and moments only.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.core import signing

from yizhan.core.flow import Refused

LONGEST = 12 * 3600  # seconds; a page left open overnight begins anew


@dataclass(slots=True)
class Visit:
    """Who is here, for which item, since when; `nonce` makes a double click one case."""

    nonce: str
    started_at: str
    window: int | None = None
    person: str = ""
    legal_person: str = ""
    agent: str = ""
    version: str = ""
    files: dict[str, list[str]] = field(default_factory=dict)

    @property
    def began(self) -> datetime:
        """When the clerk opened the visit."""
        return datetime.fromisoformat(self.started_at)

    def seconds(self, at: datetime) -> int:
        """How long the visit has lasted."""
        return max(int((at - self.began).total_seconds()), 0)

    @property
    def known(self) -> bool:
        """Whether it is settled who applies."""
        return bool(self.person or (self.legal_person and self.agent))

    def token(self, clerk_id: uuid.UUID) -> str:
        """The visit as a signed text that only this clerk's page can send back."""
        return signing.dumps(asdict(self), salt=_salt(clerk_id), compress=True)


def begin(*, at: datetime, window: int | None = None) -> Visit:
    """A new visit with nothing of the last one."""
    return Visit(nonce=uuid.uuid4().hex, started_at=at.isoformat(), window=window)


def resume(token: str, clerk_id: uuid.UUID) -> Visit:
    """The visit of a posted page. Raises Refused when the text is foreign, altered or too old."""
    try:
        return Visit(**signing.loads(token, salt=_salt(clerk_id), max_age=LONGEST))
    except (signing.BadSignature, TypeError):
        raise Refused("这一页已经过期，没有提交任何内容。请点“下一位”重新开始。") from None


def _salt(clerk_id: uuid.UUID) -> str:
    return f"yizhan.window:{clerk_id}"
