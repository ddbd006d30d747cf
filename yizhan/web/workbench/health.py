"""Whether the house works: every adapter, the worker, what waits too long. No name, no number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yizhan.domain.cases.choices import ClockName
from yizhan.domain.cases.queries import overdue
from yizhan.domain.files import queries as files
from yizhan.domain.files.adapters import pdf, store
from yizhan.domain.notices import queries as notices
from yizhan.domain.notices.adapters import get_mail, get_sms
from yizhan.domain.office import queries as office
from yizhan.domain.people import rules as people
from yizhan.domain.people.adapters import oidc
from yizhan.domain.people.choices import Function

ADAPTERS: tuple[tuple[str, Callable[[], tuple[bool, str]]], ...] = (
    ("短信", lambda: get_sms().check()),
    ("邮件", lambda: get_mail().check()),
    ("文书", lambda: pdf.check()),
    ("文件存放", lambda: store.check()),
    ("统一身份认证", lambda: oidc.check()),
)
DAY = timedelta(days=1)
HEARTBEAT = timedelta(minutes=1)
WAITS = timedelta(minutes=10)
LAPSES = timedelta(hours=1)  # the worker looks at the clocks of the law at least so often


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at; `minor` when the house works but somebody should know."""

    subject: str
    well: bool
    sentence: str
    link: str = ""  # the name of the page that helps
    minor: bool = False

    @property
    def light(self) -> str:
        """The colour and shape beside it."""
        return "green" if self.well else "yellow" if self.minor else "red"


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For the system administrator. (Load balancers ask /healthz/, machines `yizhan doctor`.)"""
    if not people.holds(request.user, Function.SYSTEM_ADMIN):
        raise PermissionDenied
    at = timezone.now()
    lines = [*_adapters(), *_rows(request.user.region, at)]
    lights = {line.light for line in lines}
    worst = next(light for light in ("red", "yellow", "green") if light in lights)
    context = {"lines": lines, "worst": worst, "moment": at}
    return render(request, "workbench/health.html", context)


def _adapters() -> list[Line]:
    """All at once: a neighbour that does not answer costs its own time limit only."""
    with ThreadPoolExecutor(len(ADAPTERS)) as pool:
        answers = [(name, pool.submit(check)) for name, check in ADAPTERS]
    return [_answer(name, future.result) for name, future in answers]


def _answer(name: str, ask: Callable[[], tuple[bool, str]]) -> Line:
    try:
        well, sentence = ask()
    except Exception as defect:  # a broken adapter must not take this page down
        return Line(name, False, f"检查时出错（{type(defect).__name__}），请看日志。")
    return Line(name, well, sentence)


def _rows(region: str, at: datetime) -> Iterator[Line]:
    yield _worker(at)
    yield _messages(region, at)
    yield _silence(region, at)
    oldest = overdue.oldest_overdue(region, at=at)
    text = f"最早的一个期限已超过{_ago(oldest, at)}，由督办处理。" if oldest else "没有超期的时钟。"
    yield Line("办件时钟", oldest is None, text, minor=True)  # a late office, not a broken house
    lost = files.damaged()
    text = f"最近的文件中有{len(lost)}份内容缺失，请从备份恢复。" if lost else "最近的文件都在。"
    yield Line("已存文件", not lost, text)
    warnings = office.year_warnings(at)
    text = "".join(warnings) or "需要的年份都已导入。"
    yield Line("工作日历", not warnings, text, minor=True)


def _worker(at: datetime) -> Line:
    """The table is procrastinate's: when its workers last gave a sign, and what they gave up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(last_heartbeat) FROM procrastinate_workers),"
            " (SELECT count(*) FROM procrastinate_jobs j JOIN procrastinate_events e"
            " ON e.job_id = j.id AND e.type = 'failed' WHERE j.status = 'failed' AND e.at > %s)",
            [at - DAY],
        )
        seen, failed = cursor.fetchone()
    if seen is None or at - seen > HEARTBEAT:
        since = f"，最后一次在{_ago(seen, at)}前" if seen else ""
        return Line("后台任务", False, f"没有后台任务进程在运行{since}。短信和到期处理都停着。")
    if failed:
        return Line("后台任务", False, f"24小时内有{failed}个任务失败，请看日志。")
    return Line("后台任务", True, "正在运行。")


def _messages(region: str, at: datetime) -> Line:
    failed, oldest = notices.failed_count(region), notices.oldest_queued(region)
    parts = [f"有{failed}条发送失败。"] if failed else []
    if oldest is not None:
        parts.append(f"最早的一条已等{_ago(oldest, at)}。")
    late = oldest is not None and at - oldest > WAITS
    text = "".join(parts) or "没有等待的短信。"
    return Line("待发短信", not failed and not late, text, link="notices")


def _silence(region: str, at: datetime) -> Line:
    """行政许可法 art. 32: silence beyond the term is acceptance; a machine must say so in time."""
    oldest = overdue.oldest_overdue(region, at=at, clock=ClockName.NOTICE)
    if oldest is None or at - oldest < LAPSES:
        return Line("逾期视为受理", True, "没有漏掉的。")
    text = f"有办件告知期限已过{_ago(oldest, at)}，却没有记为受理，后台任务可能没有运行。"
    return Line("逾期视为受理", False, text)


def _ago(moment: datetime, at: datetime) -> str:
    minutes = int((at - moment).total_seconds() // 60)
    if minutes < 60:
        return f"{max(minutes, 0)}分钟"
    return f"{minutes // 60}小时" if minutes < 48 * 60 else f"{minutes // 1440}天"
