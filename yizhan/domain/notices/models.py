"""Messages to people: a row written in the transaction that causes it (outbox).

The phone is stored sealed. So is what must not lie about in the clear (a one-time code): the text
then holds the mark `{secret}`, which is filled in only on the way out.
"""

from django.db import models
from django.db.models import Q

from yizhan.core.tracked import Regional
from yizhan.domain.notices.choices import Channel, NoticeState
from yizhan.domain.people.models import Person


class Notice(Regional):
    """One message with its own state, idempotency key and retries."""

    channel = models.CharField("渠道", max_length=6, choices=Channel.choices)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    address_sealed = models.BinaryField("号码（密文）")
    template = models.CharField("模板", max_length=40)
    text = models.TextField("内容")
    secret_sealed = models.BinaryField("保密部分（密文）", null=True, blank=True)
    subject = models.CharField("事由编号", max_length=60, blank=True)
    answers = models.CharField("答复的邮件", max_length=200, blank=True, db_default="")
    state = models.CharField("状态", max_length=8, choices=NoticeState.choices)
    key = models.CharField("幂等键", max_length=120)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField("下次发送时间")
    expires_at = models.DateTimeField("过时不再发送", null=True, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField("原因", max_length=200, blank=True)
    provider_id = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "key"], name="notice_key")]
        indexes = [
            models.Index(fields=["next_at"], name="notice_due", condition=Q(state="queued")),
            models.Index(fields=["person", "created_at"], name="notice_person"),
            models.Index(fields=["created_at"], name="notice_failed", condition=Q(state="failed")),
        ]

    def __str__(self) -> str:
        return self.key
