"""Who sees what: every door, and a stranger at each of them (trap T2)."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import people as cast
from tests.factories import cases, catalogue
from tests.factories import people as persons
from yizhan.core.flow import Refused
from yizhan.domain.cases import actions, queries
from yizhan.domain.cases.models import Case, MaterialFile
from yizhan.domain.people.models import Account

pytestmark = pytest.mark.django_db


def seen(account: Account) -> set[uuid.UUID]:
    """The cases an account may open: in a list, and each by its number, are the same."""
    listed = set(queries.visible_to(account).values_list("pk", flat=True))
    opened = {c.pk for c in Case.objects.all() if queries.find(account, c.number) is not None}
    assert opened == listed
    return listed


def test_a_citizen_sees_his_own_his_companys_and_those_he_carries() -> None:
    li, firm = cast.li_person(), persons.legal_person()
    persons.represents(li, firm)
    mine = cases.submitted()
    other = persons.person(name="别人家", phone="13912340000")
    served = catalogue.published(fields=[], served=["1", "2"])
    company = cases.submitted(served, legal_person=firm, data={})
    carried = cases.submitted(served, person=other, agent=li, data={})
    foreign = cases.submitted(served, person=other, data={})
    assert seen(cast.li()) == {mine.pk, company.pk, carried.pk}
    assert seen(persons.citizen(person=other)) == {carried.pk, foreign.pk}
    assert seen(persons.citizen()) == set()


def test_staff_see_by_post_scope_and_unit() -> None:
    here, there = cases.accepted(), cases.submitted()
    assert seen(cases.sun(here)) == {here.pk}
    assert seen(persons.clerk(username="other-window")) == {there.pk}
    assert seen(cast.wang()) == {here.pk, there.pk}  # she took both in
    assert seen(cast.qian()) == {here.pk, there.pk}
    for function in ("catalogue_editor", "calendar_keeper", "audit_admin", "system_admin"):
        assert seen(persons.official(function, username=function)) == set()
    assert seen(persons.official("supervisor", username="s2", scope="410202")) == set()
    assert seen(persons.staff("nobody")) == set()


def test_a_lost_post_closes_the_door() -> None:
    case = cases.accepted()
    sun = cases.sun(case)
    assert seen(sun) == {case.pk}
    sun.posts.update(valid_to=cases.AT)
    assert seen(Account.objects.get(pk=sun.pk)) == set()
    zhao = cases.zhao(case)
    zhao.is_active = False
    assert seen(zhao) == set()


def test_who_has_left_opens_nothing_of_what_he_took_in() -> None:
    case = cases.received()
    wang = cast.wang()
    assert seen(wang) == {case.pk}
    wang.posts.update(valid_to=cases.AT)
    assert seen(Account.objects.get(pk=wang.pk)) == set()


STRANGERS: list[Callable[[Case], Account]] = [
    lambda case: persons.citizen(person=persons.person(phone="13900009999")),
    lambda case: persons.handler(catalogue.unit()),
    lambda case: persons.official("window_clerk", username="far", scope="410202"),
    lambda case: persons.official("audit_admin", username="audit"),
    lambda case: AnonymousUser(),
]


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_finds_nothing_at_any_door(stranger: Callable[[Case], Account]) -> None:
    case = cases.accepted()
    material = case.materials.get(key="id")
    file = cases.stored(cast.li())
    MaterialFile.objects.create(region=case.region, material=material, file=file)
    account = stranger(case)
    assert not queries.visible_to(account).filter(pk=case.pk).exists()
    assert not queries.documents_visible_to(account).filter(case=case).exists()
    assert not queries.files_visible_to(account).filter(pk=file.pk).exists()
    if account.is_authenticated:
        assert queries.worklist(account, at=cases.AT).rows == []
        assert not queries.supervised(account).exists()
        assert not queries.drafts_of(account).exists()
        assert queries.supervision(account, at=cases.AT)["open_count"] == 0


def test_whoever_may_open_the_case_may_open_its_papers_and_files() -> None:
    case = cases.accepted()
    file = cases.stored(persons.citizen())
    material = case.materials.get(key="id")
    MaterialFile.objects.create(region=case.region, material=material, file=file)
    for account in (cast.li(), cases.sun(case), cast.qian()):
        assert queries.documents_visible_to(account).count() == 2
        assert queries.files_visible_to(account).filter(pk=file.pk).exists()


def test_number_and_code_together_open_a_case_and_nothing_else_does() -> None:
    case = cases.submitted()
    assert queries.by_number_and_code(case.number, case.query_code) == case
    messy = f" {case.query_code[:5].lower()} {case.query_code[5:]}"
    assert queries.by_number_and_code(f" {case.number.lower()} ", messy) == case
    sentences = set()
    for number, code in (
        (case.number, "ABCDEFGHJK"), ("X" * 45, case.query_code), (case.number, ""), ("", ""),
        ("X" * 45, "----------"), (case.number, "密码"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            queries.by_number_and_code(number, code)
        sentences.add(str(refusal.value))
    assert sentences == {"没有查到，请核对办件编号和查询码。"}


def test_buttons_come_with_the_reason_why_not() -> None:
    case = cases.accepted()
    found = {c.move.name: str(c.refusal) for c in queries.choices_for(case, cases.zhao(case))}
    assert found["grant"] == "“审核”还没有办完，办完后才能决定。"
    assert found["approve_extension"] == "现在没有待批准的延期申请。"
    assert found["start_special"] == ""
    assert not {"lapse_deferral", "deem_accepted", "submit"} & set(found)
    mine = {c.move.name: bool(c) for c in queries.choices_for(case, cast.li())}
    assert mine == {"withdraw": True, "supply_deferred": False, "withdraw_promise": False}


def test_the_buttons_say_what_the_action_would_say() -> None:
    """The check that greys out a button is the one that refuses the act."""
    case = cases.received()
    sun = cases.sun(case)
    refusal = {c.move.name: c.refusal for c in queries.choices_for(case, sun)}
    assert refusal["accept"] == ""
    assert actions.accept(case.pk, by=sun, at=cases.AT).state == "accepted"
    stranger = persons.handler(catalogue.unit())
    other = cases.received()
    said = {c.move.name: c.refusal for c in queries.choices_for(other, stranger)}["accept"]
    with pytest.raises(Refused) as no:
        actions.accept(other.pk, by=stranger, at=cases.AT)
    assert said == str(no.value)


def test_a_page_of_buttons_costs_a_fixed_number_of_queries() -> None:
    case = cases.accepted()
    sun = cases.sun(case)
    with CaptureQueriesContext(connection) as seen_queries:
        queries.choices_for(queries.visible_to(sun).get(), sun)
    assert len(seen_queries) <= 14
