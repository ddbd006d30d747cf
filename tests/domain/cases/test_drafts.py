"""Drafts survive everything and become one case, once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests import people as cast
from tests.factories import cases, catalogue
from tests.factories import people as persons
from tests.factories.together import together
from yizhan.core.flow import Refused
from yizhan.domain.cases import actions, queries
from yizhan.domain.cases.models import Case, Draft
from yizhan.domain.catalogue.choices import ItemState, VersionState
from yizhan.domain.catalogue.models import Item, ItemVersion

pytestmark = pytest.mark.django_db
DELIVERY = {"mode": "window"}


def filled(version: ItemVersion | None = None, **changes: Any) -> Draft:
    """A draft of Li with everything but the photo, which may come later."""
    li = cast.li()
    facts = {
        "account": li, "version": version or catalogue.published(), "answers": cases.ANSWERS,
        "data": cases.DATA, "at": cases.AT,
    } | changes  # fmt: skip
    draft = actions.save_draft(**facts)
    for key in ("form", "id"):
        draft = actions.attach_to_draft(
            draft.pk, key=key, file_ids=[cases.stored(li).pk], by=li, at=cases.AT
        )
    return draft


def submit(draft: Draft, **changes: Any) -> Case:
    """The owner submits."""
    facts = {"by": cast.li(), "at": cases.AT, "channel": "mobile", "delivery": DELIVERY} | changes
    return actions.submit_draft(draft.pk, **facts)


def test_half_a_form_is_kept_and_found_again() -> None:
    li, version = cast.li(), catalogue.published()
    draft = actions.save_draft(
        account=li, version=version, answers={"married": "no"}, data={"area": "8"}, at=cases.AT
    )
    again = actions.save_draft(
        account=li, version=version, answers={"married": "no"},
        data={"area": "88", "evil": "x"}, at=cases.AT, draft_id=draft.pk,
    )  # fmt: skip
    assert again.pk == draft.pk
    assert again.data == {"area": "88"}
    assert [d.pk for d in queries.drafts_of(li)] == [draft.pk]
    assert queries.draft_facts(draft)["person.name"] == "李秀英"


def test_a_draft_becomes_a_case_without_a_trip() -> None:
    draft = filled()
    case = submit(draft, promises=["photo"])
    assert (case.state, case.channel, case.person) == ("submitted", "mobile", cast.li_person())
    assert {m.key: (m.state, m.grade) for m in case.materials.all()} == {
        "form": ("provided", "C"), "id": ("provided", "C"), "photo": ("deferred", ""),
        "marriage": ("not_asked", ""),
    }  # fmt: skip
    assert case.materials.get(key="id").files.count() == 1
    touchpoint = case.affair.touchpoints.get()
    assert (touchpoint.kind, touchpoint.physical_trip) == ("session", False)
    assert touchpoint.started_at == draft.created_at
    assert not queries.drafts_of(cast.li()).exists()


def test_what_the_applicant_deferred_gets_its_clock_at_acceptance() -> None:
    draft = filled()
    actions.commit_in_draft(draft.pk, key="photo", kind="deferral", by=cast.li(), at=cases.AT)
    case = submit(draft)
    actions.accept(case.pk, by=cast.wang(), at=cases.AT)
    assert "supply:photo" in cases.running(case)
    assert case.commitments.get().kind == "deferral"


def test_only_what_the_item_allows_can_be_deferred_in_a_draft() -> None:
    draft = filled()
    with pytest.raises(Refused, match="不能容缺或承诺代替") as refusal:
        actions.commit_in_draft(draft.pk, key="id", kind="deferral", by=cast.li(), at=cases.AT)
    assert refusal.value.field == "id"


def test_submitting_twice_is_one_case() -> None:
    draft = filled()
    first, again = submit(draft), submit(draft)
    assert first.pk == again.pk
    assert Case.objects.count() == 1
    with pytest.raises(Refused, match="已经提交，不能再修改"):
        actions.save_draft(
            account=cast.li(), version=draft.version, answers={}, data={}, at=cases.AT,
            draft_id=draft.pk,
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_case() -> None:
    draft, li = filled(), cast.li()
    found = together(*[partial(submit, draft, by=li)] * 4)
    assert len({case.pk for case in found}) == 1, found
    assert Case.objects.count() == 1


def test_a_bad_form_keeps_the_draft() -> None:
    draft = filled(data={"area": 0})
    with pytest.raises(Refused) as refusal:
        submit(draft)
    assert refusal.value.field in ("area", "phone")
    draft.refresh_from_db()
    assert (draft.data, draft.case_id) == ({"area": 0}, None)


def test_files_are_arranged_and_taken_off() -> None:
    li, draft = cast.li(), filled()
    first = draft.materials["id"][0]
    second = str(cases.stored(li).pk)
    actions.attach_to_draft(draft.pk, key="id", file_ids=[second, second], by=li, at=cases.AT)
    draft = actions.arrange_draft(draft.pk, key="id", file_ids=[second, first], by=li, at=cases.AT)
    assert [str(f.pk) for f in queries.draft_files(draft)["id"]] == [second, first]
    draft = actions.detach_from_draft(draft.pk, key="id", file_id=second, by=li, at=cases.AT)
    assert draft.materials["id"] == [first]


def test_another_accounts_draft_and_files_are_out_of_reach() -> None:
    draft, stranger = filled(), persons.citizen(person=persons.person())
    assert not queries.all_drafts_of(stranger).exists()
    for act in (
        partial(actions.discard_draft, by=stranger, at=cases.AT),
        partial(submit, by=stranger),
        partial(actions.carry_draft, by=stranger, at=cases.AT),
    ):
        with pytest.raises(Draft.DoesNotExist):
            act(draft if act.func is submit else draft.pk)
    with pytest.raises(Refused, match="文件不见了"):
        actions.attach_to_draft(
            draft.pk, key="id", file_ids=[cases.stored(stranger).pk], by=cast.li(), at=cases.AT
        )
    with pytest.raises(Refused, match="材料清单里没有"):
        actions.attach_to_draft(
            draft.pk, key="x", file_ids=[cases.stored(cast.li()).pk], by=cast.li(), at=cases.AT
        )


def test_a_draft_is_thrown_away() -> None:
    draft = filled()
    actions.discard_draft(draft.pk, by=cast.li(), at=cases.AT)
    assert not Draft.objects.exists()


def test_for_a_company_only_by_its_representative() -> None:
    firm = persons.legal_person()
    fields = [{"key": "firm", "label": "单位名称", "kind": "text", "prefill": "org.name",
               "locked": True}]  # fmt: skip
    version = catalogue.published(fields=fields, served=["2"])
    with pytest.raises(Refused, match="不能代表这个单位"):
        filled(version, legal_person=firm, data={})
    persons.represents(cast.li_person(), firm)
    case = submit(filled(version, legal_person=firm, data={}))
    assert (case.person, case.legal_person, case.affair.agent) == (None, firm, cast.li_person())
    assert case.data == {"firm": firm.name}
    assert queries.visible_to(cast.li()).get() == case


def replaced(version: ItemVersion, **changes: Any) -> ItemVersion:
    """The item's next published version; the old one is retired."""
    ItemVersion.objects.filter(pk=version.pk).update(state=VersionState.RETIRED)
    fresh = ItemVersion.objects.create(
        region=version.region, item=version.item, number=2, state=VersionState.PUBLISHED,
        created_at=cases.AT, edited_at=cases.AT, **catalogue.content(**changes),
    )  # fmt: skip
    Item.objects.filter(pk=version.item_id).update(current=fresh)
    return ItemVersion.objects.get(pk=fresh.pk)


def test_a_new_version_while_filling_keeps_the_draft_and_carries_it_over() -> None:
    draft = filled()
    fields = [f for f in catalogue.fields() if f["key"] != "area"]
    fields.append({"key": "rooms", "label": "房间数", "kind": "number"})
    materials = [m for m in catalogue.materials() if m["key"] != "id"]
    fresh = replaced(draft.version, fields=fields, materials=materials)
    with pytest.raises(Refused, match="要求更新了") as refusal:
        submit(draft)
    assert refusal.value.field == "version"

    carried = actions.carry_draft(draft.pk, by=cast.li(), at=cases.AT)
    assert (carried.pk, carried.version) == (draft.pk, fresh)
    assert carried.answers == cases.ANSWERS
    assert carried.data == {"phone": cast.LI_PHONE}
    assert set(carried.materials) == {"form"}
    with pytest.raises(Refused, match="房间数") as refusal:
        submit(carried)
    assert refusal.value.field == "rooms"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [(ItemState.WITHDRAWN, "已经取消办理"), (ItemState.SUSPENDED, "暂停办理")],
)
def test_an_item_withdrawn_while_filling_keeps_the_draft(state: str, sentence: str) -> None:
    draft = filled()
    Item.objects.filter(pk=draft.version.item_id).update(state=state)
    with pytest.raises(Refused, match=sentence):
        submit(draft)
    with pytest.raises(Refused, match="一直保留"):
        actions.carry_draft(draft.pk, by=cast.li(), at=cases.AT)
    draft.refresh_from_db()
    assert draft.data == cases.DATA


def test_every_case_lives_by_the_version_it_began_with() -> None:
    """Trap T10: a new version touches neither accepted nor closed cases nor their correction."""
    version = catalogue.published()
    open_case = cases.accepted(version)
    waiting = cases.received(version, materials=cases.paper(version, without=("id",)))
    fresh = replaced(
        version, legal_amount=3, promise_amount=1, steps=[],
        fields=[{"key": "rooms", "label": "房间数", "kind": "number"}],
    )  # fmt: skip
    for case in (open_case, waiting):
        case.refresh_from_db()
        assert case.version == version
    assert open_case.clocks.get(name="legal").amount == 20
    actions.ask_correction(
        waiting.pk, defects={"id": "请补交身份证", "area": "请更正面积"}, by=cast.wang(),
        at=cases.AT,
    )  # fmt: skip
    given = [actions.SubmittedMaterial(key="id", source="original_seen")]
    actions.answer_correction(
        waiting.pk, data={"area": 70}, materials=given, by=cast.wang(), at=cases.AT
    )
    accepted = actions.accept(waiting.pk, by=cast.wang(), at=cases.AT)
    assert accepted.clocks.get(name="promised").amount == 5
    assert accepted.steps.count() == 2
    newer = cases.accepted(fresh, data={"rooms": 3})
    assert newer.clocks.get(name="promised").amount == 1
