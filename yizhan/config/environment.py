"""Where things lie and which secrets are used: read before Django is loaded.

Everything that differs between machines comes from environment variables (see `docs/settings.md`).
The demo county keeps its own secrets in `var/secret.env`, made once, readable by its owner only.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from pathlib import Path
from urllib.parse import quote

SECRETS = ("YIZHAN_SECRET_KEY", "YIZHAN_DATA_KEY", "YIZHAN_INDEX_KEY")
SOCKET_PATH_LIMIT = 107  # bytes of sun_path in Linux, less the closing zero
SOCKET_FILE = ".s.PGSQL.5432"
PG_USER = "yizhan"
PG_NAME = "yizhan"


def var_folder() -> Path:
    """The folder of everything that changes: `./var`, or YIZHAN_VAR."""
    return Path(os.environ.get("YIZHAN_VAR") or "var").absolute()


def private_folder(path: Path) -> Path:
    """The folder, made if missing, for its owner only. Refuses somebody else's folder.

    0711 is left alone: the way through for a database that runs as nobody (see Identity).
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = path.lstat()
    if not stat.S_ISDIR(facts.st_mode):
        raise PermissionError(f"{path} 不是文件夹，请先移走它。")
    if os.geteuid() not in (0, facts.st_uid):
        raise PermissionError(f"{path} 属于另一个用户，请换一个文件夹（YIZHAN_VAR）。")
    if stat.S_IMODE(facts.st_mode) & 0o066:
        path.chmod(0o700)
    return path


def socket_folder(var: Path) -> Path:
    """The folder of the database socket; a short one under /tmp when `var` lies too deep."""
    near = var / "run"
    if len(os.fsencode(near / SOCKET_FILE)) <= SOCKET_PATH_LIMIT:
        return near
    mark = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    return Path("/tmp") / f"yizhan-{os.geteuid()}-{mark}"  # noqa: S108 - 0700, owner checked


def embedded_url(var: Path) -> str:
    """DATABASE_URL of the embedded database that belongs to `var`."""
    return f"postgresql://{PG_USER}@/{PG_NAME}?host={quote(str(socket_folder(var)), safe='')}"


def own_database() -> bool:
    """Whether the database is ours to start (no DATABASE_URL from outside)."""
    return not os.environ.get("DATABASE_URL")


def load_secrets(var: Path, *, create: bool = False) -> None:
    """Put the secrets of `var/secret.env` into the environment where it has none yet."""
    path = var / "secret.env"
    if create and not path.exists():
        lines = "".join(f"{name}={secrets.token_urlsafe(48)}\n" for name in SECRETS)
        draft = path.with_suffix(".new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write("# Secrets of this demo county. Keep them with its data; never commit.\n")
            file.write(lines)
        draft.rename(path)
    if not path.exists():
        return
    for line in path.read_text().splitlines():
        name, _, value = line.partition("=")
        if value and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def populated(var: Path) -> Path:
    """The mark that the demo's cases were made."""
    return var / "demo-cases"
