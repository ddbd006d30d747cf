"""What the hotline works by: dispatch catalogue, deadline templates, rate formulas, knowledge."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yizhan.core.tracked import Regional
from yizhan.domain.hotline.choices import Level, Nature, RuleSource
from yizhan.domain.hotline.models.order import Order
from yizhan.domain.office.models import Organisation

ACCOUNT = settings.AUTH_USER_MODEL


class DispatchRule(Regional):
    """派单目录: topic × place × object → who leads, who helps. Valid from a day to a day."""

    topic = models.CharField("内容分类代码（前缀）", max_length=24, blank=True)
    place = models.CharField("区划代码（前缀）", max_length=12, blank=True)
    object = models.CharField("对象（内容含有）", max_length=40, blank=True)
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    co_units = models.ManyToManyField(Organisation, related_name="+", blank=True)
    level = models.CharField(max_length=8, choices=Level.choices, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    source = models.CharField(max_length=10, choices=RuleSource.choices)
    learned_from = models.ForeignKey(
        Order, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "topic", "place", "object"], name="dispatch_rule_once",
                condition=Q(valid_to=None),
            )
        ]  # fmt: skip


class DeadlineTemplate(Regional):
    """时限模板: for a level and nature from a day on; clocks as name → [amount, unit]."""

    name = models.CharField("名称", max_length=60)
    level = models.CharField(max_length=8, choices=Level.choices, blank=True)
    nature = models.CharField(max_length=10, choices=Nature.choices, blank=True)
    clocks = models.JSONField(default=dict)
    extension_amount = models.PositiveSmallIntegerField("延期最多", default=5)
    extension_unit = models.CharField(max_length=8, default="workdays")
    extension_times = models.PositiveSmallIntegerField("延期次数", default=1)
    object_hours = models.PositiveSmallIntegerField("退单异议时限（小时）", default=24)
    basis = models.CharField("依据", max_length=200)
    valid_from = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "level", "nature", "valid_from"], name="deadline_template_once"
            )
        ]


class RateFormula(Regional):
    """三率口径: weights in thousandths; never edited, a new version begins on a day."""

    version = models.PositiveSmallIntegerField()
    contacted = models.PositiveSmallIntegerField("响应率权重‰")
    solved = models.PositiveSmallIntegerField("解决率权重‰")
    satisfied = models.PositiveSmallIntegerField("满意率权重‰")
    basic = models.PositiveSmallIntegerField("基本满意折算‰")
    least = models.PositiveSmallIntegerField("样本少于此数不排比", default=30)
    valid_from = models.DateTimeField()
    reason = models.CharField("调整理由", max_length=200)
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "version"], name="formula_version"),
            models.CheckConstraint(
                condition=Q(contacted=1000 - F("solved") - F("satisfied")), name="weights_are_whole"
            ),
            models.CheckConstraint(condition=Q(basic__lte=1000), name="basic_at_most_whole"),
        ]


class Exclusion(Regional):
    """An order left out of the rates: reason, who asked, who checked. Counted and shown."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="exclusion")
    reason = models.CharField("理由", max_length=300)
    asked_by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    allowed = models.BooleanField(null=True)
    checked_by = models.ForeignKey(
        ACCOUNT, models.PROTECT, null=True, related_name="+", db_index=False
    )
    checked_at = models.DateTimeField(null=True)


class KnowledgeEntry(Regional):
    """知识库: a question and its answer, owned by a unit, valid until a day."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    question = models.CharField("问题", max_length=200)
    answer = models.TextField("答复")
    keywords = models.CharField("关键词", max_length=200, blank=True)
    topic = models.CharField(max_length=24, blank=True)
    item_slug = models.CharField("办事事项", max_length=80, blank=True)
    public = models.BooleanField("在网站公开", default=True)
    valid_until = models.DateField("有效期至")
    renewed_at = models.DateTimeField()
    renewed_by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    uses = models.PositiveIntegerField("用于答复次数", default=0)
    search = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "question"],
                name="knowledge_once",
                condition=Q(withdrawn_at=None),
            )
        ]
        indexes = [
            models.Index(
                fields=["region", "valid_until"], name="knowledge_valid",
                condition=Q(withdrawn_at=None),
            )
        ]  # fmt: skip


class HandlingLink(Regional):
    """A link sent to a township's phone: opens one order for one account until a moment."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", db_index=False)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    valid_to = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
