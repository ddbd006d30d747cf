"""One JSON object per log line, without personal data."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])|(?<!\d)\d{15}(?!\d)")
CREDIT_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Z]{18}(?![0-9A-Za-z])")
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
DATABASE_DETAIL = re.compile(r"^DETAIL:.*$", re.MULTILINE)  # PostgreSQL quotes the row there


def redact(text: str) -> str:
    """The text with numbers of people, phones and quoted rows blacked out.

    The second belt: callers log identifiers only; this catches what a library lets slip.
    """
    text = DATABASE_DETAIL.sub("DETAIL: [removed]", text)
    for pattern in (ID_NUMBER, PHONE, CREDIT_CODE):
        text = pattern.sub("[removed]", text)
    return text


class JsonFormatter(logging.Formatter):
    """time, level, logger, message, error."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
