"""Words about files."""

from django.db.models import TextChoices


class FileKind(TextChoices):
    """Where a file comes from."""

    UPLOAD = "upload", "上传"
    SCAN = "scan", "窗口扫描"
    GENERATED = "generated", "系统生成"
