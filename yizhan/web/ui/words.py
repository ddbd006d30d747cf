"""How states and days look on a page; shared by the sites."""

from __future__ import annotations

from datetime import date

WEEK = "一二三四五六日"
# the colour of a state's badge; its word is always printed beside it
TONES = {
    "draft": "", "submitted": "blue", "received": "blue", "correction": "amber",
    "accepted": "blue", "special": "amber", "granted": "green", "refused": "red",
    "delivering": "green", "closed": "green", "not_needed": "", "not_ours": "",
    "not_accepted": "red", "withdrawn": "", "terminated": "", "revoked": "red", "archived": "",
}  # fmt: skip


def day_words(day: date | None) -> str:
    """2026年12月1日（周二）; empty without a day."""
    if day is None:
        return ""
    return f"{day.year}年{day.month}月{day.day}日（周{WEEK[day.weekday()]}）"
