"""Messages to the applicant: short, polite, exact, with the day and where to look.

No names and no numbers of persons: a message may be read by others. Each text ends with the case
number, which together with the query code (sent once, at submission) shows the progress.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yizhan.core.worktime import CHINA

HEAD = "您申请的“{title}”"
TAIL = "办件编号{number}。"
_TEXTS = {
    "submitted": "已提交，{until}前告知审查结果，查询码{code}，请妥善保管。",
    "received": "已收件，收件凭证可在网上查看。",
    "corrected_on_spot": "已按您当场确认的内容更正。",
    "accepted": "已受理，承诺{until}前办结。",
    "deemed_accepted": "未在期限内告知审查结果，依法视为已受理，承诺{until}前办结。",
    "ask_correction": "有{count}处需要补正，请在{until}前一次补齐，逾期视为撤回申请。",
    "corrected": "的补正材料已收到，{until}前告知审查结果。",
    "lapsed": "在期限内没有补齐材料，按撤回申请处理，您可以随时重新申请。",
    "not_needed": "经审查不需要办理，详见告知书。",
    "not_ours": "不属于本机关职权范围，应当向谁申请请看告知书。",
    "not_accepted": "不予受理，理由和救济途径请看通知书。",
    "special": "需要{what}，预计{until}前完成，这段时间不计入办理期限。",
    "special_over": "的{what}已结束，恢复计时，{until}前办结。",
    "extended": "经批准延长{days}个工作日，{until}前办结，理由请看告知书。",
    "granted": "已准予，结果将按您选择的方式送达。",
    "refused": "不予批准，理由和复议、诉讼途径请看决定书。",
    "ready": "的结果可以领取了，请带身份证件到窗口领取。",
    "electronic": "的结果已电子送达，请登录网上大厅查看。",
    "posted": "的结果已寄出，物流单号{tracking}。",
    "returned": "的结果邮寄被退回（{what}），请联系窗口重新选择送达方式。",
    "delivered": "的结果已送达，本件办结。",
    "withdrawn": "已按您的要求撤回。",
    "terminated": "已终止办理，理由：{what}",
    "supplied": "补交的材料已收到。",
    "promise_broken": "承诺的事项没有按期履行，请尽快整改，逾期不改将依法撤销决定。",
    "promise_kept": "的承诺已核查，履行完毕。",
    "promise_withdrawn": "的告知承诺已按您的要求撤回，请补交相应材料。",
    "revoked": "的准予决定已依法撤销，理由和复议、诉讼途径请看决定书。",
    "deadline_moved": "因放假安排公布，期限调整为{until}前。",
}
KINDS = tuple(_TEXTS)


def text(kind: str, *, title: str, number: str, **facts: Any) -> str:
    """The message of a kind. Raises KeyError for an unknown kind or a missing fact."""
    short = title if len(title) <= 40 else f"{title[:39]}…"
    shown = {k: day(v) if isinstance(v, datetime) else v for k, v in facts.items()}
    return f"{HEAD}{_TEXTS[kind]}{TAIL}".format(title=short, number=number, **shown)


def day(moment: datetime) -> str:
    """A local day as people say it: 2026年12月1日."""
    local = moment.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日"
