"""Reads of cases: doors, lists, history, what an account may do."""

from yizhan.domain.cases.queries.applicants import applicant_facts, draft_facts, draft_files
from yizhan.domain.cases.queries.clocks import (
    broken_trails,
    next_with_running_clocks,
    outdated,
    with_running_clocks,
)
from yizhan.domain.cases.queries.doors import (
    all_drafts_of,
    by_number_and_code,
    documents_visible_to,
    drafts_of,
    files_visible_to,
    find,
    of_subject,
    visible_to,
)
from yizhan.domain.cases.queries.history import (
    ClockLine,
    TimelineLine,
    clock_sentences,
    timeline,
)
from yizhan.domain.cases.queries.lists import (
    TABS,
    Page,
    Row,
    clock_label,
    light,
    supervised,
    supervision,
    tab_counts,
    worklist,
)
from yizhan.domain.cases.queries.standing import choices_for, facts, is_own

__all__ = [
    "TABS",
    "ClockLine",
    "Page",
    "Row",
    "TimelineLine",
    "all_drafts_of",
    "applicant_facts",
    "broken_trails",
    "by_number_and_code",
    "choices_for",
    "clock_label",
    "clock_sentences",
    "documents_visible_to",
    "draft_facts",
    "draft_files",
    "drafts_of",
    "facts",
    "files_visible_to",
    "find",
    "is_own",
    "light",
    "next_with_running_clocks",
    "of_subject",
    "outdated",
    "supervised",
    "supervision",
    "tab_counts",
    "timeline",
    "visible_to",
    "with_running_clocks",
    "worklist",
]
