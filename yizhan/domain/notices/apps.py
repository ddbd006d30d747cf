"""App registration."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """通知."""

    name = "yizhan.domain.notices"
    label = "notices"
    verbose_name = "通知"
