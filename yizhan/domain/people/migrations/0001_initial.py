import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import yizhan.core.numbers


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("office", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="OneTimeCode",
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
                ("phone_index", models.CharField(max_length=64)),
                ("ip_index", models.CharField(blank=True, max_length=64)),
                (
                    "purpose",
                    models.CharField(
                        choices=[("login", "登录"), ("bind", "绑定手机")], max_length=8
                    ),
                ),
                ("code_hash", models.CharField(max_length=64)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["phone_index", "sent_at"], name="code_phone"),
                    models.Index(fields=["ip_index", "sent_at"], name="code_ip"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
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
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                (
                    "id_kind",
                    models.CharField(
                        choices=[
                            ("111", "居民身份证"),
                            ("112", "临时居民身份证"),
                            ("113", "户口簿"),
                            ("114", "军官证"),
                            ("133", "士兵证"),
                            ("414", "普通护照"),
                            ("516", "港澳居民来往内地通行证"),
                            ("511", "台湾居民来往大陆通行证"),
                            ("810", "港澳台居民居住证"),
                            ("553", "外国人永久居留身份证"),
                        ],
                        max_length=3,
                        verbose_name="证件类型",
                    ),
                ),
                ("id_sealed", models.BinaryField(verbose_name="证件号码（密文）")),
                ("id_index", models.CharField(max_length=64)),
                ("born_on", models.DateField(blank=True, null=True, verbose_name="出生日期")),
                ("sex", models.CharField(blank=True, max_length=6, verbose_name="性别")),
                (
                    "phone_sealed",
                    models.BinaryField(blank=True, null=True, verbose_name="手机号（密文）"),
                ),
                ("phone_index", models.CharField(blank=True, max_length=64)),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="住址")),
                (
                    "verified",
                    models.CharField(
                        blank=True,
                        choices=[("", "本人填写，未核验"), ("window", "窗口核验原件")],
                        max_length=20,
                        verbose_name="核验方式",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["region", "phone_index"], name="person_phone")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("region", "id_kind", "id_index"), name="person_document"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
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
                            ("citizen", "群众"),
                            ("staff", "工作人员"),
                            ("machine", "系统对接"),
                        ],
                        max_length=8,
                        verbose_name="类别",
                    ),
                ),
                ("username", models.CharField(max_length=64, unique=True, verbose_name="登录名")),
                ("display_name", models.CharField(max_length=60, verbose_name="显示名")),
                ("phone_sealed", models.BinaryField(blank=True, null=True)),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                ("created_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LegalPerson",
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
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("uscc", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("2", "企业法人"),
                            ("3", "事业法人"),
                            ("4", "社会组织法人"),
                            ("5", "行政机关"),
                            ("6", "其他组织"),
                        ],
                        default="2",
                        max_length=1,
                        verbose_name="类别",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="电话")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="住所")),
                ("created_at", models.DateTimeField()),
                (
                    "representative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.person",
                        verbose_name="法定代表人",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("region", "uscc"), name="legal_uscc")
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessLine",
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
                ("account_name", models.CharField(max_length=60)),
                ("purpose", models.CharField(max_length=120, verbose_name="用途")),
                ("subject", models.CharField(blank=True, max_length=60, verbose_name="事由编号")),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_lines",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "at"], name="access_person")],
            },
        ),
        migrations.CreateModel(
            name="PersonMerge",
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
                ("reason", models.CharField(max_length=200)),
                ("moved", models.JSONField(default=dict, verbose_name="改动清单（表 → 行）")),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "absorbed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_out",
                        to="people.person",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_in",
                        to="people.person",
                    ),
                ),
                (
                    "undone_by",
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
                        condition=models.Q(("undone_at", None)),
                        fields=("absorbed",),
                        name="merge_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "function",
                    models.CharField(
                        choices=[
                            ("window_clerk", "综合窗口人员"),
                            ("handler", "审查人员"),
                            ("approver", "审批负责人"),
                            ("supervisor", "效能监督人员"),
                            ("catalogue_editor", "事项编辑"),
                            ("catalogue_publisher", "事项发布"),
                            ("calendar_keeper", "日历管理"),
                            ("helper", "村级帮办代办员"),
                            ("system_admin", "系统管理员"),
                            ("security_admin", "安全管理员"),
                            ("audit_admin", "审计管理员"),
                        ],
                        max_length=24,
                        verbose_name="职能",
                    ),
                ),
                ("scope", models.CharField(max_length=12, verbose_name="区划范围（代码前缀）")),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                ("granted_by", models.CharField(blank=True, max_length=80)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to=settings.AUTH_USER_MODEL,
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
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("function__in", ("system_admin", "security_admin", "audit_admin")),
                            ("valid_to", None),
                        ),
                        fields=("account",),
                        name="post_three_administrators",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to", None)),
                        fields=("account", "function", "scope", "organisation"),
                        name="post_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Representation",
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
                ("role", models.CharField(max_length=20, verbose_name="身份")),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                (
                    "legal_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="representations",
                        to="people.legalperson",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="representations",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to", None)),
                        fields=("region", "legal_person", "person"),
                        name="representation_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountEvent",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("created", "建立账号"),
                            ("enabled", "启用账号"),
                            ("disabled", "停用账号"),
                            ("logged_in", "登录"),
                            ("code_refused", "动态口令不符"),
                            ("locked", "多次失败后锁定"),
                            ("password_set", "设置密码"),
                            ("phone_changed", "更换手机号"),
                            ("factor_enrolled", "绑定动态口令"),
                            ("factor_reset", "解除动态口令"),
                            ("backup_used", "使用备用码"),
                            ("identity_linked", "绑定统一身份认证"),
                            ("person_bound", "绑定身份信息"),
                            ("person_released", "解除身份信息绑定"),
                            ("post_granted", "授予职能"),
                            ("post_ended", "收回职能"),
                        ],
                        max_length=24,
                    ),
                ),
                ("data", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="account_event_at")],
            },
        ),
        migrations.CreateModel(
            name="OidcIdentity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("issuer", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=200)),
                ("linked_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identities",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "subject"), name="oidc_identity_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
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
                ("name", models.CharField(max_length=60, verbose_name="用途")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("valid_to", models.DateTimeField(verbose_name="到期")),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
