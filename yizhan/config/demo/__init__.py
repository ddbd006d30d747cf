"""The demonstration county: real places, invented people, test numbers. Seeded by cli/demo.py."""

import json
from importlib import resources
from typing import Any

PASSWORD = "yizhan-demo-2026"  # noqa: S105 - printed by the demo, refused anywhere else


def county() -> dict[str, Any]:
    """Units, halls, staff, citizens and the plan of cases."""
    return _read("county.json")


def items() -> list[dict[str, Any]]:
    """The thirty items: slug, unit, number, content of the first version, a sample application."""
    folder = resources.files(__name__) / "items"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".json"))
    return [_read(f"items/{name}") for name in names]


def _read(name: str) -> Any:
    return json.loads((resources.files(__name__) / name).read_text(encoding="utf-8"))
