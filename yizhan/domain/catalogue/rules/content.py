"""What an editor or a file may write into a version: one value per field, in its right type."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from django.core.exceptions import ValidationError

from yizhan.core.flow import Refused
from yizhan.domain.catalogue.rules.difference import content_fields
from yizhan.domain.catalogue.shapes import LISTS, SPECIAL_KINDS

if TYPE_CHECKING:
    from yizhan.domain.catalogue.models import ItemVersion

# what a version must hold to exist at all; an import that is silent about them marks them unwritten
DEFAULTS: dict[str, Any] = {
    "level": "4", "project_type": "2", "review_kind": "staged", "result_type": "99",
    "legal_amount": 20, "promise_amount": 20, "visits": 0, "online": False, "handle_area": "0",
    "in_hall": True, "charged": False,
}  # fmt: skip
TOGETHER = {"legal_unit": "legal_amount", "promise_unit": "promise_amount"}


def clean(version: ItemVersion, content: Mapping[str, Any]) -> dict[str, Any]:
    """The content, each value in the type of its field. Raises Refused naming the first bad field.

    A draft may be incomplete (the publish check tells), but never of the wrong shape.
    """
    fields = {field.name: field for field in content_fields(version)}
    unknown = sorted(set(content) - set(fields))
    if unknown:
        raise Refused(f"事项没有这些字段：{'、'.join(unknown)}。", field=unknown[0])
    return {name: value_of(fields[name], value) for name, value in content.items()}


def value_of(field: Any, value: Any) -> Any:
    """One value in the type of its field. Raises Refused."""
    label = str(field.verbose_name)
    try:
        if field.name in LISTS:
            kind: Any = LISTS[field.name][0]
            msgspec.convert(value, list[kind])
            return value
        if field.name == "special_procedures":
            msgspec.convert(value, SPECIAL_KINDS)
            return value
        return field.clean(value, None)
    except msgspec.ValidationError as error:
        raise Refused(f"“{label}”的内容格式不对：{error}", field=field.name) from None
    except ValidationError as error:
        raise Refused(f"“{label}”：{'；'.join(error.messages)}", field=field.name) from None


def slug(task_code: str, *, length: int = 8) -> str:
    """The short address of an item: stable for its code, 8 letters and digits (40 bits)."""
    digest = hashlib.sha256(task_code.encode()).digest()
    return base64.b32encode(digest).decode().lower().rstrip("=")[:length]
