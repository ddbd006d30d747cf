"""What a clerk can do on the case page: one row for each action.

The word (`name`) is the move of the flow table and the last part of the address; `key` is the
shortcut (also the accesskey). A new move needs a new row here, and a test says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yizhan.domain.cases import actions
from yizhan.domain.cases.choices import SourceKind
from yizhan.domain.cases.flow import CASE
from yizhan.domain.files import actions as files
from yizhan.domain.files.choices import FileKind
from yizhan.web.workbench import forms, own_forms

OTHER = {"verify_promise": "核查承诺"}  # belongs to no state, so it is not in the flow table
PRIMARY, PLAIN, GRAVE = "primary", "plain", "danger"


@dataclass(frozen=True, slots=True)
class Deed:
    """One action: its form, its words, its key, and the call."""

    name: str
    form: type[forms.DeedForm]
    action: Callable[..., Any]
    key: str = ""
    tone: str = PLAIN
    hint: str = ""

    @property
    def label(self) -> str:
        """The words of the flow table."""
        move = CASE.moves.get(self.name)
        return move.label if move else OTHER[self.name]

    def run(self, form: forms.DeedForm, *, by: Any, at: datetime) -> Any:
        """Call the action with what the form says. Raises Refused."""
        return self.action(form.page.case.pk, by=by, at=at, **form.kwargs())


def _approve(case_id: Any, *, extension_id: Any, by: Any, at: datetime) -> Any:
    return actions.approve_extension(extension_id, by=by, at=at)


def _decline(case_id: Any, *, extension_id: Any, reason: str, by: Any, at: datetime) -> Any:
    return actions.decline_extension(extension_id, by=by, at=at, reason=reason)


def _answer(case_id: Any, *, data: Any, materials: Any, by: Any, at: datetime) -> Any:
    """What the applicant brought to the counter; scans are stored first."""
    given = [
        actions.SubmittedMaterial(
            key=key,
            source=SourceKind.SCAN if scan else SourceKind.ORIGINAL_SEEN,
            file_ids=[_stored(scan, by=by, at=at)] if scan else [],
            receipt={"seen_by": str(by.pk)},
        )
        for key, scan in materials
    ]
    return actions.answer_correction(case_id, data=data, materials=given, by=by, at=at)


def _supply(case_id: Any, *, key: str, scan: Any, by: Any, at: datetime) -> Any:
    stored = [_stored(scan, by=by, at=at)] if scan else []
    return actions.supply_deferred(case_id, key=key, files=stored, by=by, at=at)


def _stored(scan: Any, *, by: Any, at: datetime) -> Any:
    found = files.store_upload(
        region=by.region, name=scan.name, stream=scan, by=by, at=at, kind=FileKind.SCAN
    )
    return found.pk


_ROWS = (
    Deed("receive", forms.Plain, actions.receive, "r", PRIMARY, "确认收到材料，出具收件凭证。"),
    Deed("accept", own_forms.Acceptance, actions.accept, "a", PRIMARY,
         "出具受理通知书，法定时限和承诺时限从今天起算。"),
    Deed("answer_correction", own_forms.Answers, _answer, "b", PRIMARY,
         "申请人到场补正时使用：收下更正和补充的材料。"),
    Deed("approve_extension", forms.ExtensionYes, _approve, "p", PRIMARY,
         "申请人会收到延期告知书和理由。"),
    Deed("decline_extension", forms.ExtensionNo, _decline),
    Deed("grant", forms.Grant, actions.grant, "g", PRIMARY, "作出准予决定，出具决定书。"),
    Deed("finish_step", forms.StepOpinion, actions.finish_step, "f", PRIMARY),
    Deed("end_special", forms.SpecialEnd, actions.end_special, "e", PRIMARY,
         "恢复计时，按剩余工作日继续。"),
    Deed("supply_deferred", own_forms.Supply, _supply, "u", PRIMARY),
    Deed("send_result", forms.Send, actions.send_result, "s", PRIMARY),
    Deed("confirm_delivery", forms.Proof, actions.confirm_delivery, "y", PRIMARY),
    Deed("resend_result", forms.Send, actions.resend_result, "s", PRIMARY),
    Deed("archive", forms.Plain, actions.archive, "z", PRIMARY),
    Deed("ask_correction", own_forms.Defects, actions.ask_correction, "b",
         hint="只能告知一次，请一次勾全；申请人会收到全部内容。"),
    Deed("correct_on_spot", own_forms.Corrections, actions.correct_on_spot, "c",
         hint="申请人在场时，当场改正表中的错误。"),
    Deed("assign", forms.Handler, actions.assign, "h"),
    Deed("return_step", forms.StepReturn, actions.return_step),
    Deed("add_co_unit", forms.CoUnit, actions.add_co_unit),
    Deed("start_special", forms.SpecialStart, actions.start_special,
         hint="听证、检验、检测、鉴定、专家评审等所需时间不计入时限，会书面告知。"),
    Deed("request_extension", forms.MoreTime, actions.request_extension,
         hint="须经本机关负责人批准，并告知申请人理由。"),
    Deed("withdraw_promise", own_forms.PromiseBack, actions.withdraw_promise),
    Deed("verify_promise", own_forms.Verification, actions.verify_promise,
         hint="事后核查告知承诺；不实的可以撤销决定。"),
    Deed("delivery_returned", forms.Returned, actions.delivery_returned),
    Deed("tell_not_needed", forms.Reason, actions.tell_not_needed),
    Deed("tell_not_ours", forms.WhereToGo, actions.tell_not_ours),
    Deed("refuse_acceptance", forms.Reason, actions.refuse_acceptance, tone=GRAVE),
    Deed("refuse", forms.Reason, actions.refuse, tone=GRAVE,
         hint="决定书会写明理由和复议、诉讼途径。"),
    Deed("withdraw", forms.OptionalReason, actions.withdraw, tone=GRAVE,
         hint="申请人要求撤回时使用。"),
    Deed("terminate", forms.Reason, actions.terminate, tone=GRAVE),
    Deed("revoke", forms.Reason, actions.revoke, tone=GRAVE,
         hint="告知承诺核查不实时，撤销已作出的决定。"),
)  # fmt: skip
DEEDS = {row.name: row for row in _ROWS}
