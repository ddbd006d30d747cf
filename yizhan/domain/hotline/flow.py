"""The life of a work order (工单), from the first word to an honest end.

Law: 国办发〔2020〕53号 (the closed round from intake to rating); 国办函〔2025〕66号 (二)(五)(六);
北京市接诉即办工作条例 art. 11-15, 23; 参照安阳市政务服务条例 art. 45-50.

The sign clock runs from dispatch, not from signing. While the hotline checks an answer the unit's
clock stands still, and goes on when the answer comes back. The caller's clock (ANSWER) runs from
acceptance to the checked answer, through every change of unit.
"""

from yizhan.core.flow import Flow, Move, Turn
from yizhan.domain.hotline import rules
from yizhan.domain.hotline.choices import ClockName as C
from yizhan.domain.hotline.choices import State as S

Clocks = dict[str, Turn]
STAY = ""
AT_HOTLINE = (S.RECEIVED, S.DISPATCHING)
AT_UNIT = (S.TO_SIGN, S.HANDLING)
OPEN = tuple(state for state in S.values if state not in (S.NEW, S.CLOSED))
BEFORE_ANSWER = (
    S.RECEIVED, S.DISPATCHING, S.CONFERENCE, S.TO_SIGN, S.OBJECTED, S.HANDLING, S.PARKED,
    S.MERGED,
)  # fmt: skip

_END: Clocks = dict.fromkeys(C, Turn.STOP)
_ACCEPT: Clocks = {C.TAKE: Turn.STOP, C.DISPATCH: Turn.START, C.ANSWER: Turn.START}
_CONFER: Clocks = {C.DISPATCH: Turn.STOP, C.CONFER: Turn.START}
_DISPATCH: Clocks = {
    C.DISPATCH: Turn.STOP, C.CONFER: Turn.STOP,
    C.SIGN: Turn.START, C.CONTACT: Turn.START, C.FINISH: Turn.START,
}  # fmt: skip
_OFF_UNIT: Clocks = {
    C.SIGN: Turn.STOP, C.RULING: Turn.STOP, C.CONTACT: Turn.STOP, C.FINISH: Turn.STOP,
    C.DISPATCH: Turn.START,
}  # fmt: skip
_PARK: Clocks = {
    C.CONTACT: Turn.STOP, C.FINISH: Turn.STOP, C.ANSWER: Turn.STOP, C.PLAN: Turn.START,
}  # fmt: skip
_UNPARK: Clocks = {C.PLAN: Turn.STOP, C.FINISH: Turn.START, C.ANSWER: Turn.START}
_REPLY: Clocks = {C.CONTACT: Turn.STOP, C.FINISH: Turn.PAUSE, C.REVIEW: Turn.START}
_RETURN: Clocks = {C.REVIEW: Turn.STOP, C.FINISH: Turn.RESUME}
_PASS: Clocks = {
    C.REVIEW: Turn.STOP, C.FINISH: Turn.STOP, C.ANSWER: Turn.STOP, C.CALLBACK: Turn.START,
}  # fmt: skip
_REDO: Clocks = {
    C.CALLBACK: Turn.STOP, C.CONTACT: Turn.START, C.FINISH: Turn.START, C.ANSWER: Turn.START,
}  # fmt: skip
_UP: Clocks = {C.CALLBACK: Turn.STOP, C.CONFER: Turn.START, C.ANSWER: Turn.START}
_MERGE: Clocks = {
    C.DISPATCH: Turn.STOP, C.CONFER: Turn.STOP, C.SIGN: Turn.STOP, C.CONTACT: Turn.STOP,
    C.FINISH: Turn.STOP,
}  # fmt: skip

_HOTLINE = [
    Move("intake", "接件", (S.NEW,), S.RECEIVED, clocks={C.TAKE: Turn.START}),
    Move("classify", "确定分类", BEFORE_ANSWER, STAY, rules.by_hotline),
    Move("accept", "受理", (S.RECEIVED,), S.DISPATCHING, rules.by_hotline, _ACCEPT),
    Move(
        "answer_directly", "直接答复办结", AT_HOTLINE, S.CLOSED, rules.by_hotline, _END,
        law="国办函〔2025〕66号（二）",
    ),
    Move(
        "hand_to_emergency", "转紧急热线", (*AT_HOTLINE, S.CONFERENCE, *AT_UNIT), S.CLOSED,
        rules.by_hotline, _END, law="国办发〔2020〕53号；国办函〔2025〕66号（二）",
    ),
    Move(
        "merge", "并入主单", (S.DISPATCHING, S.CONFERENCE, *AT_UNIT), S.MERGED, rules.may_merge,
        _MERGE, law="国办函〔2025〕66号（五）",
    ),
    Move(
        "unmerge", "拆出单独办理", (S.MERGED,), S.DISPATCHING, rules.by_dispatcher_or_system,
        {C.DISPATCH: Turn.START},
    ),
    Move(
        "confer", "派前会商", (S.DISPATCHING,), S.CONFERENCE, rules.by_dispatcher, _CONFER,
        law="国办函〔2025〕66号（五）；参照北京市接诉即办工作条例12条",
    ),
    Move(
        "dispatch", "派单", (S.DISPATCHING, S.CONFERENCE), S.TO_SIGN, rules.may_dispatch,
        _DISPATCH, law="国办函〔2025〕66号（五）",
    ),
    Move(
        "redispatch", "收回改派", AT_UNIT, S.DISPATCHING, rules.by_dispatcher, _OFF_UNIT,
    ),
    Move(
        "uphold_objection", "异议成立", (S.OBJECTED,), S.DISPATCHING, rules.may_rule, _OFF_UNIT,
        law="国办函〔2025〕66号（五）",
    ),
    Move(
        "dismiss_objection", "异议不成立", (S.OBJECTED,), S.HANDLING, rules.may_rule,
        {C.RULING: Turn.STOP}, law="国办函〔2025〕66号（五）",
    ),
]  # fmt: skip
_UNIT = [
    Move("sign", "签收", (S.TO_SIGN,), S.HANDLING, rules.by_unit, {C.SIGN: Turn.STOP}),
    Move(
        "raise_objection", "提出退单异议", AT_UNIT, S.OBJECTED, rules.may_object,
        {C.SIGN: Turn.STOP, C.RULING: Turn.START}, law="参照安阳市政务服务条例（24小时内退回）",
    ),
    Move(
        "contact", "联系诉求人", (S.HANDLING,), STAY, rules.by_unit, {C.CONTACT: Turn.STOP},
        law="参照北京市接诉即办工作条例15条",
    ),
    Move("add_co_unit", "请其他单位协办", (S.HANDLING,), STAY, rules.may_add_unit),
    Move("finish_part", "协办意见", (*AT_UNIT, S.PARKED), STAY, rules.may_finish_part),
    Move("request_extension", "申请延期", (S.HANDLING,), STAY, rules.may_ask_extension),
    Move("approve_extension", "批准延期", (S.HANDLING,), STAY, rules.may_decide_extension),
    Move("decline_extension", "不批准延期", (S.HANDLING,), STAY, rules.may_decide_extension),
    Move(
        "park", "暂不能解决（挂账）", (S.HANDLING,), S.PARKED, rules.may_park, _PARK,
        law="参照北京市接诉即办工作条例15条",
    ),
    Move("unpark", "恢复办理", (S.PARKED,), S.HANDLING, rules.may_unpark, _UNPARK),
    Move("submit_reply", "提交答复", (S.HANDLING,), S.REVIEWING, rules.may_reply, _REPLY),
]  # fmt: skip
_END_OF = [
    Move("return_reply", "退回答复", (S.REVIEWING,), S.HANDLING, rules.may_review, _RETURN),
    Move("pass_review", "答复审核通过", (S.REVIEWING,), S.CALLING, rules.may_review, _PASS),
    Move(
        "answer_merged", "随主单答复", (S.MERGED,), S.CALLING, rules.by_system,
        {C.ANSWER: Turn.STOP, C.CALLBACK: Turn.START},
    ),
    Move(
        "record_callback", "登记回访", (S.CALLING,), STAY, rules.may_call_back,
        law="国办函〔2025〕66号（六）；参照北京市接诉即办工作条例23条",
    ),
    Move("close", "办结", (S.CALLING,), S.CLOSED, rules.may_call_back, _END),
    Move("redo", "退回重办", (S.CALLING,), S.HANDLING, rules.may_call_back, _REDO),
    Move("escalate", "升级会商", (S.CALLING,), S.CONFERENCE, rules.may_call_back, _UP),
    Move("withdraw", "撤回诉求", BEFORE_ANSWER, S.CLOSED, rules.by_caller_or_hotline, _END),
    Move("recall", "上级收回", OPEN, S.CLOSED, rules.by_hotline_or_system, _END),
    Move("follow_up", "补充情况", OPEN, STAY, rules.anybody),
    Move("urge", "催办", OPEN, STAY, rules.anybody),
    Move("supervise", "督办", OPEN, STAY, rules.by_supervisor_or_system),
]  # fmt: skip

ORDER = Flow(
    "order",
    initial=S.NEW,
    final=(S.CLOSED,),
    labels=dict(S.choices),
    moves=[*_HOTLINE, *_UNIT, *_END_OF],
)

# what only the law's own timer or another order's end does: no button
OF_SYSTEM = ("intake", "answer_merged", "follow_up", "urge", "close", "redo", "escalate")
