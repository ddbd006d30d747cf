"""`yizhan doctor`: what is missing or wrong, in plain words; 1 when something must be mended."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator

from yizhan.config import environment
from yizhan.config.cli import session
from yizhan.config.cli.examinations import database, machine
from yizhan.config.cli.examinations.finding import Finding, Grade

MARKS = {Grade.FINE: "✓", Grade.WARNING: "!", Grade.WRONG: "✗"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """How much to show."""
    parser.add_argument("--problems", action="store_true", help="只列出有问题的项目")


def run(args: argparse.Namespace) -> int:
    """Look at everything, say what is wrong, never stop at the first."""
    found = list(examine())
    for finding in found:
        if finding.grade != Grade.FINE or not args.problems:
            print(f"{MARKS[finding.grade]} {finding.subject}：{finding.sentence}")
    wrong = sum(finding.grade == Grade.WRONG for finding in found)
    warnings = sum(finding.grade == Grade.WARNING for finding in found)
    print(f"共检查 {len(found)} 项：{wrong} 项必须处理，{warnings} 项需要留意。")
    facts = [{"subject": f.subject, "grade": f.grade.value, "sentence": f.sentence} for f in found]
    print(json.dumps({"wrong": wrong, "warnings": warnings, "findings": facts}, ensure_ascii=False))
    return 1 if wrong else 0


def examine() -> Iterator[Finding]:
    """Everything that can be looked at in the state the machine is in."""
    var = environment.var_folder()
    yield from asked("Python", machine.python)
    yield from asked("时区", machine.time_zone)
    yield from asked("磁盘", lambda: machine.disk(var))
    yield from asked("密钥文件", lambda: machine.secret_file(var))
    try:
        set_up_quietly()
    except Exception as error:
        yield Finding.wrong("设置", str(error))
        return
    yield Finding.fine("设置", "可以读取。")
    yield from asked("安全设置", machine.deployment)
    yield from examine_database()
    yield from asked("对外接口", machine.adapters)


def set_up_quietly() -> None:
    """Django with the settings of this machine."""
    session.set_up()


def examine_database() -> Iterator[Finding]:
    """The running database, or ours started for the time of the examination."""
    from django.db import DatabaseError

    from yizhan.config.supervisor.binaries import Unusable
    from yizhan.config.supervisor.postgres import Busy, attached

    try:
        with attached(environment.var_folder()) as url:
            os.environ["DATABASE_URL"] = url
            reached = list(asked("数据库", database.reachable))
            yield from reached
            if all(finding.grade != Grade.WRONG for finding in reached):
                for subject, look in database.LOOKS:
                    yield from asked(subject, look)
    except (Unusable, Busy, DatabaseError) as error:
        yield Finding.wrong("数据库", str(error))


def asked(subject: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What a look finds; a look that breaks is itself a finding."""
    try:
        yield from look()
    except Exception as error:
        print(f"{subject}: {type(error).__name__}", file=sys.stderr)
        yield Finding.wrong(subject, f"检查时出错：{error}")
