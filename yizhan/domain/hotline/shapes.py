"""What crosses the doors of the hotline."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from yizhan.domain.office.models import Organisation
    from yizhan.domain.people.models import Person


@dataclass(frozen=True)
class Incoming:
    """One message of a channel, before it is an order or part of one.

    `message_id` is the channel's own and comes back when the network repeats. `sender` is a phone
    number, a mail address or an open id, empty when withheld. `order_number` is what the sender
    quotes: it counts only when the sender is the order's own. `thread`: ids it answers to.
    """

    region: str
    channel: str
    message_id: str
    text: str
    occurred_at: datetime
    sender: str = ""
    name: str = ""
    subject: str = ""
    place: str = ""
    place_text: str = ""
    order_number: str = ""
    thread: tuple[str, ...] = ()
    file_ids: tuple[UUID, ...] = ()
    confidential: bool = False
    public: bool = False
    language: str = "zh"
    line: str = "12345"
    nature: str = ""
    topic: str = ""
    topic_label: str = ""
    level: str = ""
    person: Person | None = None
    upper_number: str = ""
    affair_number: str = ""
    about_unit: Organisation | None = None


@dataclass(frozen=True)
class ReplyDraft:
    """A unit's answer before the rules looked at it."""

    contacted: bool
    solved: bool
    internal_note: str
    public_answer: str
    unsolved_reason: str = ""
    true_claim: bool = True
    closing: str = ""
    points: list[str] = field(default_factory=list)
    file_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Heard:
    """What a caller said at a call-back."""

    result: str
    channel: str = "phone"
    contacted: bool | None = None
    solved: bool | None = None
    satisfied: str = ""
    words: str = ""
