"""App registration."""

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    """12345热线."""

    name = "yizhan.domain.hotline"
    label = "hotline"
    verbose_name = "12345热线"
