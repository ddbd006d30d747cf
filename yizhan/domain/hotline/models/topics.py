"""内容分类: what people speak about, at three levels, and the models that propose it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yizhan.core.tracked import Regional
from yizhan.domain.hotline.choices import Learns


class Topic(models.Model):
    """One topic; the code carries the branch (05 → 05.01 → 05.01.02).

    `keywords` (parted by blanks) point to it until a model has been trained on confirmed orders.
    """

    region = models.CharField("行政区划", max_length=6)
    code = models.CharField("代码", max_length=24)
    name = models.CharField("名称", max_length=60)
    level = models.PositiveSmallIntegerField("级别")
    keywords = models.CharField("关键词", max_length=200, blank=True)
    active = models.BooleanField("在用", default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "code"], name="topic_code"),
            models.CheckConstraint(
                condition=models.Q(level__gte=1, level__lte=3), name="topic_three_levels"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TextModel(models.Model):
    """One trained model of a county, with the figures it had when it was made.

    It proposes topics or natures. A person makes it the one that does; at most one of a kind is.
    The file (below 30 MB) is read only by the processes that use it.
    """

    region = models.CharField("行政区划", max_length=6)
    learns = models.CharField(
        "推荐什么", max_length=8, choices=Learns.choices, default=Learns.TOPIC
    )
    version = models.PositiveIntegerField("版本")
    trained_at = models.DateTimeField("训练时间")
    trained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    orders = models.PositiveIntegerField("所用工单数")
    evaluation = models.JSONField("检验结果", default=dict)
    content = models.BinaryField("模型文件")
    sha256 = models.CharField("文件摘要", max_length=64)
    size = models.PositiveIntegerField("文件大小（字节）")
    active = models.BooleanField("在用", default=False)
    changed_at = models.DateTimeField("启用或停用时间", null=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField("启用理由", max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "learns", "version"], name="text_model_version"
            ),
            models.UniqueConstraint(
                fields=["region", "learns"], name="text_model_one_active", condition=Q(active=True)
            ),
            models.CheckConstraint(
                condition=Q(learns__in=Learns.values), name="text_model_learns_known"
            ),
            models.CheckConstraint(
                condition=Q(size__lte=30_000_000), name="text_model_below_30_mb"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.learns} v{self.version}"


class TopicCluster(Regional):
    """热点: many voices about one matter, found anew each night; a person gives it its name.

    It stays the same one from night to night while most of its voices do. `growth` are the figures
    of rules.growth on the night it was last found; `alarm_at` since when it grows as by no chance.
    """

    proposed_name = models.CharField("最典型的标题", max_length=100)
    name = models.CharField("名称", max_length=100, blank=True)
    named_at = models.DateTimeField("命名时间", null=True, blank=True)
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    place_code = models.CharField("最多的地点", max_length=12, blank=True)
    topic = models.CharField("最多的内容分类", max_length=24, blank=True)
    orders = models.PositiveIntegerField("工单数")
    first_at = models.DateTimeField("最早一件")
    last_at = models.DateTimeField("最近一件")
    growth = models.JSONField("增长", default=dict)
    alarm_at = models.DateTimeField("增长预警时间", null=True, blank=True)
    found_at = models.DateTimeField("最近一次归集时间")
    current = models.BooleanField("近30天内", default=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["region", "-orders", "id"], name="cluster_current",
                condition=Q(current=True),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name or self.proposed_name


class ClusterMember(Regional):
    """One voice: an order belongs to one matter at most."""

    cluster = models.ForeignKey(TopicCluster, models.CASCADE, related_name="members")
    order = models.ForeignKey(
        "hotline.Order", models.PROTECT, related_name="clusters", db_index=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order"], name="cluster_member_once")]
