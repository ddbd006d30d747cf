"""The `yizhan` command. Each sub-command is a module with `arguments(parser)` and `run(args)`.

Only the module of the command that was asked for is loaded: `yizhan run` must stay small, and
`yizhan due --help` must not wait for Django.
"""

from __future__ import annotations

import argparse
import importlib
import sys

COMMANDS = {
    "run": ("serve_all", "启动整套系统：数据库、网页和后台任务（演示县）"),
    "web": ("web", "只启动网页进程（正式部署用）"),
    "worker": ("worker", "只启动后台任务进程（正式部署用）"),
    "migrate": ("migrate", "更新数据库表结构"),
    "prepare": ("prepare", "更新表结构、收集静态文件、没有数据时写入演示数据"),
    "demo": ("demo_county", "演示县：demo seed 写入演示数据"),
    "doctor": ("doctor", "检查缺什么、哪里不对"),
    "due": ("due", "计算到期日并说明理由"),
    "catalogue": ("catalogue", "事项库：catalogue import|export"),
    "hotline": ("hotline", "热线：hotline evaluate|topics|read 检验分类和热点，taxonomy 导入分类"),
    "simulate": ("simulate", "演练：simulate hotline-day 热线的一天"),
    "verify": ("verify", "核对办理记录的哈希链，查出任何改动"),
    "flows": ("flows", "根据流程表生成 docs/flows.md"),
    "bench": ("bench", "测速，并与 pgbench 执行同样的 SQL 相比"),
}


def main(argv: list[str] | None = None) -> int:
    """Find the command, read its arguments, run it. Returns the exit code."""
    words = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(prog="yizhan", description="一站：一站式政务服务平台")
    commands = parser.add_subparsers(dest="command", metavar="命令", required=True)
    asked = next((word for word in words if not word.startswith("-")), "")
    for name, (module, sentence) in COMMANDS.items():
        command = commands.add_parser(name, help=sentence, description=sentence)
        if name == asked:
            loaded = importlib.import_module(f"yizhan.config.cli.{module}")
            loaded.arguments(command)
            command.set_defaults(run=loaded.run)
    args = parser.parse_args(words)
    try:
        return int(args.run(args) or 0)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
