"""Words about messages."""

from django.db.models import TextChoices


class Channel(TextChoices):
    """How a message leaves."""

    SMS = "sms", "短信"
    MAIL = "mail", "邮件"


class NoticeState(TextChoices):
    """Where a message is."""

    QUEUED = "queued", "待发送"
    SENT = "sent", "已发送"
    FAILED = "failed", "发送失败"
