"""The statutory life of a case. Law: 行政许可法 art. 32, 42-45, 50; 安阳市政务服务条例 art. 24, 36."""

from yizhan.core.flow import Flow, Move, Turn
from yizhan.domain.cases.choices import ClockName as C
from yizhan.domain.cases.choices import State as S

BEFORE_ACCEPTANCE = (S.SUBMITTED, S.RECEIVED)
UNDER_REVIEW = (S.ACCEPTED, S.SPECIAL)
ENDED = (S.CLOSED, S.NOT_NEEDED, S.NOT_OURS, S.NOT_ACCEPTED, S.WITHDRAWN, S.TERMINATED)

_ACCEPT = {C.NOTICE: Turn.STOP, C.LEGAL: Turn.START, C.PROMISED: Turn.START}
_PAUSE = {C.LEGAL: Turn.PAUSE, C.PROMISED: Turn.PAUSE}
_RESUME = {C.LEGAL: Turn.RESUME, C.PROMISED: Turn.RESUME}
_DECIDE = {C.LEGAL: Turn.STOP, C.PROMISED: Turn.STOP, C.DELIVERY: Turn.START}
_END = {clock: Turn.STOP for clock in C}

CASE = Flow(
    "case",
    initial=S.DRAFT,
    final=(S.ARCHIVED,),
    labels=dict(S.choices),
    moves=[
        Move("submit", "提交", (S.DRAFT,), S.SUBMITTED, clocks={C.NOTICE: Turn.START}),
        Move("receive", "收件", (S.SUBMITTED,), S.RECEIVED),
        Move("correct_on_spot", "当场更正", (S.RECEIVED,), S.RECEIVED, law="行政许可法32条三"),
        Move(
            "ask_correction", "一次性告知补正", BEFORE_ACCEPTANCE, S.CORRECTION,
            clocks={C.NOTICE: Turn.STOP, C.CORRECTION: Turn.START}, law="行政许可法32条四",
        ),
        Move(
            "answer_correction", "提交补正", (S.CORRECTION,), S.RECEIVED,
            clocks={C.CORRECTION: Turn.STOP, C.NOTICE: Turn.START},
        ),
        Move(
            "lapse_correction", "逾期不补正视为撤回", (S.CORRECTION,), S.WITHDRAWN,
            clocks=_END, law="安阳市政务服务条例36条",
        ),
        Move(
            "tell_not_needed", "告知无需办理", BEFORE_ACCEPTANCE, S.NOT_NEEDED,
            clocks=_END, law="行政许可法32条一",
        ),
        Move(
            "tell_not_ours", "告知不属本机关", BEFORE_ACCEPTANCE, S.NOT_OURS,
            clocks=_END, law="行政许可法32条二",
        ),
        Move(
            "refuse_acceptance", "不予受理", BEFORE_ACCEPTANCE, S.NOT_ACCEPTED,
            clocks=_END, law="行政许可法32条",
        ),
        Move("accept", "受理", BEFORE_ACCEPTANCE, S.ACCEPTED, clocks=_ACCEPT, law="行政许可法32条五"),
        Move(
            "deem_accepted", "逾期未告知视为受理", BEFORE_ACCEPTANCE, S.ACCEPTED,
            clocks=_ACCEPT, law="行政许可法32条四",
        ),
        Move(
            "start_special", "进入特别程序", (S.ACCEPTED,), S.SPECIAL,
            clocks=_PAUSE, law="行政许可法45条",
        ),
        Move("end_special", "特别程序结束", (S.SPECIAL,), S.ACCEPTED, clocks=_RESUME),
        Move("extend", "延长期限", (S.ACCEPTED,), S.ACCEPTED, law="行政许可法42条"),
        Move("grant", "准予", (S.ACCEPTED,), S.GRANTED, clocks=_DECIDE, law="行政许可法38条"),
        Move("refuse", "不予批准", (S.ACCEPTED,), S.REFUSED, clocks=_DECIDE, law="行政许可法38条二"),
        Move("send_result", "送达结果", (S.GRANTED, S.REFUSED), S.DELIVERING, law="行政许可法44条"),
        Move(
            "confirm_delivery", "确认送达", (S.DELIVERING,), S.CLOSED,
            clocks={C.DELIVERY: Turn.STOP},
        ),
        Move(
            "withdraw", "撤回申请",
            (S.SUBMITTED, S.RECEIVED, S.CORRECTION, *UNDER_REVIEW), S.WITHDRAWN, clocks=_END,
        ),
        Move(
            "terminate", "终止办理",
            (S.SUBMITTED, S.RECEIVED, S.CORRECTION, *UNDER_REVIEW), S.TERMINATED, clocks=_END,
        ),
        Move("archive", "归档", ENDED, S.ARCHIVED),
    ],
)  # fmt: skip
