"""Search of the knowledge base while somebody waits on the phone, and for everybody on the site."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from yizhan.domain.catalogue.rules.words import grams
from yizhan.domain.hotline.models import KnowledgeEntry
from yizhan.domain.hotline.queries.doors import knowledge_visible_to, standing, units_of

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

MOST = 2000  # entries that are looked through; a county has a few hundred


def search(
    account: Account | None, text: str, *, today: date, most: int = 8
) -> list[KnowledgeEntry]:
    """The entries in force that answer a question best; an empty question: the most used.

    Scored by shared character pairs: question 3, keywords 3, answer 1. Runs in the process: a
    county's knowledge base is small, and its entries are read anyway.
    """
    entries = in_force(account, today=today).order_by("-uses", "id")
    wanted = set(grams(text))
    if not wanted:
        return list(entries[:most])
    scored = []
    for entry in entries[:MOST]:
        strong = set(grams(f"{entry.question} {entry.keywords}"))
        weak = set(grams(entry.answer))
        score = 3 * len(wanted & strong) + len(wanted & weak)
        if wanted & strong:
            scored.append((score / (3 * len(wanted)), entry.uses, entry))
    scored.sort(key=lambda one: (-one[0], -one[1], str(one[2].pk)))
    return [entry for _, _, entry in scored[:most]]


def in_force(account: Account | None, *, today: date) -> QuerySet[KnowledgeEntry]:
    """What may be told today: an entry that has run out is not."""
    return knowledge_visible_to(account).filter(valid_until__gte=today)


def of_units(account: Account) -> QuerySet[KnowledgeEntry]:
    """The entries the account's units own, those that run out first."""
    rows = knowledge_visible_to(account).filter(organisation__in=units_of(standing(account)))
    return rows.order_by("valid_until", "id")
