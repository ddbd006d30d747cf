"""The case API as a department's system meets it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests import people as cast
from tests.factories import cases, catalogue, files
from tests.factories import people as factory
from yizhan.domain.cases.models import Case
from yizhan.domain.files.models import StoredFile
from yizhan.domain.people import actions as people
from yizhan.web.gateway import cases as shapes

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine():
    """A machine account with the posts of a window, and its credential."""
    return credential(factory.staff("hospital", "医院系统", kind="machine"))


def credential(account, function="window_clerk", organisation=None):
    factory.post(account, function, organisation=organisation)
    now = timezone.now()
    return people.issue_token(
        account.pk, name="测试", valid_to=now + timedelta(days=30), by=None, at=now
    )[1]


def bearer(secret, **more):
    return {"Authorization": f"Bearer {secret}", **more}


def body(version, **changes):
    return {
        "item": version.item.slug,
        "applicant": {"name": "李秀英", "id_number": cast.LI_NUMBER, "phone": cast.LI_PHONE},
        "answers": cases.ANSWERS,
        "data": cases.DATA,
    } | changes


def send(client, secret, version, key="key-000000001", **changes):
    return client.post(
        "/api/v1/cases/", body(version, **changes), content_type="application/json",
        headers=bearer(secret, **{"Idempotency-Key": key}),
    )  # fmt: skip


def test_a_submission_is_one_case_however_often_it_is_sent(client, machine):
    version = catalogue.published()
    first, second = send(client, machine, version), send(client, machine, version)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    case = Case.objects.get()
    assert first.json()["number"] == case.number
    assert case.channel == "api"
    assert not case.touchpoints.get().physical_trip


def test_a_material_is_uploaded_first_and_then_named(client, machine):
    photo = SimpleUploadedFile("证件.jpg", files.picture(), content_type="image/jpeg")
    kept = client.post("/api/v1/cases/files/", {"file": photo}, headers=bearer(machine))
    assert (kept.status_code, kept.json()["media_type"]) == (201, "image/jpeg")
    materials = [{"key": "id", "file_ids": [kept.json()["id"]]}]
    send(client, machine, catalogue.published(), materials=materials)
    material = Case.objects.get().materials.get(key="id")
    assert (material.state, material.source, material.grade) == ("provided", "upload", "C")


def test_a_program_in_a_picture_name_is_not_kept(client, machine):
    program = SimpleUploadedFile("证件.jpg", b"MZ" + b"\x00" * 200, content_type="image/jpeg")
    refused = client.post("/api/v1/cases/files/", {"file": program}, headers=bearer(machine))
    assert refused.status_code == 409
    assert StoredFile.objects.count() == 0


def test_the_same_key_with_other_content_is_refused(client, machine):
    version = catalogue.published()
    send(client, machine, version)
    again = send(client, machine, version, data={**cases.DATA, "area": 99})
    assert again.status_code == 409
    assert "已经提交过" in again.json()["message"]
    assert Case.objects.count() == 1


def test_a_wrong_field_is_named_in_chinese_and_nothing_is_made(client, machine):
    version = catalogue.published()
    answer = send(client, machine, version, data={**cases.DATA, "area": 0})
    assert (answer.status_code, answer.json()["field"]) == (409, "area")
    assert Case.objects.count() == 0


def test_a_body_of_another_shape_says_where(client, machine):
    answer = send(client, machine, catalogue.published(), applicant={"phone": "1"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["place"].endswith("applicant.name")


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic abc"])
def test_without_a_live_credential_nothing_opens(client, header):
    version = catalogue.published()
    answer = client.post(
        "/api/v1/cases/", body(version), content_type="application/json",
        headers={"Authorization": header, "Idempotency-Key": "key-000000001"},
    )  # fmt: skip
    assert answer.status_code == 401
    assert Case.objects.count() == 0


def test_an_ended_credential_opens_nothing(client):
    account = factory.staff("old", "旧系统", kind="machine")
    secret = credential(account)
    assert client.get("/api/v1/cases/", headers=bearer(secret)).status_code == 200
    keeper = factory.official("security_admin", username="he", name="何洁")
    people.end_token(account.tokens.get().pk, by=keeper, at=timezone.now())
    assert client.get("/api/v1/cases/", headers=bearer(secret)).status_code == 401


def test_receive_and_accept_fill_back_and_the_detail_explains_the_date(client, machine):
    version = catalogue.published(materials=[])
    number = send(client, machine, version).json()["number"]
    for move, state in (("receive", "received"), ("accept", "accepted")):
        answer = client.post(f"/api/v1/cases/{number}/{move}/", headers=bearer(machine))
        assert answer.status_code == 200, answer.json()
        assert answer.json()["state"] == state
    again = client.post(f"/api/v1/cases/{number}/accept/", headers=bearer(machine))
    assert again.status_code == 409
    detail = client.get(f"/api/v1/cases/{number}/", headers=bearer(machine)).json()
    running = [clock for clock in detail["clocks"] if clock["running"]]
    assert {clock["label"] for clock in running} == {"法定时限", "承诺时限"}
    assert all("起算" in clock["sentence"] for clock in running)
    assert [line["state"] for line in detail["timeline"]] == [
        "已提交",
        "已收件",
        "已受理（审查中）",
    ]


def test_a_machine_of_another_unit_sees_nothing(client):
    number = cases.accepted().number
    stranger = credential(
        factory.staff("other", "别的系统", kind="machine"),
        "handler",
        organisation=catalogue.unit(),
    )
    assert client.get(f"/api/v1/cases/{number}/", headers=bearer(stranger)).status_code == 404
    assert client.get("/api/v1/cases/", headers=bearer(stranger)).json()["rows"] == []
    answer = client.post(f"/api/v1/cases/{number}/accept/", headers=bearer(stranger))
    assert answer.status_code == 404


def test_the_worklist_costs_the_same_for_one_row_and_for_fifty(
    client, machine, django_assert_num_queries
):
    version = catalogue.published()
    for count in (1, 60):
        for _ in range(count):
            cases.submitted(version)
        with django_assert_num_queries(2):
            page = client.get("/api/v1/cases/?tab=window", headers=bearer(machine)).json()
    assert (len(page["rows"]), bool(page["next"])) == (50, True)


def test_answers_have_exactly_the_documented_shape(client, machine):
    """They are not validated on their way out, so they are here."""
    number = cases.submitted(catalogue.published()).number
    detail = client.get(f"/api/v1/cases/{number}/", headers=bearer(machine)).json()
    page = client.get("/api/v1/cases/?tab=window", headers=bearer(machine)).json()
    shapes.PageOut.model_validate(page)
    shapes.ClockOut.model_validate(detail["clocks"][0])
    shapes.LineOut.model_validate(detail["timeline"][0])
    assert set(detail) == set(shapes.DetailOut.model_fields)
    assert set(page) == set(shapes.PageOut.model_fields)
    assert set(detail["clocks"][0]) == set(shapes.ClockOut.model_fields)
    assert set(detail["timeline"][0]) == set(shapes.LineOut.model_fields)
    assert set(page["rows"][0]) == set(shapes.RowOut.model_fields)
    assert detail["timeline"][0]["label"] == "提交"
    assert detail["due_at"].endswith("+08:00")


def test_the_guide_of_an_item_is_complete_for_machines(client):
    version = catalogue.published()
    guide = client.get(f"/api/v1/items/{version.item.slug}/").json()
    assert guide["unit"] == version.item.organisation.name
    assert [m["key"] for m in guide["materials"]] == [m["key"] for m in version.materials]
    assert guide["form"]["required"]
    assert client.get("/api/v1/items/?q=测试").json()["items"][0]["unit"] == guide["unit"]


def test_the_openapi_document_lists_the_doors(client):
    paths = client.get("/api/openapi.json").json()["paths"]
    assert "/api/v1/cases/{number}/{move}/" in paths
