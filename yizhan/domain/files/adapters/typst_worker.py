"""The child that typesets papers. Run by sandbox.py, never imported by a server."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from yizhan.domain.files.adapters.confine import confine


def typeset(job: dict[str, Any]) -> dict[str, str]:
    """Write the PDF to the target, or say what is wrong with the template."""
    import typst  # noqa: PLC0415 - after the walls are up

    try:
        paper = typst.compile(
            job["template"],
            root=job["root"],
            font_paths=[job["fonts"]],
            ignore_system_fonts=True,  # the same paper on every machine
            sys_inputs=job["inputs"],
            timestamp=job["moment"],
            package_path="/nonexistent",  # no packages: nothing to download
            package_cache_path="/nonexistent",
        )
    except (typst.TypstError, OSError) as error:
        return {"problem": " ".join(str(error).split())[:400]}
    Path(job["target"]).write_bytes(paper)
    return {}


def main() -> None:
    """One job, one answer."""
    job = json.loads(sys.stdin.buffer.read())
    confine(memory_mb=job["memory_mb"], seconds=job["seconds"], writes_mb=100)
    json.dump(typeset(job), sys.stdout)


if __name__ == "__main__":
    main()
