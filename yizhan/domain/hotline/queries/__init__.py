"""Reads of the hotline: doors, lists, history, what an account may do."""

from yizhan.domain.hotline.queries.dispatch import Proposal, rules_of, unit_for
from yizhan.domain.hotline.queries.doors import (
    Reading,
    by_number_and_phone,
    files_visible_to,
    find,
    knowledge_visible_to,
    order_by_link,
    reading,
    sender_index,
    sender_of,
    sender_place,
    standing,
    units_of,
    visible_to,
)
from yizhan.domain.hotline.queries.standing import (
    Deadlines,
    as_caller,
    choices_for,
    facts,
    template_for,
    template_of,
)

__all__ = [
    "Deadlines",
    "Proposal",
    "Reading",
    "as_caller",
    "by_number_and_phone",
    "choices_for",
    "facts",
    "files_visible_to",
    "find",
    "knowledge_visible_to",
    "order_by_link",
    "reading",
    "rules_of",
    "sender_index",
    "sender_of",
    "sender_place",
    "standing",
    "template_for",
    "template_of",
    "unit_for",
    "units_of",
    "visible_to",
]
