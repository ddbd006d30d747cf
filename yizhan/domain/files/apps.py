"""App registration."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """文件."""

    name = "yizhan.domain.files"
    label = "files"
    verbose_name = "文件"
