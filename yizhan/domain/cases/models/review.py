"""What happens to a case under review: steps, corrections, special procedures, extensions."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yizhan.core.tracked import Regional
from yizhan.domain.cases.choices import (
    CommitmentKind,
    CommitmentState,
    ExtensionState,
    StepResult,
    StepState,
)
from yizhan.domain.cases.models.case import Case
from yizhan.domain.catalogue.choices import SpecialKind
from yizhan.domain.office.models import Organisation


class CaseStep(Regional):
    """One review step of a case, copied from its item version at acceptance."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    key = models.CharField(max_length=40)
    name = models.CharField("环节名称", max_length=60)
    order = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=1)
    function = models.CharField(max_length=24)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=StepState.choices)
    result = models.CharField(max_length=6, choices=StepResult.choices, blank=True)
    opinion = models.TextField("处理意见", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "key", "round"], name="step_round")]
        indexes = [
            models.Index(
                fields=["organisation", "state"], name="step_unit", condition=Q(state="open")
            )
        ]


class Correction(Regional):
    """一次性告知: all defects at once, once per case (行政许可法 art. 32 (4))."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="correction")
    defects = models.JSONField("需补正内容（材料或字段 → 说明）")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)


class SpecialProcedure(Regional):
    """A hearing, inspection, testing … whose time does not count (art. 45); told in writing."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="special_procedures")
    kind = models.CharField("种类", max_length=12, choices=SpecialKind.choices)
    reason = models.CharField("启动理由或依据", max_length=300)
    planned_days = models.PositiveSmallIntegerField("所需时间（工作日）")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.TextField("结果", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="special_one_running", condition=Q(ended_at=None)
            )
        ]


class Extension(Regional):
    """More time, asked by the handler, approved by the unit's head (art. 42), once per case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField("延长（工作日）")
    reason = models.CharField("理由", max_length=300)
    state = models.CharField(max_length=8, choices=ExtensionState.choices)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="extension_once", condition=~Q(state="declined")
            )
        ]


class Commitment(Regional):
    """容缺 or 告知承诺: what was promised, by when, and what follows if it is not kept."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="commitments")
    kind = models.CharField(max_length=8, choices=CommitmentKind.choices)
    material_key = models.CharField(max_length=40)
    text = models.TextField("承诺内容与后果")
    state = models.CharField(max_length=10, choices=CommitmentState.choices)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "material_key"], name="commitment_once", condition=Q(state="open")
            )
        ]
