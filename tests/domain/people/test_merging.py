"""T11: one person through several doors becomes one record; the merge can be undone exactly."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests import people
from tests.factories import people as make
from yizhan.core.flow import Refused
from yizhan.domain.people import actions, queries
from yizhan.domain.people.actions.merging import STAYS, _references
from yizhan.domain.people.models import Account, Person, PersonMerge, Representation

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
BORN = date(1950, 1, 1)
pytestmark = pytest.mark.django_db


def passport() -> Person:
    """Li once more, under her passport, as the village helper registered her."""
    return make.person(name="李秀英", kind="414", number="E12345678", phone=people.LI_PHONE)


def merge(kept: Person, absorbed: Person, **facts) -> PersonMerge:
    given = {"reason": "身份证和护照原件核对是同一人", "by": people.qian(), "at": AT}
    return actions.merge(kept.pk, absorbed.pk, **given | facts)


def test_everything_moves_and_comes_back() -> None:
    kept, absorbed = people.li_person(), passport()
    login = make.citizen(person=absorbed)
    legal = make.legal_person(representative=absorbed)
    acts = make.represents(absorbed, legal)
    queries.note_access(absorbed, by=people.wang(), purpose="旧的查看", at=AT)

    made = merge(kept, absorbed)
    for row in (login, legal, acts, absorbed):
        row.refresh_from_db()
    assert (login.person, legal.representative, acts.person) == (kept, kept, kept)
    assert absorbed.merged_into == kept
    assert queries.who_looked(kept).get().purpose == "旧的查看"  # both records' looks are shown

    late = make.citizen(person=kept)
    actions.undo_merge(made.pk, by=people.qian(), at=AT)
    for row in (login, legal, acts, absorbed, late):
        row.refresh_from_db()
    assert (login.person, legal.representative, acts.person) == (absorbed, absorbed, absorbed)
    assert absorbed.merged_into is None
    assert late.person == kept  # what came after the merge stays
    made.refresh_from_db()
    assert (made.undone_by, made.undone_at) == (people.qian(), AT)


def test_the_absorbed_document_now_finds_the_kept_record() -> None:
    kept, absorbed = people.li_person(), passport()
    merge(kept, absorbed)
    found = actions.find_or_create_person(
        region="410225", id_kind="414", id_number="E12345678", name="李秀英",
        by=people.wang(), at=AT,
    )  # fmt: skip
    assert found == kept
    assert Person.objects.count() == 2
    assert queries.find_person(region="410225", kind="414", number="E12345678", today=AT) == kept


def test_a_row_that_both_have_stays_behind_and_nothing_breaks() -> None:
    kept, absorbed, legal = people.li_person(), passport(), make.legal_person()
    both = [make.represents(person, legal) for person in (kept, absorbed)]
    other = make.represents(absorbed, make.legal_person())
    made = merge(kept, absorbed)
    assert set(Representation.objects.filter(person=kept)) == {both[0], other}
    actions.undo_merge(made.pk, by=people.qian(), at=AT)
    assert set(Representation.objects.filter(person=absorbed)) == {both[1], other}


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"reason": " "}, "理由"),
        ({"by": people.wang}, "效能监督人员"),
        ({"by": people.feng}, "效能"),
    ],
)
def test_not_without_reason_and_right(facts, sentence: str) -> None:
    kept, absorbed = people.li_person(), passport()
    facts = {key: value() if callable(value) else value for key, value in facts.items()}
    with pytest.raises(Refused, match=sentence):
        merge(kept, absorbed, **facts)
    absorbed.refresh_from_db()
    assert absorbed.merged_into is None
    assert not PersonMerge.objects.exists()


def test_not_with_oneself_another_name_another_county_or_twice() -> None:
    kept, absorbed = people.li_person(), passport()
    stranger = make.person(name="王小明")
    far = make.person(name="李秀英", region="410226")
    for other, sentence in ((kept, "两份不同"), (stranger, "姓名不同"), (far, "本县")):
        with pytest.raises(Refused, match=sentence):
            merge(kept, other)
    made = merge(kept, absorbed)
    with pytest.raises(Refused, match="已经合并过"):
        merge(kept, absorbed)
    actions.undo_merge(made.pk, by=people.qian(), at=AT)
    with pytest.raises(Refused, match="已经撤销过"):
        actions.undo_merge(made.pk, by=people.qian(), at=AT)
    merge(kept, absorbed)  # and after an undo it can be merged again
    assert PersonMerge.objects.count() == 2


def test_candidates_share_name_and_phone_or_birthday() -> None:
    li = people.li_person()
    same_phone = passport()
    same_day = make.person(name="李秀英", kind="414", number="E99999999", born_on=BORN)
    make.person(name="王小明", phone=people.LI_PHONE)
    make.person(name="李秀英", born_on=date(1990, 1, 1))
    assert set(queries.merge_candidates(li)) == {same_phone.pk, same_day.pk}


def test_every_table_that_points_at_a_person_is_moved() -> None:
    """A table that a later package adds is merged too, unless it is append-only and named."""
    tables = {model._meta.label for model, _ in _references()}
    assert {"people.Account", "people.Representation", "people.LegalPerson"} <= tables
    assert {"cases.Case", "cases.Affair", "notices.Notice"} <= tables
    assert not tables.intersection(model._meta.label for model in STAYS)


def test_a_login_of_the_absorbed_record_speaks_for_the_kept_one() -> None:
    kept, absorbed = people.li_person(), passport()
    login = make.citizen(person=absorbed)
    merge(kept, absorbed)
    assert queries.person_of(Account.objects.get(pk=login.pk)) == kept
