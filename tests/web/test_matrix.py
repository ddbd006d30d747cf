"""Every role × every route with its expected answer (tests/data/route_matrix.csv, reviewed).

A route without a row, a row without a route and a differing answer fail. After a wanted change:
    YIZHAN_WRITE_MATRIX=1 python -m pytest tests/web/test_matrix.py -p no:randomly
and then read every changed line: who can open what, and should he?
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from tests.web.everything import address, answer, clients, objects, routes

FILE = Path(__file__).resolve().parents[1] / "data" / "route_matrix.csv"
pytestmark = pytest.mark.django_db


def observed() -> list[dict[str, str]]:
    case, made = objects()
    everybody = clients(case)
    return [
        {"route": route}
        | {name: answer(client, address(route, made)) for name, client in everybody.items()}
        for route in sorted(set(routes()))
    ]


def test_every_role_gets_the_reviewed_answer_on_every_route(settings, tmp_path):
    settings.FILES_FOLDER = tmp_path
    found = observed()
    if os.environ.get("YIZHAN_WRITE_MATRIX"):
        with FILE.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(found[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)
    with FILE.open(encoding="utf-8") as rows:
        reviewed = {row["route"]: row for row in csv.DictReader(rows)}
    assert sorted(reviewed) == [row["route"] for row in found], "a route without a reviewed row"
    for row in found:
        assert row == reviewed[row["route"]]


def test_nobody_breaks_a_page():
    with FILE.open(encoding="utf-8") as rows:
        broken = [(row["route"], name) for row in csv.DictReader(rows)
                  for name, status in row.items() if status.startswith("5")]  # fmt: skip
    assert broken == []
