"""What the bench prints: a table for people, one JSON line for programs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One measured operation. `ratio` compares with the same SQL under pgbench in this run."""

    name: str
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    statements: int
    pgbench: float
    ratio: float
    errors: int
    target: float
    target_ratio: float

    @property
    def kept(self) -> bool:
        """Whether it reaches its targets without a wrong answer."""
        return (
            not self.errors and self.per_second >= self.target and self.ratio >= self.target_ratio
        )


HEAD = ("操作", "次/秒", "p50 ms", "p99 ms", "CPU ms", "SQL", "pgbench/秒", "比值", "错误", "目标")


def table(lines: list[Line]) -> str:
    """The table, one operation a line."""
    rows = [HEAD]
    for line in lines:
        rows.append((
            line.name, f"{line.per_second:.0f}", f"{line.p50_ms:.1f}", f"{line.p99_ms:.1f}",
            f"{line.cpu_ms:.2f}", str(line.statements), f"{line.pgbench:.0f}",
            f"{line.ratio:.0%}", str(line.errors),
            f"≥{line.target:.0f} {'达到' if line.kept else '未达到'}",
        ))  # fmt: skip
    return "\n".join("\t".join(row) for row in rows).expandtabs(14)


def summary(lines: list[Line], about: dict[str, object]) -> str:
    """One JSON line."""
    figures = [
        {key: round(v, 3) if isinstance(v, float) else v for key, v in asdict(line).items()}
        | {"kept": line.kept}
        for line in lines
    ]
    return json.dumps(about | {"operations": figures}, ensure_ascii=False)
