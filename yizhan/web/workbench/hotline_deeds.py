"""What can be done on the order page: one row for each action, in the order of the buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yizhan.core.flow import Refused
from yizhan.domain.files import actions as files
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.actions import CoUnit, Heard, ReplyDraft
from yizhan.domain.hotline.flow import ORDER
from yizhan.web.workbench import forms as common
from yizhan.web.workbench import hotline_forms as forms

PRIMARY, PLAIN, GRAVE = "primary", "plain", "danger"


@dataclass(frozen=True, slots=True)
class Deed:
    """One action: its form, its key, and the call; the words are those of the flow table."""

    name: str
    form: type[common.DeedForm]
    action: Callable[..., Any]
    key: str = ""
    tone: str = PLAIN
    hint: str = ""

    @property
    def label(self) -> str:
        """The words of the flow table."""
        return ORDER.moves[self.name].label

    def run(self, form: common.DeedForm, *, by: Any, at: datetime) -> Any:
        """Call the action with what the form says. Raises Refused."""
        return self.action(form, by=by, at=at)


def plainly(action: Callable[..., Any]) -> Callable[..., Any]:
    """An action that wants just what its form says."""

    def run(form: common.DeedForm, *, by: Any, at: datetime) -> Any:
        return action(form.page.order.pk, by=by, at=at, **form.kwargs())

    return run


def _accept(form: common.DeedForm, *, by: Any, at: datetime) -> Any:
    return actions.accept(form.page.order.pk, by=by, at=at)


def _dispatch(form: common.DeedForm, *, by: Any, at: datetime) -> Any:
    data = form.cleaned_data
    helping = []
    if data["co_unit"]:
        unit = form.page.unit(data["co_unit"])
        helping.append(CoUnit(unit, data["co_task"], data["co_days"] or 3))
    return actions.dispatch(
        form.page.order.pk, lead=form.page.unit(data["lead"]), co_units=helping,
        level=data["level"], pushed_down=data["pushed_down"], note=data["note"], by=by, at=at,
    )  # fmt: skip


def _merge(form: common.DeedForm, *, by: Any, at: datetime) -> Any:
    into = queries.find(by, form.cleaned_data["into"].strip().upper())
    if into is None:
        raise Refused("没有这张工单，请核对主单编号。", field="into")
    return actions.merge(form.page.order.pk, into.pk, by=by, at=at)


def _add_co_unit(form: common.DeedForm, *, by: Any, at: datetime) -> Any:
    data = form.cleaned_data
    co = CoUnit(form.page.unit(data["unit"]), data["task"], data["days"])
    return actions.add_co_unit(
        form.page.order.pk, co=co, pushed_down=data["pushed_down"], by=by, at=at
    )


def _approve(form: common.DeedForm, *, by: Any, at: datetime) -> Any:
    return actions.approve_extension(form.kwargs()["extension_id"], by=by, at=at)


def _decline(form: common.DeedForm, *, by: Any, at: datetime) -> Any:
    said = form.kwargs()
    return actions.decline_extension(said["extension_id"], reason=said["reason"], by=by, at=at)


def _reply(form: common.DeedForm, *, by: Any, at: datetime) -> Any:
    """The evidence is kept first; a refused file refuses the whole answer, nothing is lost."""
    said = form.kwargs()
    upload = said.pop("upload")
    kept: tuple[Any, ...] = ()
    if upload is not None:
        stored = files.store_upload(region=by.region, name=upload.name, stream=upload, by=by, at=at)
        kept = (stored.pk,)
    draft = ReplyDraft(**said, file_ids=kept)
    return actions.submit_reply(form.page.order.pk, draft=draft, by=by, at=at)


def _call(form: common.DeedForm, *, by: Any, at: datetime) -> Any:
    heard = Heard(**form.kwargs())
    return actions.record_callback(form.page.order.pk, heard=heard, by=by, at=at)


_ROWS = (
    Deed("hand_to_emergency", forms.Emergency, plainly(actions.hand_to_emergency), "e",
         hint="有人身或财产危险时，先接通对方再点这里。"),
    Deed("classify", forms.Classification, plainly(actions.classify), "c", PRIMARY,
         "系统的建议已经填好，请核对后确认。"),
    Deed("answer_directly", forms.DirectAnswer, plainly(actions.answer_directly), "d", PRIMARY,
         "当场能答的直接答复办结，诉求人会收到答复。"),
    Deed("accept", common.Plain, _accept, "a", PRIMARY, "受理后开始计算答复诉求人的时限。"),
    Deed("dispatch", forms.Dispatch, _dispatch, "p", PRIMARY, "签收、联系、办结时限都从派单起算。"),
    Deed("uphold_objection", forms.Upheld, plainly(actions.uphold_objection), "u", PRIMARY,
         "裁定是终局的，新单位不得再退。"),
    Deed("dismiss_objection", forms.Reason, plainly(actions.dismiss_objection), "n"),
    Deed("sign", common.Plain, plainly(actions.sign), "s", PRIMARY),
    Deed("contact", forms.Contact, plainly(actions.contact), "t", PRIMARY,
         "先联系诉求人，问清时间、地点和要求。"),
    Deed("approve_extension", forms.Asked, _approve, "y", PRIMARY, "诉求人会收到延期理由。"),
    Deed("decline_extension", forms.AskedNo, _decline),
    Deed("submit_reply", forms.Reply, _reply, "r", PRIMARY, "提交后由热线审核，再回访诉求人。"),
    Deed("finish_part", forms.Part, plainly(actions.finish_part), "f", PRIMARY),
    Deed("pass_review", forms.Review, plainly(actions.pass_review), "o", PRIMARY,
         "审核通过后，公开答复就发给诉求人。"),
    Deed("return_reply", forms.Reason, plainly(actions.return_reply)),
    Deed("record_callback", forms.Callback, _call, "b", PRIMARY,
         "照诉求人原话登记；不满意又没解决的自动退回重办。"),
    Deed("unpark", forms.OptionalReason, plainly(actions.unpark), "k", PRIMARY),
    Deed("merge", forms.Merge, _merge, "m", hint="并入后每位诉求人都会得到答复。"),
    Deed("unmerge", forms.Reason, plainly(actions.unmerge)),
    Deed("confer", forms.Reason, plainly(actions.confer)),
    Deed("redispatch", forms.Reason, plainly(actions.redispatch)),
    Deed("raise_objection", forms.Objection, plainly(actions.raise_objection),
         hint="每单只能提一次，裁定后不能再退；提出期间办理时限照算。"),
    Deed("add_co_unit", forms.CoUnit, _add_co_unit),
    Deed("request_extension", forms.MoreTime, plainly(actions.request_extension)),
    Deed("park", forms.Parking, plainly(actions.park),
         hint="挂账的工单继续计数，到计划日期自动恢复办理。"),
    Deed("supervise", forms.Supervision, plainly(actions.supervise)),
    Deed("withdraw", forms.OptionalReason, plainly(actions.withdraw), tone=GRAVE,
         hint="诉求人要求撤回时使用。"),
    Deed("recall", forms.Reason, plainly(actions.recall), tone=GRAVE),
)  # fmt: skip
DEEDS = {row.name: row for row in _ROWS}
