"""State, clocks and trail: abstract tables and the only code that changes a state.

Each domain package owns concrete tables with real foreign keys:

    class Case(Tracked):            FLOW = flow.CASE
    class CaseClock(Clock):         subject = FK(Case, related_name="clocks")
    class CaseEntry(Entry):         subject = FK(Case, related_name="trail")

A trail line carries a hash over the previous line of the same subject; the subject keeps the head
(number and hash of its last line), so that an edit, a deletion and a cut tail are all found by
`broken()`. The table itself refuses UPDATE, DELETE and TRUNCATE (`append_only`).
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import connection, models
from django.db.models.functions import Now

from yizhan.core import rows
from yizhan.core.flow import Choice, Flow, Move, Refused, Turn
from yizhan.core.numbers import uuid7
from yizhan.core.worktime import Calendar, Pause, Unit, close, due, explain, is_provisional


@dataclass(frozen=True, slots=True)
class Term:
    """How long a clock runs: an amount of a unit, and the law or promise it comes from.

    `since` is when it begins if that lies before the move (acceptance that silence brought about).
    """

    amount: int
    unit: Unit = Unit.WORKDAYS
    basis: str = ""
    since: datetime | None = None


class Regional(models.Model):
    """A row of a growing table: UUIDv7 key and the county that acts (the shard)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    region = models.CharField("行政区划", max_length=6)

    class Meta:
        abstract = True


class Tracked(Regional):
    """A subject with a state, clocks and a trail."""

    FLOW: ClassVar[Flow]
    clocks: Any
    trail: Any

    state = models.CharField("状态", max_length=24)
    trail_seq = models.PositiveIntegerField(default=0)
    trail_hash = models.CharField(max_length=64, blank=True)
    trail_at = models.DateTimeField(null=True)
    # the nearest running deadline and from when it is close, for lists; written with the clocks
    due_at = models.DateTimeField(null=True, blank=True)
    due_clock = models.CharField(max_length=60, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def locked(cls, pk: uuid.UUID | str) -> Self:
        """The row, locked until the transaction ends. Raises DoesNotExist."""
        return cls._default_manager.select_for_update(of=("self",)).get(pk=pk)

    def choices(self, **context: Any) -> list[Choice]:
        """The moves possible now, each with the reason when it is not."""
        return self.FLOW.choices(state=self.state, subject=self, **context)

    @property
    def state_label(self) -> str:
        """The state in the words of the law."""
        return self.FLOW.labels[self.state]


class Clock(Regional):
    """One deadline of one subject: an interval with pauses, never a counter."""

    subject: Any
    subject_id: uuid.UUID
    name = models.CharField("时钟", max_length=60)
    amount = models.PositiveIntegerField("期限")
    unit = models.CharField("单位", max_length=8, choices=[(u.value, u.value) for u in Unit])
    basis = models.CharField("依据", max_length=200, blank=True)
    started_at = models.DateTimeField()
    pauses = models.JSONField(default=list, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    provisional = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def term(self) -> Term:
        """The term this clock runs."""
        return Term(self.amount, Unit(self.unit), self.basis)

    def intervals(self) -> list[Pause]:
        """The pauses as moments; the last may be open."""
        moment = datetime.fromisoformat
        return [(moment(a), moment(b) if b else None) for a, b in self.pauses]

    @property
    def paused(self) -> bool:
        """Whether time stands still now."""
        return bool(self.pauses) and self.pauses[-1][1] is None

    def compute(self, calendar: Calendar) -> None:
        """Set `due_at`, `warn_at` and `provisional` from what is stored; writes nothing."""
        unit, pauses = Unit(self.unit), self.intervals()
        self.due_at = due(self.started_at, self.amount, unit, calendar, pauses)
        self.warn_at = close(self.started_at, self.amount, unit, calendar, pauses)
        self.provisional = is_provisional(self.started_at, self.due_at, unit, calendar)

    def sentence(self, calendar: Calendar, what: str = "") -> str:
        """The sentence that derives the deadline."""
        return explain(
            self.started_at, self.amount, Unit(self.unit), calendar, self.intervals(), what=what
        )


class Entry(Regional):
    """One line of a trail: who, on whose behalf, by which channel, when it happened."""

    subject: Any
    subject_id: uuid.UUID
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    by_name = models.CharField(max_length=80)
    behalf_of = models.UUIDField(null=True)
    channel = models.CharField(max_length=16, blank=True)
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def compute(self) -> str:
        """SHA-256 over this line and the digest before it (canonical JSON, UTC moments)."""
        facts = {
            "subject": str(self.subject_id), "seq": self.seq, "kind": self.kind,
            "from": self.from_state, "to": self.to_state,
            "by": str(self.by_id or ""), "by_name": self.by_name,
            "behalf_of": str(self.behalf_of or ""), "channel": self.channel,
            "note": self.note, "data": self.data,
            "at": self.occurred_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "previous": self.previous,
        }  # fmt: skip
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def move(
    subject: Tracked,
    name: str,
    *,
    by: Any,
    at: datetime,
    calendar: Calendar | None = None,
    terms: Mapping[str, Term] | None = None,
    channel: str = "",
    behalf_of: uuid.UUID | None = None,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    **context: Any,
) -> Move:
    """Take one move of the subject's flow: new state, clocks turned, one trail line.

    `subject` must be locked by the caller; unsaved field changes on it are saved with it.
    `terms` gives the length of each clock the move starts; `context` reaches the guard.
    Raises Refused (nothing changes), KeyError for a clock without its term (trap T17).
    """
    assert connection.in_atomic_block, "move() outside a transaction"  # noqa: S101
    step = subject.FLOW.check(name, state=subject.state, subject=subject, by=by, **context)
    entry = line(
        subject, name, to_state=step.target or subject.state, by=by, at=at, channel=channel,
        behalf_of=behalf_of, note=note, data=data,
    )  # fmt: skip
    _turn(subject, step, at=entry.occurred_at, calendar=calendar, terms=terms or {})
    rows.write(subject)
    rows.insert_together([entry])
    return step


def record(subject: Tracked, kind: str, *, by: Any, at: datetime, **facts: Any) -> Entry:
    """A trail line that changes no state (a reminder, a recomputed deadline, a look).

    `facts` as for `move`: channel, behalf_of, note, data. The subject must be locked.
    """
    assert connection.in_atomic_block, "record() outside a transaction"  # noqa: S101
    entry = line(subject, kind, to_state=subject.state, by=by, at=at, **facts)
    subject.save(update_fields=["trail_seq", "trail_hash", "trail_at"])
    rows.insert_together([entry])
    return entry


def line(
    subject: Tracked,
    kind: str,
    *,
    to_state: str,
    by: Any,
    at: datetime,
    channel: str = "",
    behalf_of: uuid.UUID | None = None,
    note: str = "",
    data: Mapping[str, Any] | None = None,
) -> Entry:
    """The next trail line, unsaved, with the subject's state and head moved on.

    A server clock that was set back cannot reorder history: a line never lies before the last one.
    """
    if subject.trail_at is not None:
        at = max(at, subject.trail_at)
    entry: Entry = subject.trail.model(
        region=subject.region, subject_id=subject.pk, seq=subject.trail_seq + 1, kind=kind,
        from_state=subject.state if subject.trail_seq else "", to_state=to_state, by=by,
        by_name=str(by) if by is not None else "系统", behalf_of=behalf_of, channel=channel,
        note=note, data=dict(data or {}), occurred_at=at, previous=subject.trail_hash,
    )  # fmt: skip
    entry.digest = entry.compute()
    subject.state = to_state
    subject.trail_seq, subject.trail_hash, subject.trail_at = entry.seq, entry.digest, at
    return entry


def start(subject: Tracked, name: str, term: Term, *, at: datetime, calendar: Calendar) -> Clock:
    """A new running clock, unsaved, its deadline computed."""
    clock: Clock = subject.clocks.model(
        region=subject.region, subject_id=subject.pk, name=name, amount=term.amount,
        unit=term.unit, basis=term.basis, started_at=at,
    )  # fmt: skip
    clock.compute(calendar)
    return clock


def turn(clock: Clock, what: Turn, *, at: datetime, calendar: Calendar) -> None:
    """Pause, resume or stop a clock and save it. Pausing twice is pausing once (trap T9)."""
    if what == Turn.PAUSE and not clock.paused:
        clock.pauses = [*clock.pauses, [at.isoformat(), None]]
    elif what == Turn.RESUME and clock.paused:
        clock.pauses = [*clock.pauses[:-1], [clock.pauses[-1][0], at.isoformat()]]
    elif what == Turn.STOP:
        if clock.paused:
            turn(clock, Turn.RESUME, at=at, calendar=calendar)
        clock.stopped_at = at
    clock.compute(calendar)
    clock.save()


def nearest(subject: Tracked, clocks: Iterable[Clock]) -> None:
    """Set the subject's nearest deadline from its clocks; the caller saves the subject."""
    due_clocks = [c for c in clocks if c.stopped_at is None and c.due_at is not None]
    first = min(due_clocks, key=lambda c: (c.due_at, c.name), default=None)
    subject.due_at = first.due_at if first else None
    subject.due_clock = first.name if first else ""
    subject.warn_at = min((c.warn_at for c in due_clocks if c.warn_at), default=None)


def extend(clock: Clock, amount: int, *, calendar: Calendar) -> None:
    """Give a running clock `amount` more of its unit. Raises Refused when it has stopped."""
    if clock.stopped_at is not None:
        raise Refused("这个时钟已经停止，不能再延长。")
    clock.amount += amount
    clock.compute(calendar)
    clock.save()


def recompute(
    clock: Clock, *, calendar: Calendar
) -> tuple[datetime | None, datetime | None] | None:
    """After a new calendar: (old, new) deadline if it moved or became firm, else None."""
    before, was_provisional = clock.due_at, clock.provisional
    clock.compute(calendar)
    if (before, was_provisional) == (clock.due_at, clock.provisional):
        return None
    clock.save(update_fields=["due_at", "warn_at", "provisional"])
    return before, clock.due_at


def broken(subject: Tracked) -> Iterator[str]:
    """What is wrong with the trail of one subject; nothing when it is whole."""
    previous, expected = "", 1
    for entry in subject.trail.order_by("seq"):
        if entry.seq != expected or entry.previous != previous:
            yield f"line {expected} is missing or out of order"
        if entry.digest != entry.compute():
            yield f"line {entry.seq} was changed"
        previous, expected = entry.digest, entry.seq + 1
    if (subject.trail_seq, subject.trail_hash) != (expected - 1, previous):
        yield f"the trail ends at line {expected - 1}, the subject says {subject.trail_seq}"


def append_only(table: str) -> str:
    """SQL for a migration: the table refuses UPDATE, DELETE and TRUNCATE."""
    return f"""
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def _turn(
    subject: Tracked,
    step: Move,
    *,
    at: datetime,
    calendar: Calendar | None,
    terms: Mapping[str, Term],
) -> None:
    if not step.clocks:
        return
    if calendar is None:
        raise ValueError(f"{step.name} turns clocks and needs a calendar")
    running = {clock.name: clock for clock in subject.clocks.filter(stopped_at=None)}
    for name, what in step.clocks.items():
        if what == Turn.START:
            term = terms[name]
            clock = start(subject, name, term, at=term.since or at, calendar=calendar)
            clock.save(force_insert=True)
            running[name] = clock
        elif name in running:
            turn(running[name], what, at=at, calendar=calendar)
    nearest(subject, running.values())
