"""Forms of the portal: an item's own form built from its version, and the few fixed ones.

The version's rules decide what is right (catalogue.rules); here a field only gets its widget, its
label and the sentence that belongs beside it. Values stay as people typed them until submission.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from yizhan.core import numbers
from yizhan.core.flow import Refused
from yizhan.domain.cases.choices import DeliveryMode
from yizhan.domain.catalogue.choices import FieldKind
from yizhan.domain.catalogue.shapes import FormField

FEW = 6  # up to this many options are shown as buttons, more as a list
YES_NO = [("yes", "是"), ("no", "否")]
Places = Sequence[tuple[str, Sequence[tuple[str, str]]]]


class Loose(forms.Field):
    """A field that accepts what was typed; the item's rules judge it."""

    def clean(self, value: Any) -> Any:
        """The value as it is."""
        return value


class ItemForm(forms.Form):
    """The open (not locked) fields of one application."""

    use_required_attribute = False

    def __init__(
        self,
        fields: Iterable[FormField],
        *,
        data: Mapping[str, Any],
        errors: Mapping[str, str],
        places: Places = (),
        save_url: str = "",
    ) -> None:
        super().__init__(data=_posted(data), auto_id="f-%s", prefix=None)
        for field in fields:
            self.fields[field.key] = _field(field, places, save_url)
        for key, sentence in errors.items():
            self.add_error(key if key in self.fields else None, sentence)


class DeliveryForm(forms.Form):
    """How the result reaches the applicant and where messages go; on the review page."""

    use_required_attribute = False
    mode = forms.ChoiceField(label="结果怎么拿", widget=forms.RadioSelect, choices=())
    receiver = forms.CharField(
        label="收件人", required=False, max_length=60, help_text="选择邮寄时填写。",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    address = forms.CharField(
        label="收件地址", required=False, max_length=200,
        help_text="选择邮寄时填写，写到门牌号或村组。",
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip
    phone = forms.CharField(
        label="联系手机", max_length=20, help_text="办理进度会发短信到这个号码。",
        error_messages={"required": "请填写联系手机，办理进度会发短信给您。"},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip

    def __init__(self, *args: Any, modes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="d-%s", **kwargs)
        self.fields["mode"].choices = modes
        self.fields["mode"].error_messages = {
            "required": "请选择结果怎么拿。",
            "invalid_choice": "请选择列出的一种方式。",
        }

    @property
    def wish(self) -> dict[str, str]:
        """What the case keeps of it."""
        return {key: self.cleaned_data[key] for key in ("mode", "receiver", "address")}

    def clean_phone(self) -> str:
        """The number in plain digits."""
        return _checked(numbers.phone_number, self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        """A parcel needs a receiver and an address."""
        facts = super().clean() or {}
        if facts.get("mode") == DeliveryMode.POST:
            for key, sentence in (
                ("receiver", "选择了邮寄，请填写收件人。"),
                ("address", "选择了邮寄，请填写收件地址。"),
            ):
                if not facts.get(key):
                    self.add_error(key, sentence)
        return facts


class WithdrawForm(forms.Form):
    """Why an application is withdrawn; may stay empty."""

    reason = forms.CharField(
        label="撤回原因", required=False, max_length=200,
        help_text="可以不填。", widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


def read(fields: Iterable[FormField], posted: QueryDict) -> dict[str, Any]:
    """What a posted page says of the open fields; a field the page did not carry is left out."""
    found: dict[str, Any] = {}
    for field in fields:
        if field.kind == FieldKind.CHOICES:
            if field.key in posted or f"{field.key}-shown" in posted:
                found[field.key] = posted.getlist(field.key)
        elif field.key in posted:
            value = posted[field.key].replace("\x00", "").strip()
            found[field.key] = (
                {"yes": True, "no": False}.get(value, value)
                if (field.kind == FieldKind.YES)
                else value
            )
    return found


def _checked(check: Any, text: str) -> str:
    try:
        return check(text)
    except Refused as refusal:
        raise forms.ValidationError(refusal.sentence) from None


def _posted(data: Mapping[str, Any]) -> QueryDict:
    posted = QueryDict(mutable=True)
    for key, value in data.items():
        if isinstance(value, bool):
            posted[key] = "yes" if value else "no"
        elif isinstance(value, (list, tuple)):
            posted.setlist(key, [str(part) for part in value])
        elif value is not None:
            posted[key] = str(value)
    return posted


def _field(field: FormField, places: Places, save_url: str) -> forms.Field:
    widget = _widget(field, places)
    if save_url:
        widget.attrs |= {
            "hx-post": save_url,
            "hx-trigger": "change",
            "hx-include": "closest form",
            "hx-target": "#save-status",
            "hx-swap": "outerHTML",
            "hx-sync": "closest form:queue last",
            "data-autosave": "",
        }
    return Loose(label=field.label, help_text=field.help, required=field.required, widget=widget)


def _widget(field: FormField, places: Places) -> forms.Widget:
    options = [(option.value, option.label) for option in field.options]
    text = {"maxlength": field.max_length}
    match field.kind:
        case FieldKind.LONG:
            return forms.Textarea(attrs={"rows": 4, **text})
        case FieldKind.DATE:
            return forms.DateInput(attrs={"type": "date"})
        case FieldKind.NUMBER | FieldKind.MONEY:
            return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        case FieldKind.PHONE:
            return forms.TextInput(
                attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "maxlength": 20}
            )
        case FieldKind.ID_NUMBER | FieldKind.USCC:
            return forms.TextInput(
                attrs={"autocomplete": "off", "spellcheck": "false", "maxlength": 24}
            )
        case FieldKind.YES:
            return forms.RadioSelect(choices=YES_NO)
        case FieldKind.CHOICES:
            return forms.CheckboxSelectMultiple(choices=options)
        case FieldKind.CHOICE if len(options) <= FEW:
            return forms.RadioSelect(choices=options)
        case FieldKind.CHOICE:
            return forms.Select(choices=[("", "请选择"), *options])
        case FieldKind.PLACE:
            return forms.Select(choices=[("", "请选择"), *places])
    return forms.TextInput(attrs=text)
