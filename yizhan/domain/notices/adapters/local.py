"""The demo's carrier: nothing leaves the machine, the rows are shown in the outbox page.

Behaves like the real one towards its caller: same answers for the same key, same refusals.
"""

from __future__ import annotations

import hashlib
import re

from django.conf import settings

from yizhan.domain.notices.adapters import Message, Never


class Outbox:
    """Takes every message to a mainland mobile number."""

    def send(self, message: Message) -> str:
        """A number derived from the key: twice the same key is once the same message."""
        if not re.fullmatch(r"1\d{10}", message.address):
            raise Never("号码不是11位手机号")
        return "local-" + hashlib.sha256(message.key.encode()).hexdigest()[:24]

    def check(self) -> tuple[bool, str]:
        """Fine in a demonstration, a warning in an office where people wait for messages."""
        if settings.DEMO:
            return True, "演示短信：消息只显示在演示收件箱，不会发到手机。"
        return False, "短信没有接通运营商，消息不会发到手机。请设置 YIZHAN_SMS_ADAPTER。"


class Letterbox:
    """Takes every letter to a mail address; like Outbox, nothing leaves."""

    def send(self, message: Message) -> str:
        """A number derived from the key."""
        if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", message.address):
            raise Never("收件地址不是邮箱地址")
        return "local-" + hashlib.sha256(message.key.encode()).hexdigest()[:24]

    def check(self) -> tuple[bool, str]:
        """As Outbox."""
        if settings.DEMO:
            return True, "演示邮件：信件只显示在演示收件箱，不会发出。"
        return False, "邮件没有接通，信件不会发出。请设置 YIZHAN_MAIL_ADAPTER。"
