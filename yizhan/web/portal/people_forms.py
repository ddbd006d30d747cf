"""Forms of login, registration and one's own data. Each field says what is wrong beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from yizhan.core import numbers
from yizhan.core.flow import Refused
from yizhan.domain.people import rules
from yizhan.domain.people.choices import IdKind


class Said(forms.Form):
    """A form whose refusals, wherever they come from, land beside the field they are about."""

    use_required_attribute = False

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal of the domain at its field, or above the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)


def phone_field(label: str = "手机号", **more: Any) -> forms.CharField:
    """A mobile number; the browser may fill it in."""
    return forms.CharField(
        label=label,
        max_length=20,
        error_messages={"required": f"请填写{label}。", "max_length": "手机号应为11位数字。"},
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        **more,
    )


def password_field(label: str, *, new: bool, **more: Any) -> forms.CharField:
    """A password; managers and pasting work (ASVS 6.2.7)."""
    auto = "new-password" if new else "current-password"
    return forms.CharField(
        label=label,
        max_length=128,
        strip=False,
        error_messages={"required": f"请填写{label}。", "max_length": "密码最多128位。"},
        widget=forms.PasswordInput(attrs={"autocomplete": auto}),
        **more,
    )


class PhoneForm(Said):
    """Where the code goes."""

    phone = phone_field()

    def clean_phone(self) -> str:
        """The number in plain digits."""
        return checked(numbers.phone_number, self.cleaned_data["phone"])


class CodeForm(PhoneForm):
    """The code that came."""

    code = forms.CharField(
        label="验证码",
        max_length=20,
        help_text="短信里的6位数字，10分钟内有效。",
        error_messages={"required": "请填写短信里的6位验证码。"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class PasswordLoginForm(PhoneForm):
    """Phone and password."""

    password = password_field("密码", new=False)


class RegisterForm(Said):
    """Who somebody is."""

    name = forms.CharField(
        label="姓名",
        max_length=80,
        help_text="与证件上的姓名一致；名字里的“·”请照写。",
        error_messages={"required": "请填写姓名。"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    id_kind = forms.ChoiceField(
        label="证件类型",
        choices=IdKind.choices,
        initial=IdKind.RESIDENT,
        error_messages={"required": "请选择证件类型。", "invalid_choice": "请从列表中选择。"},
    )
    id_number = forms.CharField(
        label="证件号码",
        max_length=40,
        help_text="只用于办理您申请的事项，保存时加密。",
        error_messages={"required": "请填写证件号码。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_name(self) -> str:
        """The name as it is stored."""
        return checked(rules.person_name, self.cleaned_data["name"])


class PasswordForm(Said):
    """A new password, twice; the present one where there is one."""

    current = password_field("现在的密码", new=False)
    password = password_field(
        "新密码", new=True, help_text="至少10位，不要全是数字，不要用常见密码；一句话最好记。"
    )
    again = password_field("再输一遍新密码", new=True)

    def __init__(self, *args: Any, has_one: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_one:
            del self.fields["current"]

    def clean_again(self) -> str:
        """Both times the same."""
        if self.cleaned_data["again"] != self.cleaned_data.get("password"):
            raise forms.ValidationError("两次输入的新密码不一样，请再输一遍。")
        return str(self.cleaned_data["again"])


def checked(check: Callable[[str], str], text: str) -> str:
    """A rule of the domain as a form's check."""
    try:
        return check(text)
    except Refused as refusal:
        raise forms.ValidationError(refusal.sentence) from None
