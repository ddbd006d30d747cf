"""Import of a file of items: all or nothing, idempotent, with a report row by row.

A row says what its filled cells say; an empty cell says nothing and changes nothing. A row equal to
the last import of that item changes nothing either, so that a later edit is not undone by importing
the same file again. What a new item's row is silent about is marked unwritten, never invented.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from yizhan.core.flow import Refused
from yizhan.domain.catalogue.actions.planning import Plan, make_plan
from yizhan.domain.catalogue.actions.record import SYSTEM
from yizhan.domain.catalogue.actions.writing import write
from yizhan.domain.catalogue.adapters import tables
from yizhan.domain.catalogue.choices import RunState
from yizhan.domain.catalogue.models import ImportRun
from yizhan.domain.catalogue.rules import columns
from yizhan.domain.people.choices import Function
from yizhan.domain.people.models import Account
from yizhan.domain.people.rules import needs

Progress = Callable[[int, int], None]
MOST_PROBLEMS = 1000  # kept in the report; the count is exact
EVERY = 500  # rows between two signs of life


def import_file(
    path: str | Path,
    *,
    region: str,
    by: Account | None,
    at: datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
    new_units: bool = True,
) -> ImportRun:
    """Import a CSV or Excel file now; one transaction, nothing written when a row is wrong.

    From the command line (`by` None), or by a catalogue publisher of the whole county. `new_units`
    lets units that are not known yet be created (the report names them). The run tells the outcome.
    """
    source = Path(path)
    run = _new_run(
        source.read_bytes(), source.name, region=region, by=by, at=at, dry_run=dry_run, keep=False
    )
    return _run(run, source.read_bytes(), at=at, new_units=new_units, progress=progress)


def request_import(
    content: bytes, name: str, *, region: str, by: Account | None, at: datetime
) -> ImportRun:
    """Keep an uploaded file for the worker to check (`run_import`). By an editor or publisher."""
    if len(content) > tables.LARGEST:
        raise Refused("文件超过20 MB，请分成几个文件导入。", field="file")
    if by is not None:
        needs(by, Function.CATALOGUE_EDITOR, Function.CATALOGUE_PUBLISHER)
    return _new_run(content, name, region=region, by=by, at=at, dry_run=True, keep=True)


@transaction.atomic
def confirm_import(run_id: UUID, *, by: Account | None, at: datetime) -> ImportRun:
    """Let the worker import a checked file. By a publisher who did not upload it (trap T12)."""
    checked = ImportRun.objects.select_for_update().get(pk=run_id)
    if by is not None:
        needs(by, Function.CATALOGUE_PUBLISHER)
        if checked.by_id == by.pk:
            raise Refused("上传文件的人不能自己确认导入，请由另一位发布人员确认。")
    if checked.state != RunState.CHECKED or checked.content is None:
        raise Refused("只有检查通过、还没有导入的文件可以确认导入。")
    run = _new_run(
        bytes(checked.content), checked.file_name, region=checked.region, by=by, at=at,
        dry_run=False, keep=True,
    )  # fmt: skip
    checked.content = None
    checked.save(update_fields=["content"])
    return run


def run_import(run_id: UUID, *, at: datetime) -> ImportRun:
    """The worker's part of an uploaded import. Running it twice changes nothing more."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state != RunState.WAITING or run.content is None:
        return run
    return _run(run, bytes(run.content), at=at, new_units=True, progress=None)


def _new_run(
    content: bytes,
    name: str,
    *,
    region: str,
    by: Account | None,
    at: datetime,
    dry_run: bool,
    keep: bool,
) -> ImportRun:
    return ImportRun.objects.create(
        region=region, file_name=Path(name).name[-160:], dry_run=dry_run, by=by, started_at=at,
        sha256=hashlib.sha256(content).hexdigest(), by_name=str(by) if by else SYSTEM,
        content=content if keep else None,
    )  # fmt: skip


def _run(
    run: ImportRun, content: bytes, *, at: datetime, new_units: bool, progress: Progress | None
) -> ImportRun:
    """Check, then write, in one transaction; the run itself is kept outside of it."""
    tell = _Teller(run, progress)
    try:
        with transaction.atomic():
            _one_at_a_time(run.region)
            plan = _plan(run, content, new_units=new_units, tell=tell)
            if not plan.problems and not run.dry_run:
                tell.stage(RunState.WRITING, len(plan.changes))
                write(plan, run=run, at=at, tell=tell.done)
    except Refused as refusal:
        plan = Plan(problems=[{"row": 0, "column": "", "value": "", "reason": str(refusal)}])
    except Exception:
        tell.close()
        run.state, run.ended_at = RunState.FAILED, at
        run.save()
        raise
    tell.close()
    return _finish(run, plan, at=at)


def _plan(run: ImportRun, content: bytes, *, new_units: bool, tell: _Teller) -> Plan:
    table = tables.read(content, run.file_name, is_header=columns.is_header)
    tell.stage(RunState.CHECKING, len(table.rows))
    return make_plan(table, region=run.region, new_units=new_units, tell=tell.done)


def _one_at_a_time(region: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"catalogue-{region}"])


def _finish(run: ImportRun, plan: Plan, *, at: datetime) -> ImportRun:
    run.total = plan.total
    run.created, run.updated, run.unchanged = plan.created, plan.updated, plan.unchanged
    run.new_units, run.notes = plan.unit_names, plan.notes
    run.problems = plan.problems[:MOST_PROBLEMS]
    if len(plan.problems) > MOST_PROBLEMS:
        run.notes = [*run.notes, f"共有{len(plan.problems)}个问题，只列出前{MOST_PROBLEMS}个。"]
    run.done = run.total
    if plan.problems:
        run.state, run.created, run.updated, run.unchanged = RunState.REFUSED, 0, 0, 0
    else:
        run.state = RunState.CHECKED if run.dry_run else RunState.DONE
    if run.state != RunState.CHECKED:
        run.content = None
    run.ended_at = at
    run.save()
    return run


class _Teller:
    """Signs of life on a connection of its own: seen while the import is not committed."""

    def __init__(self, run: ImportRun, progress: Progress | None) -> None:
        self.run = run
        self.progress = progress
        self.total = 0
        self.connection = connection.copy()

    def stage(self, state: RunState, total: int) -> None:
        """A new stage begins with `total` rows to do."""
        self.total = total
        self._update("state = %s, total = %s, done = 0", [state.value, total])

    def done(self, rows: int) -> None:
        """So many rows of the stage are done; told every 500 rows and at the end."""
        if rows % EVERY and rows != self.total:
            return
        self._update("done = %s", [rows])
        if self.progress is not None:
            self.progress(rows, self.total)

    def _update(self, what: str, values: list[str | int]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE catalogue_importrun SET {what} WHERE id = %s",  # noqa: S608 - our words
                [*values, self.run.pk],
            )

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()
