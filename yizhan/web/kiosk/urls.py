"""Addresses of the kiosk."""

from django.urls import URLPattern, URLResolver, path

from yizhan.web.kiosk import pages

app_name = "kiosk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.start, name="start"),
    path("search/", pages.search, name="search"),
    path("topics/<str:name>/", pages.topic, name="topic"),
    path("items/<str:slug>/", pages.guide, name="guide"),
    path("query/", pages.query, name="query"),
]
