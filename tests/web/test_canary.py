"""Trap T2: nothing of one person reaches a stranger by any list, search, page, file or API.

Generated from the routes: a new route is crawled from the day it exists. 李秀英 is the canary: her
name, numbers, case and file are in the database, and everybody who has no business with her asks
for every address, also with the beginning of her name or of a number of hers as search words.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests import people as cast
from tests.web.everything import address, clients, objects, routes
from yizhan.domain.files.models import StoredFile

pytestmark = pytest.mark.django_db
STRANGERS = (
    "anonymous", "stranger", "other_unit", "other_machine", "editor", "publisher", "keeper",
    "system",
)  # fmt: skip
# parameters that name something of hers
HERS = (
    "<str:number>", "<number>", "<uuid:document_id>", "<uuid:file_id>", "<uuid:draft_id>",
    "<uuid:person_id>",
)  # fmt: skip
# the demonstration shows its own messages to everybody, and only the demonstration has this page
SHOWN = ("/demo/outbox/",)
# who sends stuck messages again sees which case one is about, and nothing else of it
BY_NUMBER = ("/work/notices/", "system")
CLOSED = (301, 302, 401, 403, 404, 405)


def body(client: Client, path: str, **asked: Any) -> tuple[int, bytes]:
    """Status and whole answer of GET; nothing is kept."""
    client.raise_request_exception = False
    cookies = client.cookies.copy()
    point = transaction.savepoint()
    found = client.get(path, asked)
    content = b"".join(found.streaming_content) if found.streaming else found.content
    transaction.savepoint_rollback(point)
    client.cookies = cookies
    return found.status_code, content


def test_a_stranger_meets_nothing_of_hers_on_any_route(settings, tmp_path):
    settings.FILES_FOLDER = tmp_path
    case, made = objects()
    stored = StoredFile.objects.get(pk=made["<uuid:file_id>"])
    hers = [case.subject_name, case.number, case.query_code, stored.name]
    canaries = {word.encode() for word in (*hers, cast.LI_NUMBER, cast.LI_PHONE)}
    words = [
        {},
        *({"q": w} for w in (case.subject_name[:-1], cast.LI_NUMBER[:12], case.number[:-3])),
    ]
    everybody = clients(case)
    met, opened = [], []
    for route in sorted(set(routes()) - set(SHOWN)):
        path = address(route, made)
        own = any(mark in route for mark in HERS)
        for name in STRANGERS:
            for asked in words[:1] if own else words:
                status, content = body(everybody[name], path, **asked)
                seen = {c.decode() for c in canaries if c in content}
                seen -= {case.number} if (route, name) == BY_NUMBER else set()
                met += [(route, name, asked, word) for word in sorted(seen)]
            if own and status not in CLOSED:
                opened.append((route, name, status))
    assert met == []
    assert opened == []


def test_the_crawl_would_notice(settings, tmp_path):
    """The same crawl as somebody who may see her finds every canary: the test can fail."""
    settings.FILES_FOLDER = tmp_path
    case, made = objects()
    owner = clients(case)["owner"]
    found = b""
    for route in sorted(set(routes())):
        found += body(owner, address(route, made))[1]
    for word in (case.subject_name, case.number, case.query_code):
        assert word.encode() in found
