"""Figures of a period: what came, by which way, about what, how it ended. All counted, none kept.

One pass over an index that holds every column it counts (order_received), so that a year of
200,000 orders is drawn at once; each figure carries the filter that opens the orders behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from yizhan.domain.hotline.choices import Channel, Closing, Level, Line, Nature, State
from yizhan.domain.office.models import Organisation

GROUPS = ("channel", "line", "nature", "level", "closing", "month", "lead_id", "state", "topic")
MOST_TOPICS = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a figure: its words, its number, and the filter behind it."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything a period's page draws. `direct`: closed by the hotline itself, in the call."""

    total: int
    closed: int
    direct: int
    parked: int
    urges: int
    redone: int
    by: dict[str, list[Bar]] = field(default_factory=dict)

    @property
    def direct_share(self) -> float | None:
        """直接答复率: of all that came in the period."""
        return self.direct / self.total if self.total else None


def figures(region: str, start: datetime, end: datetime) -> Figures:
    """The figures of the orders received in a period."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [region, start, end])
        rows = cursor.fetchall()
    by: dict[str, list[Bar]] = {name: [] for name in GROUPS}
    whole: tuple[int, ...] = (0,) * 6
    units = dict(Organisation.objects.filter(region=region).values_list("pk", "short_name"))
    for row in rows:
        name, key, counts = row[0], row[1], row[2:]
        if name == "all":
            whole = tuple(int(n or 0) for n in counts)
        elif key not in (None, ""):
            by[name].append(Bar(str(key), _label(name, str(key), units), int(counts[0])))
    for name in by:
        by[name].sort(key=lambda bar: bar.key if name == "month" else (-bar.count, bar.key))
    by["topic"] = by["topic"][:MOST_TOPICS]
    total, closed, direct, parked, urges, redone = whole
    return Figures(total, closed, direct, parked, urges, redone, by=by)


def days(region: str, end: datetime, *, number: int = 30) -> list[Bar]:
    """How many orders came on each of the last days, the quiet ones with their nought."""
    start = end - timedelta(days=number)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d::date, count(o.received_at) FROM generate_series("
            "(%s AT TIME ZONE 'Asia/Shanghai')::date, (%s AT TIME ZONE 'Asia/Shanghai')::date, "
            "'1 day') AS d LEFT JOIN hotline_order o ON o.region = %s "
            "AND o.received_at >= %s AND o.received_at < %s "
            "AND (o.received_at AT TIME ZONE 'Asia/Shanghai')::date = d::date "
            "GROUP BY d ORDER BY d",
            [start, end, region, start, end],
        )
        return [
            Bar(day.isoformat(), f"{day.month}月{day.day}日", n) for day, n in cursor.fetchall()
        ]


def _label(name: str, key: str, units: dict[int, str]) -> str:
    words = {
        "channel": Channel, "line": Line, "nature": Nature, "level": Level, "closing": Closing,
        "state": State,
    }  # fmt: skip
    if name == "lead_id":
        return units.get(int(key), key)
    if name in words:
        return str(words[name](key).label)
    return key


_SQL = """
WITH seen AS MATERIALIZED (
    SELECT channel, line, nature, level, closing, lead_id, state, topic, urges, redos, closed_at,
           to_char(received_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month
    FROM hotline_order WHERE region = %s AND received_at >= %s AND received_at < %s
)
SELECT CASE
           WHEN GROUPING(channel) = 0 THEN 'channel' WHEN GROUPING(line) = 0 THEN 'line'
           WHEN GROUPING(nature) = 0 THEN 'nature' WHEN GROUPING(level) = 0 THEN 'level'
           WHEN GROUPING(closing) = 0 THEN 'closing' WHEN GROUPING(month) = 0 THEN 'month'
           WHEN GROUPING(lead_id) = 0 THEN 'lead_id' WHEN GROUPING(state) = 0 THEN 'state'
           WHEN GROUPING(topic) = 0 THEN 'topic' ELSE 'all' END,
       COALESCE(channel, line, nature, level, closing, month, lead_id::text, state, topic),
       count(*), count(closed_at),
       count(*) FILTER (WHERE closed_at IS NOT NULL AND lead_id IS NULL),
       count(*) FILTER (WHERE state = 'parked'), sum(urges), count(*) FILTER (WHERE redos > 0)
FROM seen
GROUP BY GROUPING SETS (
    (channel), (line), (nature), (level), (closing), (month), (lead_id), (state), (topic), ()
)
"""
