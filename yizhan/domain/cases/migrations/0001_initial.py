import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import yizhan.core.numbers


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalogue", "0002_triggers"),
        ("files", "0001_initial"),
        ("office", "0001_initial"),
        ("people", "0001_initial"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Affair",
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
                ("number", models.CharField(max_length=24, verbose_name="办事编号")),
                ("title", models.CharField(max_length=200, verbose_name="事由")),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agent_of",
                        to="people.person",
                        verbose_name="代办人",
                    ),
                ),
                (
                    "legal_person",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affairs",
                        to="people.legalperson",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affairs",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "opened_at"], name="affair_person"),
                    models.Index(fields=["legal_person", "opened_at"], name="affair_legal"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("region", "number"), name="affair_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("legal_person", None), ("person__isnull", False)),
                            models.Q(("legal_person__isnull", False), ("person", None)),
                            _connector="OR",
                        ),
                        name="affair_one_subject",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
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
                (
                    "situation",
                    models.CharField(blank=True, max_length=4, verbose_name="业务办理项"),
                ),
                ("number", models.CharField(max_length=50, verbose_name="办件编号")),
                ("query_code", models.CharField(max_length=10, verbose_name="查询码")),
                ("subject_name", models.CharField(max_length=120, verbose_name="申请人")),
                ("title", models.CharField(max_length=200, verbose_name="摘要")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("portal", "网上"),
                            ("mobile", "手机"),
                            ("window", "窗口"),
                            ("workbench", "工作台"),
                            ("kiosk", "自助机"),
                            ("helper", "帮办代办"),
                            ("phone", "电话"),
                            ("post", "邮寄"),
                            ("system", "系统"),
                            ("api", "系统对接"),
                        ],
                        max_length=10,
                        verbose_name="申报来源",
                    ),
                ),
                ("instant", models.BooleanField(default=False, verbose_name="即办件")),
                ("answers", models.JSONField(default=dict, verbose_name="情形回答")),
                ("data", models.JSONField(default=dict, verbose_name="表单内容")),
                ("provenance", models.JSONField(default=dict, verbose_name="字段来源")),
                ("idempotency_key", models.CharField(max_length=100)),
                (
                    "request_digest",
                    models.CharField(blank=True, max_length=64, verbose_name="请求摘要"),
                ),
                ("submitted_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "contact_sealed",
                    models.BinaryField(blank=True, null=True, verbose_name="联系手机（密文）"),
                ),
                (
                    "delivery",
                    models.JSONField(blank=True, default=dict, verbose_name="结果送达意愿"),
                ),
                (
                    "result_name",
                    models.CharField(blank=True, max_length=120, verbose_name="结果名称"),
                ),
                (
                    "result_number",
                    models.CharField(blank=True, max_length=80, verbose_name="结果编号"),
                ),
                ("result_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                (
                    "reason",
                    models.TextField(blank=True, verbose_name="理由（不予受理、不予批准、终止）"),
                ),
                (
                    "affair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="cases.affair",
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="catalogue.item",
                    ),
                ),
                (
                    "legal_person",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="people.legalperson",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="office.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="people.person",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.itemversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["region", "organisation", "due_at", "id"],
                        name="case_worklist",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["region", "due_at", "id"],
                        name="case_region_due",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", False)),
                        fields=["region", "closed_at", "id"],
                        name="case_closed",
                    ),
                    models.Index(fields=["person", "submitted_at"], name="case_person"),
                    models.Index(fields=["legal_person", "submitted_at"], name="case_legal"),
                    models.Index(fields=["region", "submitted_at"], name="case_submitted"),
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["handler", "due_at", "id"],
                        name="case_handler",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("region", "number"), name="case_number"),
                    models.UniqueConstraint(
                        fields=("region", "query_code"), name="case_query_code"
                    ),
                    models.UniqueConstraint(
                        fields=("region", "idempotency_key"), name="case_idempotency"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("legal_person", None), ("person__isnull", False)),
                            models.Q(("legal_person__isnull", False), ("person", None)),
                            _connector="OR",
                        ),
                        name="case_one_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                {
                                    "accepted": "已受理（审查中）",
                                    "archived": "已归档",
                                    "closed": "已办结",
                                    "correction": "待补正",
                                    "delivering": "结果送达中",
                                    "draft": "草稿",
                                    "granted": "准予",
                                    "not_accepted": "不予受理",
                                    "not_needed": "无需办理",
                                    "not_ours": "不属本机关",
                                    "received": "已收件",
                                    "refused": "不予批准",
                                    "revoked": "决定已撤销",
                                    "special": "特别程序中",
                                    "submitted": "已提交",
                                    "terminated": "已终止",
                                    "withdrawn": "已撤回",
                                },
                            )
                        ),
                        name="case_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseClock",
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
                        choices=[("workdays", "workdays"), ("days", "days"), ("hours", "hours")],
                        max_length=8,
                        verbose_name="单位",
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
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
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("stopped_at", None)),
                        fields=["region", "name", "due_at"],
                        name="case_clock_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stopped_at", None)),
                        fields=("subject", "name"),
                        name="case_one_running",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseEntry",
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
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
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
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "seq"), name="case_trail_seq")
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseMaterial",
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
                ("key", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=200, verbose_name="材料名称")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("missing", "未提供"),
                            ("provided", "已提供"),
                            ("defective", "需补正"),
                            ("deferred", "容缺后补"),
                            ("promised", "告知承诺"),
                            ("not_asked", "不用提交"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upload", "申请人上传"),
                            ("scan", "窗口扫描"),
                            ("paper", "收取纸质"),
                            ("original_seen", "核验原件后退回"),
                            ("earlier_case", "以前办件已提交"),
                            ("promise", "告知承诺"),
                            ("deferral", "容缺后补"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("A", "机构产生"),
                            ("B", "窗口核验原件"),
                            ("C", "用户上传"),
                            ("D", "用户自制或承诺"),
                        ],
                        max_length=1,
                    ),
                ),
                ("receipt", models.JSONField(blank=True, default=dict, verbose_name="来源凭据")),
                (
                    "why_not_asked",
                    models.CharField(blank=True, max_length=200, verbose_name="未索要原因"),
                ),
                ("defect", models.CharField(blank=True, max_length=300, verbose_name="需补正内容")),
                ("copies", models.PositiveSmallIntegerField(default=0, verbose_name="收取份数")),
                ("taken_at", models.DateTimeField(blank=True, null=True, verbose_name="收取时间")),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="materials",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "key"), name="material_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseStep",
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
                ("key", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=60, verbose_name="环节名称")),
                ("order", models.PositiveSmallIntegerField()),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("function", models.CharField(max_length=24)),
                ("days", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "未开始"),
                            ("open", "办理中"),
                            ("done", "已办"),
                            ("returned", "已退回"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[("pass", "通过"), ("return", "退回"), ("other", "其他")],
                        max_length=6,
                    ),
                ),
                ("opinion", models.TextField(blank=True, verbose_name="处理意见")),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="cases.case",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["organisation", "state"],
                        name="step_unit",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "key", "round"), name="step_round")
                ],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
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
                        choices=[("deferral", "容缺受理"), ("promise", "告知承诺")], max_length=8
                    ),
                ),
                ("material_key", models.CharField(max_length=40)),
                ("text", models.TextField(verbose_name="承诺内容与后果")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "履行中"),
                            ("kept", "已履行"),
                            ("broken", "未履行"),
                            ("withdrawn", "已撤回"),
                        ],
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("case", "material_key"),
                        name="commitment_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
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
                ("defects", models.JSONField(verbose_name="需补正内容（材料或字段 → 说明）")),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Delivery",
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
                    "mode",
                    models.CharField(
                        choices=[
                            ("window", "窗口领取"),
                            ("post", "邮寄"),
                            ("electronic", "电子送达"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "待领取或待寄出"),
                            ("on_way", "寄送中"),
                            ("handed", "已送达"),
                            ("returned", "被退回"),
                        ],
                        max_length=8,
                    ),
                ),
                ("receiver", models.CharField(blank=True, max_length=60, verbose_name="收件人")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="地址")),
                ("tracking", models.CharField(blank=True, max_length=40, verbose_name="物流单号")),
                ("proof", models.CharField(blank=True, max_length=200, verbose_name="送达凭证")),
                ("created_at", models.DateTimeField()),
                ("handed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Document",
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
                            ("receipt", "收件凭证"),
                            ("acceptance", "受理通知书"),
                            ("correction", "一次性补正告知书"),
                            ("not_needed", "无需办理告知书"),
                            ("not_ours", "不属本机关职权告知书"),
                            ("not_accepted", "不予受理通知书"),
                            ("special", "特别程序告知书"),
                            ("extension", "延长办理期限告知书"),
                            ("grant", "准予决定书"),
                            ("refusal", "不予批准决定书"),
                            ("promise", "告知承诺书"),
                            ("deferral", "容缺受理承诺书"),
                            ("revocation", "撤销决定书"),
                        ],
                        max_length=12,
                        verbose_name="文书",
                    ),
                ),
                ("number", models.CharField(max_length=60, verbose_name="文书编号")),
                ("seq", models.PositiveIntegerField(verbose_name="所属办理记录")),
                ("facts", models.JSONField(verbose_name="内容（渲染用）")),
                ("template", models.CharField(max_length=40, verbose_name="模板及版本")),
                ("issued_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="cases.case",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("region", "number"), name="document_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
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
                ("nonce", models.UUIDField(verbose_name="提交凭据")),
                ("answers", models.JSONField(default=dict)),
                ("data", models.JSONField(default=dict)),
                ("materials", models.JSONField(default=dict, verbose_name="材料 → 文件编号")),
                ("commitments", models.JSONField(default=dict, verbose_name="材料 → 容缺或承诺")),
                ("created_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draft",
                        to="cases.case",
                    ),
                ),
                (
                    "legal_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.legalperson",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.itemversion",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "saved_at"], name="draft_account")],
                "constraints": [
                    models.UniqueConstraint(fields=("region", "nonce"), name="draft_nonce")
                ],
            },
        ),
        migrations.CreateModel(
            name="Extension",
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
                ("days", models.PositiveSmallIntegerField(verbose_name="延长（工作日）")),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="cases.case",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
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
                        condition=models.Q(("state", "declined"), _negated=True),
                        fields=("case",),
                        name="extension_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MaterialFile",
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
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "material",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="cases.casematerial",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region", models.CharField(max_length=6)),
                ("key", models.CharField(max_length=60)),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("region", "key", "year"), name="series_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SpecialProcedure",
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
                            ("hearing", "听证"),
                            ("tender", "招标"),
                            ("inspection", "检验"),
                            ("testing", "检测"),
                            ("quarantine", "检疫"),
                            ("appraisal", "鉴定"),
                            ("expert", "专家评审"),
                            ("auction", "拍卖"),
                        ],
                        max_length=12,
                        verbose_name="种类",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="启动理由或依据")),
                (
                    "planned_days",
                    models.PositiveSmallIntegerField(verbose_name="所需时间（工作日）"),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("result", models.TextField(blank=True, verbose_name="结果")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="special_procedures",
                        to="cases.case",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("case",),
                        name="special_one_running",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Touchpoint",
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
                            ("portal", "网上"),
                            ("mobile", "手机"),
                            ("window", "窗口"),
                            ("workbench", "工作台"),
                            ("kiosk", "自助机"),
                            ("helper", "帮办代办"),
                            ("phone", "电话"),
                            ("post", "邮寄"),
                            ("system", "系统"),
                            ("api", "系统对接"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("session", "网上办理"),
                            ("visit", "到窗口办理"),
                            ("pickup", "到窗口领取"),
                            ("parcel", "邮寄"),
                            ("call", "电话"),
                            ("errand", "上门帮办"),
                        ],
                        max_length=10,
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="地点")),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("physical_trip", models.BooleanField(verbose_name="跑了一趟")),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "affair",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="touchpoints",
                        to="cases.affair",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="touchpoints",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["affair", "started_at"], name="touchpoint_affair"),
                    models.Index(fields=["actor", "case"], name="touchpoint_actor"),
                ],
            },
        ),
    ]
