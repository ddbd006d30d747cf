"""The peers' traps (what hurt the users of other systems) and the tests that keep us out of them.

Numbers as in the list our issues quote. A test that is renamed or removed fails here, so that no
trap is left open by a clean-up.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
TRAPS = {
    "T1 nothing of person A on person B's form": [
        "web/workbench/test_window_people.py::"
        "test_t1_nothing_of_one_person_is_on_the_next_persons_page",
        "web/workbench/test_window_people.py::"
        "test_what_another_person_handed_in_is_never_offered",
        "domain/cases/test_submit.py::test_files_of_another_account_are_not_taken",
        "domain/cases/test_submit.py::test_a_material_of_somebody_elses_case_is_not_taken",
    ],
    "T2 every read path has the same filter": [
        "web/test_canary.py::test_a_stranger_meets_nothing_of_hers_on_any_route",
        "web/test_matrix.py::test_every_role_gets_the_reviewed_answer_on_every_route",
        "domain/cases/test_doors.py::test_a_stranger_finds_nothing_at_any_door",
    ],
    "T3 a calendar year that is not published": [
        "domain/journeys/test_recompute.py::"
        "test_a_published_year_moves_open_deadlines_and_tells_the_applicant",
        "domain/cases/test_correction.py::test_a_provisional_date_does_not_end_an_application",
    ],
    "T4 one thing for many at once: the database decides": [
        "domain/cases/test_intake.py::test_two_clerks_never_both_accept",
        "domain/cases/test_decision.py::test_two_approvers_never_both_decide",
        "domain/cases/test_submit.py::test_numbers_are_never_given_twice",
        "domain/people/test_persons.py::test_two_windows_at_once_get_one_person",
    ],
    "T7 the register is down or empty": [
        "domain/catalogue/test_forms.py::"
        "test_t7_without_the_register_the_applicants_words_are_taken_and_marked",
    ],
    "T8 a locked value never travels through the client": [
        "domain/catalogue/test_forms.py::"
        "test_t8_a_locked_fact_never_travels_through_the_client",
        "domain/cases/test_submit.py::"
        "test_locked_facts_come_from_the_register_not_from_the_client",
        "web/portal/test_applying.py::test_a_locked_fact_cannot_be_sent_by_the_page",
    ],
    "T9 clocks that stop twice, make-up Saturdays, holidays between": [
        "domain/cases/test_special.py::test_a_procedure_cannot_be_started_twice",
        "domain/cases/test_special.py::"
        "test_any_number_of_stops_keeps_the_days_that_were_left",
        "domain/cases/test_special.py::"
        "test_acceptance_on_a_make_up_saturday_and_a_holiday_between",
        "core/test_worktime.py::test_equals_the_day_by_day_oracle",
        "core/test_worktime.py::"
        "test_a_day_given_back_into_the_next_pause_is_given_back_after_that_one",
    ],
    "T10 the item changes under drafts and cases": [
        "domain/cases/test_drafts.py::test_every_case_lives_by_the_version_it_began_with",
        "domain/cases/test_drafts.py::"
        "test_a_new_version_while_filling_keeps_the_draft_and_carries_it_over",
        "web/portal/test_drafts.py::test_an_item_changed_while_filling_is_carried_over",
    ],
    "T11 one person through several doors": [
        "domain/people/test_merging.py::test_everything_moves_and_comes_back",
        "domain/people/test_merging.py::"
        "test_the_absorbed_document_now_finds_the_kept_record",
    ],
    "T12 two duties in one hand": [
        "domain/cases/test_review.py::test_the_one_who_reviewed_does_not_decide",
        "domain/cases/test_review.py::"
        "test_nobody_handles_a_case_in_which_he_is_applicant_or_agent",
        "domain/catalogue/test_editing.py::"
        "test_t12_the_last_editor_may_not_publish_even_under_another_login",
    ],
    "T17 the deadline engine fails loudly": [
        "domain/cases/test_flow.py::test_every_open_state_is_entered_with_a_running_clock",
    ],
}  # fmt: skip


@pytest.mark.parametrize("named", [one for tests in TRAPS.values() for one in tests])
def test_the_test_of_a_trap_still_exists(named: str) -> None:
    file, _, name = named.partition("::")
    tree = ast.parse((TESTS / file).read_text())
    found = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert name in found


def test_every_trap_this_system_reaches_is_here() -> None:
    numbers = {int(trap.split()[0].removeprefix("T")) for trap in TRAPS}
    assert numbers >= {1, 2, 3, 4, 7, 8, 9, 10, 11, 12}
