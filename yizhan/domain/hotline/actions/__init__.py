"""Writes of the hotline: one function per verb. Each locks its row and may raise Refused."""

from yizhan.domain.hotline.actions.answering import pass_review, return_reply, submit_reply
from yizhan.domain.hotline.actions.calls import record_call, return_call
from yizhan.domain.hotline.actions.dispatching import (
    CoUnit,
    confer,
    dispatch,
    merge,
    redispatch,
    unmerge,
)
from yizhan.domain.hotline.actions.ending import recall, record_callback, withdraw
from yizhan.domain.hotline.actions.handling import (
    add_co_unit,
    approve_extension,
    contact,
    decline_extension,
    finish_part,
    park,
    request_extension,
    sign,
    unpark,
)
from yizhan.domain.hotline.actions.hot_topics import cluster_day, name_cluster
from yizhan.domain.hotline.actions.intake import add_words, intake
from yizhan.domain.hotline.actions.knowledge import (
    nag_owners,
    renew_entry,
    withdraw_entry,
    write_entry,
)
from yizhan.domain.hotline.actions.letters import fetch_letters, take_letter
from yizhan.domain.hotline.actions.links import digest_of, send_link
from yizhan.domain.hotline.actions.objections import (
    dismiss_objection,
    raise_objection,
    uphold_objection,
)
from yizhan.domain.hotline.actions.pressure import answer_warning, supervise, watch
from yizhan.domain.hotline.actions.publishing import publish, unpublish
from yizhan.domain.hotline.actions.recomputing import recompute_order
from yizhan.domain.hotline.actions.registers import (
    ask_exclusion,
    check_exclusion,
    end_rule,
    set_formula,
    set_rule,
    use_preset,
)
from yizhan.domain.hotline.actions.short_messages import join_overdue, take_part
from yizhan.domain.hotline.actions.taking import (
    DIRECT,
    EMERGENCY_LINES,
    accept,
    answer_directly,
    classify,
    hand_to_emergency,
)
from yizhan.domain.hotline.actions.taxonomy import import_branches, import_topics
from yizhan.domain.hotline.actions.text_models import activate_model, deactivate_model, retrain
from yizhan.domain.hotline.shapes import Heard, Incoming, ReplyDraft

__all__ = [
    "DIRECT",
    "EMERGENCY_LINES",
    "CoUnit",
    "Heard",
    "Incoming",
    "ReplyDraft",
    "accept",
    "activate_model",
    "add_co_unit",
    "add_words",
    "answer_directly",
    "answer_warning",
    "approve_extension",
    "ask_exclusion",
    "check_exclusion",
    "classify",
    "cluster_day",
    "confer",
    "contact",
    "deactivate_model",
    "decline_extension",
    "digest_of",
    "dismiss_objection",
    "dispatch",
    "end_rule",
    "fetch_letters",
    "finish_part",
    "hand_to_emergency",
    "import_branches",
    "import_topics",
    "intake",
    "join_overdue",
    "merge",
    "nag_owners",
    "name_cluster",
    "park",
    "pass_review",
    "publish",
    "raise_objection",
    "recall",
    "recompute_order",
    "record_call",
    "record_callback",
    "redispatch",
    "renew_entry",
    "request_extension",
    "retrain",
    "return_call",
    "return_reply",
    "send_link",
    "set_formula",
    "set_rule",
    "sign",
    "submit_reply",
    "supervise",
    "take_letter",
    "take_part",
    "unmerge",
    "unpark",
    "unpublish",
    "uphold_objection",
    "use_preset",
    "watch",
    "withdraw",
    "withdraw_entry",
    "write_entry",
]
