"""The work order, its clocks, trail and messages.

`topic` is the code of the deepest known topic; levels are parted by dots (05.03.012), so that a
prefix finds a whole branch. The number or address of the caller is sealed (PIPL art. 51) and found
again by a keyed index.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yizhan.core.tracked import Clock, Entry, Regional, Tracked
from yizhan.domain.files.models import StoredFile
from yizhan.domain.hotline import flow
from yizhan.domain.hotline.choices import (
    Channel,
    Closing,
    Language,
    Level,
    Line,
    MessageKind,
    Nature,
    State,
)
from yizhan.domain.office.models import Organisation
from yizhan.domain.people.models import Person


class Order(Tracked):
    """工单: one matter of one caller, whatever number of messages it took."""

    FLOW = flow.ORDER

    number = models.CharField("工单编号", max_length=30)
    query_code = models.CharField("查询码", max_length=10)
    channel = models.CharField("来源渠道", max_length=8, choices=Channel.choices)
    line = models.CharField("来源线路", max_length=12, choices=Line.choices, default=Line.MAIN)
    language = models.CharField("语言", max_length=8, choices=Language.choices, default="zh")
    level = models.CharField("紧急程度", max_length=8, choices=Level.choices, default=Level.NORMAL)
    nature = models.CharField("诉求性质", max_length=10, choices=Nature.choices, blank=True)
    topic = models.CharField("内容分类代码", max_length=24, blank=True)
    topic_label = models.CharField("内容分类", max_length=80, blank=True)
    proposal = models.JSONField("系统建议", default=dict, blank=True)
    confirmed = models.BooleanField("分类已由人确认", default=False)
    title = models.CharField("标题", max_length=100)
    points = models.JSONField("要逐项答复的问题", default=list, blank=True)
    text = models.TextField("诉求内容")
    masked_text = models.TextField("隐去个人信息的内容")
    place_code = models.CharField("地点代码", max_length=12, blank=True)
    place_text = models.CharField("地点", max_length=200, blank=True)
    caller = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="orders", db_index=False
    )
    caller_name = models.CharField("诉求人", max_length=60, blank=True)
    sender_sealed = models.BinaryField("联系方式（密文）", null=True, blank=True)
    sender_index = models.CharField(max_length=64, blank=True)
    confidential = models.BooleanField("要求保密", default=False)
    public = models.BooleanField("同意公开", default=False)
    published_at = models.DateTimeField("公开时间", null=True, blank=True)
    about_unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name="被反映单位",
    )  # fmt: skip
    lead = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="orders",
        db_index=False, verbose_name="主办单位",
    )  # fmt: skip
    ordered = models.BooleanField("裁定指定，不得再退", default=False)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name="接续的已办结工单",
    )  # fmt: skip
    affair_number = models.CharField("相关办事编号", max_length=50, blank=True)
    upper_number = models.CharField("上级平台编号", max_length=60, blank=True)
    closing = models.CharField("办结方式", max_length=12, choices=Closing.choices, blank=True)
    public_answer = models.TextField("公开答复", blank=True)
    urges = models.PositiveSmallIntegerField("催办次数", default=0)
    redos = models.PositiveSmallIntegerField("重办次数", default=0)
    calls = models.PositiveSmallIntegerField("回访次数", default=0)
    received_at = models.DateTimeField("收到时间")
    dispatched_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField("答复通过时间", null=True, blank=True)
    parked_at = models.DateTimeField("挂账时间", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    handled_minutes = models.PositiveIntegerField("办理用时（扣除停计）", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="order_number"),
            models.UniqueConstraint(fields=["region", "query_code"], name="order_query_code"),
            models.UniqueConstraint(
                fields=["region", "upper_number"],
                name="order_upper",
                condition=~Q(upper_number=""),
            ),
            models.CheckConstraint(
                condition=Q(state__in=flow.ORDER.labels), name="order_state_known"
            ),
            # no order without an end or something that runs: the honest end of every call
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_at__isnull=False, due_at=None)
                | Q(closed_at=None, due_at__isnull=False) & ~Q(state=State.CLOSED),
                name="order_runs_or_ended",
            ),
            models.CheckConstraint(
                condition=Q(closing="") | Q(state=State.CLOSED), name="order_closing_at_end"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="order_not_into_self"
            ),
        ]
        indexes = [
            models.Index(
                fields=["region", "state", "due_at", "id"], name="order_state",
                condition=Q(closed_at=None),
            ),
            models.Index(
                fields=["region", "due_at", "id"], name="order_due", condition=Q(closed_at=None)
            ),
            models.Index(
                fields=["lead", "due_at", "id"], name="order_unit",
                condition=Q(closed_at=None, lead__isnull=False),
            ),
            models.Index(
                fields=["region", "closed_at", "id"], name="order_closed",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["lead", "closed_at", "id"], name="order_unit_closed",
                condition=Q(closed_at__isnull=False, lead__isnull=False),
            ),
            models.Index(
                fields=["region", "sender_index", "received_at"], name="order_sender",
                condition=~Q(sender_index=""),
            ),
            models.Index(
                fields=["caller", "received_at"], name="order_caller",
                condition=Q(caller__isnull=False),
            ),
            models.Index(
                fields=["region", "place_code", "topic"], name="order_place",
                condition=Q(closed_at=None),
            ),
            models.Index(
                fields=["merged_into"], name="order_merged", condition=Q(merged_into__isnull=False)
            ),
            # the figures of a year are read from this index alone
            models.Index(
                fields=["region", "received_at"], name="order_received",
                include=[
                    "channel", "line", "nature", "level", "closing", "topic", "lead", "urges",
                    "redos", "closed_at", "state",
                ],
            ),
            models.Index(
                fields=["region", "published_at"], name="order_public",
                condition=Q(published_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class OrderClock(Clock):
    """One clock of an order."""

    subject = models.ForeignKey(Order, models.PROTECT, related_name="clocks")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "name"], name="order_one_running", condition=Q(stopped_at=None)
            )
        ]
        indexes = [
            models.Index(
                fields=["region", "name", "due_at"], name="order_clock_due",
                condition=Q(stopped_at=None),
            )
        ]  # fmt: skip


class OrderEntry(Entry):
    """One trail line of an order; append-only by trigger."""

    subject = models.ForeignKey(Order, models.PROTECT, related_name="trail", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "seq"], name="order_trail_seq")]


class Message(Regional):
    """One piece that came in or went out; a channel's id is taken once, however often it comes."""

    channel = models.CharField("渠道", max_length=8, choices=Channel.choices)
    message_id = models.CharField("渠道消息编号", max_length=200)
    digest = models.CharField("内容摘要", max_length=64)
    order = models.ForeignKey(Order, models.PROTECT, related_name="messages", db_index=False)
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    subject = models.CharField("标题", max_length=200, blank=True)
    text = models.TextField("内容")
    sender_index = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "channel", "message_id"], name="message_once")
        ]
        indexes = [models.Index(fields=["order", "occurred_at"], name="message_order")]


class OrderFile(Regional):
    """A photo, scan or recording of the caller, or evidence of the unit (`reply` given)."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="files", db_index=False)
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, related_name="files", db_index=False
    )
    reply = models.ForeignKey(
        "Reply", models.PROTECT, null=True, related_name="files", db_index=False
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "file"], name="order_file_once")]
