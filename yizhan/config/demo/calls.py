"""Some fifty work orders in every state, made by the real actions at believable times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from yizhan.config.demo.founding import County
from yizhan.config.demo.hotline_texts import URGE, SyntheticMessage, compose
from yizhan.domain.files import actions as files
from yizhan.domain.files.models import StoredFile
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.actions import Heard, Incoming, ReplyDraft
from yizhan.domain.hotline.choices import Nature
from yizhan.domain.hotline.models import Order

SEED, NUMBER = 12345, 50
HOUR = timedelta(hours=1)
PHOTO = "演示照片.jpg"
SPACING = timedelta(minutes=47)  # between two calls


class Call:
    """One order on its way; no step lies in the future."""

    def __init__(
        self, county: County, said: SyntheticMessage, number: int, begin: datetime, end: datetime
    ) -> None:
        self.staff, self.said, self.now, self.end = county.staff, said, begin, end
        self.agent, self.unit = county.staff["linxiao"], county.staff["sunqiang"]
        message = actions.intake(
            Incoming(
                region=self.agent.region, channel=said.channel, message_id=f"demo:{number}",
                text=said.text, occurred_at=begin, sender=said.phone, name=said.name,
                place=said.place_code,
            ),
            by=self.agent, at=begin,
        )  # fmt: skip
        self.order = message.order

    def later(self, hours: float) -> datetime:
        """The moment of the next step."""
        self.now = min(self.now + hours * HOUR, self.end)
        return self.now

    def answered(self) -> None:
        """A question answered in the call."""
        self._classified()
        actions.answer_directly(
            self.order.pk, answer="按规定可以办理，请带身份证到政务服务中心综合窗口，当天受理。",
            by=self.agent, at=self.later(0.1),
        )  # fmt: skip

    def accepted(self) -> None:
        """Taken on, not yet dispatched."""
        self._classified()
        actions.accept(self.order.pk, by=self.agent, at=self.later(0.1))

    def dispatched(self) -> None:
        """With the unit that the catalogue names."""
        self.accepted()
        order = Order.objects.get(pk=self.order.pk)
        proposal = queries.unit_for(order, at=self.now)
        if proposal is None:
            raise RuntimeError(f"no duty for topic {order.topic}")
        actions.dispatch(order.pk, lead=proposal.lead, by=self.staff["gaoyuan"], at=self.later(0.5))

    def handled(self) -> None:
        """Signed, the caller spoken with."""
        self.dispatched()
        actions.sign(self.order.pk, by=self.unit, at=self.later(1))
        actions.contact(
            self.order.pk, reached=True, note="已电话问清地点和要求", by=self.unit, at=self.later(2)
        )

    def parked(self) -> None:
        """Honestly not now."""
        self.handled()
        day = self.end.date() + timedelta(days=60)
        actions.park(
            self.order.pk, reason="需要列入改造计划统一施工，现在不能单独处理",
            plan="已列入明年第一季度改造计划", until=day,
            explained="已电话说明原因和安排", by=self.staff["zhaomin"], at=self.later(3),
        )  # fmt: skip

    def replied(self) -> None:
        """Answered by the unit, to be checked."""
        self.handled()
        solved = self.order.nature not in (Nature.SUGGESTION, Nature.PRAISE)
        draft = ReplyDraft(
            contacted=True, solved=solved, internal_note="现场核查并处理，留存照片。",
            public_answer="经现场核查，情况属实，已安排人员处理完毕，并将加强日常巡查。",
            unsolved_reason="" if solved else "属于意见建议，已记录并转相关科室研究",
            file_ids=(photo(self.order.region, self.now).pk,),
        )  # fmt: skip
        actions.submit_reply(self.order.pk, draft=draft, by=self.unit, at=self.later(4))

    def checked(self) -> None:
        """The caller has the answer; to be called back."""
        self.replied()
        actions.pass_review(self.order.pk, by=self.staff["tangning"], at=self.later(1))

    def closed(self, satisfied: str = "very") -> None:
        """Called back and ended."""
        self.checked()
        heard = Heard("answered", contacted=True, solved=True, satisfied=satisfied)
        actions.record_callback(
            self.order.pk, heard=heard, by=self.staff["xujing"], at=self.later(5)
        )

    def _classified(self) -> None:
        named = queries.topic(self.order.region, self.said.topic_code)
        actions.classify(
            self.order.pk, nature=self.said.nature, topic=self.said.topic_code,
            topic_label=named.path if named else "", by=self.agent, at=self.later(0.1),
        )  # fmt: skip


WAYS: tuple[Callable[[Call], None], ...] = (
    Call.closed, Call.checked, Call.replied, Call.handled, Call.closed, Call.dispatched,
    Call.parked, Call.accepted, Call.closed, Call.handled,
)  # fmt: skip


def ring(county: County, at: datetime) -> None:
    """The orders of the last two days, each as far as its turn says."""
    queries.forget_topics()
    said = [one for one in compose(SEED, NUMBER) if one.nature != URGE and not one.urgent]
    for number, one in enumerate(said):
        begin = at - SPACING * (len(said) - number)
        call = Call(county, one, number, begin, at)
        if call.order.trail_seq > 1:
            continue  # it was said before by the same caller
        if one.nature == Nature.CONSULT:
            call.answered()
        elif number >= len(said) - 3:
            continue  # the last ones are still to be taken on
        else:
            WAYS[number % len(WAYS)](call)


def photo(region: str, at: datetime) -> StoredFile:
    """A drawn picture that says it is one, kept once: evidence to rehearse with."""
    known = StoredFile.objects.filter(region=region, name=PHOTO).first()
    if known is not None:
        return known
    picture, buffer = Image.new("RGB", (640, 480), (214, 224, 214)), BytesIO()
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((40, 300, 600, 440), fill=(120, 120, 120))
    drawing.line((320, 60, 320, 300), fill=(60, 60, 60), width=10)
    drawing.ellipse((290, 30, 350, 90), fill=(250, 220, 90))
    picture.save(buffer, "JPEG")
    buffer.seek(0)
    return files.store_upload(region=region, name=PHOTO, stream=buffer, by=None, at=at)
