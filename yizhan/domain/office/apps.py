"""App registration."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """机构与日历."""

    name = "yizhan.domain.office"
    label = "office"
    verbose_name = "机构与日历"
