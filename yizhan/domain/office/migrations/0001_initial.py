import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CalendarYear",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region", models.CharField(blank=True, max_length=6, verbose_name="行政区划")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("document", models.CharField(blank=True, max_length=80, verbose_name="文号")),
                ("source", models.CharField(max_length=120, verbose_name="来源")),
                ("imported_at", models.DateTimeField(verbose_name="导入时间")),
                ("imported_by", models.CharField(max_length=80, verbose_name="导入人")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("region", "year"), name="calendar_year")
                ],
            },
        ),
        migrations.CreateModel(
            name="Region",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=12, primary_key=True, serialize=False, verbose_name="区划代码"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("province", "省"),
                            ("city", "市"),
                            ("county", "县（区）"),
                            ("town", "乡镇（街道）"),
                            ("village", "村（社区）"),
                        ],
                        max_length=8,
                        verbose_name="级别",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("full_name", models.CharField(blank=True, max_length=160, verbose_name="全称")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="office.region",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["name"], name="office_regi_name_d4cc41_idx")],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region", models.CharField(max_length=6, verbose_name="行政区划")),
                ("code", models.CharField(max_length=24, verbose_name="机构编码")),
                (
                    "uscc",
                    models.CharField(blank=True, max_length=18, verbose_name="统一社会信用代码"),
                ),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("short_name", models.CharField(max_length=30, verbose_name="简称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("1", "法定机关"),
                            ("2", "授权组织"),
                            ("3", "受委托组织"),
                            ("9", "其他"),
                        ],
                        default="1",
                        max_length=1,
                        verbose_name="性质",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("1", "国家级"),
                            ("2", "省级"),
                            ("3", "市级"),
                            ("4", "县级"),
                            ("5", "乡镇（街道）级"),
                            ("6", "村（社区）级"),
                            ("7", "分级管理"),
                        ],
                        default="4",
                        max_length=1,
                        verbose_name="行使层级",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="咨询电话")),
                (
                    "complaint_phone",
                    models.CharField(blank=True, max_length=40, verbose_name="监督电话"),
                ),
                ("address", models.CharField(blank=True, max_length=160, verbose_name="地址")),
                ("active", models.BooleanField(default=True, verbose_name="在用")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="office.organisation",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="office.region",
                        verbose_name="所在地",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("region", "code"), name="organisation_code"),
                    models.UniqueConstraint(
                        condition=models.Q(("uscc", ""), _negated=True),
                        fields=("region", "uscc"),
                        name="organisation_uscc",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region", models.CharField(max_length=6, verbose_name="行政区划")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("address", models.CharField(max_length=160, verbose_name="地址")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="电话")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="office.organisation",
                        verbose_name="管理机构",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="office.region",
                        verbose_name="所在地",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("region", "name"), name="hall_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Window",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="窗口号")),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("general", "综合窗口"),
                            ("special", "专门窗口"),
                            ("collection", "出件窗口"),
                        ],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="在用")),
                (
                    "hall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="windows",
                        to="office.hall",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="office.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("hall", "number"), name="window_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[("off", "放假"), ("on", "调休上班")],
                        max_length=3,
                        verbose_name="安排",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="名称")),
                (
                    "year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="office.calendaryear",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("year", "day"), name="calendar_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("weekday", models.PositiveSmallIntegerField(verbose_name="星期")),
                ("opens", models.TimeField(verbose_name="开始")),
                ("closes", models.TimeField(verbose_name="结束")),
                (
                    "hall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hours",
                        to="office.hall",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hall", "weekday", "opens"), name="hours_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes__gt", models.F("opens")), ("weekday__lte", 6)),
                        name="hours_order",
                    ),
                ],
            },
        ),
    ]
