"""The seat's form: what a caller says, where it is, who he is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms

from yizhan.domain.files import actions as files
from yizhan.domain.files.choices import FileKind
from yizhan.domain.hotline.actions import Incoming
from yizhan.domain.hotline.choices import Channel, Language, Line
from yizhan.domain.office import queries as office
from yizhan.web.workbench.forms import pick, words

BY_SEAT = (Channel.PHONE, Channel.VISIT, Channel.LETTER, Channel.SMS)


class IntakeForm(forms.Form):
    """One call, visit or letter. `key` makes a second click the same message."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    sender = words("来电号码（隐藏来电留空）", rows=1, required=False, max_length=40)
    text = words("诉求内容", rows=6, missing="请写下诉求人说的话。", max_length=10_000)
    place = pick("地点", required=False)
    place_text = words("详细地点", rows=1, required=False, max_length=200)
    name = words("称呼", rows=1, required=False, max_length=60)
    channel = pick("来源", [(c.value, c.label) for c in BY_SEAT])
    line = pick("线路", Line.choices)
    language = pick("语言", Language.choices)
    confidential = forms.BooleanField(label="要求保密", required=False)
    scan = forms.FileField(
        label="来信、材料扫描件", required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
    )  # fmt: skip

    def __init__(self, *args: Any, region: str, **more: Any) -> None:
        initial = {"key": uuid4().hex} | more.pop("initial", {})
        super().__init__(*args, initial=initial, **more)
        groups = office.place_choices(region)
        self.fields["place"].choices = [("", "不清楚"), *groups]  # type: ignore[attr-defined]

    def incoming(self, *, by: Any, at: datetime) -> Incoming:
        """The message, its scan kept first. Raises Refused for a scan that cannot be kept."""
        data = self.cleaned_data
        kept = ()
        if data["scan"] is not None:
            stored = files.store_upload(
                region=by.region, name=data["scan"].name, stream=data["scan"], by=by, at=at,
                kind=FileKind.SCAN,
            )  # fmt: skip
            kept = (stored.pk,)
        return Incoming(
            region=by.region, channel=data["channel"], message_id=f"seat:{data['key']}",
            text=data["text"], occurred_at=at, sender=data["sender"], name=data["name"],
            place=data["place"], place_text=data["place_text"], language=data["language"],
            line=data["line"], confidential=data["confidential"], file_ids=kept,
        )  # fmt: skip
