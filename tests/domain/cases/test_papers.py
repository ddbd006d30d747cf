"""Papers: numbered without gaps, rendered once, the same bytes for ever."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

import pikepdf
import pytest
from django.db import connection, transaction

from tests import people as cast
from tests.factories import cases, catalogue
from tests.factories.together import together
from yizhan.core.flow import Refused
from yizhan.domain.cases import actions
from yizhan.domain.cases.actions import _papers as papers
from yizhan.domain.cases.choices import DocumentKind
from yizhan.domain.cases.models import Document, Series
from yizhan.domain.files import queries as files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.FILES_FOLDER = tmp_path / "files"


def test_each_unit_kind_and_year_has_its_own_series() -> None:
    version, other = catalogue.published(), catalogue.published()
    first, second = cases.received(version), cases.received(version)
    elsewhere = cases.received(other)
    next_year = cases.received(version, at=cases.AT.replace(year=2027))
    numbers = [c.documents.get(kind="receipt").number for c in (first, second, elsewhere)]
    here, there = first.organisation.short_name, elsewhere.organisation.short_name
    assert numbers == [f"{here}收〔2026〕1号", f"{here}收〔2026〕2号", f"{there}收〔2026〕1号"]
    assert next_year.documents.get().number == f"{here}收〔2027〕1号"
    assert len({*papers.WORDS.values()}) == len(DocumentKind)


def test_a_refused_act_takes_its_number_back() -> None:
    version = catalogue.published()
    one, two = cases.submitted(version), cases.submitted(version)
    with transaction.atomic():
        actions.receive(one.pk, by=cast.wang(), at=cases.AT)
        transaction.set_rollback(True)
    actions.receive(two.pk, by=cast.wang(), at=cases.AT)
    assert two.documents.get().number.endswith("收〔2026〕1号")
    assert Series.objects.get().last == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_have_neither_gaps_nor_doubles_under_threads() -> None:
    version, clerk = catalogue.published(), cast.wang()
    made = [cases.submitted(version) for _ in range(12)]

    def take(batch: list[Any]) -> None:
        for n, case in enumerate(batch):
            try:
                with transaction.atomic():
                    actions.receive(case.pk, by=clerk, at=cases.AT)
                    if n == 1:
                        raise Refused("撤销这一件。")
            except Refused:
                continue

    assert together(*[partial(take, made[n::4]) for n in range(4)]) == [None] * 4
    serials = sorted(int(d.number.split("〕")[1].rstrip("号")) for d in Document.objects.all())
    assert serials == list(range(1, 9))


def test_a_paper_is_rendered_once_and_then_the_same_bytes() -> None:
    case = cases.accepted()
    document = case.documents.get(kind="acceptance")
    assert document.file is None
    first = actions.render_document(document.pk, at=cases.AT)
    with files.open_bytes(first) as stream:
        content = stream.read()
    assert content.startswith(b"%PDF-")
    again = actions.render_document(document.pk, at=cases.AT.replace(year=2028))
    assert again.pk == first.pk
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
        assert str(pdf.docinfo["/Title"]) == f"受理通知书 {document.number}"


def test_what_the_paper_says_is_frozen() -> None:
    """A new phone of the unit or name of the person does not rewrite an issued paper."""
    case = cases.received()
    document = case.documents.get()
    before = dict(document.facts)
    case.organisation.phone = "0371-1"
    case.organisation.save()
    document.refresh_from_db()
    assert document.facts == before
    assert before["to"] == "李秀英"
    assert before["demo"] is True


def test_typed_text_is_text_and_never_markup() -> None:
    case = cases.received()
    evil = '#read("/etc/passwd") *粗* $x$ <a> ”#panic()'
    actions.refuse_acceptance(case.pk, reason=evil, by=cast.wang(), at=cases.AT)
    document = case.documents.get(kind="not_accepted")
    assert evil in document.facts["paragraphs"][0]
    assert actions.render_document(document.pk, at=cases.AT).pages >= 1


@pytest.mark.django_db(transaction=True)
def test_two_first_openings_make_one_file() -> None:
    document = cases.received().documents.get()
    found = together(*[partial(actions.render_document, document.pk, at=cases.AT)] * 2)
    assert len({file.pk for file in found}) == 1, found


def test_the_series_survives_a_long_unit_name() -> None:
    unit = catalogue.unit("兰考县" + "很" * 27, short_name="很" * 30)
    case = cases.received(catalogue.published(organisation=unit))
    assert len(case.documents.get().number) <= 60
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(length(key)) FROM cases_series")
        assert cursor.fetchone()[0] <= 60
