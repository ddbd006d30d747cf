"""Log lines: JSON, without a person in them."""

from __future__ import annotations

import json
import logging

import pytest

from yizhan.config.logs import JsonFormatter, redact


def line(message: str, *args: object, error: Exception | None = None) -> dict:
    facts = (type(error), error, None) if error else None
    record = logging.LogRecord("yizhan.test", logging.INFO, __file__, 1, message, args, facts)
    return json.loads(JsonFormatter().format(record))


def test_a_line_is_one_json_object():
    found = line("case %s accepted", "0190-aa")
    assert found["message"] == "case 0190-aa accepted"
    assert found["level"] == "INFO"
    assert found["logger"] == "yizhan.test"
    assert found["time"].endswith("+00:00")


@pytest.mark.parametrize(
    "secret",
    ["410225195001010014", "41022519500101001X", "410225500101001", "13800000001",
     "91410225MA40000X1A"],
)  # fmt: skip
def test_numbers_of_people_are_blacked_out(secret):
    assert redact(f"value {secret}, end") == "value [removed], end"
    assert secret not in json.dumps(line(f"got {secret}"))


def test_a_quoted_row_is_blacked_out():
    text = "duplicate key\nDETAIL:  Key (region, name)=(410225, 李秀英) already exists.\nend"
    assert redact(text) == "duplicate key\nDETAIL: [removed]\nend"


def test_an_exception_is_blacked_out_too():
    found = line("failed", error=ValueError("no such number 13800000001"))
    assert "13800000001" not in found["error"]
    assert "ValueError" in found["error"]


@pytest.mark.parametrize(
    "kept", ["0193a7b2-1f00-7abc-8def-0123456789ab", "DB410225202600000012", "12345", "2026-11-25"]
)
def test_identifiers_stay_readable(kept):
    assert redact(f"case {kept} ") == f"case {kept} "
