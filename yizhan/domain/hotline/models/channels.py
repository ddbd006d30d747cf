"""What only the channels know: calls with their moments, and long messages that come in parts."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yizhan.core.tracked import Regional


class Call(Regional):
    """One call as the telephone system tells it; events come in any order and more than once.

    `number_sealed` is empty for a withheld one. Missed: it ended and nobody had answered.
    """

    call_id = models.CharField("通话编号", max_length=120)
    number_sealed = models.BinaryField("来电号码（密文）", null=True, blank=True)
    number_index = models.CharField(max_length=64, blank=True)
    line = models.CharField("被叫线路", max_length=20, blank=True)
    agent = models.CharField("坐席", max_length=40, blank=True)
    rang_at = models.DateTimeField("振铃")
    answered_at = models.DateTimeField("接听", null=True, blank=True)
    ended_at = models.DateTimeField("挂断", null=True, blank=True)
    recording = models.CharField("录音地址", max_length=500, blank=True)
    called_back_at = models.DateTimeField("回拨", null=True, blank=True)
    called_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "call_id"], name="call_once"),
        ]
        indexes = [
            models.Index(fields=["region", "rang_at"], name="call_rang"),
            models.Index(
                fields=["region", "rang_at"], name="call_missed",
                condition=Q(answered_at=None, ended_at__isnull=False, called_back_at=None),
            ),
            models.Index(
                fields=["region", "rang_at"], name="call_live", condition=Q(ended_at=None)
            ),
        ]  # fmt: skip


class SmsPart(Regional):
    """One part of a long message, kept until all are there or waiting has no sense any more."""

    sender_index = models.CharField(max_length=64)
    sender_sealed = models.BinaryField("号码（密文）")
    reference = models.PositiveIntegerField()
    total = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    came_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "sender_index", "reference", "total", "number"],
                name="sms_part_once",
                condition=Q(joined_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["came_at"], name="sms_part_waiting", condition=Q(joined_at=None))
        ]  # fmt: skip
