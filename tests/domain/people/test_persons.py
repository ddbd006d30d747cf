"""One person per document, whoever asks, however often and at once; numbers stay sealed."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError, IntegrityError

from tests import people
from tests.factories import people as make
from yizhan.core.crypto import Unsealable
from yizhan.core.flow import Refused
from yizhan.domain.people import actions, queries
from yizhan.domain.people.models import (
    AccessLine,
    Account,
    AccountEvent,
    LegalPerson,
    Person,
    Representation,
)

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
NUMBER = "410225195001010014"
pytestmark = pytest.mark.django_db


def find(**facts):
    given = {"region": "410225", "id_kind": "111", "id_number": NUMBER, "name": "李秀英"}
    return actions.find_or_create_person(**given | {"by": people.wang(), "at": AT} | facts)


def test_a_person_is_made_once_and_found_again() -> None:
    first = find(phone="13800000001")
    again = find(id_number="4102 2519 5001 0100 14", id_kind="113")
    assert first.pk == again.pk
    assert Person.objects.count() == 1
    assert (first.born_on.isoformat(), first.sex, first.verified) == (
        "1950-01-01",
        "male",
        "window",
    )
    assert queries.id_number(first) == NUMBER
    assert queries.masked_id(first) == "410***********0014"
    assert queries.masked_phone(first) == "138****0001"


def test_another_name_on_the_same_document_is_refused() -> None:
    find()
    with pytest.raises(Refused, match="姓名与证件号不符") as refusal:
        find(name="李秀莲")
    assert refusal.value.field == "name"
    assert Person.objects.get().name == "李秀英"


def test_a_citizen_changes_nothing_of_a_known_record() -> None:
    person = find(phone="13800000001", address="胜利社区1号")
    found = find(by=make.citizen(), phone="13900000009", address="别处")
    person.refresh_from_db()
    assert found.pk == person.pk
    assert (queries.phone_of(person), person.address) == ("13800000001", "胜利社区1号")


def test_the_clerk_brings_the_record_up_to_date() -> None:
    find(phone="13800000001")
    person = find(phone="13900000009", address="胜利社区2号")
    assert (queries.phone_of(person), person.address) == ("13900000009", "胜利社区2号")


def test_no_number_is_readable_in_any_table() -> None:
    find(phone="13712345678")
    make.citizen(phone="13787654321")
    code, digits = actions.make_code(region="410225", phone="13712345678", at=AT)
    assert code.code_hash != digits
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        assert "people_person" in tables
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM \"{table}\" t")
            text = cursor.fetchone()[0]
            for secret in (NUMBER, "13712345678", "13787654321"):
                assert secret not in text, table
                assert secret.encode().hex() not in text, table


def test_a_sealed_number_copied_to_another_row_does_not_open() -> None:
    one, two = find(), make.person()
    Person.objects.filter(pk=two.pk).update(id_sealed=one.id_sealed)
    two.refresh_from_db()
    with pytest.raises(Unsealable):
        queries.id_number(two)


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_get_one_person() -> None:
    clerk = people.wang()
    gate = threading.Barrier(2, timeout=10)
    found: list[object] = []

    def window() -> None:
        try:
            gate.wait()
            found.append(find(by=clerk).pk)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion
            found.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=window) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(set(found)) == 1
    assert Person.objects.count() == 1


def test_the_database_itself_refuses_a_second_record_of_a_document() -> None:
    person = find()
    person.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(
            region="410225", name="李秀英", id_kind="111", id_index=person.id_index,
            id_sealed=b"x", created_at=AT,
        )  # fmt: skip


@pytest.mark.parametrize("uscc", ["N2410225MF00000014", "Y1410225MF00000010"])
def test_collectives_and_others_are_legal_persons(uscc: str) -> None:
    from yizhan.core.numbers import uscc_check

    uscc = uscc[:17] + uscc_check(uscc[:17])
    legal = actions.find_or_create_legal_person(
        region="410225", uscc=uscc.lower(), name="兰考县测试村 (股份)经济合作社", by=None, at=AT
    )
    assert (legal.uscc, legal.kind, legal.name) == (uscc, "6", "兰考县测试村（股份）经济合作社")


def test_a_legal_person_has_one_name() -> None:
    legal = make.legal_person(name="兰考测试有限公司")
    same = actions.find_or_create_legal_person(
        region="410225", uscc=legal.uscc, name="兰考测试有限公司", by=None, at=AT
    )
    assert same.pk == legal.pk
    with pytest.raises(Refused, match="单位名称与统一社会信用代码不符"):
        actions.find_or_create_legal_person(
            region="410225", uscc=legal.uscc, name="别的公司", by=None, at=AT
        )
    assert LegalPerson.objects.count() == 1


def test_who_may_act_for_a_legal_person() -> None:
    li, legal = people.li_person(), make.legal_person()
    with pytest.raises(Refused, match="综合窗口人员"):
        actions.represent(legal.pk, li.pk, role="经办人", by=people.qian(), at=AT)
    assert not queries.represented_by(li)
    made = actions.represent(legal.pk, li.pk, role="经办人", by=people.wang(), at=AT)
    actions.represent(legal.pk, li.pk, role="经办人", by=people.wang(), at=AT)
    assert list(queries.represented_by(li)) == [legal]
    actions.end_representation(made.pk, by=people.wang(), at=AT + timedelta(days=1))
    assert not queries.represented_by(li)
    assert Representation.objects.count() == 1


def test_a_look_leaves_a_line_that_the_person_can_read() -> None:
    li, wang = people.li_person(), people.wang()
    shown = queries.reveal(li, by=wang, purpose="核对申请人身份", at=AT, subject="B1")
    assert shown == {
        "name": "李秀英", "id_kind": "居民身份证", "id_number": NUMBER, "phone": "13800000001",
    }  # fmt: skip
    line = queries.who_looked(li).get()
    assert (line.account, line.purpose, line.subject, line.at) == (wang, "核对申请人身份", "B1", AT)


@pytest.mark.parametrize("table", ["people_accessline", "people_accountevent"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_looks_and_events_cannot_be_changed(table: str, statement: str) -> None:
    queries.note_access(people.li_person(), by=people.wang(), purpose="测试", at=AT)
    AccountEvent.objects.create(account=people.wang(), kind="created", at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE fails for another reason
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement.format(table))
    assert AccessLine.objects.count() == AccountEvent.objects.count() == 1


class TestRegister:
    """A citizen says who he is; he cannot become somebody else."""

    def register(self, account: Account, **facts: str) -> Account:
        given = {"id_kind": "111", "id_number": NUMBER, "name": "李秀英"}
        return actions.register(account.pk, **given | facts, at=AT)

    def test_a_new_person_is_made_unverified(self) -> None:
        account = self.register(make.citizen(phone="13800000001"))
        assert (account.person.name, account.person.verified) == ("李秀英", "")
        assert queries.phone_of(account.person) == "13800000001"
        assert account.display_name == "李秀英"

    def test_the_phone_of_the_record_opens_it(self) -> None:
        find(phone="13800000001")
        account = self.register(make.citizen(phone="13800000001"))
        assert account.person == Person.objects.get()

    @pytest.mark.parametrize("name", ["李秀英", "王小明"])
    def test_a_stranger_gets_one_and_the_same_answer(self, name: str) -> None:
        find(phone="13800000001")
        stranger = make.citizen(phone="13899999999")
        with pytest.raises(Refused, match="已经登记过") as refusal:
            self.register(stranger, name=name)
        assert refusal.value.field == "id_number"
        stranger.refresh_from_db()
        assert stranger.person is None

    def test_a_record_without_phone_cannot_be_taken_online(self) -> None:
        find()
        with pytest.raises(Refused, match="到窗口"):
            self.register(make.citizen())

    def test_once_bound_it_stays(self) -> None:
        account = self.register(make.citizen())
        with pytest.raises(Refused, match="已经绑定"):
            self.register(account, id_number=make.id_number(), name="王小明")

    def test_the_document_at_the_window_ends_a_false_claim(self) -> None:
        thief = self.register(make.citizen(phone="13899999999"))
        person = find(phone="13800000001")
        thief.refresh_from_db()
        assert thief.person is None
        assert (person.verified, queries.phone_of(person)) == ("window", "13800000001")
        assert AccountEvent.objects.filter(account=thief, kind="person_released").count() == 1
        with pytest.raises(Refused, match="已经登记过"):
            self.register(thief)

    def test_the_document_at_the_window_keeps_an_honest_login(self) -> None:
        honest = self.register(make.citizen(phone="13800000001"))
        find(phone="13800000001")
        honest.refresh_from_db()
        assert honest.person is not None

    def test_the_window_releases_a_login_with_a_reason(self) -> None:
        account = self.register(make.citizen(phone="13800000001"))
        with pytest.raises(Refused, match="原因"):
            actions.release(account.person_id, reason=" ", by=people.wang(), at=AT)
        with pytest.raises(Refused, match="综合窗口人员"):
            actions.release(account.person_id, reason="手机丢失", by=people.chen(), at=AT)
        assert actions.release(account.person_id, reason="手机丢失", by=people.wang(), at=AT) == 1
        account.refresh_from_db()
        assert (account.person, account.display_name) == (None, "群众")
