"""Drafts, affairs, cases with clocks and trail, touchpoints, materials.

A foreign key without an index of its own (`db_index=False`) is led by a composite index or a unique
constraint below: a submission writes eight rows, and each index less is a page less.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yizhan.core.tracked import Clock, Entry, Regional, Tracked
from yizhan.domain.cases import flow
from yizhan.domain.cases.choices import (
    Channel,
    MaterialState,
    SourceKind,
    TouchpointKind,
    TrustGrade,
)
from yizhan.domain.catalogue.models import Item, ItemVersion
from yizhan.domain.files.models import StoredFile
from yizhan.domain.office.models import Organisation
from yizhan.domain.people.models import LegalPerson, Person

ONE_SUBJECT = Q(person__isnull=False, legal_person=None) | Q(
    person=None, legal_person__isnull=False
)


class Draft(Regional):
    """An application being filled: saved on every field, resumed by phone code, submitted once."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="drafts")
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="+")
    nonce = models.UUIDField("提交凭据")
    answers = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    materials = models.JSONField("材料 → 文件编号", default=dict)
    commitments = models.JSONField("材料 → 容缺或承诺", default=dict)
    legal_person = models.ForeignKey(LegalPerson, models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    case = models.OneToOneField("Case", models.PROTECT, null=True, blank=True, related_name="draft")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "nonce"], name="draft_nonce")]
        indexes = [models.Index(fields=["account", "saved_at"], name="draft_account")]


class Affair(Regional):
    """办事: one need of one subject, with its cases and touchpoints."""

    number = models.CharField("办事编号", max_length=24)
    title = models.CharField("事由", max_length=200)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="affairs", db_index=False
    )
    legal_person = models.ForeignKey(
        LegalPerson, models.PROTECT, null=True, blank=True, related_name="affairs", db_index=False
    )
    agent = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agent_of",
        verbose_name="代办人",
        db_index=False,
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="affair_number"),
            models.CheckConstraint(condition=ONE_SUBJECT, name="affair_one_subject"),
        ]
        indexes = [
            models.Index(fields=["person", "opened_at"], name="affair_person"),
            models.Index(
                fields=["legal_person", "opened_at"],
                name="affair_legal",
                condition=Q(legal_person__isnull=False),
            ),
            models.Index(fields=["agent"], name="affair_agent", condition=Q(agent__isnull=False)),
        ]


class Case(Tracked):
    """办件: what one competent unit decides. It lives by the item version it began with."""

    FLOW = flow.CASE

    affair = models.ForeignKey(Affair, models.PROTECT, related_name="cases")
    item = models.ForeignKey(Item, models.PROTECT, related_name="cases")
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="cases", db_index=False
    )
    situation = models.CharField("业务办理项", max_length=4, blank=True)
    number = models.CharField("办件编号", max_length=50)
    query_code = models.CharField("查询码", max_length=10)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="cases", db_index=False
    )
    legal_person = models.ForeignKey(
        LegalPerson, models.PROTECT, null=True, blank=True, related_name="cases", db_index=False
    )
    subject_name = models.CharField("申请人", max_length=120)
    title = models.CharField("摘要", max_length=200)
    channel = models.CharField("申报来源", max_length=10, choices=Channel.choices)
    instant = models.BooleanField("即办件", default=False)
    answers = models.JSONField("情形回答", default=dict)
    data = models.JSONField("表单内容", default=dict)
    provenance = models.JSONField("字段来源", default=dict)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    idempotency_key = models.CharField(max_length=100)
    request_digest = models.CharField("请求摘要", max_length=64, blank=True)
    submitted_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    contact_sealed = models.BinaryField("联系手机（密文）", null=True, blank=True)
    delivery = models.JSONField("结果送达意愿", default=dict, blank=True)
    result_name = models.CharField("结果名称", max_length=120, blank=True)
    result_number = models.CharField("结果编号", max_length=80, blank=True)
    result_until = models.DateField("有效期至", null=True, blank=True)
    reason = models.TextField("理由（不予受理、不予批准、终止）", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="case_number"),
            models.UniqueConstraint(fields=["region", "query_code"], name="case_query_code"),
            models.UniqueConstraint(fields=["region", "idempotency_key"], name="case_idempotency"),
            models.CheckConstraint(condition=ONE_SUBJECT, name="case_one_subject"),
            models.CheckConstraint(
                condition=Q(state__in=flow.CASE.labels), name="case_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["region", "organisation", "due_at", "id"],
                name="case_worklist",
                condition=Q(closed_at=None),
            ),
            models.Index(
                fields=["region", "due_at", "id"],
                name="case_region_due",
                condition=Q(closed_at=None),
            ),
            models.Index(
                fields=["region", "closed_at", "id"],
                name="case_closed",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index(fields=["person", "submitted_at"], name="case_person"),
            models.Index(
                fields=["legal_person", "submitted_at"],
                name="case_legal",
                condition=Q(legal_person__isnull=False),
            ),
            models.Index(
                fields=["region", "state", "due_at", "id"],
                name="case_state",
                condition=Q(closed_at=None),
            ),
            models.Index(fields=["region", "submitted_at"], name="case_submitted"),
            models.Index(
                fields=["handler", "due_at", "id"],
                name="case_handler",
                condition=Q(closed_at=None, handler__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseClock(Clock):
    """One clock of a case."""

    subject = models.ForeignKey(Case, models.PROTECT, related_name="clocks")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "name"], name="case_one_running", condition=Q(stopped_at=None)
            )
        ]
        indexes = [
            models.Index(
                fields=["region", "name", "due_at"], name="case_clock_due",
                condition=Q(stopped_at=None),
            )
        ]  # fmt: skip


class CaseEntry(Entry):
    """One trail line of a case; append-only by trigger."""

    subject = models.ForeignKey(Case, models.PROTECT, related_name="trail", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "seq"], name="case_trail_seq")]


class Touchpoint(Regional):
    """One contact about an affair; `physical_trip` counts trips: they are never claimed."""

    affair = models.ForeignKey(Affair, models.PROTECT, related_name="touchpoints", db_index=False)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="touchpoints"
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    kind = models.CharField(max_length=10, choices=TouchpointKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    place = models.CharField("地点", max_length=120, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    physical_trip = models.BooleanField("跑了一趟")

    class Meta:
        indexes = [
            models.Index(fields=["affair", "started_at"], name="touchpoint_affair"),
            models.Index(fields=["actor", "case"], name="touchpoint_actor"),
        ]


class CaseMaterial(Regional):
    """One required material of a case: how it was satisfied, or why it was not asked for."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="materials", db_index=False)
    key = models.CharField(max_length=40)
    name = models.CharField("材料名称", max_length=200)
    state = models.CharField(max_length=10, choices=MaterialState.choices)
    source = models.CharField(max_length=14, choices=SourceKind.choices, blank=True)
    grade = models.CharField(max_length=1, choices=TrustGrade.choices, blank=True)
    receipt = models.JSONField("来源凭据", default=dict, blank=True)
    why_not_asked = models.CharField("未索要原因", max_length=200, blank=True)
    defect = models.CharField("需补正内容", max_length=300, blank=True)
    copies = models.PositiveSmallIntegerField("收取份数", default=0)
    taken_at = models.DateTimeField("收取时间", null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="material_once")]


class MaterialFile(Regional):
    """A file of a material, in order."""

    material = models.ForeignKey(CaseMaterial, models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    replaced_at = models.DateTimeField(null=True, blank=True)
