"""App registration."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """办件."""

    name = "yizhan.domain.cases"
    label = "cases"
    verbose_name = "办件"
