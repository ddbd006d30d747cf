"""The statutory life of a case. Law: 行政许可法 art. 32, 37-38, 42-45.

Verbs that leave the state as it is stand in the table too: the guard that refuses one greys out
its button. A deferral or promise runs a clock of its own, `supply:<material key>`, and a co-unit
`step:<step key>`; the actions turn them because their names are data.
"""

from yizhan.core.flow import Flow, Move, Turn
from yizhan.domain.cases import rules
from yizhan.domain.cases.choices import ClockName as C
from yizhan.domain.cases.choices import State as S

Clocks = dict[str, Turn]
STAY = ""  # the state stays as it is
BEFORE_ACCEPTANCE = (S.SUBMITTED, S.RECEIVED)
UNDER_REVIEW = (S.ACCEPTED, S.SPECIAL)
BEFORE_DECISION = (S.SUBMITTED, S.RECEIVED, S.CORRECTION, *UNDER_REVIEW)
DECIDED = (S.GRANTED, S.REFUSED)
RESULT = (*DECIDED, S.DELIVERING)
ENDED = (
    S.CLOSED, S.NOT_NEEDED, S.NOT_OURS, S.NOT_ACCEPTED, S.WITHDRAWN, S.TERMINATED, S.REVOKED,
)  # fmt: skip

_TOLD: Clocks = {C.CHECK: Turn.STOP, C.NOTICE: Turn.STOP}
_WAIT: Clocks = {C.CHECK: Turn.START, C.NOTICE: Turn.START}
_ACCEPT: Clocks = {**_TOLD, C.LEGAL: Turn.START, C.PROMISED: Turn.START}
_PAUSE: Clocks = {C.LEGAL: Turn.PAUSE, C.PROMISED: Turn.PAUSE, C.SPECIAL: Turn.START}
_RESUME: Clocks = {C.SPECIAL: Turn.STOP, C.LEGAL: Turn.RESUME, C.PROMISED: Turn.RESUME}
_DECIDE: Clocks = {C.LEGAL: Turn.STOP, C.PROMISED: Turn.STOP, C.DELIVERY: Turn.START}
_ASK: Clocks = {**_TOLD, C.CORRECTION: Turn.START}
_ANSWER: Clocks = {C.CORRECTION: Turn.STOP, **_WAIT}
_ARRIVED: Clocks = {C.DELIVERY: Turn.STOP}
_END: Clocks = dict.fromkeys(C, Turn.STOP)

_INTAKE = [
    Move("submit", "提交", (S.DRAFT,), S.SUBMITTED, clocks=_WAIT),
    Move("receive", "收件", (S.SUBMITTED,), S.RECEIVED, rules.by_intake),
    Move(
        "correct_on_spot", "当场更正", (S.RECEIVED,), S.RECEIVED, rules.by_intake,
        law="行政许可法32条三",
    ),
    Move(
        "ask_correction", "一次性告知补正", BEFORE_ACCEPTANCE, S.CORRECTION, rules.correct_once,
        _ASK, law="行政许可法32条四",
    ),
    Move(
        "answer_correction", "提交补正", (S.CORRECTION,), S.RECEIVED, rules.by_applicant_or_clerk,
        _ANSWER,
    ),
    Move(
        "lapse_correction", "逾期不补正视为撤回", (S.CORRECTION,), S.WITHDRAWN, rules.by_system,
        _END, law="参照安阳市政务服务条例36条",
    ),
    Move(
        "tell_not_needed", "告知无需办理", BEFORE_ACCEPTANCE, S.NOT_NEEDED, rules.by_intake,
        _END, law="行政许可法32条一",
    ),
    Move(
        "tell_not_ours", "告知不属本机关", BEFORE_ACCEPTANCE, S.NOT_OURS, rules.by_intake,
        _END, law="行政许可法32条二",
    ),
    Move(
        "refuse_acceptance", "不予受理", BEFORE_ACCEPTANCE, S.NOT_ACCEPTED, rules.by_intake,
        _END, law="行政许可法32条",
    ),
    Move(
        "accept", "受理", BEFORE_ACCEPTANCE, S.ACCEPTED, rules.acceptable,
        _ACCEPT, law="行政许可法32条五",
    ),
    Move(
        "deem_accepted", "逾期未告知视为受理", BEFORE_ACCEPTANCE, S.ACCEPTED, rules.by_system,
        _ACCEPT, law="行政许可法32条四",
    ),
]  # fmt: skip
_REVIEW = [
    Move("assign", "指定承办人", UNDER_REVIEW, STAY, rules.by_reviewer),
    Move("finish_step", "本环节通过", (S.ACCEPTED,), S.ACCEPTED, rules.may_finish_step),
    Move("return_step", "退回前一环节", (S.ACCEPTED,), S.ACCEPTED, rules.may_return_step),
    Move("add_co_unit", "请其他单位协办", (S.ACCEPTED,), S.ACCEPTED, rules.by_reviewer),
    Move(
        "start_special", "进入特别程序", (S.ACCEPTED,), S.SPECIAL, rules.by_reviewer,
        _PAUSE, law="行政许可法45条",
    ),
    Move("end_special", "特别程序结束", (S.SPECIAL,), S.ACCEPTED, rules.by_reviewer, _RESUME),
    Move(
        "request_extension", "申请延期", (S.ACCEPTED,), S.ACCEPTED, rules.may_ask_extension,
        law="行政许可法42条",
    ),
    Move(
        "approve_extension", "批准延期", (S.ACCEPTED,), S.ACCEPTED, rules.may_decide_extension,
        law="行政许可法42条",
    ),
    Move(
        "decline_extension", "不批准延期", (S.ACCEPTED,), S.ACCEPTED,
        rules.may_decide_extension,
    ),
    Move(
        "supply_deferred", "收到后补材料", UNDER_REVIEW, STAY, rules.may_supply,
        law="参照安阳市政务服务条例24条",
    ),
    Move(
        "withdraw_promise", "撤回承诺", UNDER_REVIEW, STAY, rules.may_withdraw_promise,
        law="参照安阳市政务服务条例26条",
    ),
    Move(
        "lapse_deferral", "逾期未补交视为撤回", UNDER_REVIEW, S.WITHDRAWN, rules.by_system,
        _END, law="参照安阳市政务服务条例24条",
    ),
]  # fmt: skip
_RESULT = [
    Move("grant", "准予", (S.ACCEPTED,), S.GRANTED, rules.may_grant, _DECIDE, "行政许可法38条"),
    Move(
        "refuse", "不予批准", (S.ACCEPTED,), S.REFUSED, rules.may_refuse, _DECIDE,
        law="行政许可法38条二",
    ),
    Move("send_result", "送达结果", DECIDED, S.DELIVERING, rules.by_counter, law="行政许可法44条"),
    Move(
        "delivery_returned", "邮件被退回", (S.DELIVERING,), S.DELIVERING, rules.by_counter,
    ),
    Move("resend_result", "重新送达", (S.DELIVERING,), S.DELIVERING, rules.may_resend),
    Move(
        "confirm_delivery", "确认送达", (S.DELIVERING,), S.CLOSED, rules.may_confirm,
        _ARRIVED,
    ),
    Move(
        "revoke", "撤销决定", (S.GRANTED, S.DELIVERING, S.CLOSED), S.REVOKED, rules.may_revoke,
        _END, law="行政许可法69条；参照安阳市政务服务条例27条",
    ),
    Move("withdraw", "撤回申请", BEFORE_DECISION, S.WITHDRAWN, rules.by_applicant_or_clerk, _END),
    Move("terminate", "终止办理", BEFORE_DECISION, S.TERMINATED, rules.by_reviewer, _END),
    Move("archive", "归档", ENDED, S.ARCHIVED, rules.may_archive),
]  # fmt: skip

CASE = Flow(
    "case",
    initial=S.DRAFT,
    final=(S.ARCHIVED,),
    labels=dict(S.choices),
    moves=[*_INTAKE, *_REVIEW, *_RESULT],
)

# what a citizen may do; all else is the office's
OF_APPLICANT = ("answer_correction", "withdraw", "supply_deferred", "withdraw_promise")
OF_SYSTEM = tuple(name for name, move in CASE.moves.items() if move.guard is rules.by_system)
