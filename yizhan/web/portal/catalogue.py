"""Finding an item: home, search, units, life events, guide, personal checklist. No login."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yizhan.domain.catalogue import queries
from yizhan.domain.catalogue.choices import ServedKind
from yizhan.domain.catalogue.models import Item
from yizhan.domain.office import queries as office
from yizhan.web.portal.guide import Checklist, GuidePage, Hits

PAGE = 20


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Life events, units, what is new, where and when the hall is open."""
    context = {
        "topics": queries.topics(settings.REGION),
        "units": queries.units(settings.REGION),
        "news": queries.published(settings.REGION).order_by("-current__published_at", "id")[:5],
        "popular": queries.published(settings.REGION).order_by("-popularity", "id")[:6],
        "halls": office.hall_cards(settings.REGION, at=timezone.now()),
    }
    return render(request, "portal/home.html", context)


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results as the person types (htmx swaps the same part) or after the button."""
    units = queries.units(settings.REGION)
    context = {
        "hits": Hits.of(request.GET, {unit.code: unit for unit in units}),
        "units": units,
        "topics": queries.topics(settings.REGION),
        "served": ServedKind.choices,
    }
    template = "portal/search.html#results" if request.htmx else "portal/search.html"
    return render(request, template, context)


@login_not_required
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """All items of one unit."""
    found = next((u for u in queries.units(settings.REGION) if u.code == code), None)
    if found is None:
        raise Http404
    items = queries.published(settings.REGION).filter(organisation__code=code)
    context = {"title": found.name, "unit": found, "page": _page(request, items)}
    return render(request, "portal/listing.html", context)


@login_not_required
@require_safe
def topic(request: HttpRequest, name: str) -> HttpResponse:
    """All items of one life event."""
    if name not in dict(queries.topics(settings.REGION)):
        raise Http404
    items = queries.published(settings.REGION).filter(topics__contains=[name])
    context = {"title": name, "unit": None, "page": _page(request, items)}
    return render(request, "portal/listing.html", context)


@login_not_required
@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything about one item, in the order people ask."""
    version = open_item(slug).current
    return render(request, "portal/guide.html", {"page": GuidePage(queries.guide(version))})


@login_not_required
@require_safe
def checklist(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions of the situation, and this person's own list of materials, before the form."""
    page = Checklist.of(open_item(slug), request.GET)
    template = "portal/checklist.html#list" if request.htmx else "portal/checklist.html"
    return render(request, template, {"page": page})


def open_item(slug: str) -> Item:
    """The item of an address with its unit and current version, or 404."""
    item = queries.by_slug(settings.REGION, slug)
    if item is None:
        raise Http404
    item.current.item = item  # spares the guide two queries
    return item


def _page(request: HttpRequest, items: QuerySet[Item]) -> Page:
    ordered = items.select_related("organisation").order_by("-popularity", "name", "id")
    return Paginator(ordered, PAGE).get_page(request.GET.get("page"))
