"""Messages to callers: short, polite, exact. No names, no numbers of persons, no details."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yizhan.core.worktime import CHINA

_TEXTS = {
    "received": "【12345】您的诉求已收到，工单编号{number}，查询码{code}。我们会在{until}前受理。",
    "followed": "【12345】您补充的情况已收到，已转办理单位，工单编号{number}。",
    "urged": "【12345】您的催办已收到，已提醒办理单位，工单编号{number}，答复期限{until}。",
    "answered": "【12345】您的诉求已答复，工单编号{number}。{answer}",
    "way": "【12345】您的诉求依法应通过其他途径办理，工单编号{number}。{answer}",
    "emergency": "【12345】您反映的是紧急情况，已转{where}，请保持电话畅通。工单编号{number}。",
    "dispatched": "【12345】您的诉求已转{unit}办理，将在{until}前答复您。工单编号{number}。",
    "merged": "【12345】与您相同的问题正在办理，我们会一并答复您，期限{until}。工单编号{number}。",
    "extended": "【12345】您的诉求情况复杂，经批准延期，将在{until}前答复。理由：{reason}"
    "工单编号{number}。",
    "parked": "【12345】您反映的问题暂时不能解决：{reason}计划{until}前解决，我们会跟踪。"
    "工单编号{number}。",
    "passed": "【12345】您的诉求已有答复，请用工单编号{number}和您的手机号查看并评价。",
    "redo": "【12345】按您的意见，您的诉求已退回重新办理，将在{until}前答复。工单编号{number}。",
    "closed": "【12345】您的诉求已办结（{how}），感谢您的来电。工单编号{number}。",
    "withdrawn": "【12345】已按您的要求撤回诉求，工单编号{number}。",
    "moved": "【12345】因放假安排公布，您的诉求答复期限调整为{until}。工单编号{number}。",
    "missed": "【12345】您刚才的来电没有接通，我们会尽快给您回电。",
}
KINDS = tuple(_TEXTS)


def text(kind: str, **facts: Any) -> str:
    """The message of a kind. Raises KeyError for an unknown kind or a missing fact."""
    shown = {k: moment(v) if isinstance(v, datetime) else v for k, v in facts.items()}
    return _TEXTS[kind].format(**shown)


def moment(at: datetime) -> str:
    """A local moment as people say it: 12月1日18时."""
    local = at.astimezone(CHINA)
    minute = f"{local.minute}分" if local.minute else ""
    return f"{local.month}月{local.day}日{local.hour}时{minute}"
