"""Our orders and topics in the words of Open311 GeoReport v2, as JSON and as XML alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring  # noqa: S405 - written, never read

import msgspec
from django.utils import timezone

from yizhan.domain.hotline import flow, queries
from yizhan.domain.hotline.choices import Nature, State
from yizhan.domain.hotline.models import Order
from yizhan.domain.office import queries as office

FORMATS = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
# the elements of lists: name of the list → name of one in it
ONE = {
    "services": "service", "service_requests": "request", "attributes": "attribute",
    "values": "value", "errors": "error",
}  # fmt: skip


def service(topic: queries.Named) -> dict[str, Any]:
    """One topic as a service type; the branch above it is its group."""
    group, _, _ = topic.path.rpartition(" › ")
    return {
        "service_code": topic.code, "service_name": topic.name, "description": topic.path,
        "metadata": True, "type": "realtime", "keywords": ",".join(topic.keywords),
        "group": group or topic.name,
    }  # fmt: skip


def definition(topic: queries.Named) -> dict[str, Any]:
    """What may be said beside a request: its nature, and whether to keep the caller's name."""
    natures = [{"key": nature.value, "name": nature.label} for nature in Nature]
    yes = [{"key": "yes", "name": "是"}, {"key": "no", "name": "否"}]
    asked = (("nature", "诉求性质", natures), ("confidential", "要求保密", yes))
    return {
        "service_code": topic.code,
        "attributes": [
            {
                "variable": True, "code": code, "datatype": "singlevaluelist", "required": False,
                "datatype_description": "", "order": place, "description": words,
                "values": values,
            }
            for place, (code, words, values) in enumerate(asked, start=1)
        ],
    }  # fmt: skip


def request(order: Order, *, extensions: bool = False) -> dict[str, Any]:
    """One order, masked: what everybody may know of it."""
    place = office.place(order.place_code) if order.place_code else None
    open_ = order.state != State.CLOSED
    shown: dict[str, Any] = {
        "service_request_id": order.number, "status": "open" if open_ else "closed",
        "status_notes": order.public_answer or str(flow.ORDER.labels[order.state]),
        "service_name": order.topic_label or "未分类", "service_code": order.topic,
        "description": order.masked_text,
        "agency_responsible": order.lead.name if order.lead else "",
        "service_notice": "", "requested_datetime": moment(order.received_at),
        "updated_datetime": moment(order.trail_at or order.received_at),
        "expected_datetime": moment(order.due_at), "address": place.full_name if place else "",
        "address_id": order.place_code, "zipcode": "", "lat": None, "long": None, "media_url": "",
    }  # fmt: skip
    if extensions:
        shown["extended_attributes"] = {
            "state": order.state, "state_label": str(flow.ORDER.labels[order.state]),
            "nature": order.nature, "level": order.level, "closing": order.closing,
            "closed_datetime": moment(order.closed_at), "merged_into": "",
        }  # fmt: skip
    return shown


def moment(at: datetime | None) -> str | None:
    """ISO 8601 with the zone, to the second."""
    return timezone.localtime(at).replace(microsecond=0).isoformat() if at else None


def render(root: str, content: Any, form: str) -> tuple[bytes, str]:
    """(bytes, media type) of an answer; both forms say the same."""
    if form == "json":
        return msgspec.json.encode(content), FORMATS["json"]
    element = Element(root)
    _fill(element, content)
    head = b'<?xml version="1.0" encoding="utf-8"?>'
    return head + tostring(element, encoding="utf-8"), FORMATS["xml"]


def _fill(element: Element, content: Any) -> None:
    if isinstance(content, dict):
        for name, value in content.items():
            _fill(SubElement(element, name), value)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for one in content:
            _fill(SubElement(element, ONE.get(element.tag, "item")), one)
    elif isinstance(content, bool):
        element.text = str(content).lower()
    elif content is not None:
        element.text = "".join(c for c in str(content) if c >= " " or c in "\n\t")
