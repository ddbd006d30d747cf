"""Whether the database was already prepared by exactly this program.

The stamp lies inside the data folder: it goes when the data go. A database that is not ours
(DATABASE_URL) carries no stamp and is checked at every start.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]
CARRIERS = ("django", "procrastinate", "django-otp", "django-axes", "django-htmx",
            "django-js-lib-bootstrap5")  # fmt: skip
WATCHED = (
    "domain/*/migrations/*.py", "domain/*/fixtures/**/*", "web/*/static/**/*",
    "config/assets.py", "config/demo/**/*", "config/cli/demo.py",
)  # fmt: skip


def fingerprint(package: Path = PACKAGE) -> str:
    """A digest over everything that preparing depends on: migrations, seed, static files."""
    digest = hashlib.sha256()
    for name in CARRIERS:
        digest.update(f"{name} {importlib.metadata.version(name)}\n".encode())
    found = {path for pattern in WATCHED for path in package.glob(pattern) if path.is_file()}
    for path in sorted(found):
        if "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(package)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _file(var: Path) -> Path:
    return var / "pg" / "yizhan.stamp"


def is_fresh(var: Path) -> bool:
    """Whether nothing has to be prepared."""
    path = _file(var)
    static = var / "static" / "staticfiles.json"
    return path.exists() and static.exists() and path.read_text() == fingerprint()


def write(var: Path) -> None:
    """After everything was prepared."""
    if _file(var).parent.exists():
        _file(var).write_text(fingerprint())


def remove(var: Path) -> None:
    """Before anything is changed that the stamp vouches for."""
    _file(var).unlink(missing_ok=True)
