"""Hot topics, what they were a year ago, and the draft of a special report."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet

from yizhan.core.worktime import CHINA
from yizhan.domain.hotline.choices import Channel, Nature, State
from yizhan.domain.hotline.models import Order, TopicCluster
from yizhan.domain.hotline.queries.doors import OVER_ALL
from yizhan.domain.hotline.queries.topics import topic as topic_of
from yizhan.domain.office import queries as office
from yizhan.domain.people import queries as people

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

YEAR = timedelta(weeks=52)  # the same weeks of last year, so that weekdays agree
WEEKS = 4
SAID = 3  # callers' own words in a report
LONGEST = 120  # letters of them


@dataclass(frozen=True, slots=True)
class Season:
    """Orders of a branch of topics, week by week, and of the same weeks last year; oldest first."""

    weeks: tuple[int, ...]
    last_year: tuple[int, ...]

    @property
    def change(self) -> float | None:
        """Against last year, 0.5 for half as many again; None where there was nothing then."""
        then = sum(self.last_year)
        return sum(self.weeks) / then - 1 if then else None

    def as_dict(self) -> dict[str, Any]:
        """For the table."""
        return asdict(self)


def hot_topics(account: Account, *, alarms: bool = False) -> QuerySet[TopicCluster]:
    """The current matters of many voices in the account's county, the largest first.

    The hotline and the supervisor: a unit sees its own orders, not what the county talks about.
    """
    if not people.has_function(account, *OVER_ALL):
        return TopicCluster.objects.none()
    rows = TopicCluster.objects.filter(region=account.region, current=True)
    return (rows.exclude(alarm_at=None) if alarms else rows).order_by("-orders", "id")


def voices_of(cluster: TopicCluster) -> QuerySet[Order]:
    """The orders of a matter, the newest first."""
    return Order.objects.filter(clusters__cluster=cluster).order_by("-received_at", "id")


def season(region: str, topic: str, *, at: datetime, weeks: int = WEEKS) -> Season:
    """How many orders of a topic's second-level branch came, and in the same weeks of last year.

    Of heating the whole branch is compared, since a matter itself has a new name each winter. All
    topics where `topic` is "".
    """
    branch = ".".join(topic.split(".")[:2])
    return Season(
        _weekly(region, branch, at, weeks), _weekly(region, branch, at - YEAR, weeks)
    )  # fmt: skip


def special_report(cluster: TopicCluster, *, at: datetime) -> str:
    """专报初稿: the matter in figures and callers' masked words, for a person to write on.

    Words of confidential callers are never quoted.
    """
    orders: list[Any] = list(
        voices_of(cluster).values(
            "sender_index", "place_code", "channel", "nature", "state", "lead__short_name",
            "received_at", "due_at", "redos", "masked_text", "confidential",
        )
    )  # fmt: skip
    if not orders:
        return f"“{cluster}”没有可以统计的工单。"
    closed = sum(one["state"] == State.CLOSED for one in orders)
    late = sum(one["due_at"] is not None and one["due_at"] < at for one in orders)
    callers = {one["sender_index"] for one in orders if one["sender_index"]}
    unknown = sum(not one["sender_index"] for one in orders)
    nameless = f"，另有{unknown}件未留联系方式" if unknown else ""
    first, last = _day(orders[-1]["received_at"]), _day(orders[0]["received_at"])
    lines = [
        f"关于“{cluster}”的情况专报（初稿，须经人核实后报送）",
        f"一、总体情况。{first}至{last}，12345热线共收到反映同一事项的诉求{len(orders)}件，来自"
        f"{len(callers)}个不同的联系方式{nameless}。{_grown(cluster)}{_branch(cluster)}",
        f"二、构成。地点：{_share(orders, 'place_code', _place)}。"
        f"渠道：{_share(orders, 'channel', lambda key: Channel(key).label)}。"
        f"性质：{_share(orders, 'nature', lambda key: Nature(key).label)}。",
        f"三、办理情况。已办结{closed}件，在办{len(orders) - closed}件，其中超过期限{late}件，"
        f"退回重办过{sum(one['redos'] > 0 for one in orders)}件。"
        f"主办单位：{_share(orders, 'lead__short_name', str)}。",
    ]
    open_ones = (" ".join(one["masked_text"].split()) for one in orders if not one["confidential"])
    said = list(dict.fromkeys(open_ones))[:SAID]
    if said:
        quoted = "；".join(f"“{text[:LONGEST]}”" for text in said)
        lines.append(f"四、群众原话（已隐去个人信息）。{quoted}。")
    until = f"{at.astimezone(CHINA):%Y年%m月%d日%H时}"
    lines.append(f"统计截至{until}。原因分析和建议由撰写人补充。")
    return "\n".join(lines)


def _weekly(region: str, branch: str, end: datetime, weeks: int) -> tuple[int, ...]:
    rows = Order.objects.filter(region=region)
    if branch:
        rows = rows.filter(Q(topic=branch) | Q(topic__startswith=f"{branch}."))
    bounds = [end - timedelta(weeks=number) for number in range(weeks, -1, -1)]
    counted = rows.filter(received_at__gte=bounds[0], received_at__lt=end).aggregate(
        **{
            f"w{number}": Count(
                "pk",
                filter=Q(received_at__gte=bounds[number], received_at__lt=bounds[number + 1]),
            )
            for number in range(weeks)
        }
    )
    return tuple(counted[f"w{number}"] for number in range(weeks))


def _grown(cluster: TopicCluster) -> str:
    found = cluster.growth
    if not found:
        return ""
    said = f"近7天{found['recent']}件，按此前的速度应为{found['expected']:g}件"
    return f"{said}，增长明显。" if found["alarm"] else f"{said}。"


def _branch(cluster: TopicCluster) -> str:
    found, topic = cluster.growth, topic_of(cluster.region, cluster.topic)
    if not found.get("weeks") or topic is None:
        return ""
    code = ".".join(cluster.topic.split(".")[:2])
    named = topic_of(cluster.region, code)
    this, then = sum(found["weeks"]), sum(found["last_year"])
    change = f"，{'增加' if this >= then else '减少'}{abs(this / then - 1):.0%}" if then else ""
    return (
        f"同类诉求（{(named or topic).path}）近{len(found['weeks'])}周{this}件，"
        f"去年同期{then}件{change}。"
    )


def _share(orders: list[dict[str, Any]], key: str, named: Any) -> str:
    """The three most frequent values with their numbers; what is not known is counted apart."""
    known = Counter(one[key] for one in orders if one[key])
    parts = [f"{named(value)}{number}件" for value, number in known.most_common(3)]
    rest = len(orders) - sum(number for _, number in known.most_common(3))
    return "、".join([*parts, *([f"其他或未填{rest}件"] if rest else [])])


def _place(code: str) -> str:
    found = office.place(code)
    return str(found) if found is not None else code


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%m月%d日}"
