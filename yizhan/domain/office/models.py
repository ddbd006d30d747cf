"""Regions, organisations, halls, windows, opening hours and the working calendar.

Dictionaries (reference tables on many machines); growing tables carry only the county code.
"""

from django.db import models

from yizhan.domain.office.choices import (
    DayKind,
    OrganisationKind,
    PowerLevel,
    RegionLevel,
    WindowKind,
)


class Region(models.Model):
    """A place of the statistical division code; `code` is 12 digits, padded with zeros."""

    code = models.CharField("区划代码", primary_key=True, max_length=12)
    level = models.CharField("级别", max_length=8, choices=RegionLevel.choices)
    name = models.CharField("名称", max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    full_name = models.CharField("全称", max_length=160, blank=True)

    class Meta:
        indexes = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.full_name or self.name


class Organisation(models.Model):
    """A unit that has powers or works for one (实施主体)."""

    region = models.CharField("行政区划", max_length=6)
    place = models.ForeignKey(Region, models.PROTECT, verbose_name="所在地")
    code = models.CharField("机构编码", max_length=24)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    name = models.CharField("名称", max_length=80)
    short_name = models.CharField("简称", max_length=30)
    kind = models.CharField("性质", max_length=1, choices=OrganisationKind.choices, default="1")
    level = models.CharField("行使层级", max_length=1, choices=PowerLevel.choices, default="4")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    phone = models.CharField("咨询电话", max_length=40, blank=True)
    complaint_phone = models.CharField("监督电话", max_length=40, blank=True)
    address = models.CharField("地址", max_length=160, blank=True)
    active = models.BooleanField("在用", default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "code"], name="organisation_code"),
            models.UniqueConstraint(
                fields=["region", "uscc"], name="organisation_uscc", condition=~models.Q(uscc="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Hall(models.Model):
    """A place where people are served (政务服务大厅、便民服务中心)."""

    region = models.CharField("行政区划", max_length=6)
    place = models.ForeignKey(Region, models.PROTECT, verbose_name="所在地")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="管理机构")
    name = models.CharField("名称", max_length=80)
    address = models.CharField("地址", max_length=160)
    phone = models.CharField("电话", max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "name"], name="hall_name")]

    def __str__(self) -> str:
        return self.name


class Window(models.Model):
    """A counter of a hall."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="windows")
    number = models.PositiveSmallIntegerField("窗口号")
    name = models.CharField("名称", max_length=40)
    kind = models.CharField("类型", max_length=12, choices=WindowKind.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    active = models.BooleanField("在用", default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hall", "number"], name="window_number")]

    def __str__(self) -> str:
        return f"{self.hall.name}{self.number}号窗口"


class OpeningHours(models.Model):
    """A regular opening of a hall; weekday 0 is Monday. Closed days come from the calendar."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField("星期")
    opens = models.TimeField("开始")
    closes = models.TimeField("结束")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hall", "weekday", "opens"], name="hours_start"),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens"), weekday__lte=6), name="hours_order"
            ),
        ]


class CalendarYear(models.Model):
    """A published arrangement of one year; `region` is empty for the State Council's."""

    region = models.CharField("行政区划", max_length=6, blank=True)
    year = models.PositiveSmallIntegerField("年份")
    document = models.CharField("文号", max_length=80, blank=True)
    source = models.CharField("来源", max_length=120)
    imported_at = models.DateTimeField("导入时间")
    imported_by = models.CharField("导入人", max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "year"], name="calendar_year")]


class CalendarDay(models.Model):
    """A day that differs from the plain week."""

    year = models.ForeignKey(CalendarYear, models.CASCADE, related_name="days")
    day = models.DateField("日期")
    kind = models.CharField("安排", max_length=3, choices=DayKind.choices)
    name = models.CharField("名称", max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "day"], name="calendar_day")]
