"""Asking about a case by its number and query code: on the portal and at the kiosk, no login.

Shows the state, the deadlines and what happened when; no name, no remark, no data of a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from yizhan.core import numbers
from yizhan.core.flow import Refused
from yizhan.domain.cases import queries
from yizhan.domain.cases.models import Case
from yizhan.web.ui.throttle import too_many
from yizhan.web.ui.words import TONES, day_words

SLOWLY = "查询太频繁了，请一分钟以后再试；急的话请拨打 12345 报编号查询。"
PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}


class QueryForm(forms.Form):
    """Number and code of a case, as printed on the receipt."""

    use_required_attribute = False
    number = forms.CharField(
        label="办件编号",
        max_length=60,
        help_text="收件凭证或短信里“办件编号”后面的一长串字母和数字。",
        error_messages={
            "required": "请填写办件编号，它印在收件凭证上。",
            "max_length": "办件编号没有这么长，请核对。",
        },
        widget=forms.TextInput(attrs=PLAIN),
    )
    code = forms.CharField(
        label="查询码",
        max_length=20,
        help_text="编号下面的10位字母和数字，不分大小写。",
        error_messages={
            "required": "请填写查询码，它印在办件编号下面。",
            "max_length": "查询码只有10位，请核对。",
        },
        widget=forms.TextInput(attrs=PLAIN),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="q-%s", **kwargs)

    def clean_number(self) -> str:
        """As printed: capital letters, hyphens kept, blanks out."""
        return "".join(self.cleaned_data["number"].upper().split())

    def clean_code(self) -> str:
        """People copy codes with blanks, full-width and small letters."""
        return numbers.plain(self.cleaned_data["code"])


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, without who."""

    title: str
    at: datetime
    now: bool
    by: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a stranger with the right code may know."""

    number: str
    title: str
    unit: str
    state: str
    tone: str
    todo: str
    deadlines: list[str]
    events: list[Event]


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, an empty page too; None for a form that nobody has sent."""
    return request.POST if request.method == "POST" else None


def look_up(request: HttpRequest, form: QueryForm, *, at: datetime) -> tuple[Answer | None, int]:
    """(answer, HTTP status) for a posted form; (None, 200) when nothing was asked yet.

    At most five tries a minute for each number and each caller, right or wrong.
    """
    if request.method != "POST":
        return None, 200
    if not form.is_valid():
        return None, 422
    number, code = form.cleaned_data["number"], form.cleaned_data["code"]
    if too_many(request, "query", number):
        form.add_error(None, SLOWLY)
        return None, 429
    try:
        case = queries.by_number_and_code(number, code)
    except Refused as refusal:
        form.add_error("code", refusal.sentence)
        return None, 422
    return answer(case, at=at), 200


def answer(case: Case, *, at: datetime) -> Answer:
    """The public side of a case."""
    lines = queries.timeline(case)
    events = [Event(line.label, line.at, now=line is lines[-1]) for line in lines]
    running = [
        line for line in queries.clock_sentences(case, at=at) if line.running and not line.internal
    ]
    todo = "单位请您补正，请登录“我的办事”查看要补什么，或到窗口办理。"
    return Answer(
        number=case.number,
        title=case.title,
        unit=case.organisation.name,
        state=case.state_label,
        tone=TONES.get(case.state, ""),
        todo=todo if case.state == "correction" else "",
        deadlines=[_deadline(line) for line in running],
        events=events[::-1],
    )


def _deadline(line: queries.ClockLine) -> str:
    if line.due_at is None:
        return f"{line.label}：现在暂停计时"
    return f"{line.label}：{day_words(timezone.localtime(line.due_at).date())}前"
