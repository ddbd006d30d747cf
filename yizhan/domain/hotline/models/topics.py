"""内容分类: what people speak about, at three levels. A dictionary of the county."""

from django.db import models


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
