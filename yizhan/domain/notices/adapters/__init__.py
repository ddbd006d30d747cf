"""The door to whoever carries messages: one factory, chosen by SMS_ADAPTER and MAIL_ADAPTER.

A carrier may be asked twice with the same key (a worker was killed between sending and noting it);
it must then send once and give the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from yizhan.domain.notices.choices import Channel


@dataclass(frozen=True, slots=True)
class Message:
    """What crosses the border: no person, no case, only what must be delivered."""

    key: str  # idempotency key, at most 120 characters
    address: str  # mobile number of eleven digits, or a mail address
    text: str
    template: str
    subject: str = ""  # number of what it is about
    answers: str = ""  # Message-ID of the letter that this one answers


class NotNow(Exception):  # noqa: N818 - an answer
    """The carrier is away, slow, or does not speak sense: the same message later."""


class Never(Exception):  # noqa: N818 - an answer
    """The carrier refuses this message for good (number unknown, text forbidden)."""


class Sms(Protocol):
    """What every carrier can do."""

    def send(self, message: Message) -> str:
        """The carrier's own number of the message. Raises NotNow or Never."""

    def check(self) -> tuple[bool, str]:
        """Whether messages can leave, and the sentence for the health page. Raises nothing."""


def get_sms() -> Sms:
    """The carrier of short messages of this installation."""
    carrier: Sms = import_string(settings.SMS_ADAPTER)()
    return carrier


def get_mail() -> Sms:
    """The carrier of letters to mail addresses."""
    carrier: Sms = import_string(settings.MAIL_ADAPTER)()
    return carrier


def carrier_of(channel: str) -> Sms:
    """The carrier of one channel."""
    return get_mail() if channel == Channel.MAIL else get_sms()
