"""Writes of cases: one function per verb of the law. Each locks its row and may raise Refused."""

from yizhan.domain.cases.actions.drafts import (
    arrange_draft,
    attach_to_draft,
    carry_draft,
    commit_in_draft,
    detach_from_draft,
    discard_draft,
    save_draft,
    start_draft,
    submit_draft,
)
from yizhan.domain.cases.actions.intake import accept, receive
from yizhan.domain.cases.actions.materials import SubmittedMaterial
from yizhan.domain.cases.actions.papers import render_document
from yizhan.domain.cases.actions.submitting import Submission, submit

__all__ = [
    "Submission",
    "SubmittedMaterial",
    "accept",
    "arrange_draft",
    "attach_to_draft",
    "carry_draft",
    "commit_in_draft",
    "detach_from_draft",
    "discard_draft",
    "receive",
    "render_document",
    "save_draft",
    "start_draft",
    "submit",
    "submit_draft",
]
