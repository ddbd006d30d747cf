"""Papers of a case: numbered documents and the delivery of the result."""

from django.conf import settings
from django.db import models

from yizhan.core.tracked import Regional
from yizhan.domain.cases.choices import DeliveryMode, DeliveryState, DocumentKind
from yizhan.domain.cases.models.case import Case
from yizhan.domain.files.models import StoredFile


class Series(models.Model):
    """A gapless numbered series: region, unit, kind of document, year; the row is the lock."""

    region = models.CharField(max_length=6)
    key = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "key", "year"], name="series_once")
        ]


class Document(Regional):
    """A paper (文书) with its number and the facts it was written from."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="documents")
    kind = models.CharField("文书", max_length=12, choices=DocumentKind.choices)
    number = models.CharField("文书编号", max_length=60)
    seq = models.PositiveIntegerField("所属办理记录")  # the trail line that brought it about
    facts = models.JSONField("内容（渲染用）")
    template = models.CharField("模板及版本", max_length=40)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "number"], name="document_number")]


class Delivery(Regional):
    """How the decision or result reaches the applicant, with proof."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="deliveries")
    mode = models.CharField(max_length=10, choices=DeliveryMode.choices)
    state = models.CharField(max_length=8, choices=DeliveryState.choices)
    receiver = models.CharField("收件人", max_length=60, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    tracking = models.CharField("物流单号", max_length=40, blank=True)
    proof = models.CharField("送达凭证", max_length=200, blank=True)
    created_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True, blank=True)
