"""Worklists: due first, 50 rows, a fixed number of queries; red and yellow; why this date."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import people as cast
from tests.factories import cases, catalogue
from tests.factories import people as persons
from yizhan.core.flow import Refused
from yizhan.core.numbers import query_code
from yizhan.core.worktime import CHINA
from yizhan.domain.cases import actions, queries
from yizhan.domain.cases.models import Case

pytestmark = pytest.mark.django_db


def test_due_first_with_the_reason() -> None:
    version = catalogue.published()
    later = cases.accepted(version, at=cases.AT + timedelta(days=1))
    sooner = cases.accepted(version)
    page = queries.worklist(cases.sun(later), at=cases.AT)
    assert [row.number for row in page.rows] == [sooner.number, later.number]
    row = page.rows[0]
    assert row.reason == "已受理（审查中），承诺时限"
    assert (row.subject_name, row.state_label, row.light) == ("李秀英", "已受理（审查中）", "green")
    assert page.next == ""


@pytest.mark.parametrize(
    ("at", "light"),
    [
        (datetime(2026, 11, 30, 23, 0, tzinfo=CHINA), "green"),
        (datetime(2026, 12, 1, 0, 1, tzinfo=CHINA), "yellow"),  # one working day left
        (datetime(2026, 12, 2, 23, 0, tzinfo=CHINA), "yellow"),
        (datetime(2026, 12, 3, 0, 1, tzinfo=CHINA), "red"),
    ],
)
def test_the_light_follows_the_deadline(at: datetime, light: str) -> None:
    case = cases.accepted()
    row = queries.worklist(cases.sun(case), at=at).rows[0]
    assert row.light == light
    watched = queries.supervision(cast.qian(), at=at)
    assert (watched["red_count"], watched["yellow_count"]) == (light == "red", light == "yellow")
    assert [r.number for r in watched["red"] + watched["yellow"]] == (
        [] if light == "green" else [case.number]
    )


def test_the_last_fifth_of_a_long_term_is_yellow() -> None:
    version = catalogue.published(promise_amount=20)
    case = cases.accepted(version)
    sun = cases.sun(case)
    for at, light in (
        (datetime(2026, 12, 16, 23, 0, tzinfo=CHINA), "green"),
        (datetime(2026, 12, 17, 0, 1, tzinfo=CHINA), "yellow"),  # 4 of 20 left
    ):
        assert queries.worklist(sun, at=at).rows[0].light == light


def copies(case: Case, count: int) -> None:
    """More open cases of the same unit (rows only), each due an hour later."""
    case.refresh_from_db()
    rows = []
    for n in range(count):
        row = Case.objects.get(pk=case.pk)
        row.pk = None
        row.id = Case._meta.pk.default()
        row.number, row.query_code = f"{case.number}-{n}", query_code()
        row.idempotency_key = f"copy-{case.pk}-{n}"
        row.due_at = case.due_at + timedelta(hours=n // 3)
        rows.append(row)
    Case.objects.bulk_create(rows)


def test_pages_of_fifty_by_key_without_gaps_or_doubles() -> None:
    case = cases.accepted()
    copies(case, 119)
    sun, found, mark, pages = cases.sun(case), [], "", 0
    while True:
        page = queries.worklist(sun, page=mark, at=cases.AT)
        found += [row.number for row in page.rows]
        pages, mark = pages + 1, page.next
        if not mark:
            break
    assert pages == 3
    assert len(found) == len(set(found)) == 120


def test_the_number_of_queries_does_not_grow_with_the_rows() -> None:
    case = cases.accepted()

    def cost() -> int:
        account = type(cases.sun(case)).objects.get(username="sun")
        with CaptureQueriesContext(connection) as seen:
            queries.worklist(account, at=cases.AT)
        return len(seen)

    few = cost()
    copies(case, 80)
    assert cost() == few == 2


def test_a_wrong_list_or_mark_is_refused() -> None:
    with pytest.raises(Refused, match="没有这个列表"):
        queries.worklist(cast.wang(), tab="x", at=cases.AT)
    for mark in ("x", "2026_1", "'; DROP TABLE"):
        with pytest.raises(Refused, match="页码不对"):
            queries.worklist(cast.wang(), page=mark, at=cases.AT)


def test_each_list_holds_what_it_says() -> None:
    fresh, waiting = cases.submitted(), cases.received()
    actions.ask_correction(
        waiting.pk, defects={"id": "请更换身份证照片"}, by=cast.wang(), at=cases.AT
    )
    open_case = cases.accepted()
    done = actions.withdraw(cases.submitted().pk, by=cast.li(), at=cases.AT)
    boss = persons.official("supervisor", username="boss")
    expected = {
        "due": {fresh, waiting, open_case}, "window": {fresh}, "waiting": {waiting},
        "review": {open_case}, "delivery": set(), "closed": {done},
    }  # fmt: skip
    for tab, wanted in expected.items():
        rows = queries.worklist(boss, tab=tab, at=cases.AT).rows
        assert {row.number for row in rows} == {case.number for case in wanted}, tab
    assert queries.tab_counts(boss)["due"] == 3


def test_a_worklist_of_one_unit_is_served_by_its_index() -> None:
    case = cases.accepted()
    copies(case, 300)
    copies(cases.accepted(), 300)  # another unit's
    sun = cases.sun(case)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_case")
        cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as seen:
        queries.worklist(sun, at=cases.AT)
    sql = next(q["sql"] for q in seen if "LIMIT" in q["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "case_worklist" in plan, plan
    assert "Sort" not in plan, plan


def test_the_timeline_tells_the_whole_story_in_order() -> None:
    case = cases.accepted()
    lines = queries.timeline(case)
    assert [(line.label, line.by) for line in lines] == [
        ("提交", "王芳"), ("收件", "王芳"), ("受理", "王芳"),
    ]  # fmt: skip
    assert [[d.kind for d in line.documents] for line in lines] == [
        ["receipt", "acceptance"],
        [],
        [],
    ] or [[d.kind for d in line.documents] for line in lines] == [[], ["receipt"], ["acceptance"]]


def test_why_this_date() -> None:
    case = cases.accepted()
    lines = {line.name: line for line in queries.clock_sentences(case, at=cases.AT)}
    promised = lines["promised"]
    assert promised.sentence == (
        "承诺时限：自2026年11月25日起算（当日不计），5个工作日，"
        "其间2天休息日、节假日不计，截止2026年12月2日当日24:00前。"
    )
    assert (promised.left, promised.light, promised.running) == (5, "green", True)
    assert not lines["notice"].running


def test_what_officers_write_to_each_other_is_marked_internal() -> None:
    case = cases.accepted()
    actions.assign(case.pk, handler=cases.sun(case), by=cases.zhao(case), at=cases.AT)
    marked = {line.kind: line.internal for line in queries.timeline(case)}
    assert marked == {"submit": False, "receive": False, "accept": False, "assign": True}
