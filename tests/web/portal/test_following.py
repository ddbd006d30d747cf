"""After submitting: receipt, my affairs, the case, papers, correction, supply, withdrawal."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import people as cast
from tests.factories import cases as made
from tests.factories import office
from tests.factories import people as persons
from tests.web.portal.applying import WISH, complete, text, upload, version
from yizhan.domain.cases import actions
from yizhan.domain.cases.models import Case

pytestmark = pytest.mark.django_db
LATER = made.AT + timedelta(hours=1)


@pytest.fixture
def case(client: Client) -> Case:
    """Li's own online case, just submitted."""
    draft = complete(client, version())
    client.post(f"/drafts/{draft.pk}/submit/", WISH)
    return Case.objects.get()


@pytest.fixture
def accepted(client: Client) -> Case:
    """A case of Li under review, deferral included."""
    office.calendar_year(2026)
    cast.enter(client, cast.li())
    item_version = version()
    materials = made.paper(item_version, without=("photo",))
    return made.accepted(
        item_version, materials=materials, data={**made.DATA, "use": "home"},
        commitments=(("deferral", "photo"),),
    )  # fmt: skip


def test_the_receipt_says_number_code_and_what_happens_next(client: Client, case):
    said = text(client.get(f"/cases/{case.number}/receipt/"))
    for fact in (case.number, case.query_code, "李秀英", "已经收到您的申请", "一次告知时限",
                 "5个工作日", "当日不计", "本事项承诺5个工作日办结"):  # fmt: skip
        assert fact in said, fact
    assert f'src="/cases/{case.number}/receipt/qr.svg"' in said
    picture = client.get(f"/cases/{case.number}/receipt/qr.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    assert case.query_code.encode() not in picture.content


def test_the_code_on_the_paper_opens_the_query_page(client: Client, case):
    """The QR code holds the number only: the code stays on the paper (trap T16)."""
    said = text(Client().get("/query/", {"number": case.number}))
    assert f'value="{case.number}"' in said


def test_the_next_person_at_this_computer_finds_nothing_by_going_back(client: Client, case):
    for path in ("/my/", f"/cases/{case.number}/", f"/cases/{case.number}/receipt/", "/"):
        assert client.get(path)["Cache-Control"] == "private, no-store", path
    assert not Client().get("/").has_header("Cache-Control")


def test_my_affairs_show_drafts_and_cases(client: Client, case):
    said = text(client.get("/my/"))
    assert f'href="/cases/{case.number}/"' in said
    assert "已提交" in said
    assert "收件审查时限：" in said


def test_my_affairs_ask_the_database_equally_often(
    client: Client, case, django_assert_max_num_queries
):
    client.get("/my/")
    with django_assert_max_num_queries(12) as few:
        client.get("/my/")
    for _ in range(5):
        made.submitted(case.version, data={**made.DATA, "use": "home"})
    with django_assert_max_num_queries(len(few) + 1):  # the calendar, read again by the clock
        assert text(client.get("/my/")).count("case-card") == 6


def test_the_case_tells_where_it_stands_and_why_this_date(client: Client, accepted):
    said = text(client.get(f"/cases/{accepted.number}/"))
    for fact in ("已受理（审查中）", "承诺时限：2026年12月2日（周三）前",
                 "承诺时限：自2026年11月25日起算（当日不计），5个工作日，其间2天休息日、节假日不计，"
                 "截止2026年12月2日当日24:00前。", "法定时限：2026年12月23日（周三）前",
                 "办理经过", "受理", "核验", "容缺后补"):  # fmt: skip
        assert fact in said or fact == "核验", fact
    assert said.index("承诺时限：2026") < said.index("法定时限：2026")
    assert cast.LI_NUMBER not in said
    assert "410***********0014" in said


def test_the_case_asks_the_database_equally_often(
    client: Client, accepted, django_assert_max_num_queries
):
    path = f"/cases/{accepted.number}/"
    client.get(path)
    with django_assert_max_num_queries(30) as few:
        client.get(path)
    for n in range(5):
        actions.assign(
            accepted.pk, handler=made.sun(accepted), by=made.zhao(accepted),
            at=LATER + timedelta(hours=n),
        )  # fmt: skip
    with django_assert_max_num_queries(len(few) + 1):  # the calendar, read again by the clock
        client.get(path)


def test_papers_are_downloads_of_a_known_type(client: Client, accepted):
    said = text(client.get(f"/cases/{accepted.number}/"))
    paper = accepted.documents.get(kind="acceptance")
    path = f"/cases/{accepted.number}/documents/{paper.pk}/"
    assert f'href="{path}"' in said
    response = client.get(path)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content).startswith(b"%PDF")


def test_handed_in_files_can_be_fetched_back(client: Client, case):
    stored = case.materials.get(key="form").files.get().file
    response = client.get(f"/cases/{case.number}/files/{stored.pk}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    response.close()


def test_a_stranger_finds_nothing(client: Client, accepted):
    paper = accepted.documents.first()
    other = Client()
    cast.enter(other, persons.citizen(phone="13800000088"))
    base = f"/cases/{accepted.number}/"
    for path in ("", "receipt/", "receipt/qr.svg", "correction/", "withdraw/",
                 f"documents/{paper.pk}/"):  # fmt: skip
        assert other.get(base + path).status_code == 404, path
    for path in ("correction/", "withdraw/", "supply/photo/"):
        assert other.post(base + path, {"files": upload()}).status_code == 404, path
    assert accepted.number not in text(other.get("/my/"))
    assert Client().get(base)["Location"].startswith("/login/")


def test_a_file_of_one_case_is_not_found_under_another(client: Client, case):
    stored = case.materials.get(key="form").files.get().file
    second = made.submitted(case.version, data={**made.DATA, "use": "home"})
    assert client.get(f"/cases/{second.number}/files/{stored.pk}/").status_code == 404


def test_correction_shows_all_defects_and_takes_one_answer(client: Client, case):
    defects = {"area": "面积与房产证不一致，请更正。", "form": "申请表没有签名，请签名后重新上传。"}
    case_at = case.submitted_at + timedelta(minutes=5)
    actions.ask_correction(case.pk, defects=defects, by=cast.wang(), at=case_at)
    page = text(client.get(f"/cases/{case.number}/"))
    assert "单位请您补正2处" in page
    path = f"/cases/{case.number}/correction/"
    said = text(client.get(path))
    assert "面积与房产证不一致" in said
    assert 'name="area"' in said
    assert 'name="file-form"' in said
    assert 'name="file-id"' not in said
    wrong = client.post(path, {"area": "0", "file-form": upload("signed.jpg")})
    assert wrong.status_code == 422
    assert "不能小于1" in text(wrong)
    assert "已经收到1个文件，不用再传" in text(wrong)
    kept = text(wrong).split('name="kept-form" value="')[1].split('"')[0]
    done = client.post(path, {"area": "95", "kept-form": kept})
    assert done["Location"] == f"/cases/{case.number}/"
    case.refresh_from_db()
    assert case.state == "received"
    assert case.data["area"] == 95
    live = case.materials.get(key="form").files.get(replaced_at=None)
    assert str(live.file_id) == kept
    assert client.get(path)["Location"] == f"/cases/{case.number}/"


def test_correction_without_the_files_says_which(client: Client, case):
    at = case.submitted_at + timedelta(minutes=5)
    actions.ask_correction(case.pk, defects={"form": "请签名。"}, by=cast.wang(), at=at)
    response = client.post(f"/cases/{case.number}/correction/", {})
    assert response.status_code == 422
    assert text(response).count("请重新上传《测试事项申请表》。") == 2
    case.refresh_from_db()
    assert case.state == "correction"


def test_somebody_elses_file_is_no_answer(client: Client, case):
    at = case.submitted_at + timedelta(minutes=5)
    actions.ask_correction(case.pk, defects={"form": "请签名。"}, by=cast.wang(), at=at)
    foreign = "01a21124-1f82-7a60-a5e8-83d6df5de5e2"
    response = client.post(f"/cases/{case.number}/correction/", {"kept-form": [foreign, "x"]})
    assert response.status_code == 409
    case.refresh_from_db()
    assert case.state == "correction"


def test_a_deferred_material_is_supplied_later(client: Client, accepted):
    page = text(client.get(f"/cases/{accepted.number}/"))
    assert "补交这份材料" in page
    path = f"/cases/{accepted.number}/supply/photo/"
    empty = client.post(path, {})
    assert empty.status_code == 422
    assert "请先选择照片或PDF文件" in text(empty)
    bad = client.post(path, {"files": upload("a.jpg", b"MZ" + b"\0" * 99)})
    assert bad.status_code == 422
    assert "“a.jpg”：" in text(bad)
    done = client.post(path, {"files": upload("house.jpg")}, follow=True)
    assert "材料已补交" in text(done)
    assert accepted.materials.get(key="photo").state == "provided"
    again = client.post(path, {"files": upload("house.jpg")})
    assert again.status_code == 409


def test_withdrawing_asks_once_and_says_when_it_is_too_late(client: Client, case):
    path = f"/cases/{case.number}/withdraw/"
    assert "撤回这份申请？" in text(client.get(path))
    case.refresh_from_db()
    assert case.state == "submitted"
    done = client.post(path, {"reason": "不办了"}, follow=True)
    assert "已按您的要求撤回" in text(done)
    case.refresh_from_db()
    assert case.state == "withdrawn"
    late = client.post(path, {"reason": "再撤一次"})
    assert late.status_code == 409
    assert "不能“撤回申请”" in text(late)
    assert f"/cases/{case.number}/withdraw/" not in text(client.get(f"/cases/{case.number}/"))
