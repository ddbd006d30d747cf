"""Loaded before Django (`-p tests.environment`): where the session keeps database and files."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ["YIZHAN_VAR"] = str(
    Path(os.environ.get("YIZHAN_VAR") or ROOT / "var" / "test").absolute()
)
