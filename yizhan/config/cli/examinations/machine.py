"""The machine, the settings and the doors to the outside."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import shutil
import stat
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from yizhan.config.cli.examinations.finding import Finding

GIGABYTE = 1024**3


def python() -> Iterator[Finding]:
    """Which one, and whether it was built with optimisation (an older one does not install us)."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    if optimised():
        yield Finding.fine("Python", f"{version}，编译时已优化。")
    else:
        yield Finding.warning(
            "Python",
            f"{version}，编译时没有优化，会慢 1.2 到 2 倍；建议改用系统自带的 /usr/bin/python3。",
        )


def optimised() -> bool:
    """Whether this interpreter was built with profile-guided optimisation.

    Debian's is, though its own record comes from another build: a distribution's Python is known
    by its prefix and its folder of wheels.
    """
    built = sysconfig.get_config_var("CONFIG_ARGS") or ""
    distributed = sys.base_prefix == "/usr" and "--with-wheel-pkg-dir" in built
    return distributed or "--enable-optimizations" in built


def time_zone() -> Iterator[Finding]:
    """Deadlines are local days of Asia/Shanghai."""
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        yield Finding.wrong("时区", "没有 Asia/Shanghai 的时区数据，请安装 tzdata。")
        return
    yield Finding.fine("时区", "Asia/Shanghai 可用。")


def disk(var: Path) -> Iterator[Finding]:
    """Room for the database and the uploaded files."""
    place = next(path for path in (var, *var.parents) if path.exists())
    free = shutil.disk_usage(place).free / GIGABYTE
    said = f"{place} 所在磁盘还有 {free:.1f} GB。"
    if free < 1:
        yield Finding.wrong("磁盘", said + "不足 1 GB，数据库可能写不进去，请先腾出空间。")
    elif free < 5:
        yield Finding.warning("磁盘", said + "不足 5 GB，请留意。")
    else:
        yield Finding.fine("磁盘", said)


def secret_file(var: Path) -> Iterator[Finding]:
    """Readable by its owner only."""
    path = var / "secret.env"
    if not path.exists():
        yield Finding.fine("密钥文件", "没有密钥文件，密钥来自环境变量。")
    elif stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding.wrong("密钥文件", f"{path} 能被其他用户读取，请执行 chmod 600 {path}")
    else:
        yield Finding.fine("密钥文件", "只有所有者能读取。")


def deployment() -> Iterator[Finding]:
    """Django's own examination for servers that strangers can reach."""
    from django.conf import settings
    from django.core import checks

    if settings.DEMO:
        yield Finding.warning("安全设置", "演示模式：不强制加密连接，不得用于真实业务。")
        return
    complaints = checks.run_checks(include_deployment_checks=True)
    for complaint in complaints:
        if not complaint.is_silenced():
            yield Finding.wrong("安全设置", f"{complaint.id}：{complaint.msg}")
    if not settings.ALLOWED_HOSTS:
        yield Finding.wrong("安全设置", "没有设置 YIZHAN_HOSTS（本站的域名），任何人都打不开页面。")
    elif not [complaint for complaint in complaints if not complaint.is_silenced()]:
        yield Finding.fine("安全设置", "符合要求。")


def adapters() -> Iterator[Finding]:
    """Every adapter says for itself whether it works."""
    for name, check in checks_of_adapters():
        well, sentence = check()
        yield Finding.fine(name, sentence) if well else Finding.wrong(name, sentence)


def checks_of_adapters() -> Iterator[tuple[str, Callable[[], tuple[bool, str]]]]:
    """The `check()` of every adapter: of a module, or of what a factory `get_…()` gives."""
    domain = importlib.import_module("yizhan.domain")
    for room in pkgutil.iter_modules(domain.__path__):
        place = f"yizhan.domain.{room.name}.adapters"
        if importlib.util.find_spec(place) is None:
            continue
        package = importlib.import_module(place)
        for name, factory in inspect.getmembers(package, inspect.isfunction):
            if name.startswith("get_") and factory.__module__ == place:
                yield f"{room.name} {name.removeprefix('get_')}", factory().check
        for module in pkgutil.iter_modules(package.__path__):
            if module.name.endswith("_worker"):
                continue  # the other side of a sandbox, never imported here
            loaded = importlib.import_module(f"{place}.{module.name}")
            check = vars(loaded).get("check")
            if inspect.isfunction(check) and check.__module__ == loaded.__name__:
                yield f"{room.name} {module.name}", check
