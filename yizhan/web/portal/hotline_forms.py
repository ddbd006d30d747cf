"""What a caller writes on the site: the matter, where, and later how it was."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core import signing

from yizhan.core.flow import Refused
from yizhan.core.numbers import phone_number
from yizhan.domain.hotline.actions import Heard, Incoming
from yizhan.domain.hotline.choices import CallResult, Channel, Nature, Satisfaction
from yizhan.domain.office import queries as office
from yizhan.domain.people import queries as people

SALT = "hotline.files"
YES_NO = (("yes", "是"), ("no", "否"))


class ReportForm(forms.Form):
    """One matter. `key` makes a second click the same message; `kept` carries the photos on."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    kept = forms.CharField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label="您要反映什么",
        help_text="写明什么时间、什么地点、发生了什么、希望怎样解决。",
        widget=forms.Textarea(attrs={"rows": 6}), max_length=10_000,
        error_messages={
            "required": "请写下您要反映的事。", "max_length": "太长了，请写在一万字以内。",
        },
    )  # fmt: skip
    nature = forms.ChoiceField(
        label="这是", required=False, choices=[("", "不确定，请热线判断"), *Nature.choices]
    )
    place = forms.ChoiceField(label="发生在哪个村（社区）", required=False)
    place_text = forms.CharField(
        label="详细地点", required=False, max_length=200, help_text="比如哪条路、哪个小区几号楼。"
    )
    photos = forms.FileField(
        label="照片（可以拍几张）", required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
    )  # fmt: skip
    name = forms.CharField(label="怎么称呼您", required=False, max_length=60)
    phone = forms.CharField(
        label="手机号", required=False, max_length=20,
        help_text="用来联系您、查进度。不留号码也能反映，请记住提交后给您的查询码。",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    confidential = forms.BooleanField(
        label="请为我保密", required=False,
        help_text="只有热线知道您是谁，办理单位看不到您的姓名、电话和原话。",
    )  # fmt: skip
    public = forms.BooleanField(
        label="答复可以在网站公开", required=False, help_text="公开时会隐去个人信息，保密的不公开。"
    )

    def __init__(self, *args: Any, region: str, **more: Any) -> None:
        initial = {"key": uuid4().hex} | more.pop("initial", {})
        super().__init__(*args, initial=initial, auto_id="h-%s", **more)
        self.region = region
        self.fields["place"].choices = [("", "不清楚"), *office.place_choices(region)]  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        """A mobile number or nothing."""
        given = self.cleaned_data["phone"].strip()
        if not given:
            return ""
        try:
            return phone_number(given)
        except Refused as no:
            raise forms.ValidationError(no.sentence) from None

    def kept_files(self) -> list[UUID]:
        """The photos that were kept when the page came back. A forged list is empty."""
        try:
            return [UUID(one) for one in signing.loads(self.data.get("kept", ""), salt=SALT)]
        except (signing.BadSignature, ValueError, TypeError):
            return []

    def incoming(self, *, account: Any, file_ids: list[UUID], at: datetime) -> Incoming:
        """The message of this form."""
        data = self.cleaned_data
        person = people.person_of(account) if account.is_authenticated else None
        phone = data["phone"] or (people.phone_of_account(account) if person else "")
        return Incoming(
            region=self.region, channel=Channel.WEB, message_id=f"web:{data['key']}",
            text=data["text"], occurred_at=at, sender=phone, name=data["name"],
            nature=data["nature"], place=data["place"], place_text=data["place_text"],
            confidential=data["confidential"], public=data["public"], person=person,
            file_ids=tuple(file_ids),
        )  # fmt: skip


def keep(file_ids: list[UUID]) -> str:
    """The signed list of photos that the page carries on."""
    return signing.dumps([str(one) for one in file_ids], salt=SALT)


class TrackForm(forms.Form):
    """Number, and the phone it came from or the code."""

    use_required_attribute = False
    number = forms.CharField(
        label="工单编号", max_length=30, help_text="RX 开头，短信里有。",
        error_messages={"required": "请填写工单编号，短信里有。", "max_length": "编号没有这么长。"},
    )  # fmt: skip
    phone = forms.CharField(
        label="来电手机号，或查询码", max_length=60,
        error_messages={"required": "请填写来电时用的手机号，或者查询码。"},
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, auto_id="t-%s", **more)


class MoreForm(forms.Form):
    """Something to add to an open order."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    text = forms.CharField(
        label="补充情况或催办", widget=forms.Textarea(attrs={"rows": 3}), max_length=5000,
        error_messages={"required": "请写下要补充的情况。"},
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        initial = {"key": uuid4().hex} | more.pop("initial", {})
        super().__init__(*args, initial=initial, auto_id="m-%s", **more)


class RatingForm(forms.Form):
    """How it was. Nothing is chosen beforehand: not rated is not rated."""

    use_required_attribute = False
    solved = forms.ChoiceField(
        label="问题解决了吗", choices=YES_NO, widget=forms.RadioSelect,
        error_messages={"required": "请选择是否解决。"},
    )  # fmt: skip
    contacted = forms.ChoiceField(
        label="办理单位联系过您吗", choices=YES_NO, widget=forms.RadioSelect, required=False
    )
    satisfied = forms.ChoiceField(
        label="您满意吗", choices=Satisfaction.choices, widget=forms.RadioSelect, required=False
    )
    words = forms.CharField(
        label="想说的话", required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="没有解决又不满意的，会退回单位重新办理，请写明哪里没有解决。",
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, auto_id="r-%s", **more)

    def heard(self) -> Heard:
        """The rating as a call-back by the web."""
        data, said = self.cleaned_data, {"yes": True, "no": False}
        return Heard(
            CallResult.ANSWERED, Channel.WEB, contacted=said.get(data["contacted"]),
            solved=said[data["solved"]], satisfied=data["satisfied"], words=data["words"],
        )  # fmt: skip
