"""App registration."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """人员与权限."""

    name = "yizhan.domain.people"
    label = "people"
    verbose_name = "人员与权限"
