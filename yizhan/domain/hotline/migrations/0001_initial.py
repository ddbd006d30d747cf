import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import yizhan.core.numbers


class CreateTogether(migrations.operations.base.Operation):
    """Many models as one step: Django renders all models of the house anew after each single one.

    Two seconds of processor at the first start of an installation become half a second.
    """

    reversible = True

    def __init__(self, models_to_create):
        self.models_to_create = models_to_create

    def deconstruct(self):
        return (type(self).__qualname__, [self.models_to_create], {})

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # what is rendered already would be so again for each
        for one in self.models_to_create:
            one.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for one in self.models_to_create:
            schema_editor.create_model(to_state.apps.get_model(app_label, one.name))

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for one in reversed(self.models_to_create):
            schema_editor.delete_model(from_state.apps.get_model(app_label, one.name))

    def describe(self):
        return f"Create {len(self.models_to_create)} models together"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("files", "0001_initial"),
        ("office", "0001_initial"),
        ("people", "0004_attempts"),
        ("people", "__first__"),
    ]

    operations = [
        CreateTogether(
            [
                migrations.CreateModel(
                    name="Order",
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
                        ("state", models.CharField(max_length=24, verbose_name="状态")),
                        ("trail_seq", models.PositiveIntegerField(default=0)),
                        ("trail_hash", models.CharField(blank=True, max_length=64)),
                        ("trail_at", models.DateTimeField(null=True)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        ("due_clock", models.CharField(blank=True, max_length=60)),
                        ("warn_at", models.DateTimeField(blank=True, null=True)),
                        ("number", models.CharField(max_length=30, verbose_name="工单编号")),
                        ("query_code", models.CharField(max_length=10, verbose_name="查询码")),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("phone", "电话"),
                                    ("sms", "短信"),
                                    ("mail", "电子邮件"),
                                    ("weibo", "微博"),
                                    ("wechat", "微信"),
                                    ("letter", "来信"),
                                    ("visit", "来访"),
                                    ("web", "网站"),
                                    ("app", "手机应用"),
                                    ("open311", "Open311 接口"),
                                    ("upper", "上级平台"),
                                ],
                                max_length=8,
                                verbose_name="来源渠道",
                            ),
                        ),
                        (
                            "line",
                            models.CharField(
                                choices=[
                                    ("12345", "12345热线"),
                                    ("enterprise", "涉企专席"),
                                    ("county_head", "县长热线（已归并）"),
                                    ("conduct", "作风监督电话（已归并）"),
                                ],
                                default="12345",
                                max_length=12,
                                verbose_name="来源线路",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[
                                    ("zh", "普通话"),
                                    ("dialect", "方言"),
                                    ("minority", "少数民族语言"),
                                    ("foreign", "外语"),
                                ],
                                default="zh",
                                max_length=8,
                                verbose_name="语言",
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("urgent", "突发紧急"),
                                    ("utility", "水电气热"),
                                    ("normal", "一般"),
                                    ("hard", "疑难"),
                                ],
                                default="normal",
                                max_length=8,
                                verbose_name="紧急程度",
                            ),
                        ),
                        (
                            "nature",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("consult", "咨询"),
                                    ("help", "求助"),
                                    ("complaint", "投诉"),
                                    ("report", "举报"),
                                    ("suggestion", "建议"),
                                    ("praise", "表扬"),
                                ],
                                max_length=10,
                                verbose_name="诉求性质",
                            ),
                        ),
                        (
                            "topic",
                            models.CharField(
                                blank=True, max_length=24, verbose_name="内容分类代码"
                            ),
                        ),
                        (
                            "topic_label",
                            models.CharField(blank=True, max_length=80, verbose_name="内容分类"),
                        ),
                        (
                            "proposal",
                            models.JSONField(blank=True, default=dict, verbose_name="系统建议"),
                        ),
                        (
                            "confirmed",
                            models.BooleanField(default=False, verbose_name="分类已由人确认"),
                        ),
                        ("title", models.CharField(max_length=100, verbose_name="标题")),
                        (
                            "points",
                            models.JSONField(
                                blank=True, default=list, verbose_name="要逐项答复的问题"
                            ),
                        ),
                        ("text", models.TextField(verbose_name="诉求内容")),
                        ("masked_text", models.TextField(verbose_name="隐去个人信息的内容")),
                        (
                            "place_code",
                            models.CharField(blank=True, max_length=12, verbose_name="地点代码"),
                        ),
                        (
                            "place_text",
                            models.CharField(blank=True, max_length=200, verbose_name="地点"),
                        ),
                        (
                            "caller_name",
                            models.CharField(blank=True, max_length=60, verbose_name="诉求人"),
                        ),
                        (
                            "sender_sealed",
                            models.BinaryField(
                                blank=True, null=True, verbose_name="联系方式（密文）"
                            ),
                        ),
                        ("sender_index", models.CharField(blank=True, max_length=64)),
                        (
                            "confidential",
                            models.BooleanField(default=False, verbose_name="要求保密"),
                        ),
                        ("public", models.BooleanField(default=False, verbose_name="同意公开")),
                        (
                            "published_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="公开时间"),
                        ),
                        (
                            "ordered",
                            models.BooleanField(default=False, verbose_name="裁定指定，不得再退"),
                        ),
                        (
                            "affair_number",
                            models.CharField(
                                blank=True, max_length=50, verbose_name="相关办事编号"
                            ),
                        ),
                        (
                            "upper_number",
                            models.CharField(
                                blank=True, max_length=60, verbose_name="上级平台编号"
                            ),
                        ),
                        (
                            "closing",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("solved", "已解决"),
                                    ("explained", "已解释答复"),
                                    ("lawful_way", "已告知法定途径"),
                                    ("beyond", "超出职责，已告知渠道"),
                                    ("cannot_now", "客观上暂不能解决"),
                                    ("duplicate", "重复诉求，并入主单答复"),
                                    ("emergency", "已转紧急热线"),
                                    ("withdrawn", "诉求人撤回"),
                                    ("recalled", "上级平台收回"),
                                ],
                                max_length=12,
                                verbose_name="办结方式",
                            ),
                        ),
                        ("public_answer", models.TextField(blank=True, verbose_name="公开答复")),
                        (
                            "urges",
                            models.PositiveSmallIntegerField(default=0, verbose_name="催办次数"),
                        ),
                        (
                            "redos",
                            models.PositiveSmallIntegerField(default=0, verbose_name="重办次数"),
                        ),
                        (
                            "calls",
                            models.PositiveSmallIntegerField(default=0, verbose_name="回访次数"),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="收到时间")),
                        ("dispatched_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "answered_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="答复通过时间"
                            ),
                        ),
                        (
                            "parked_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="挂账时间"),
                        ),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "handled_minutes",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="办理用时（扣除停计）"
                            ),
                        ),
                        (
                            "about_unit",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="office.organisation",
                                verbose_name="被反映单位",
                            ),
                        ),
                        (
                            "caller",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="people.person",
                            ),
                        ),
                        (
                            "follows",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="hotline.order",
                                verbose_name="接续的已办结工单",
                            ),
                        ),
                        (
                            "handler",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="office.organisation",
                                verbose_name="主办单位",
                            ),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="hotline.order",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at", None)),
                                fields=["region", "state", "due_at", "id"],
                                name="order_state",
                            ),
                            models.Index(
                                condition=models.Q(("closed_at", None)),
                                fields=["region", "due_at", "id"],
                                name="order_due",
                            ),
                            models.Index(
                                condition=models.Q(("closed_at", None), ("lead__isnull", False)),
                                fields=["lead", "due_at", "id"],
                                name="order_unit",
                            ),
                            models.Index(
                                condition=models.Q(("closed_at__isnull", False)),
                                fields=["region", "closed_at", "id"],
                                name="order_closed",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("closed_at__isnull", False), ("lead__isnull", False)
                                ),
                                fields=["lead", "closed_at", "id"],
                                name="order_unit_closed",
                            ),
                            models.Index(
                                condition=models.Q(("sender_index", ""), _negated=True),
                                fields=["region", "sender_index", "received_at"],
                                name="order_sender",
                            ),
                            models.Index(
                                condition=models.Q(("caller__isnull", False)),
                                fields=["caller", "received_at"],
                                name="order_caller",
                            ),
                            models.Index(
                                condition=models.Q(("closed_at", None)),
                                fields=["region", "place_code", "topic"],
                                name="order_place",
                            ),
                            models.Index(
                                condition=models.Q(("merged_into__isnull", False)),
                                fields=["merged_into"],
                                name="order_merged",
                            ),
                            models.Index(
                                fields=["region", "received_at"],
                                include=(
                                    "channel",
                                    "line",
                                    "nature",
                                    "level",
                                    "closing",
                                    "topic",
                                    "lead",
                                    "urges",
                                    "redos",
                                    "closed_at",
                                    "state",
                                ),
                                name="order_received",
                            ),
                            models.Index(
                                condition=models.Q(("published_at__isnull", False)),
                                fields=["region", "published_at"],
                                name="order_public",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("region", "number"), name="order_number"
                            ),
                            models.UniqueConstraint(
                                fields=("region", "query_code"), name="order_query_code"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("upper_number", ""), _negated=True),
                                fields=("region", "upper_number"),
                                name="order_upper",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        {
                                            "calling": "待回访",
                                            "closed": "已办结",
                                            "conference": "会商中",
                                            "dispatching": "待派单",
                                            "handling": "办理中",
                                            "merged": "已并单",
                                            "new": "接件",
                                            "objected": "退单审核中",
                                            "parked": "暂不能解决（挂账）",
                                            "received": "待受理",
                                            "reviewing": "答复待审核",
                                            "to_sign": "待签收",
                                        },
                                    )
                                ),
                                name="order_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("due_at", None),
                                        ("state", "closed"),
                                    ),
                                    models.Q(
                                        ("closed_at", None),
                                        ("due_at__isnull", False),
                                        models.Q(("state", "closed"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="order_runs_or_ended",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closing", ""), ("state", "closed"), _connector="OR"
                                ),
                                name="order_closing_at_end",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("merged_into", None),
                                    models.Q(("merged_into", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="order_not_into_self",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Objection",
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
                        ("reason", models.TextField(verbose_name="理由")),
                        ("clause", models.CharField(max_length=200, verbose_name="依据条款")),
                        ("asked_at", models.DateTimeField()),
                        (
                            "ruling",
                            models.CharField(
                                choices=[
                                    ("asked", "审核中"),
                                    ("upheld", "异议成立，改派"),
                                    ("dismissed", "异议不成立，由本单位办理"),
                                ],
                                default="asked",
                                max_length=10,
                            ),
                        ),
                        ("ruling_reason", models.TextField(blank=True, verbose_name="裁定理由")),
                        ("ruled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="office.organisation",
                            ),
                        ),
                        (
                            "proposed",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="office.organisation",
                                verbose_name="建议单位",
                            ),
                        ),
                        (
                            "ruled_by",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ruled_for",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="office.organisation",
                            ),
                        ),
                        (
                            "order",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="objection",
                                to="hotline.order",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="MoreTime",
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
                        ("amount", models.PositiveSmallIntegerField(verbose_name="延长")),
                        ("unit", models.CharField(max_length=8)),
                        ("reason", models.CharField(max_length=300, verbose_name="理由")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "待批准"),
                                    ("approved", "已批准"),
                                    ("declined", "未批准"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="extensions",
                                to="hotline.order",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "asked")),
                                fields=("order",),
                                name="more_time_waiting",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Message",
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
                            "channel",
                            models.CharField(
                                choices=[
                                    ("phone", "电话"),
                                    ("sms", "短信"),
                                    ("mail", "电子邮件"),
                                    ("weibo", "微博"),
                                    ("wechat", "微信"),
                                    ("letter", "来信"),
                                    ("visit", "来访"),
                                    ("web", "网站"),
                                    ("app", "手机应用"),
                                    ("open311", "Open311 接口"),
                                    ("upper", "上级平台"),
                                ],
                                max_length=8,
                                verbose_name="渠道",
                            ),
                        ),
                        (
                            "message_id",
                            models.CharField(max_length=200, verbose_name="渠道消息编号"),
                        ),
                        ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("report", "诉求"),
                                    ("follow_up", "补充"),
                                    ("urge", "催办"),
                                    ("rating", "评价"),
                                    ("out", "发出"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(blank=True, max_length=200, verbose_name="标题"),
                        ),
                        ("text", models.TextField(verbose_name="内容")),
                        ("sender_index", models.CharField(blank=True, max_length=64)),
                        ("occurred_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="hotline.order",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["order", "occurred_at"], name="message_order")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("region", "channel", "message_id"), name="message_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandlingLink",
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
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("made_at", models.DateTimeField()),
                        ("valid_to", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="hotline.order",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Exclusion",
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
                        ("reason", models.CharField(max_length=300, verbose_name="理由")),
                        ("asked_at", models.DateTimeField()),
                        ("allowed", models.BooleanField(null=True)),
                        ("checked_at", models.DateTimeField(null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "checked_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "order",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="exclusion",
                                to="hotline.order",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="DispatchRule",
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
                            "topic",
                            models.CharField(
                                blank=True, max_length=24, verbose_name="内容分类代码（前缀）"
                            ),
                        ),
                        (
                            "place",
                            models.CharField(
                                blank=True, max_length=12, verbose_name="区划代码（前缀）"
                            ),
                        ),
                        (
                            "object",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="对象（内容含有）"
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("urgent", "突发紧急"),
                                    ("utility", "水电气热"),
                                    ("normal", "一般"),
                                    ("hard", "疑难"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "basis",
                            models.CharField(blank=True, max_length=200, verbose_name="依据"),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[("catalogue", "派单目录"), ("ruling", "异议裁定")],
                                max_length=10,
                            ),
                        ),
                        ("valid_from", models.DateTimeField()),
                        ("valid_to", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "co_units",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="office.organisation"
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="office.organisation",
                            ),
                        ),
                        (
                            "learned_from",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="hotline.order",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to", None)),
                                fields=("region", "topic", "place", "object"),
                                name="dispatch_rule_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
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
                        ("at", models.DateTimeField()),
                        ("way", models.CharField(max_length=20, verbose_name="方式")),
                        ("reached", models.BooleanField(verbose_name="联系上")),
                        ("note", models.CharField(max_length=300, verbose_name="情况")),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contacts",
                                to="hotline.order",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Callback",
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
                        ("attempt", models.PositiveSmallIntegerField()),
                        ("round", models.PositiveSmallIntegerField(default=0)),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("phone", "电话"),
                                    ("sms", "短信"),
                                    ("mail", "电子邮件"),
                                    ("weibo", "微博"),
                                    ("wechat", "微信"),
                                    ("letter", "来信"),
                                    ("visit", "来访"),
                                    ("web", "网站"),
                                    ("app", "手机应用"),
                                    ("open311", "Open311 接口"),
                                    ("upper", "上级平台"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "result",
                            models.CharField(
                                choices=[
                                    ("answered", "回访成功"),
                                    ("no_answer", "无人接听"),
                                    ("off", "关机或停机"),
                                    ("wrong", "号码不是本人"),
                                    ("declined", "不愿接受回访"),
                                    ("no_number", "没有留下联系方式"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("contacted", models.BooleanField(null=True, verbose_name="单位联系过")),
                        ("solved", models.BooleanField(null=True, verbose_name="已解决")),
                        (
                            "satisfied",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("very", "满意"),
                                    ("basic", "基本满意"),
                                    ("not", "不满意"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("words", models.TextField(blank=True, verbose_name="诉求人原话")),
                        ("at", models.DateTimeField()),
                        ("final", models.BooleanField(default=False, verbose_name="计入三率")),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="office.organisation",
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="callbacks",
                                to="hotline.order",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("final", True)),
                                fields=["region", "at", "organisation"],
                                name="callback_counted",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("order", "attempt"), name="callback_attempt"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("final", True)),
                                fields=("order", "round"),
                                name="callback_final",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("result", "answered"), _negated=True),
                                    ("solved__isnull", False),
                                    _connector="OR",
                                ),
                                name="answered_says_solved",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assignment",
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
                            "role",
                            models.CharField(
                                choices=[("lead", "主办"), ("co", "协办")], max_length=4
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "待签收"),
                                    ("signed", "办理中"),
                                    ("done", "已办完"),
                                    ("moved", "已改派"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "task",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="请协办的事项"
                            ),
                        ),
                        (
                            "pushed_down",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="派给基层的理由"
                            ),
                        ),
                        ("dispatched_at", models.DateTimeField()),
                        ("signed_at", models.DateTimeField(blank=True, null=True)),
                        ("opinion", models.TextField(blank=True, verbose_name="协办意见")),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="office.organisation",
                            ),
                        ),
                        (
                            "signed_by",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parts",
                                to="hotline.order",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None), ("role", "co")),
                                fields=["organisation", "dispatched_at"],
                                name="part_unit",
                            ),
                            models.Index(fields=["order", "dispatched_at"], name="part_order"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None), ("role", "lead")),
                                fields=("order",),
                                name="one_lead",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("order", "organisation"),
                                name="part_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderClock",
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
                        ("name", models.CharField(max_length=60, verbose_name="时钟")),
                        ("amount", models.PositiveIntegerField(verbose_name="期限")),
                        (
                            "unit",
                            models.CharField(
                                choices=[
                                    ("workdays", "workdays"),
                                    ("days", "days"),
                                    ("hours", "hours"),
                                ],
                                max_length=8,
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "basis",
                            models.CharField(blank=True, max_length=200, verbose_name="依据"),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("pauses", models.JSONField(blank=True, default=list)),
                        ("stopped_at", models.DateTimeField(blank=True, null=True)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        ("warn_at", models.DateTimeField(blank=True, null=True)),
                        ("provisional", models.BooleanField(default=False)),
                        (
                            "subject",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clocks",
                                to="hotline.order",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("stopped_at", None)),
                                fields=["region", "name", "due_at"],
                                name="order_clock_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("stopped_at", None)),
                                fields=("subject", "name"),
                                name="order_one_running",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderEntry",
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
                        ("seq", models.PositiveIntegerField()),
                        ("kind", models.CharField(max_length=40)),
                        ("from_state", models.CharField(blank=True, max_length=24)),
                        ("to_state", models.CharField(max_length=24)),
                        ("by_name", models.CharField(max_length=80)),
                        ("behalf_of", models.UUIDField(null=True)),
                        ("channel", models.CharField(blank=True, max_length=16)),
                        ("note", models.TextField(blank=True)),
                        ("data", models.JSONField(default=dict)),
                        ("occurred_at", models.DateTimeField()),
                        (
                            "recorded_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now()
                            ),
                        ),
                        ("previous", models.CharField(blank=True, max_length=64)),
                        ("digest", models.CharField(max_length=64)),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "subject",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="trail",
                                to="hotline.order",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("subject", "seq"), name="order_trail_seq"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Parking",
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
                        ("reason", models.TextField(verbose_name="客观原因")),
                        ("plan", models.TextField(verbose_name="解决计划")),
                        ("until", models.DateField(verbose_name="计划解决日期")),
                        ("explained", models.TextField(verbose_name="向诉求人的解释")),
                        ("at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parkings",
                                to="hotline.order",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="office.organisation",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None)),
                                fields=["region", "until"],
                                name="parked",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("order",),
                                name="parked_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RateFormula",
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
                        ("version", models.PositiveSmallIntegerField()),
                        ("contacted", models.PositiveSmallIntegerField(verbose_name="响应率权重‰")),
                        ("solved", models.PositiveSmallIntegerField(verbose_name="解决率权重‰")),
                        ("satisfied", models.PositiveSmallIntegerField(verbose_name="满意率权重‰")),
                        ("basic", models.PositiveSmallIntegerField(verbose_name="基本满意折算‰")),
                        (
                            "least",
                            models.PositiveSmallIntegerField(
                                default=30, verbose_name="样本少于此数不排比"
                            ),
                        ),
                        ("valid_from", models.DateTimeField()),
                        ("reason", models.CharField(max_length=200, verbose_name="调整理由")),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("region", "version"), name="formula_version"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "contacted",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.Value(1000), "-", models.F("solved")
                                            ),
                                            "-",
                                            models.F("satisfied"),
                                        ),
                                    )
                                ),
                                name="weights_are_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("basic__lte", 1000)), name="basic_at_most_whole"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reply",
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
                        ("round", models.PositiveSmallIntegerField()),
                        ("true_claim", models.BooleanField(verbose_name="诉求属实")),
                        ("contacted", models.BooleanField(verbose_name="已联系诉求人")),
                        ("solved", models.BooleanField(verbose_name="已解决")),
                        (
                            "unsolved_reason",
                            models.TextField(blank=True, verbose_name="未解决原因"),
                        ),
                        ("internal_note", models.TextField(verbose_name="办理情况（内部）")),
                        ("public_answer", models.TextField(verbose_name="公开答复")),
                        ("points", models.JSONField(default=list, verbose_name="逐项答复")),
                        ("closing", models.CharField(max_length=12, verbose_name="建议办结方式")),
                        ("at", models.DateTimeField()),
                        ("passed", models.BooleanField(null=True, verbose_name="审核结果")),
                        ("review_note", models.TextField(blank=True, verbose_name="审核意见")),
                        ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replies",
                                to="hotline.order",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="office.organisation",
                            ),
                        ),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("order", "round"), name="reply_round"),
                            models.UniqueConstraint(
                                condition=models.Q(("passed", None)),
                                fields=("order",),
                                name="reply_waiting",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("solved", True),
                                    models.Q(("unsolved_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="unsolved_has_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderFile",
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
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="files.storedfile",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="hotline.message",
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="hotline.order",
                            ),
                        ),
                        (
                            "reply",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="hotline.reply",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("order", "file"), name="order_file_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SmsPart",
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
                        ("sender_index", models.CharField(max_length=64)),
                        ("sender_sealed", models.BinaryField(verbose_name="号码（密文）")),
                        ("reference", models.PositiveIntegerField()),
                        ("total", models.PositiveSmallIntegerField()),
                        ("number", models.PositiveSmallIntegerField()),
                        ("text", models.TextField()),
                        ("came_at", models.DateTimeField()),
                        ("joined_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("joined_at", None)),
                                fields=["came_at"],
                                name="sms_part_waiting",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("joined_at", None)),
                                fields=("region", "sender_index", "reference", "total", "number"),
                                name="sms_part_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Supervision",
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
                                    ("remind", "提醒"),
                                    ("supervise", "督办"),
                                    ("escalate", "升级"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("not_signed", "逾期未签收"),
                                    ("not_contacted", "逾期未联系诉求人"),
                                    ("overdue", "逾期未办结"),
                                    ("unsolved", "应解决未解决"),
                                    ("refused", "拒不接收"),
                                    ("harm", "造成负面影响"),
                                    ("plan_missed", "挂账到期未兑现"),
                                    ("other", "其他"),
                                ],
                                max_length=14,
                            ),
                        ),
                        (
                            "note",
                            models.CharField(blank=True, max_length=300, verbose_name="督办意见"),
                        ),
                        (
                            "key",
                            models.CharField(max_length=100, verbose_name="同一原因只登记一次"),
                        ),
                        ("at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "answer",
                            models.CharField(blank=True, max_length=300, verbose_name="单位回复"),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="warnings",
                                to="hotline.order",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="office.organisation",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["region", "at"], name="warning_at")],
                        "constraints": [
                            models.UniqueConstraint(fields=("order", "key"), name="warning_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TextModel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("region", models.CharField(max_length=6, verbose_name="行政区划")),
                        (
                            "learns",
                            models.CharField(
                                choices=[("topic", "内容分类"), ("nature", "诉求性质")],
                                default="topic",
                                max_length=8,
                                verbose_name="推荐什么",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(verbose_name="版本")),
                        ("trained_at", models.DateTimeField(verbose_name="训练时间")),
                        ("orders", models.PositiveIntegerField(verbose_name="所用工单数")),
                        ("evaluation", models.JSONField(default=dict, verbose_name="检验结果")),
                        ("content", models.BinaryField(verbose_name="模型文件")),
                        ("sha256", models.CharField(max_length=64, verbose_name="文件摘要")),
                        ("size", models.PositiveIntegerField(verbose_name="文件大小（字节）")),
                        ("active", models.BooleanField(default=False, verbose_name="在用")),
                        (
                            "changed_at",
                            models.DateTimeField(null=True, verbose_name="启用或停用时间"),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="启用理由"),
                        ),
                        (
                            "changed_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "trained_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("region", "learns", "version"), name="text_model_version"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("active", True)),
                                fields=("region", "learns"),
                                name="text_model_one_active",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("learns__in", ["topic", "nature"])),
                                name="text_model_learns_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("size__lte", 30000000)),
                                name="text_model_below_30_mb",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Topic",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("region", models.CharField(max_length=6, verbose_name="行政区划")),
                        ("code", models.CharField(max_length=24, verbose_name="代码")),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        ("level", models.PositiveSmallIntegerField(verbose_name="级别")),
                        (
                            "keywords",
                            models.CharField(blank=True, max_length=200, verbose_name="关键词"),
                        ),
                        ("active", models.BooleanField(default=True, verbose_name="在用")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("region", "code"), name="topic_code"),
                            models.CheckConstraint(
                                condition=models.Q(("level__gte", 1), ("level__lte", 3)),
                                name="topic_three_levels",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TopicCluster",
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
                            "proposed_name",
                            models.CharField(max_length=100, verbose_name="最典型的标题"),
                        ),
                        ("name", models.CharField(blank=True, max_length=100, verbose_name="名称")),
                        (
                            "named_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="命名时间"),
                        ),
                        (
                            "place_code",
                            models.CharField(blank=True, max_length=12, verbose_name="最多的地点"),
                        ),
                        (
                            "topic",
                            models.CharField(
                                blank=True, max_length=24, verbose_name="最多的内容分类"
                            ),
                        ),
                        ("orders", models.PositiveIntegerField(verbose_name="工单数")),
                        ("first_at", models.DateTimeField(verbose_name="最早一件")),
                        ("last_at", models.DateTimeField(verbose_name="最近一件")),
                        ("growth", models.JSONField(default=dict, verbose_name="增长")),
                        (
                            "alarm_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="增长预警时间"
                            ),
                        ),
                        ("found_at", models.DateTimeField(verbose_name="最近一次归集时间")),
                        ("current", models.BooleanField(default=True, verbose_name="近30天内")),
                        (
                            "named_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("current", True)),
                                fields=["region", "-orders", "id"],
                                name="cluster_current",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClusterMember",
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
                            "order",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clusters",
                                to="hotline.order",
                            ),
                        ),
                        (
                            "cluster",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="members",
                                to="hotline.topiccluster",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("order",), name="cluster_member_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Call",
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
                        ("call_id", models.CharField(max_length=120, verbose_name="通话编号")),
                        (
                            "number_sealed",
                            models.BinaryField(
                                blank=True, null=True, verbose_name="来电号码（密文）"
                            ),
                        ),
                        ("number_index", models.CharField(blank=True, max_length=64)),
                        (
                            "line",
                            models.CharField(blank=True, max_length=20, verbose_name="被叫线路"),
                        ),
                        ("agent", models.CharField(blank=True, max_length=40, verbose_name="坐席")),
                        ("rang_at", models.DateTimeField(verbose_name="振铃")),
                        (
                            "answered_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="接听"),
                        ),
                        (
                            "ended_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="挂断"),
                        ),
                        (
                            "recording",
                            models.CharField(blank=True, max_length=500, verbose_name="录音地址"),
                        ),
                        (
                            "called_back_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="回拨"),
                        ),
                        (
                            "called_back_by",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["region", "rang_at"], name="call_rang"),
                            models.Index(
                                condition=models.Q(
                                    ("answered_at", None),
                                    ("called_back_at", None),
                                    ("ended_at__isnull", False),
                                ),
                                fields=["region", "rang_at"],
                                name="call_missed",
                            ),
                            models.Index(
                                condition=models.Q(("ended_at", None)),
                                fields=["region", "rang_at"],
                                name="call_live",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("region", "call_id"), name="call_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeadlineTemplate",
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
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        (
                            "level",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("urgent", "突发紧急"),
                                    ("utility", "水电气热"),
                                    ("normal", "一般"),
                                    ("hard", "疑难"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "nature",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("consult", "咨询"),
                                    ("help", "求助"),
                                    ("complaint", "投诉"),
                                    ("report", "举报"),
                                    ("suggestion", "建议"),
                                    ("praise", "表扬"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("clocks", models.JSONField(default=dict)),
                        (
                            "extension_amount",
                            models.PositiveSmallIntegerField(default=5, verbose_name="延期最多"),
                        ),
                        ("extension_unit", models.CharField(default="workdays", max_length=8)),
                        (
                            "extension_times",
                            models.PositiveSmallIntegerField(default=1, verbose_name="延期次数"),
                        ),
                        (
                            "object_hours",
                            models.PositiveSmallIntegerField(
                                default=24, verbose_name="退单异议时限（小时）"
                            ),
                        ),
                        ("basis", models.CharField(max_length=200, verbose_name="依据")),
                        ("valid_from", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("region", "level", "nature", "valid_from"),
                                name="deadline_template_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KnowledgeEntry",
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
                        ("question", models.CharField(max_length=200, verbose_name="问题")),
                        ("answer", models.TextField(verbose_name="答复")),
                        (
                            "keywords",
                            models.CharField(blank=True, max_length=200, verbose_name="关键词"),
                        ),
                        ("topic", models.CharField(blank=True, max_length=24)),
                        (
                            "item_slug",
                            models.CharField(blank=True, max_length=80, verbose_name="办事事项"),
                        ),
                        ("public", models.BooleanField(default=True, verbose_name="在网站公开")),
                        ("valid_until", models.DateField(verbose_name="有效期至")),
                        ("renewed_at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "uses",
                            models.PositiveIntegerField(default=0, verbose_name="用于答复次数"),
                        ),
                        ("search", models.TextField(blank=True)),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="office.organisation",
                            ),
                        ),
                        (
                            "renewed_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("withdrawn_at", None)),
                                fields=["region", "valid_until"],
                                name="knowledge_valid",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at", None)),
                                fields=("region", "question"),
                                name="knowledge_once",
                            )
                        ],
                    },
                ),
            ]
        )
    ]
