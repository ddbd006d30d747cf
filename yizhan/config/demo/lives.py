"""Some forty cases in every state, made by the real actions at believable times in the past."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from yizhan.config import demo
from yizhan.config.demo.founding import County
from yizhan.core.worktime import CHINA
from yizhan.domain.cases import actions
from yizhan.domain.cases.actions import Submission, SubmittedMaterial
from yizhan.domain.cases.models import Case
from yizhan.domain.catalogue import rules as catalogue

HALL = "兰考县政务服务中心3号窗口"
MINUTES = timedelta(minutes=1)


class Life:
    """One case on its way; each step takes some of the time that has passed since it began."""

    def __init__(self, county: County, slug: str, who: str, begin: datetime, end: datetime) -> None:
        self.county, self.slug, self.who, self.now, self.end = county, slug, who, begin, end
        self.clerk = county.staff["wangfang"]
        self.handler, self.approver = county.staff["sunqiang"], county.staff["zhaomin"]
        self.case: Case = self._submit()

    def later(self, step: timedelta) -> datetime:
        """The moment of the next step, never in the future."""
        self.now = min(self.now + step, self.end)
        return self.now

    def receive(self) -> None:
        """Receipt."""
        actions.receive(self.case.pk, by=self.clerk, at=self.later(3 * MINUTES))

    def accept(self) -> None:
        """Received and accepted."""
        self.receive()
        actions.accept(self.case.pk, by=self.clerk, at=self.later(7 * MINUTES))

    def review(self, steps: int = 99) -> None:
        """Walk the open review steps, a day each, by whoever has the step's function."""
        for _ in range(steps):
            step = self.case.steps.filter(state="open").order_by("order", "id").first()
            if step is None:
                return
            by = self.approver if step.function == "approver" else self.handler
            actions.finish_step(
                self.case.pk, step.pk, opinion="材料属实，符合条件。", by=by,
                at=self.later(timedelta(hours=20)),
            )  # fmt: skip

    def grant(self) -> None:
        """Decided for the applicant."""
        self.review()
        name = self.county.versions[self.slug].result_name
        number = f"演示{self.now:%Y}{self.case.trail_seq:02d}{self.case.number[-6:]}"
        actions.grant(
            self.case.pk, by=self.approver, at=self.later(timedelta(hours=2)), result_name=name,
            result_number=number if name else "",
        )  # fmt: skip

    def send(self, mode: str = "window") -> None:
        """The result waits at the window."""
        actions.send_result(
            self.case.pk, mode=mode, receiver=self.case.subject_name, by=self.clerk,
            at=self.later(timedelta(hours=3)),
        )  # fmt: skip

    def _submit(self) -> Case:
        version = self.county.versions[self.slug]
        sample = self.county.samples[self.slug]
        company = self.county.companies.get(self.who)
        person = self.county.citizens.get(self.who)
        lines = catalogue.checklist(version, sample["answers"])
        materials = [
            SubmittedMaterial(key=line.material.key, source="original_seen", copies=1)
            for line in lines
            if line.needed
        ]
        return actions.submit(
            Submission(
                version=version, answers=sample["answers"], data=sample["data"], provenance={},
                person=person, legal_person=company, agent=None, materials=materials,
                channel="window", place=HALL, started_at=self.now - 6 * MINUTES,
                physical_trip=True, idempotency_key=f"demo-{self.slug}-{self.who}-{self.now:%j}",
                delivery={"mode": "window"}, phone=sample["data"].get("phone", "19900000001"),
            ),
            by=self.clerk,
            at=self.now,
        )  # fmt: skip


def instant(life: Life) -> None:
    """Accepted, decided and handed over in one sitting."""
    version = life.county.versions[life.slug]
    actions.accept_and_decide(
        life.case.pk, by=life.clerk, at=life.later(4 * MINUTES),
        result={"name": version.result_name, "number": f"演示{life.case.number[-10:]}"},
        delivery={"receiver": life.case.subject_name},
    )  # fmt: skip


def closed(life: Life) -> None:
    """All the way."""
    sent(life)
    actions.confirm_delivery(
        life.case.pk, proof="本人到窗口签收", by=life.clerk, at=life.later(timedelta(days=1))
    )


def sent(life: Life) -> None:
    """Granted, waiting at the window."""
    granted(life)
    life.send()


def granted(life: Life) -> None:
    """Decided for the applicant."""
    life.accept()
    life.grant()


def refused(life: Life) -> None:
    """Decided against the applicant, with reasons."""
    life.accept()
    life.review()
    actions.refuse(
        life.case.pk, reason="经核查，不符合办事指南“受理条件”所列情形。", by=life.approver,
        at=life.later(timedelta(hours=2)),
    )  # fmt: skip
    life.send()


def accepted(life: Life) -> None:
    """Under review."""
    life.accept()


def reviewed(life: Life) -> None:
    """Under review, the first step done."""
    life.accept()
    life.review(1)


def special(life: Life) -> None:
    """In a special procedure: both clocks stand still."""
    life.accept()
    kinds = life.county.versions[life.slug].special_procedures
    actions.start_special(
        life.case.pk, kind=kinds[0], reason="需要按规定进行，所需时间不计入办理期限。",
        planned_days=10, by=life.handler, at=life.later(timedelta(days=1)),
    )  # fmt: skip


def correction(life: Life) -> None:
    """Told once what is missing."""
    life.receive()
    first = life.case.materials.filter(state="provided").order_by("id").first()
    assert first is not None  # noqa: S101 - every demo item asks for a material
    actions.ask_correction(
        life.case.pk, defects={first.key: "缺少申请人签字，请补签后提交。"}, by=life.clerk,
        at=life.later(30 * MINUTES),
    )  # fmt: skip


def received(life: Life) -> None:
    """Received, not yet accepted."""
    life.receive()


def submitted(life: Life) -> None:
    """Handed in today."""


def withdrawn(life: Life) -> None:
    """Taken back by the applicant."""
    actions.withdraw(
        life.case.pk, by=life.county.logins[life.who], at=life.later(timedelta(hours=2)),
        reason="改日再办",
    )  # fmt: skip


def not_needed(life: Life) -> None:
    """Told at once that nothing has to be applied for."""
    actions.tell_not_needed(
        life.case.pk, reason="您已在领取这项津贴，不用再次申请。", by=life.clerk,
        at=life.later(5 * MINUTES),
    )  # fmt: skip


PATHS: dict[str, Callable[[Life], None]] = {
    path.__name__: path
    for path in (
        instant, closed, sent, granted, refused, accepted, reviewed, special, correction,
        received, submitted, withdrawn, not_needed,
    )
}  # fmt: skip


def live(county: County, at: datetime) -> int:
    """Make the cases of the plan; returns how many."""
    plan: list[list[Any]] = demo.county()["cases"]
    for number, (slug, who, days, path) in enumerate(plan):
        begin = _working(at, days, number)
        PATHS[path](Life(county, slug, who, begin, at))
    return len(plan)


def _working(at: datetime, days: int, number: int) -> datetime:
    """A moment in opening hours some days ago; today's lie in the last hours."""
    if days == 0:
        return at - (20 + number) * MINUTES
    local = (at.astimezone(CHINA) - timedelta(days=days)).replace(
        hour=9 + number % 3, minute=number * 7 % 60, second=0, microsecond=0
    )
    while local.weekday() > 4:
        local -= timedelta(days=1)
    return local
