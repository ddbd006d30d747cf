"""Stored files: the row and the bytes agree by SHA-256, or the row does not exist."""

from django.conf import settings
from django.db import models

from yizhan.core.tracked import Regional
from yizhan.domain.files.choices import FileKind


class StoredFile(Regional):
    """Bytes that were checked, re-encoded where they are pictures, and stored by their digest."""

    kind = models.CharField(max_length=10, choices=FileKind.choices)
    name = models.CharField("文件名", max_length=160)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField("字节数")
    pages = models.PositiveSmallIntegerField("页数", default=1)
    sha256 = models.CharField(max_length=64)
    note = models.CharField("处理说明", max_length=200, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "created_at"], name="file_owner"),
            models.Index(fields=["sha256"], name="file_sha256"),
        ]

    def __str__(self) -> str:
        return self.name
