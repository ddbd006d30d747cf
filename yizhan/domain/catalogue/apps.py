"""App registration."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """事项库."""

    name = "yizhan.domain.catalogue"
    label = "catalogue"
    verbose_name = "事项库"
