"""Basic list → local implementation → immutable published versions (with situations inside)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Lower

from yizhan.core.tracked import Regional
from yizhan.domain.catalogue.choices import (
    EventKind,
    HandleArea,
    ItemState,
    LimitUnit,
    Origin,
    ProjectType,
    ResultType,
    ReviewKind,
    RunState,
    TaskType,
    VersionState,
)
from yizhan.domain.office.choices import PowerLevel
from yizhan.domain.office.models import Organisation
from yizhan.domain.people.models import Account


class BasicItem(models.Model):
    """基本目录: what the nation or province lists (up_task_directory)."""

    catalog_code = models.CharField("基本编码", max_length=12, unique=True)
    local_code = models.CharField("地方编码", max_length=64, blank=True)
    name = models.CharField("事项名称", max_length=200)
    task_type = models.CharField("事项类型", max_length=2, choices=TaskType.choices)
    by_law = models.TextField("设定依据", blank=True)
    levels = models.CharField("行使层级", max_length=13, blank=True)
    version = models.PositiveIntegerField(default=1)
    effective_on = models.DateField(null=True, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Item(Regional):
    """实施清单: one unit's implementation of an item; its words live in versions."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="items")
    basic = models.ForeignKey(BasicItem, models.PROTECT, null=True, blank=True)
    task_code = models.CharField("实施编码", max_length=64)
    local_code = models.CharField("地方编码", max_length=80, blank=True)
    slug = models.CharField("短码（网址用）", max_length=32)
    state = models.CharField(max_length=10, choices=ItemState.choices)
    current = models.ForeignKey(
        "ItemVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    # what lists and search need of the current version; written by publish() and import only
    name = models.CharField("事项名称", max_length=200)
    task_type = models.CharField(max_length=2, choices=TaskType.choices)
    topics = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    served = ArrayField(models.CharField(max_length=1), default=list, blank=True)
    aliases = models.CharField("俗称", max_length=200, blank=True)
    popularity = models.PositiveIntegerField("办件量", default=0)
    search = SearchVectorField(null=True)
    row_hash = models.CharField("上次导入行的指纹", max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "task_code"], name="item_task_code"),
            models.UniqueConstraint(fields=["region", "slug"], name="item_slug"),
        ]
        indexes = [
            GinIndex(fields=["search"], name="item_search"),
            GinIndex(fields=["topics"], name="item_topics"),
            models.Index(fields=["region", "organisation", "name"], name="item_unit"),
            models.Index(
                F("region"), F("popularity").desc(), Length("name"), name="item_most_used"
            ),
            models.Index(F("region"), Lower("name"), name="item_exact_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ItemVersion(Regional):
    """One version of an item: every guide field of GB/T 39046 and the exchange tables."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("版本号")
    state = models.CharField(max_length=10, choices=VersionState.choices)
    valid_from = models.DateTimeField("启用时间", null=True, blank=True)
    valid_to = models.DateTimeField("停用时间", null=True, blank=True)
    cancel_on = models.DateField("计划取消日期", null=True, blank=True)

    name = models.CharField("事项名称", max_length=200)
    task_type = models.CharField("事项类型", max_length=2, choices=TaskType.choices)
    level = models.CharField("行使层级", max_length=1, choices=PowerLevel.choices, default="4")
    power_source = models.CharField("权力来源", max_length=60, blank=True)
    by_law = models.TextField("设定依据", blank=True)
    use_content = models.TextField("行使内容", blank=True)
    entrusted = models.CharField("委托部门", max_length=80, blank=True)
    other_units = models.CharField("联办机构", max_length=200, blank=True)
    intermediary = models.CharField("中介服务", max_length=200, blank=True)
    quantity_limit = models.CharField("数量限制", max_length=200, blank=True)

    project_type = models.CharField("办件类型", max_length=1, choices=ProjectType.choices)
    review_kind = models.CharField("审查类型", max_length=8, choices=ReviewKind.choices)
    legal_amount = models.PositiveIntegerField("法定办结时限", default=20)
    legal_unit = models.CharField(
        "法定时限单位", max_length=8, choices=LimitUnit.choices, default="workdays"
    )
    legal_note = models.CharField("法定时限说明", max_length=300, blank=True)
    promise_amount = models.PositiveIntegerField("承诺办结时限", default=20)
    promise_unit = models.CharField(
        "承诺时限单位", max_length=8, choices=LimitUnit.choices, default="workdays"
    )
    promise_note = models.CharField("承诺时限说明", max_length=300, blank=True)

    served = ArrayField(
        models.CharField(max_length=1), verbose_name="服务对象", default=list, blank=True
    )
    person_topics = ArrayField(
        models.CharField(max_length=20), verbose_name="自然人主题", default=list, blank=True
    )
    legal_topics = ArrayField(
        models.CharField(max_length=20), verbose_name="法人主题", default=list, blank=True
    )
    aliases = models.CharField("俗称（搜索用）", max_length=200, blank=True)
    conditions = models.TextField("受理条件", blank=True)
    flow_text = models.TextField("办理流程", blank=True)

    handle_forms = ArrayField(
        models.CharField(max_length=1), verbose_name="办理形式", default=list, blank=True
    )
    handle_area = models.CharField(
        "通办范围", max_length=1, choices=HandleArea.choices, default="0"
    )
    visits = models.PositiveSmallIntegerField("到办事现场次数", default=0)
    visits_reason = models.CharField("必须现场办理原因", max_length=200, blank=True)
    online = models.BooleanField("是否网办", default=False)
    online_depth = ArrayField(
        models.CharField(max_length=1), verbose_name="网上办理深度", default=list, blank=True
    )
    online_url = models.CharField("网办地址", max_length=300, blank=True)
    mobile_url = models.CharField("移动端地址", max_length=300, blank=True)
    in_hall = models.BooleanField("进驻大厅", default=True)
    bookable = models.BooleanField("支持预约", default=False)
    express = models.BooleanField("支持物流快递", default=False)
    self_service = models.BooleanField("支持自助终端", default=False)
    address = models.CharField("办理地点", max_length=200, blank=True)
    hours = models.CharField("办理时间", max_length=200, blank=True)
    phone = models.CharField("咨询电话", max_length=80, blank=True)
    complaint_phone = models.CharField("监督投诉电话", max_length=80, blank=True)

    charged = models.BooleanField("是否收费", default=False)
    fee_basis = models.TextField("收费依据", blank=True)
    pay_online = models.BooleanField("支持网上支付", default=False)
    result_type = models.CharField("结果类型", max_length=2, choices=ResultType.choices)
    result_name = models.CharField("结果名称", max_length=120, blank=True)
    result_sample = models.CharField("结果样本", max_length=200, blank=True)
    remedy = models.TextField("救济途径", blank=True)

    # documented JSON: see shapes.py
    materials = models.JSONField("申请材料", default=list)
    fees = models.JSONField("收费项目", default=list)
    steps = models.JSONField("办理环节", default=list)
    special_procedures = models.JSONField("特别程序", default=list)
    faqs = models.JSONField("常见问题", default=list)
    situations = models.JSONField("业务办理项", default=list)
    questions = models.JSONField("情形问题", default=list)
    fields = models.JSONField("表单", default=list)
    extra = models.JSONField("导入时未对应的列", default=dict, blank=True)
    # columns that hold a default nobody wrote (sparse imports): shown as 尚未填写, never as fact
    unwritten = ArrayField(models.CharField(max_length=24), default=list, blank=True)

    origin = models.CharField("来源", max_length=6, choices=Origin.choices, default=Origin.EDIT)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80, blank=True)
    edited_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="最后编辑人"
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="version_number"),
            models.UniqueConstraint(
                fields=["item"],
                name="version_one_draft",
                condition=Q(state__in=("draft", "scheduled")),
            ),
            models.UniqueConstraint(
                fields=["item"], name="version_one_published", condition=Q(state="published")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} 第{self.number}版"


class ItemEvent(Regional):
    """What happened to an item: who, when, why. Append-only."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    number = models.PositiveIntegerField("版本号", default=0)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["item", "at"], name="item_event")]


class ImportRun(Regional):
    """One import of a file: all or nothing, with a report by row."""

    file_name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    dry_run = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    new_units = models.JSONField("新建机构", default=list)
    notes = models.JSONField("提醒", default=list)
    problems = models.JSONField("逐行问题", default=list)
    content = models.BinaryField("待处理的文件", null=True, blank=True)
    by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
