import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import yizhan.core.numbers


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("office", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="BasicItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "catalog_code",
                    models.CharField(max_length=12, unique=True, verbose_name="基本编码"),
                ),
                (
                    "local_code",
                    models.CharField(blank=True, max_length=64, verbose_name="地方编码"),
                ),
                ("name", models.CharField(max_length=200, verbose_name="事项名称")),
                (
                    "task_type",
                    models.CharField(
                        choices=[
                            ("00", "行政权力"),
                            ("01", "行政许可"),
                            ("02", "行政处罚"),
                            ("03", "行政强制"),
                            ("04", "行政征收"),
                            ("05", "行政给付"),
                            ("06", "行政检查"),
                            ("07", "行政确认"),
                            ("08", "行政奖励"),
                            ("09", "行政裁决"),
                            ("10", "其他行政权力"),
                            ("20", "公共服务"),
                        ],
                        max_length=2,
                        verbose_name="事项类型",
                    ),
                ),
                ("by_law", models.TextField(blank=True, verbose_name="设定依据")),
                ("levels", models.CharField(blank=True, max_length=13, verbose_name="行使层级")),
                ("version", models.PositiveIntegerField(default=1)),
                ("effective_on", models.DateField(blank=True, null=True)),
                ("cancelled_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=yizhan.core.numbers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("region", models.CharField(max_length=6, verbose_name="行政区划")),
                ("file_name", models.CharField(max_length=160)),
                ("sha256", models.CharField(max_length=64)),
                ("dry_run", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待处理"),
                            ("checking", "正在检查"),
                            ("writing", "正在写入"),
                            ("checked", "检查通过，尚未导入"),
                            ("refused", "有问题，未导入"),
                            ("done", "已导入"),
                            ("failed", "程序出错，未导入"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("updated", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("new_units", models.JSONField(default=list, verbose_name="新建机构")),
                ("notes", models.JSONField(default=list, verbose_name="提醒")),
                ("problems", models.JSONField(default=list, verbose_name="逐行问题")),
                ("content", models.BinaryField(blank=True, null=True, verbose_name="待处理的文件")),
                ("by_name", models.CharField(max_length=80)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=yizhan.core.numbers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("region", models.CharField(max_length=6, verbose_name="行政区划")),
                ("task_code", models.CharField(max_length=64, verbose_name="实施编码")),
                (
                    "local_code",
                    models.CharField(blank=True, max_length=80, verbose_name="地方编码"),
                ),
                ("slug", models.CharField(max_length=32, verbose_name="短码（网址用）")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "未发布"),
                            ("open", "可办理"),
                            ("suspended", "暂停办理"),
                            ("withdrawn", "已取消"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="事项名称")),
                (
                    "task_type",
                    models.CharField(
                        choices=[
                            ("00", "行政权力"),
                            ("01", "行政许可"),
                            ("02", "行政处罚"),
                            ("03", "行政强制"),
                            ("04", "行政征收"),
                            ("05", "行政给付"),
                            ("06", "行政检查"),
                            ("07", "行政确认"),
                            ("08", "行政奖励"),
                            ("09", "行政裁决"),
                            ("10", "其他行政权力"),
                            ("20", "公共服务"),
                        ],
                        max_length=2,
                    ),
                ),
                (
                    "topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "served",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=1),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("aliases", models.CharField(blank=True, max_length=200, verbose_name="俗称")),
                ("popularity", models.PositiveIntegerField(default=0, verbose_name="办件量")),
                ("search", django.contrib.postgres.search.SearchVectorField(null=True)),
                (
                    "row_hash",
                    models.CharField(blank=True, max_length=64, verbose_name="上次导入行的指纹"),
                ),
                (
                    "basic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="catalogue.basicitem",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="office.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["search"], name="item_search"),
                    django.contrib.postgres.indexes.GinIndex(fields=["topics"], name="item_topics"),
                    models.Index(fields=["region", "organisation", "name"], name="item_unit"),
                    models.Index(
                        models.F("region"),
                        models.OrderBy(models.F("popularity"), descending=True),
                        django.db.models.functions.text.Length("name"),
                        name="item_most_used",
                    ),
                    models.Index(
                        models.F("region"),
                        django.db.models.functions.text.Lower("name"),
                        name="item_exact_name",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("region", "task_code"), name="item_task_code"),
                    models.UniqueConstraint(fields=("region", "slug"), name="item_slug"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=yizhan.core.numbers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("region", models.CharField(max_length=6, verbose_name="行政区划")),
                ("number", models.PositiveIntegerField(verbose_name="版本号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "编辑中"),
                            ("scheduled", "待生效"),
                            ("published", "已发布"),
                            ("retired", "已停用"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "valid_from",
                    models.DateTimeField(blank=True, null=True, verbose_name="启用时间"),
                ),
                ("valid_to", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                ("cancel_on", models.DateField(blank=True, null=True, verbose_name="计划取消日期")),
                ("name", models.CharField(max_length=200, verbose_name="事项名称")),
                (
                    "task_type",
                    models.CharField(
                        choices=[
                            ("00", "行政权力"),
                            ("01", "行政许可"),
                            ("02", "行政处罚"),
                            ("03", "行政强制"),
                            ("04", "行政征收"),
                            ("05", "行政给付"),
                            ("06", "行政检查"),
                            ("07", "行政确认"),
                            ("08", "行政奖励"),
                            ("09", "行政裁决"),
                            ("10", "其他行政权力"),
                            ("20", "公共服务"),
                        ],
                        max_length=2,
                        verbose_name="事项类型",
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
                (
                    "power_source",
                    models.CharField(blank=True, max_length=60, verbose_name="权力来源"),
                ),
                ("by_law", models.TextField(blank=True, verbose_name="设定依据")),
                ("use_content", models.TextField(blank=True, verbose_name="行使内容")),
                ("entrusted", models.CharField(blank=True, max_length=80, verbose_name="委托部门")),
                (
                    "other_units",
                    models.CharField(blank=True, max_length=200, verbose_name="联办机构"),
                ),
                (
                    "intermediary",
                    models.CharField(blank=True, max_length=200, verbose_name="中介服务"),
                ),
                (
                    "quantity_limit",
                    models.CharField(blank=True, max_length=200, verbose_name="数量限制"),
                ),
                (
                    "project_type",
                    models.CharField(
                        choices=[("1", "即办件"), ("2", "承诺件"), ("9", "其他")],
                        max_length=1,
                        verbose_name="办件类型",
                    ),
                ),
                (
                    "review_kind",
                    models.CharField(
                        choices=[("instant", "即审即办"), ("staged", "前审后批")],
                        max_length=8,
                        verbose_name="审查类型",
                    ),
                ),
                (
                    "legal_amount",
                    models.PositiveIntegerField(default=20, verbose_name="法定办结时限"),
                ),
                (
                    "legal_unit",
                    models.CharField(
                        choices=[
                            ("workdays", "个工作日"),
                            ("days", "个自然日"),
                            ("hours", "小时"),
                            ("none", "无期限"),
                        ],
                        default="workdays",
                        max_length=8,
                        verbose_name="法定时限单位",
                    ),
                ),
                (
                    "legal_note",
                    models.CharField(blank=True, max_length=300, verbose_name="法定时限说明"),
                ),
                (
                    "promise_amount",
                    models.PositiveIntegerField(default=20, verbose_name="承诺办结时限"),
                ),
                (
                    "promise_unit",
                    models.CharField(
                        choices=[
                            ("workdays", "个工作日"),
                            ("days", "个自然日"),
                            ("hours", "小时"),
                            ("none", "无期限"),
                        ],
                        default="workdays",
                        max_length=8,
                        verbose_name="承诺时限单位",
                    ),
                ),
                (
                    "promise_note",
                    models.CharField(blank=True, max_length=300, verbose_name="承诺时限说明"),
                ),
                (
                    "served",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=1),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="服务对象",
                    ),
                ),
                (
                    "person_topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="自然人主题",
                    ),
                ),
                (
                    "legal_topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="法人主题",
                    ),
                ),
                (
                    "aliases",
                    models.CharField(blank=True, max_length=200, verbose_name="俗称（搜索用）"),
                ),
                ("conditions", models.TextField(blank=True, verbose_name="受理条件")),
                ("flow_text", models.TextField(blank=True, verbose_name="办理流程")),
                (
                    "handle_forms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=1),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="办理形式",
                    ),
                ),
                (
                    "handle_area",
                    models.CharField(
                        choices=[
                            ("0", "本县通办"),
                            ("1", "全国通办"),
                            ("2", "跨省通办"),
                            ("3", "跨市通办"),
                            ("4", "跨县通办"),
                        ],
                        default="0",
                        max_length=1,
                        verbose_name="通办范围",
                    ),
                ),
                (
                    "visits",
                    models.PositiveSmallIntegerField(default=0, verbose_name="到办事现场次数"),
                ),
                (
                    "visits_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="必须现场办理原因"),
                ),
                ("online", models.BooleanField(default=False, verbose_name="是否网办")),
                (
                    "online_depth",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=1),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="网上办理深度",
                    ),
                ),
                (
                    "online_url",
                    models.CharField(blank=True, max_length=300, verbose_name="网办地址"),
                ),
                (
                    "mobile_url",
                    models.CharField(blank=True, max_length=300, verbose_name="移动端地址"),
                ),
                ("in_hall", models.BooleanField(default=True, verbose_name="进驻大厅")),
                ("bookable", models.BooleanField(default=False, verbose_name="支持预约")),
                ("express", models.BooleanField(default=False, verbose_name="支持物流快递")),
                ("self_service", models.BooleanField(default=False, verbose_name="支持自助终端")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="办理地点")),
                ("hours", models.CharField(blank=True, max_length=200, verbose_name="办理时间")),
                ("phone", models.CharField(blank=True, max_length=80, verbose_name="咨询电话")),
                (
                    "complaint_phone",
                    models.CharField(blank=True, max_length=80, verbose_name="监督投诉电话"),
                ),
                ("charged", models.BooleanField(default=False, verbose_name="是否收费")),
                ("fee_basis", models.TextField(blank=True, verbose_name="收费依据")),
                ("pay_online", models.BooleanField(default=False, verbose_name="支持网上支付")),
                (
                    "result_type",
                    models.CharField(
                        choices=[
                            ("10", "出证办结"),
                            ("20", "出文办结"),
                            ("30", "审批办结"),
                            ("99", "无结果物"),
                        ],
                        max_length=2,
                        verbose_name="结果类型",
                    ),
                ),
                (
                    "result_name",
                    models.CharField(blank=True, max_length=120, verbose_name="结果名称"),
                ),
                (
                    "result_sample",
                    models.CharField(blank=True, max_length=200, verbose_name="结果样本"),
                ),
                ("remedy", models.TextField(blank=True, verbose_name="救济途径")),
                ("materials", models.JSONField(default=list, verbose_name="申请材料")),
                ("fees", models.JSONField(default=list, verbose_name="收费项目")),
                ("steps", models.JSONField(default=list, verbose_name="办理环节")),
                ("special_procedures", models.JSONField(default=list, verbose_name="特别程序")),
                ("faqs", models.JSONField(default=list, verbose_name="常见问题")),
                ("situations", models.JSONField(default=list, verbose_name="业务办理项")),
                ("questions", models.JSONField(default=list, verbose_name="情形问题")),
                ("fields", models.JSONField(default=list, verbose_name="表单")),
                (
                    "extra",
                    models.JSONField(blank=True, default=dict, verbose_name="导入时未对应的列"),
                ),
                (
                    "unwritten",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("edit", "编辑"), ("import", "导入")],
                        default="edit",
                        max_length=6,
                        verbose_name="来源",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(blank=True, max_length=80)),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("published_by", models.CharField(blank=True, max_length=80)),
                (
                    "edited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="最后编辑人",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="catalogue.item",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("item", "number"), name="version_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("draft", "scheduled"))),
                        fields=("item",),
                        name="version_one_draft",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "published")),
                        fields=("item",),
                        name="version_one_published",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="item",
            name="current",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalogue.itemversion",
            ),
        ),
        migrations.CreateModel(
            name="ItemEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=yizhan.core.numbers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("region", models.CharField(max_length=6, verbose_name="行政区划")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("created", "新建"),
                            ("imported", "导入"),
                            ("edited", "修改草稿"),
                            ("discarded", "放弃草稿"),
                            ("scheduled", "定时发布"),
                            ("recalled", "撤回定时发布"),
                            ("published", "发布"),
                            ("suspended", "暂停办理"),
                            ("resumed", "恢复办理"),
                            ("withdrawn", "取消"),
                            ("expired", "到期自动取消"),
                        ],
                        max_length=10,
                    ),
                ),
                ("number", models.PositiveIntegerField(default=0, verbose_name="版本号")),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("by_name", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="catalogue.item",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["item", "at"], name="item_event")],
            },
        ),
    ]
