"""内容分类: what people speak about, at three levels, and the models that propose it."""

from django.conf import settings
from django.db import models
from django.db.models import Q


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
    """One trained topic model of a county, with the figures it had when it was made.

    A person makes it the one that proposes; at most one does. The file (below 30 MB) is read only
    by the processes that use it.
    """

    region = models.CharField("行政区划", max_length=6)
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
            models.UniqueConstraint(fields=["region", "version"], name="text_model_version"),
            models.UniqueConstraint(
                fields=["region"], name="text_model_one_active", condition=Q(active=True)
            ),
            models.CheckConstraint(
                condition=Q(size__lte=30_000_000), name="text_model_below_30_mb"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} v{self.version}"
