"""What is done in an order: who has it, objections, more time, answers, call-backs, pressure."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yizhan.core.tracked import Regional
from yizhan.domain.hotline.choices import (
    Asked,
    CallResult,
    Cause,
    Channel,
    PartState,
    Role,
    Ruling,
    Satisfaction,
    Warning,
)
from yizhan.domain.hotline.models.order import Order
from yizhan.domain.office.models import Organisation

ACCOUNT = settings.AUTH_USER_MODEL


class Assignment(Regional):
    """A unit's part in an order: it leads, or it helps by a day of its own."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="parts", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=4, choices=Role.choices)
    state = models.CharField(max_length=8, choices=PartState.choices)
    task = models.CharField("请协办的事项", max_length=200, blank=True)
    pushed_down = models.CharField("派给基层的理由", max_length=200, blank=True)
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+", db_index=False)
    dispatched_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    opinion = models.TextField("协办意见", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], name="one_lead", condition=Q(role=Role.LEAD, ended_at=None)
            ),
            models.UniqueConstraint(
                fields=["order", "organisation"], name="part_once", condition=Q(ended_at=None)
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "dispatched_at"], name="part_unit",
                condition=Q(role=Role.CO, ended_at=None),
            ),
            models.Index(fields=["order", "dispatched_at"], name="part_order"),
        ]  # fmt: skip


class Objection(Regional):
    """退单异议: one per order, with clause, evidence and the unit it should go to; ruled once."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="objection")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField("理由")
    clause = models.CharField("依据条款", max_length=200)
    proposed = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name="建议单位",
    )  # fmt: skip
    asked_by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    ruling = models.CharField(max_length=10, choices=Ruling.choices, default=Ruling.ASKED)
    ruled_for = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    ruling_reason = models.TextField("裁定理由", blank=True)
    ruled_by = models.ForeignKey(
        ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    ruled_at = models.DateTimeField(null=True, blank=True)


class MoreTime(Regional):
    """A request for more time and what became of it."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="extensions")
    amount = models.PositiveSmallIntegerField("延长")
    unit = models.CharField(max_length=8)
    reason = models.CharField("理由", max_length=300)
    state = models.CharField(max_length=8, choices=Asked.choices)
    asked_by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], name="more_time_waiting", condition=Q(state=Asked.ASKED)
            )
        ]


class Contact(Regional):
    """The unit spoke with the caller; from when, and what was said."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="contacts")
    by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    way = models.CharField("方式", max_length=20)
    reached = models.BooleanField("联系上")
    note = models.CharField("情况", max_length=300)


class Parking(Regional):
    """挂账: cannot be solved now; why, what is planned until when, and how it was explained."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="parkings")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField("客观原因")
    plan = models.TextField("解决计划")
    until = models.DateField("计划解决日期")
    explained = models.TextField("向诉求人的解释")
    by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], name="parked_once", condition=Q(ended_at=None)
            )
        ]
        indexes = [
            models.Index(fields=["region", "until"], name="parked", condition=Q(ended_at=None))
        ]


class Reply(Regional):
    """What the unit found and did (internal), and what the caller is told (public)."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="replies")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    round = models.PositiveSmallIntegerField()
    true_claim = models.BooleanField("诉求属实")
    contacted = models.BooleanField("已联系诉求人")
    solved = models.BooleanField("已解决")
    unsolved_reason = models.TextField("未解决原因", blank=True)
    internal_note = models.TextField("办理情况（内部）")
    public_answer = models.TextField("公开答复")
    points = models.JSONField("逐项答复", default=list)
    closing = models.CharField("建议办结方式", max_length=12)
    by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    passed = models.BooleanField("审核结果", null=True)
    review_note = models.TextField("审核意见", blank=True)
    reviewed_by = models.ForeignKey(
        ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "round"], name="reply_round"),
            models.UniqueConstraint(
                fields=["order"], name="reply_waiting", condition=Q(passed=None)
            ),
            models.CheckConstraint(
                condition=Q(solved=True) | ~Q(unsolved_reason=""), name="unsolved_has_reason"
            ),
        ]


class Callback(Regional):
    """One call-back attempt. `final`: the one that counts. The unit sees it after publication."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="callbacks", db_index=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", db_index=False
    )
    attempt = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    result = models.CharField(max_length=10, choices=CallResult.choices)
    contacted = models.BooleanField("单位联系过", null=True)
    solved = models.BooleanField("已解决", null=True)
    satisfied = models.CharField(max_length=6, choices=Satisfaction.choices, blank=True)
    words = models.TextField("诉求人原话", blank=True)
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    final = models.BooleanField("计入三率", default=False)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "attempt"], name="callback_attempt"),
            models.UniqueConstraint(
                fields=["order", "round"], name="callback_final", condition=Q(final=True)
            ),
            models.CheckConstraint(
                condition=~Q(result=CallResult.ANSWERED) | Q(solved__isnull=False),
                name="answered_says_solved",
            ),
        ]
        indexes = [
            models.Index(
                fields=["region", "at", "organisation"], name="callback_counted",
                condition=Q(final=True),
            )
        ]  # fmt: skip


class Supervision(Regional):
    """督办登记: a reminder, a supervision with its cause, or an escalation."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="warnings", db_index=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Warning.choices)
    cause = models.CharField(max_length=14, choices=Cause.choices)
    note = models.CharField("督办意见", max_length=300, blank=True)
    key = models.CharField("同一原因只登记一次", max_length=100)
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField("单位回复", max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "key"], name="warning_once")]
        indexes = [models.Index(fields=["region", "at"], name="warning_at")]
