"""What was uploaded and is needed by nothing goes; everything else stays."""

from datetime import datetime, timedelta

import pytest

from tests import people as cast
from tests.domain.cases.test_drafts import filled, submit
from tests.factories import cases
from yizhan.domain.cases import actions, tasks
from yizhan.domain.cases.models import Document
from yizhan.domain.files.choices import FileKind
from yizhan.domain.files.models import StoredFile

pytestmark = pytest.mark.django_db
LATER = cases.AT + timedelta(days=30)


def left(*, at: datetime = LATER) -> set[str]:
    """The files that are there after the sweep."""
    actions.sweep_leftovers(at=at)
    return {str(pk) for pk in StoredFile.objects.values_list("pk", flat=True)}


def test_the_files_of_a_discarded_draft_go_and_those_of_another_draft_stay() -> None:
    thrown, kept = filled(), filled()
    actions.discard_draft(thrown.pk, by=cast.li(), at=cases.AT)
    assert left() == {f for files in kept.materials.values() for f in files}


def test_a_file_taken_off_a_draft_goes() -> None:
    draft = filled()
    actions.detach_from_draft(
        draft.pk, key="id", file_id=draft.materials["id"][0], by=cast.li(), at=cases.AT
    )
    assert left() == set(draft.materials["form"])


def test_the_files_of_a_submitted_case_stay_when_its_draft_is_gone() -> None:
    draft = filled()
    submit(draft)
    draft.refresh_from_db()
    draft.delete()
    assert left() == {f for files in draft.materials.values() for f in files}


def test_nothing_goes_within_a_week_nor_what_the_house_made() -> None:
    fresh = cases.stored(cast.li())
    made = cases.stored(cast.li())
    StoredFile.objects.filter(pk=made.pk).update(kind=FileKind.GENERATED)
    born = fresh.created_at
    both = {str(fresh.pk), str(made.pk)}
    assert left(at=born + timedelta(days=7)) == both
    assert left(at=born + timedelta(days=7, seconds=1)) == {str(made.pk)}


def test_a_file_that_only_a_paper_names_stays() -> None:
    case, scan = cases.received(), cases.stored(cast.wang())
    assert Document.objects.filter(case=case).update(file=scan) == 1
    assert str(scan.pk) in left()
    Document.objects.filter(case=case).update(file=None)
    assert str(scan.pk) not in left()


def test_the_worker_sweeps_by_the_real_clock() -> None:
    old = cases.stored(cast.li())
    StoredFile.objects.filter(pk=old.pk).update(created_at=cases.AT - timedelta(days=3650))
    assert tasks.sweep_leftovers(timestamp=0) == 1
    assert not StoredFile.objects.filter(pk=old.pk).exists()
