"""List and page of a case: doors, masks, one answer with and without htmx, fixed queries."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import people as cast
from tests.factories import cases, catalogue, files, office
from tests.factories import people as staff
from yizhan.domain.cases import actions
from yizhan.domain.cases.models import Case, MaterialFile
from yizhan.domain.people.models import AccessLine

pytestmark = pytest.mark.django_db
NOW = cases.AT + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _clock() -> Any:
    office.calendar_year(2026)
    with time_machine.travel(NOW, tick=False):
        yield


def with_file(case: Case) -> MaterialFile:
    """A scan of the first material."""
    stored = files.stored_file(owner=cast.wang(), at=cases.AT)
    material = case.materials.get(key="form")
    return MaterialFile.objects.create(region=case.region, material=material, file=stored)


def test_the_list_says_what_is_due_when_and_why(client: Client) -> None:
    case = cases.received()

    html = cast.enter(client, cast.wang()).get("/work/").content.decode()

    assert case.number in html
    assert "还剩 1 个工作日" in html
    assert "11月26日到期：收件后要尽快审查并告知结果" in html
    assert f'href="/work/cases/{case.number}/?do=accept#do-accept"' in html


def test_overdue_is_said_in_words_not_only_in_colour(client: Client) -> None:
    cases.received()

    with time_machine.travel(cases.AT + timedelta(days=6), tick=False):
        html = cast.enter(client, cast.wang()).get("/work/").content.decode()

    assert "light-red" in html
    assert "超期 3 个工作日" in html


def test_first_due_comes_first(client: Client) -> None:
    later = cases.received()
    first = cases.received(at=cases.AT - timedelta(days=1))

    html = cast.enter(client, cast.wang()).get("/work/").content.decode()

    assert html.index(first.number) < html.index(later.number)


def test_a_case_is_found_by_number_and_by_name(client: Client) -> None:
    case, other = cases.received(), cases.received(person=staff.person(name="赵小花"))
    client = cast.enter(client, cast.wang())

    by_number = client.get("/work/", {"q": f" {case.number[:-6]} {case.number[-6:]}"})
    by_name = client.get("/work/", {"q": "赵小"})

    assert case.number in by_number.content.decode()
    assert other.number not in by_number.content.decode()
    assert other.number in by_name.content.decode()
    assert case.number not in by_name.content.decode()


def test_search_finds_nothing_of_another_unit(client: Client) -> None:
    case = cases.accepted()
    stranger = cast.sun(catalogue.unit())

    html = cast.enter(client, stranger).get("/work/", {"q": case.number}).content.decode()

    assert f"/work/cases/{case.number}/" not in html


def test_a_mark_that_somebody_typed_gives_the_first_page(client: Client) -> None:
    case = cases.received()

    response = cast.enter(client, cast.wang()).get("/work/", {"tab": "due", "page": "kaputt"})

    assert response.status_code == 200
    assert case.number in response.content.decode()


def test_the_list_asks_the_same_number_of_questions_for_one_row_and_for_ten(
    client: Client,
) -> None:
    version = catalogue.published()
    client = cast.enter(client, cast.wang())
    cases.received(version)
    client.get("/work/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/work/")
    for _ in range(9):
        cases.received(version)
    with CaptureQueriesContext(connection) as ten:
        client.get("/work/")

    assert len(one) == len(ten)


def two_pages(client: Client, **asked: str) -> list[set[str]]:
    """The case numbers of a list's first page and of the one its link leads to, the last."""
    first = client.get("/work/", asked).text
    link = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = client.get(f"/work/{link}").text
    assert 'rel="next"' not in second
    pattern = r'class="title" href="/work/cases/([^/]+)/"'
    return [set(re.findall(pattern, page)) for page in (first, second)]


def test_fifty_rows_and_the_next_page_without_an_offset(client: Client) -> None:
    version = catalogue.published(materials=[], fields=[], questions=[])
    numbers = {cases.received(version, data={}, answers={}, materials=[]).number for _ in range(52)}
    client = cast.enter(client, cast.wang())

    first, second = two_pages(client)

    assert (len(first), len(second)) == (50, 2)
    assert first | second == numbers


def test_a_search_that_finds_more_than_fifty_goes_on_to_the_next_page(client: Client) -> None:
    version = catalogue.published(materials=[], fields=[], questions=[])
    numbers = {cases.received(version, data={}, answers={}, materials=[]).number for _ in range(52)}
    client = cast.enter(client, cast.wang())

    first, second = two_pages(client, q="李秀")

    assert (len(first), len(second)) == (50, 2)
    assert first | second == numbers
    assert client.get("/work/", {"q": "李秀", "page": "typed"}).status_code == 200


def test_the_page_shows_everything_and_no_full_number(client: Client) -> None:
    case = cases.accepted()
    row = with_file(case)

    html = cast.enter(client, cases.sun(case)).get(f"/work/cases/{case.number}/").content.decode()

    shown = (
        "李秀英", "410***********0014", "138****0001", "房屋面积（平方米）", "测试事项申请表",
        "窗口核验原件", "审核", "受理通知书", "跑了 1 趟", "承诺时限", "一次告知时限",
        "截止2026年12月2日", row.file.name,
    )  # fmt: skip
    for words in shown:
        assert words in html, words
    assert cast.LI_NUMBER not in html
    assert cast.LI_PHONE not in html


def test_a_document_number_in_a_plain_field_is_masked_too(client: Client) -> None:
    field = {
        "key": "document", "label": "证件号码", "kind": "text", "section": "申请人",
        "required": True, "prefill": "person.id_number", "locked": True,
    }  # fmt: skip
    version = catalogue.published(fields=[field], questions=[], materials=[])
    case = cases.accepted(version, data={}, answers={}, materials=[])
    assert case.data["document"] == cast.LI_NUMBER

    html = cast.enter(client, cases.sun(case)).get(f"/work/cases/{case.number}/").text

    assert "证件号码" in html
    assert cast.LI_NUMBER not in html


def test_the_page_asks_the_same_number_of_questions_with_more_rows(client: Client) -> None:
    case = cases.accepted()
    sun = cases.sun(case)
    client = cast.enter(client, sun)
    with_file(case)
    client.get(f"/work/cases/{case.number}/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/work/cases/{case.number}/")
    for _ in range(4):
        with_file(case)
    step = case.steps.get(key="review")
    actions.finish_step(case.pk, step.pk, opinion="材料齐全，拟同意", by=sun, at=NOW)
    with CaptureQueriesContext(connection) as many:
        client.get(f"/work/cases/{case.number}/")

    assert asked(many) <= asked(few)


def asked(found: CaptureQueriesContext) -> int:
    """How many questions, but for the calendar, which is read again every few seconds."""
    return sum("office_calendar" not in one["sql"] for one in found.captured_queries)


def test_the_possible_is_a_button_and_the_impossible_has_its_reason(client: Client) -> None:
    case = cases.accepted()

    html = cast.enter(client, cases.sun(case)).get(f"/work/cases/{case.number}/").content.decode()

    assert f'action="/work/cases/{case.number}/finish_step/"' in html
    assert f'action="/work/cases/{case.number}/grant/"' not in html
    assert "审批负责人" in html


@pytest.mark.parametrize("part", ["", "accept/", "reveal/", "files/{file}/", "documents/{paper}/"])
def test_a_stranger_finds_nothing(client: Client, part: str) -> None:
    case = cases.accepted()
    address = part.format(file=with_file(case).file_id, paper=case.documents.first().pk)
    stranger = cast.enter(client, cast.sun(catalogue.unit()))
    post = part in ("accept/", "reveal/")

    ask = stranger.post if post else stranger.get
    response = ask(f"/work/cases/{case.number}/{address}")

    assert response.status_code == 404
    assert AccessLine.objects.count() == 0


def test_a_file_is_reached_only_through_its_own_case(client: Client) -> None:
    version = catalogue.published()
    case, other = cases.accepted(version), cases.accepted(version)
    row = with_file(other)

    client = cast.enter(client, cases.sun(case))

    assert client.get(f"/work/cases/{case.number}/files/{row.file_id}/").status_code == 404
    paper = other.documents.first()
    assert client.get(f"/work/cases/{case.number}/documents/{paper.pk}/").status_code == 404


def test_a_file_is_shown_as_a_file_and_the_look_is_recorded(client: Client) -> None:
    case = cases.accepted()
    row = with_file(case)
    sun = cases.sun(case)
    client = cast.enter(client, sun)

    shown = client.get(f"/work/cases/{case.number}/files/{row.file_id}/")
    taken = client.get(f"/work/cases/{case.number}/files/{row.file_id}/?download=1")

    assert shown.headers["Content-Type"] == row.file.media_type
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in shown.headers["Cache-Control"]
    assert len(b"".join(shown.streaming_content)) == row.file.size
    line = AccessLine.objects.order_by("id").first()
    assert (line.account, line.purpose, line.subject) == (sun, "查看申请材料", case.number)


def test_a_paper_is_a_pdf(client: Client) -> None:
    case = cases.received()
    paper = case.documents.get()

    response = cast.enter(client, cast.wang()).get(
        f"/work/cases/{case.number}/documents/{paper.pk}/"
    )

    assert response.headers["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content).startswith(b"%PDF")


def test_the_clear_number_needs_a_purpose_and_leaves_a_line(client: Client) -> None:
    case = cases.received()
    client = cast.enter(client, cast.wang())

    without = client.post(f"/work/cases/{case.number}/reveal/", {"purpose": "好奇"})
    assert without.status_code == 422
    assert cast.LI_NUMBER not in without.content.decode()
    assert AccessLine.objects.count() == 0

    shown = client.post(f"/work/cases/{case.number}/reveal/", {"purpose": "联系申请人"})
    assert cast.LI_NUMBER in shown.content.decode()
    assert cast.LI_PHONE in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    line = AccessLine.objects.get()
    assert (line.purpose, line.subject) == ("联系申请人", case.number)


@pytest.mark.parametrize("address", ["", "accept/"])
def test_the_htmx_answer_is_the_page_without_its_frame(client: Client, address: str) -> None:
    version = catalogue.published()
    case = cases.received(version, materials=cases.paper(version, without=("form",)))
    client = cast.enter(client, cast.wang())
    ask = client.post if address else client.get
    url = f"/work/cases/{case.number}/{address}"

    whole = ask(url)
    part = ask(url, headers={"HX-Request": "true"})

    def plain(response: Any) -> str:
        text = response.content.decode()
        return re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", text).strip()

    assert whole.status_code == part.status_code == (409 if address else 200)
    assert "<html" not in plain(part)
    assert plain(part) in plain(whole)


def test_without_htmx_an_action_ends_in_a_redirect_with_it_in_the_new_page(client: Client) -> None:
    case, other = cases.received(), cases.received()
    client = cast.enter(client, cast.wang())

    plain = client.post(f"/work/cases/{case.number}/ask_correction/", correction())
    part = client.post(
        f"/work/cases/{other.number}/ask_correction/", correction(), headers={"HX-Request": "true"}
    )

    assert plain.headers["Location"] == f"/work/cases/{case.number}/"
    assert "“一次性告知补正”已办好。" in part.content.decode()


def correction() -> dict[str, str]:
    """One defect."""
    return {"tick-form": "on", "text-form": "请更换申请表。"}
