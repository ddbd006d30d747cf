"""Who may take which move of a case, and when not: each refusal is a sentence that says what to do.

The rules look only at what they are given: the case, the account and `Facts` (the rows that hang on
the case). Separation: the one who reviewed does not decide (trap T12), nobody handles his own case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yizhan.core.flow import Refused
from yizhan.domain.cases.choices import (
    CommitmentKind,
    CommitmentState,
    DeliveryState,
    ExtensionState,
    MaterialState,
    StepState,
)
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import AccountKind, Function

if TYPE_CHECKING:
    from yizhan.domain.cases.models import (
        Case,
        CaseMaterial,
        CaseStep,
        Commitment,
        Delivery,
        Extension,
    )
    from yizhan.domain.people.models import Account

LACKING = (MaterialState.MISSING, MaterialState.DEFECTIVE)
INTAKE = (Function.WINDOW_CLERK, Function.HANDLER, Function.APPROVER)
REVIEW = (Function.HANDLER, Function.APPROVER)


@dataclass(frozen=True)
class Facts:
    """What hangs on a case, read once for a move or for all buttons of a page.

    `own`: the account is the applicant, his agent, or acts for the legal person that applies.
    """

    own: bool = False
    corrected: bool = False
    joint: bool = False
    steps: Sequence[CaseStep] = ()
    materials: Sequence[CaseMaterial] = ()
    commitments: Sequence[Commitment] = ()
    extensions: Sequence[Extension] = ()
    delivery: Delivery | None = None

    def open_steps(self) -> list[CaseStep]:
        """The steps that are being worked on."""
        return [step for step in self.steps if step.state == StepState.OPEN]

    def live(self, kind: str) -> list[Commitment]:
        """The commitments of a kind that still run."""
        return [c for c in self.commitments if c.kind == kind and c.state == CommitmentState.OPEN]

    def asked_extension(self) -> Extension | None:
        """The request for more time that waits for an answer."""
        return next((e for e in self.extensions if e.state == ExtensionState.ASKED), None)


def by_system(*, by: Account | None, **_: Any) -> None:
    """A move of the law's own clock."""
    if by is not None:
        raise Refused("这一步由系统到期自动办理，不能手工办理。")


def not_own(*, facts: Facts) -> None:
    """Nobody handles a case in which he is the applicant or the agent (trap T12)."""
    if facts.own:
        raise Refused("您是本件的申请人或代办人，应当回避，请由其他工作人员办理。")


def by_intake(*, subject: Case, by: Account | None, facts: Facts, **_: Any) -> None:
    """The integrated window (within its region), or the competent unit itself."""
    people.needs(by, *INTAKE, organisation=subject.organisation)
    not_own(facts=facts)


def by_reviewer(*, subject: Case, by: Account | None, facts: Facts, **_: Any) -> None:
    """A handler or approver of the competent unit."""
    people.needs(by, *REVIEW, organisation=subject.organisation)
    not_own(facts=facts)


def by_counter(*, subject: Case, by: Account | None, facts: Facts, **_: Any) -> None:
    """Whoever hands out results: the window or the unit; the system for electronic delivery."""
    if by is not None:
        by_intake(subject=subject, by=by, facts=facts)


def by_applicant_or_clerk(*, subject: Case, by: Account | None, facts: Facts, **_: Any) -> None:
    """The applicant himself, or the window on his request."""
    if by is not None and by.kind == AccountKind.CITIZEN:
        if not facts.own:
            raise Refused("只有申请人本人或其代办人可以办理这一步。")
        return
    by_intake(subject=subject, by=by, facts=facts)


def correct_once(*, subject: Case, by: Account | None, facts: Facts, **_: Any) -> None:
    """All defects are told at once, once (行政许可法 art. 32 (4))."""
    by_intake(subject=subject, by=by, facts=facts)
    if facts.corrected:
        raise Refused("补正内容只能一次性告知，本件已经告知过，请按现有材料决定是否受理。")


def acceptable(
    *, subject: Case, by: Account | None, facts: Facts, covered: Sequence[str] = (), **_: Any
) -> None:
    """Everything needed is there, promised or deferred (`covered` are the keys promised now)."""
    by_intake(subject=subject, by=by, facts=facts)
    lacking = [m for m in facts.materials if m.state in LACKING and m.key not in covered]
    if lacking:
        names = "、".join(f"《{m.name}》" for m in lacking[:5])
        raise Refused(f"还缺{names}，请一次性告知补正，或者办理容缺、告知承诺后再受理。")


def may_finish_step(
    *, subject: Case, by: Account | None, facts: Facts, step: CaseStep | None = None, **_: Any
) -> None:
    """Who has the step's function in the step's unit; the step must be open."""
    not_own(facts=facts)
    steps = [step] if step is not None else facts.open_steps()
    if not steps or any(s.state != StepState.OPEN for s in steps):
        raise Refused("没有正在办理的环节，请刷新页面查看最新状态。")
    refusal: Refused | None = None
    for each in steps:
        try:
            _may_work_on(each, by=by, facts=facts)
        except Refused as no:
            refusal = no
        else:
            return
    if refusal is not None:
        raise refusal


def may_return_step(
    *, subject: Case, by: Account | None, facts: Facts, step: CaseStep | None = None, **_: Any
) -> None:
    """As finishing it, and there must be a step to go back to."""
    may_finish_step(subject=subject, by=by, facts=facts, step=step)
    if not any(s.state == StepState.DONE for s in facts.steps):
        raise Refused("前面没有已办的环节，不能退回。")


def may_ask_extension(*, subject: Case, by: Account | None, facts: Facts, **_: Any) -> None:
    """Once per case (行政许可法 art. 42)."""
    by_reviewer(subject=subject, by=by, facts=facts)
    for extension in facts.extensions:
        if extension.state == ExtensionState.ASKED:
            raise Refused("已经有一个延期申请在等待批准。")
        if extension.state == ExtensionState.APPROVED:
            raise Refused("本件已经延长过一次，不能再延长。")


def may_decide_extension(*, subject: Case, by: Account | None, facts: Facts, **_: Any) -> None:
    """The head of the unit, never who asked; for joint cases the government's own approver."""
    people.needs(by, Function.APPROVER, organisation=subject.organisation)
    not_own(facts=facts)
    asked = facts.asked_extension()
    if asked is None:
        raise Refused("现在没有待批准的延期申请。")
    if same_person(by, asked.asked_by):
        raise Refused("延期不能由申请延期的人自己批准，请由本机关负责人批准。")
    if (
        by is not None
        and facts.joint
        and not any(
            post.function == Function.APPROVER and post.organisation_id is None
            for post in people.live_posts(by)
        )
    ):
        raise Refused("联合办理事项延期应由本级人民政府负责人批准（行政许可法第四十二条）。")


def may_supply(*, subject: Case, by: Account | None, facts: Facts, **_: Any) -> None:
    """The applicant, or the window and the unit for him, while something is still owed."""
    by_applicant_or_clerk(subject=subject, by=by, facts=facts)
    owed = any(m.state in (*LACKING, MaterialState.DEFERRED) for m in facts.materials)
    if not owed:
        raise Refused("本件没有待补交的材料。")


def may_withdraw_promise(*, subject: Case, by: Account | None, facts: Facts, **_: Any) -> None:
    """Before the decision the applicant may take a promise back (安阳市政务服务条例 art. 26)."""
    by_applicant_or_clerk(subject=subject, by=by, facts=facts)
    if not facts.live(CommitmentKind.PROMISE):
        raise Refused("本件没有可以撤回的告知承诺。")


def decider(*, subject: Case, by: Account | None, facts: Facts, instant: bool = False) -> None:
    """Who decides: the approver where the review has an approver's step, else a handler as well.

    Instant items are decided at the window. The one who did a review step never decides (T12).
    """
    not_own(facts=facts)
    own_steps = [s for s in facts.steps if s.organisation_id == subject.organisation_id]
    if any(s.function == Function.APPROVER for s in own_steps):
        people.needs(by, Function.APPROVER, organisation=subject.organisation)
        for step in facts.steps:
            reviewed = step.function != Function.APPROVER and step.state == StepState.DONE
            if reviewed and same_person(by, step.by):
                raise Refused(
                    f"您办理过“{step.name}”，审查和决定不能由同一人作出，请由审批负责人决定。"
                )
        return
    functions = INTAKE if instant or subject.instant else REVIEW
    people.needs(by, *functions, organisation=subject.organisation)


def may_grant(
    *, subject: Case, by: Account | None, facts: Facts, instant: bool = False, **_: Any
) -> None:
    """All steps done but the decision itself, nothing owed."""
    decider(subject=subject, by=by, facts=facts, instant=instant)
    if not instant:
        _reviewed(facts)
    owed = [m for m in facts.materials if m.state in (*LACKING, MaterialState.DEFERRED)]
    if owed:
        names = "、".join(f"《{m.name}》" for m in owed[:5])
        raise Refused(f"{names}还没有补交，补齐后才能准予。")
    if facts.asked_extension() is not None:
        raise Refused("还有一个延期申请没有答复，请先批准或不批准。")


def may_refuse(*, subject: Case, by: Account | None, facts: Facts, **_: Any) -> None:
    """As granting, but what is owed does not stand in the way."""
    decider(subject=subject, by=by, facts=facts)
    _reviewed(facts)


def may_confirm(*, subject: Case, by: Account | None, facts: Facts, **_: Any) -> None:
    """A returned parcel is not delivered."""
    by_counter(subject=subject, by=by, facts=facts)
    if facts.delivery is not None and facts.delivery.state == DeliveryState.RETURNED:
        raise Refused("邮件已被退回，请重新选择送达方式。")


def may_resend(*, subject: Case, by: Account | None, facts: Facts, **_: Any) -> None:
    """Only after it came back."""
    by_counter(subject=subject, by=by, facts=facts)
    if facts.delivery is None or facts.delivery.state != DeliveryState.RETURNED:
        raise Refused("结果正在送达，没有被退回，不需要重新送达。")


def may_revoke(*, subject: Case, by: Account | None, facts: Facts, **_: Any) -> None:
    """The approver, after a promise was broken (行政许可法 art. 69)."""
    people.needs(by, Function.APPROVER, organisation=subject.organisation)
    not_own(facts=facts)
    if not any(
        c.kind == CommitmentKind.PROMISE and c.state == CommitmentState.BROKEN
        for c in facts.commitments
    ):
        raise Refused("只有承诺未履行的办件可以在这里撤销决定。")


def may_archive(*, subject: Case, by: Account | None, facts: Facts, **_: Any) -> None:
    """A promise is verified before the file is closed for good."""
    by_intake(subject=subject, by=by, facts=facts)
    if facts.live(CommitmentKind.PROMISE):
        raise Refused("告知承诺还在核查期内，核查完毕后才能归档。")


def same_person(one: Account | None, other: Account | None) -> bool:
    """Whether two accounts are the same human being."""
    if one is None or other is None:
        return False
    return one.pk == other.pk or (one.person_id is not None and one.person_id == other.person_id)


def whole_reason(text: str, *, what: str = "理由", field: str = "reason") -> str:
    """A reason that says something. Raises Refused."""
    reason = " ".join(text.split())
    if len(reason) < 4:
        raise Refused(f"请写明{what}，申请人会看到这段话。", field=field)
    return reason


def _reviewed(facts: Facts) -> None:
    waiting = [
        step
        for step in facts.steps
        if step.state in (StepState.OPEN, StepState.WAITING) and not _is_decision(step, facts)
    ]
    if waiting:
        raise Refused(f"“{waiting[0].name}”还没有办完，办完后才能决定。")


def _is_decision(step: CaseStep, facts: Facts) -> bool:
    """The last approver's step is the decision itself: granting or refusing finishes it."""
    last = max(s.order for s in facts.steps)
    return (
        step.function == Function.APPROVER
        and step.order == last
        and step.state == StepState.OPEN
        and step.organisation_id == step.case.organisation_id
    )


def _may_work_on(step: CaseStep, *, by: Account | None, facts: Facts) -> None:
    people.needs(by, step.function, organisation=step.organisation)
    if step.function != Function.APPROVER:
        return
    for earlier in facts.steps:
        reviewed = earlier.function != Function.APPROVER and earlier.state == StepState.DONE
        if reviewed and same_person(by, earlier.by):
            raise Refused(f"您办理过“{earlier.name}”，审批应由另一人办理。")
