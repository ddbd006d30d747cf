"""The small forms of the case page: one per action, each knowing only its own case.

`choices` and hidden numbers come from the case itself, so a posted number of another case is not a
valid choice. `kwargs()` is what the action wants.
"""

from __future__ import annotations

from typing import Any

from django import forms

from yizhan.domain.cases.choices import DeliveryMode, StepState
from yizhan.domain.catalogue.choices import SpecialKind

PURPOSES = ("核对申请人身份", "联系申请人", "制作证照文书")


def words(label: str, *, rows: int = 2, missing: str = "", **more: Any) -> forms.CharField:
    """A field for a sentence; what is missing is said in words."""
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput(),
        error_messages={
            "required": missing or f"请填写{label}。",
            "max_length": "太长了，请精简。",
        },
        **{"max_length": 300, **more},
    )


def number(label: str, *, highest: int, **more: Any) -> forms.IntegerField:
    """A whole number of working days."""
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=highest,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": f"请填写{label}。",
            "invalid": "请填写整数。",
            "min_value": "至少 1 个工作日。",
            "max_value": f"最多 {highest} 个工作日。",
        },
        **more,
    )


def pick(label: str, choices: Any = (), **more: Any) -> forms.ChoiceField:
    """One of a few."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        error_messages={"required": f"请选择{label}。", "invalid_choice": "请从列表中选择。"},
        **more,
    )


class DeedForm(forms.Form):
    """A form of one action on one case; without fields it is only a button."""

    use_required_attribute = True

    def __init__(self, *args: Any, name: str, page: Any, **more: Any) -> None:
        super().__init__(*args, auto_id=f"{name}-%s", **more)
        self.name = name
        self.page = page
        self.fit()

    def fit(self) -> None:
        """Fill choices and first values from the case."""

    def kwargs(self) -> dict[str, Any]:
        """What the action wants of this form."""
        return dict(self.cleaned_data)


class Plain(DeedForm):
    """Only a button."""


class Reason(DeedForm):
    """A reason that the applicant will read."""

    reason = words(
        "理由（会写进告知书）", missing="请写明理由，申请人会看到。", max_length=1000, rows=3
    )


class OptionalReason(DeedForm):
    """A reason if there is one."""

    reason = words("说明", required=False)


class WhereToGo(DeedForm):
    """Which authority to turn to (行政许可法 32 (2))."""

    where_to_go = words("应向哪个机关申请、地点和电话", missing="请写明申请人应该向谁申请。")


class StepOpinion(DeedForm):
    """The open step and what its officer thinks."""

    step_id = pick("环节")
    opinion = words("处理意见", missing="请写处理意见。", max_length=1000)

    def fit(self) -> None:
        """The open steps."""
        self.fields["step_id"].choices = [
            (str(step.pk), f"{step.name}（{step.organisation.short_name}）")
            for step in self.page.steps
            if step.state == StepState.OPEN
        ]


class StepReturn(DeedForm):
    """Back to an earlier step, with the reason."""

    step_id = pick("从哪个环节退回")
    to_key = pick("退回到")
    reason = words("退回理由", missing="请写明退回理由。")

    def fit(self) -> None:
        """Open steps, and the steps already done."""
        steps = self.page.steps
        self.fields["step_id"].choices = [
            (str(step.pk), step.name) for step in steps if step.state == StepState.OPEN
        ]
        done = [(step.key, step.name) for step in steps if step.state == StepState.DONE]
        self.fields["to_key"].choices = list(dict.fromkeys(done))


class CoUnit(DeedForm):
    """Another unit that has to look at the case."""

    organisation = pick("协办单位")
    name = words("请对方做什么", rows=1, max_length=60)
    days = number("几个工作日内回复", highest=30, initial=3)

    def fit(self) -> None:
        """The units of the county except the competent one."""
        self.fields["organisation"].choices = self.page.other_units

    def kwargs(self) -> dict[str, Any]:
        """The unit as an object."""
        return {
            **self.cleaned_data,
            "organisation": self.page.unit(self.cleaned_data["organisation"]),
        }


class SpecialStart(DeedForm):
    """A hearing, inspection, testing …: told in writing with the time it takes (art. 45)."""

    kind = pick("特别程序", SpecialKind.choices)
    reason = words("启动理由或依据", missing="请写明理由或依据，会书面告知申请人。")
    planned_days = number("所需工作日", highest=180)


class SpecialEnd(DeedForm):
    """What came out of it."""

    result = words("特别程序的结果", max_length=1000, missing="请写明结果。")


class MoreTime(DeedForm):
    """More time, to be approved by the unit's head (art. 42)."""

    days = number("延长几个工作日", highest=15, initial=10)
    reason = words("延长理由", missing="请写明理由，批准后会告知申请人。")


class ExtensionNo(DeedForm):
    """No to a request for more time, with the reason."""

    reason = words("说明", required=False)

    def kwargs(self) -> dict[str, Any]:
        """The request that is open on this case."""
        return {"extension_id": self.page.open_extension.pk, **self.cleaned_data}


class ExtensionYes(DeedForm):
    """Approval needs no words."""

    def kwargs(self) -> dict[str, Any]:
        """The request that is open on this case."""
        return {"extension_id": self.page.open_extension.pk}


class Grant(DeedForm):
    """The result: name, number, validity."""

    result_name = words("结果名称", rows=1, max_length=120)
    result_number = words("证照或文书编号（留空由系统编号）", rows=1, max_length=80, required=False)
    result_until = forms.DateField(
        label="有效期至（长期有效留空）",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "请按 2026-11-25 的格式填写日期。"},
    )

    def fit(self) -> None:
        """The name of the item's result."""
        version = self.page.case.version
        self.fields["result_name"].initial = version.result_name or version.name


class Send(DeedForm):
    """How the result reaches the applicant."""

    mode = pick("送达方式", DeliveryMode.choices)
    receiver = words("领取人或收件人", rows=1, max_length=60)
    address = words("收件地址（邮寄时填写）", rows=1, max_length=200, required=False)
    tracking = words("物流单号（邮寄时填写）", rows=1, max_length=40, required=False)

    def fit(self) -> None:
        """The applicant, unless somebody else fetches it."""
        self.fields["receiver"].initial = self.page.case.subject_name


class Proof(DeedForm):
    """How we know it arrived."""

    proof = words("送达凭证（领取人签收、物流签收记录等）", rows=1, max_length=200)


class Returned(DeedForm):
    """Why it came back."""

    reason = words("退回原因", rows=1, max_length=200)


class Handler(DeedForm):
    """Who handles the case."""

    handler = pick("承办人")

    def fit(self) -> None:
        """The officers of the competent unit."""
        self.fields["handler"].choices = self.page.officers

    def kwargs(self) -> dict[str, Any]:
        """The officer as an object."""
        return {"handler": self.page.officer(self.cleaned_data["handler"])}


class Purpose(forms.Form):
    """Why the clear number is needed; the applicant can read it."""

    purpose = pick("用途", [(purpose, purpose) for purpose in PURPOSES])
