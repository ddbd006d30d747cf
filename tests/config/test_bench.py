"""The script that pgbench runs is the operation's own SQL, with new rows in every transaction."""

from __future__ import annotations

import itertools
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from tests import people as cast
from yizhan.config.bench import samesql
from yizhan.config.supervisor.binaries import choose
from yizhan.core.numbers import uuid7
from yizhan.core.rows import insert_together
from yizhan.domain.cases.choices import Channel
from yizhan.domain.cases.models import Affair, Touchpoint

pytestmark = pytest.mark.django_db(transaction=True)
NUMBERS = itertools.count()
MOMENT = "2026-11-25T10:00:00+08:00"


def an_affair(person: Any) -> dict[Any, str]:
    """Two tables in one statement, with a colon, a quote and a backslash on the way."""
    affair = Affair(
        id=uuid7(), region="410225", number=f"N{next(NUMBERS):015d}", person=person,
        title="路灯:true 'a' \\\\ b", opened_at=MOMENT,
    )  # fmt: skip
    touch = Touchpoint(
        region="410225", affair=affair, channel=Channel.PORTAL, kind="visit", started_at=MOMENT,
        physical_trip=False,
    )  # fmt: skip
    insert_together([affair, touch])
    return {}


def test_rows_that_travel_as_json_are_new_in_every_transaction() -> None:
    person = cast.li_person()
    script, count = samesql.script(lambda number: an_affair(person))
    assert count == 1
    before = Affair.objects.count()
    facts = connection.settings_dict
    host = f"?host={quote(facts['HOST'])}" if facts["HOST"].startswith("/") else ""
    user = f"{facts['USER']}@" if host else f"{facts['USER']}:{facts['PASSWORD']}@{facts['HOST']}"
    url = f"postgresql://{user}/{facts['NAME']}{host}"
    rate = samesql.pgbench(choose().folder, url, script, clients=2, seconds=1)
    made = Affair.objects.count() - before
    assert rate > 0
    assert made > 2
    assert Touchpoint.objects.count() == Affair.objects.count()
    assert set(Affair.objects.values_list("title", flat=True)) == {"路灯:true 'a' \\\\ b"}


def test_an_operation_that_sends_other_sql_each_time_is_refused() -> None:
    def other(number: int) -> dict[Any, str]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {number}")
        return {}

    with pytest.raises(ValueError, match="different SQL"):
        samesql.script(other)
