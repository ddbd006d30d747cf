"""Writes of cases: one function per verb of the law. Each locks its row and may raise Refused."""

from yizhan.domain.cases.actions._materials import (
    SubmittedMaterial,
)
from yizhan.domain.cases.actions._papers import (
    render_document,
)
from yizhan.domain.cases.actions.commitments import (
    lapse_commitments,
    supply_deferred,
    verify_promise,
    withdraw_promise,
)
from yizhan.domain.cases.actions.correction import (
    answer_correction,
    ask_correction,
    correct_on_spot,
    lapse_corrections,
)
from yizhan.domain.cases.actions.decision import (
    accept_and_decide,
    grant,
    refuse,
)
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
from yizhan.domain.cases.actions.ending import (
    archive,
    confirm_delivery,
    delivery_returned,
    resend_result,
    revoke,
    send_result,
    terminate,
    withdraw,
)
from yizhan.domain.cases.actions.intake import (
    accept,
    deem_accepted,
    receive,
    refuse_acceptance,
    tell_not_needed,
    tell_not_ours,
)
from yizhan.domain.cases.actions.leftovers import sweep_leftovers
from yizhan.domain.cases.actions.recomputing import recompute_case
from yizhan.domain.cases.actions.review import (
    add_co_unit,
    assign,
    finish_step,
    return_step,
)
from yizhan.domain.cases.actions.special import (
    approve_extension,
    decline_extension,
    end_special,
    request_extension,
    start_special,
)
from yizhan.domain.cases.actions.submitting import (
    Submission,
    submit,
)
from yizhan.domain.cases.actions.window import (
    serve_at_window,
)

__all__ = [
    "Submission",
    "SubmittedMaterial",
    "accept",
    "accept_and_decide",
    "add_co_unit",
    "answer_correction",
    "approve_extension",
    "archive",
    "arrange_draft",
    "ask_correction",
    "assign",
    "attach_to_draft",
    "carry_draft",
    "commit_in_draft",
    "confirm_delivery",
    "correct_on_spot",
    "decline_extension",
    "deem_accepted",
    "delivery_returned",
    "detach_from_draft",
    "discard_draft",
    "end_special",
    "finish_step",
    "grant",
    "lapse_commitments",
    "lapse_corrections",
    "receive",
    "recompute_case",
    "refuse",
    "refuse_acceptance",
    "render_document",
    "request_extension",
    "resend_result",
    "return_step",
    "revoke",
    "save_draft",
    "send_result",
    "serve_at_window",
    "start_draft",
    "start_special",
    "submit",
    "submit_draft",
    "supply_deferred",
    "sweep_leftovers",
    "tell_not_needed",
    "tell_not_ours",
    "terminate",
    "verify_promise",
    "withdraw",
    "withdraw_promise",
]
