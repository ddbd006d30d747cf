"""Addresses of the workbench, grouped by the module that answers."""

from django.urls import URLPattern, URLResolver

app_name = "workbench"

CASES: list[URLPattern | URLResolver] = []
WINDOW: list[URLPattern | URLResolver] = []
SUPERVISE: list[URLPattern | URLResolver] = []

urlpatterns: list[URLPattern | URLResolver] = [*CASES, *WINDOW, *SUPERVISE]
