"""Forms of the staff's door, of accounts and posts, and of finding and merging persons."""

from __future__ import annotations

from typing import Any

from django import forms

from yizhan.core.flow import Refused
from yizhan.domain.people.choices import Function, IdKind

PURPOSES = [
    ("核对申请人身份", "核对申请人身份"),
    ("合并重复的人员记录", "合并重复的人员记录"),
    ("处理本人申请的更正或解除绑定", "处理本人申请的更正或解除绑定"),
]


class Said(forms.Form):
    """A form whose refusals, wherever they come from, land beside the field they are about."""

    use_required_attribute = False

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal of the domain at its field, or above the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)


def line(label: str, *, longest: int = 60, **more: Any) -> forms.CharField:
    """One line of text with its own words for what is missing."""
    attrs = more.pop("attrs", {"autocomplete": "off"})
    return forms.CharField(
        label=label,
        max_length=longest,
        widget=forms.TextInput(attrs=attrs),
        error_messages={
            "required": f"请填写{label}。",
            "max_length": f"{label}最多{longest}个字。",
        },
        **more,
    )


def secret(label: str, *, auto: str, **more: Any) -> forms.CharField:
    """A password field; pasting and password managers work."""
    return forms.CharField(
        label=label,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": auto}),
        error_messages={"required": f"请填写{label}。", "max_length": "最多128位。"},
        **more,
    )


def pick(label: str, choices: Any = (), **more: Any) -> forms.ChoiceField:
    """One of a list."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        error_messages={"required": f"请选择{label}。", "invalid_choice": "请从列表中选择。"},
        **more,
    )


class LoginForm(Said):
    """Name and password; the second factor follows."""

    username = line("登录名", longest=64, attrs={"autocomplete": "username", "spellcheck": "false"})
    password = secret("密码", auto="current-password")


class SecondFactorForm(Said):
    """Six digits of the phone, or a backup code."""

    code = line(
        "动态口令",
        longest=20,
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True},
        help_text="手机验证器上的6位数字。手机不在身边时，也可以填一个备用码。",
    )


class AccountForm(Said):
    """A new staff login."""

    username = line("登录名", longest=30, help_text="小写字母开头，可用数字、点、下划线和连字符。")
    display_name = line("姓名")
    password = secret(
        "初始密码",
        auto="new-password",
        help_text="至少10位。本人第一次登录时要绑定动态口令。",
    )


class PostForm(Said):
    """A function, where it reaches, and for which unit."""

    function = pick("职能", Function.choices)
    scope = line(
        "区划范围", longest=12, help_text="区划代码，例如410225是全县，410225001是一个街道。"
    )
    organisation = forms.ModelChoiceField(
        label="单位",
        queryset=None,
        required=False,
        empty_label="区划范围内的所有单位",
        help_text="审查、审批只管一个单位的，请选这个单位。",
        error_messages={"invalid_choice": "请从列表中选择单位。"},
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations


class FindForm(Said):
    """Whom one looks for, and why; the person can read the why."""

    id_kind = pick("证件类型", IdKind.choices, initial=IdKind.RESIDENT)
    id_number = line("证件号码", longest=40, attrs={"autocomplete": "off", "spellcheck": "false"})
    purpose = pick("查看用途", PURPOSES, help_text="当事人登录后能看到谁、什么时候、为什么查看。")
    subject = line("事由编号", longest=60, required=False, help_text="有办件编号的请填写。")


class ReasonForm(Said):
    """Why something is done."""

    reason = line("理由", longest=200)


class MergeForm(ReasonForm):
    """Which other record, and why it is the same person."""

    absorbed = pick("并入的记录")

    def __init__(self, *args: Any, candidates: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["absorbed"].choices = candidates
        self.order_fields(["absorbed", "reason"])
