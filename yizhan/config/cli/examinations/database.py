"""The database: version, letters, durability, tables, clock, jobs, calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from yizhan.config.cli.examinations.finding import Finding

OLDEST = 150_000
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
DRIFT = timedelta(seconds=2)
HEARTBEAT = timedelta(minutes=1)


def ask(sql: str, *values: Any) -> Any:
    """The first column of the first row."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def reachable() -> Iterator[Finding]:
    """Answers, and is new enough."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        words = str(error).strip().splitlines()
        yield Finding.wrong(
            "数据库",
            f"连接不上，请检查 DATABASE_URL 和数据库是否在运行。{words[-1] if words else ''}",
        )
        return
    number = int(ask("SHOW server_version_num"))
    version = ask("SHOW server_version")
    if number < OLDEST:
        yield Finding.wrong("数据库", f"PostgreSQL {version} 太旧，需要 15 或更高版本。")
    else:
        yield Finding.fine("数据库", f"PostgreSQL {version} 可以连接。")


def letters() -> Iterator[Finding]:
    """UTF-8, and Chinese characters count as letters: else search finds nothing."""
    encoding = ask("SHOW server_encoding")
    if encoding != "UTF8":
        yield Finding.wrong("数据库字符集", f"是 {encoding}，需要 UTF8；请用 -E UTF8 重新建库。")
    elif not ask(r"SELECT '营' ~ '^\w$' AND upper('é') = 'É'"):
        yield Finding.wrong(
            "数据库字符集", "区域设置不认识汉字，检索会漏；请用 C.UTF-8 或 zh_CN.UTF-8 重新建库。"
        )
    else:
        yield Finding.fine("数据库字符集", "UTF8，认识汉字。")


def durability() -> Iterator[Finding]:
    """What was acknowledged must survive a power cut."""
    off = [name for name in DURABLE if ask(f"SHOW {name}") == "off"]
    if off:
        yield Finding.wrong(
            "数据安全", f"{'、'.join(off)} 已关闭，断电会丢失已经确认的办件，请打开。"
        )
    else:
        yield Finding.fine("数据安全", "已确认的写入断电不丢。")
    if ask("SHOW data_checksums") == "off":
        yield Finding.warning("数据校验", "没有打开数据校验和，磁盘损坏可能不被发现。")


def tables() -> Iterator[Finding]:
    """Every migration is applied."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        yield Finding.wrong(
            "表结构", f"有 {len(pending)} 步更新没有执行，请运行 yizhan migrate（更新前先备份）。"
        )
    else:
        yield Finding.fine("表结构", "是最新的。")


def clock() -> Iterator[Finding]:
    """The machine and its database agree about the time."""
    difference = abs(ask("SELECT clock_timestamp()") - timezone.now())
    if difference > DRIFT:
        yield Finding.wrong(
            "时钟", f"本机与数据库相差 {difference.total_seconds():.0f} 秒，请校准时间。"
        )
    else:
        yield Finding.fine("时钟", "本机与数据库一致。")


def calendar() -> Iterator[Finding]:
    """The years that deadlines will need."""
    if ask("SELECT to_regclass('office_calendaryear') IS NULL"):
        return
    from yizhan.domain.office import queries

    warnings = queries.year_warnings(timezone.now())
    if not warnings:
        yield Finding.fine("工作日历", "需要的年份都已公布。")
    for sentence in warnings:
        yield Finding.warning("工作日历", sentence)


def jobs() -> Iterator[Finding]:
    """A worker is alive and nothing is stuck."""
    if ask("SELECT to_regclass('procrastinate_workers') IS NULL"):
        return
    since = timezone.now() - HEARTBEAT
    if not ask("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s", since):
        yield Finding.warning("后台任务", "没有后台任务进程在运行，短信和到期处理会停下来。")
        return
    failed = ask("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
    if failed:
        yield Finding.warning("后台任务", f"有 {failed} 个任务失败，请查看日志。")
    else:
        yield Finding.fine("后台任务", "正常。")


LOOKS: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
    ("数据库字符集", letters),
    ("数据安全", durability),
    ("表结构", tables),
    ("时钟", clock),
    ("工作日历", calendar),
    ("后台任务", jobs),
)
