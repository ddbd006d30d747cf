"""Everything the order page shows, read before the template begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse

from yizhan.core.flow import Choice
from yizhan.domain.catalogue import queries as catalogue
from yizhan.domain.hotline import flow, queries
from yizhan.domain.hotline.choices import ClockName, State
from yizhan.domain.hotline.models import KnowledgeEntry, Order
from yizhan.domain.hotline.rules import Facts
from yizhan.domain.office import queries as office
from yizhan.domain.office.models import Organisation
from yizhan.domain.people import queries as people
from yizhan.domain.people.choices import Function as F
from yizhan.web.workbench import lights
from yizhan.web.workbench.case_page import officers_of
from yizhan.web.workbench.forms import DeedForm
from yizhan.web.workbench.hotline_deeds import DEEDS, Deed

WORKERS = (F.HANDLER, F.APPROVER)
UNIT_WORDS = {"workdays": "个工作日", "days": "天", "hours": "小时"}


@dataclass(slots=True)
class Offer:
    """One action on the page: its form, or why it is not possible now."""

    deed: Deed
    form: DeedForm | None
    refusal: str = ""
    open: bool = False


@dataclass
class OrderFacts:
    """The order with what its forms need."""

    order: Order
    account: Any
    at: datetime
    choices: list[Choice] = field(default_factory=list)

    @cached_property
    def facts(self) -> Facts:
        """What the rules ask about it."""
        return queries.facts(self.order, by=self.account, at=self.at)

    @cached_property
    def units(self) -> list[tuple[str, str]]:
        """The units that may be sent to."""
        rows = office.organisations(self.order.region).filter(active=True)
        return [(str(unit.pk), unit.short_name) for unit in rows]

    def unit(self, key: str) -> Organisation:
        """The unit of a choice that was validated against `units`."""
        return office.organisations(self.order.region).get(pk=int(key))

    @cached_property
    def topic_options(self) -> list[tuple[str, str]]:
        """The topics: the proposed ones first."""
        known = [(t.code, t.path) for t in queries.topics(self.order.region)]
        first = [code for code, *_ in self.order.proposal.get("topics", [])]
        return sorted(known, key=lambda pair: (pair[0] not in first, pair[0]))

    @cached_property
    def proposal(self) -> queries.Proposal | None:
        """The unit that the dispatch catalogue names."""
        return queries.unit_for(self.order, at=self.at)

    @cached_property
    def hints(self) -> list[queries.Hint]:
        """Open orders that look like this one."""
        order = self.order
        return queries.duplicates_of(
            order.region, order.masked_text, at=self.at, index=order.sender_index,
            place=order.place_code, topic=order.topic, without=order.pk,
        )  # fmt: skip

    @cached_property
    def knowledge(self) -> list[KnowledgeEntry]:
        """What the knowledge base says about it."""
        today = office.calendar(self.order.region).day(self.at)
        return queries.search(self.account, self.order.masked_text, today=today, most=5)

    @property
    def most_time(self) -> str:
        """The longest extension in words."""
        term = queries.template_of(self.order).extension
        return f"{term.amount}{UNIT_WORDS[term.unit]}"


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock with the sentence that derives its day."""

    light: str
    text: str
    sentence: str


@dataclass
class OrderView:
    """Everything the template prints."""

    order: Order
    reading: queries.Reading
    light: str
    light_text: str
    offers: list[Offer]
    refused: list[Offer]
    alarms: list[str]
    guesses: list[Any]
    about: list[tuple[str, str]]
    clocks: list[ClockLine]
    events: list[dict[str, Any]]
    messages: list[Any]
    replies: list[Any]
    contacts: list[Any]
    callbacks: list[Any]
    warnings: list[Any]
    parkings: list[Any]
    parts: list[Any]
    files: list[tuple[str, str]]
    hints: list[Any]
    knowledge: list[Any]
    objection: Any
    item: tuple[str, str] | None
    refusal: str = ""
    done: str = ""
    ours: bool = False
    officers: list[tuple[str, str]] = field(default_factory=list)
    exclusion: Any = None


def near(due_at: datetime | None, at: datetime) -> str:
    """Hours when a day or less is left or over, else working days."""
    return "hours" if due_at is not None and abs(due_at - at) < timedelta(days=1) else "workdays"


def load(order: Order, *, account: Any, at: datetime) -> OrderFacts:
    """The order and what can be done with it."""
    found = OrderFacts(order, account, at)
    found.choices = [
        c for c in flow.ORDER.choices(
            state=order.state, subject=order, by=account, facts=found.facts
        ) if c.move.name in DEEDS
    ]  # fmt: skip
    return found


def build(
    page: OrderFacts, *, bound: DeedForm | None = None, want: str = "", **said: Any
) -> OrderView:
    """The page of an order; `said` is refusal or done."""
    order, at = page.order, page.at
    of_hotline = people.has_function(page.account, *queries.OVER_ALL)
    possible, refused = _offers(page, bound=bound, want=want)
    calendar = office.calendar(order.region)
    light = lights.light(
        queries.light(order.due_at, order.warn_at, at), due_at=order.due_at, at=at,
        calendar=calendar, closed=order.closed_at is not None, unit=near(order.due_at, at),
    )  # fmt: skip
    at_hotline = order.state in (*flow.AT_HOTLINE, State.CONFERENCE)
    return OrderView(
        order=order, reading=queries.reading(order, page.account), light=light.colour,
        light_text=light.text, offers=possible, refused=refused,
        alarms=order.proposal.get("alarms", []), guesses=order.proposal.get("topics", []),
        about=_about(order), clocks=_clocks(order, at, calendar), events=_events(order),
        messages=list(queries.messages(order)), replies=list(queries.replies(order)),
        contacts=list(queries.contacts(order)),
        callbacks=list(queries.callbacks(order, all_of_them=of_hotline)),
        warnings=list(queries.warnings(order)), parkings=list(queries.parkings(order)),
        parts=list(page.facts.parts), files=_files(order, page.account),
        hints=page.hints if at_hotline else [], knowledge=page.knowledge if at_hotline else [],
        objection=page.facts.objection, item=_item(order, page), ours=of_hotline,
        officers=_officers(page),
        exclusion=queries.exclusion_of(order) if order.closed_at else None, **said,
    )  # fmt: skip


def _offers(
    page: OrderFacts, *, bound: DeedForm | None, want: str
) -> tuple[list[Offer], list[Offer]]:
    by_name = {choice.move.name: choice for choice in page.choices}
    possible: list[Offer] = []
    refused: list[Offer] = []
    for name, deed in DEEDS.items():
        choice = by_name.get(name)
        if choice is None:
            continue
        if choice.refusal:
            refused.append(Offer(deed, None, choice.refusal))
            continue
        mine = bound is not None and bound.name == name
        form = bound if mine else deed.form(name=name, page=page)
        possible.append(Offer(deed, form, open=mine or name == want))
    if not any(offer.open for offer in possible):
        usual = _usual(page)
        for offer in possible:
            offer.open = offer.deed.name == usual
    return possible, refused


def _usual(page: OrderFacts) -> str:
    """What usually comes next: its form stands open."""
    order = page.order
    if order.state == State.RECEIVED:
        if order.proposal.get("alarms"):
            return "hand_to_emergency"
        if not order.confirmed:
            return "classify"
        return "answer_directly" if order.nature == "consult" else "accept"
    if order.state == State.HANDLING:
        last = order.replies.order_by("-round").first()
        talked = order.contacts.filter(reached=True)
        talked = talked.filter(at__gt=last.at) if last else talked
        return "submit_reply" if talked.exists() else "contact"
    return {
        State.DISPATCHING: "dispatch", State.CONFERENCE: "dispatch", State.TO_SIGN: "sign",
        State.OBJECTED: "uphold_objection", State.REVIEWING: "pass_review",
        State.CALLING: "record_callback", State.PARKED: "unpark",
    }.get(State(order.state), "")  # fmt: skip


def _officers(page: OrderFacts) -> list[tuple[str, str]]:
    """Who of the unit a link may be sent to, for who may send one."""
    order, account = page.order, page.account
    if order.lead is None or order.state not in flow.AT_UNIT or order.confidential:
        return []
    of_unit = people.has_function(account, *WORKERS, organisation=order.lead)
    if not of_unit and not people.has_function(account, F.HOTLINE_DISPATCHER):
        return []
    return [(one.username, one.display_name) for one in officers_of(order.lead)]


def _about(order: Order) -> list[tuple[str, str]]:
    place = office.place(order.place_code) if order.place_code else None
    facts = [
        ("来源", f"{order.get_channel_display()} · {order.get_line_display()}"),
        ("语言", order.get_language_display() if order.language != "zh" else ""),
        ("收到", f"{order.received_at.astimezone():%Y-%m-%d %H:%M}"),
        ("性质", f"{order.get_nature_display()}{'' if order.confirmed else '（系统建议）'}"),
        ("分类", order.topic_label), ("紧急程度", order.get_level_display()),
        ("地点", " ".join(filter(None, (place.full_name if place else "", order.place_text)))),
        ("被反映单位", order.about_unit.name if order.about_unit else ""),
        ("主办单位", order.lead.name if order.lead else ""),
        ("催办", f"{order.urges}次" if order.urges else ""),
        ("重办", f"{order.redos}次" if order.redos else ""),
        ("并入", order.merged_into.number if order.merged_into else ""),
        ("相关办件", order.affair_number), ("上级编号", order.upper_number),
        ("办结方式", order.get_closing_display() if order.closing else ""),
    ]  # fmt: skip
    return [(label, value) for label, value in facts if value]


def _clocks(order: Order, at: datetime, calendar: Any) -> list[ClockLine]:
    lines = []
    for clock in queries.clock_sentences(order, at=at):
        if not clock.running:
            continue
        shown = lights.light(
            clock.light, due_at=clock.due_at, at=at, calendar=calendar, unit=clock.unit,
            state=State.REVIEWING if clock.name == ClockName.FINISH else "",
        )  # fmt: skip
        text = "暂停计时" if clock.paused else shown.text
        lines.append(ClockLine(shown.colour, f"{clock.label} {text}", clock.sentence))
    return lines


def _events(order: Order) -> list[dict[str, Any]]:
    return [
        {
            "title": line.label, "at": line.at, "text": line.note,
            "by": " · ".join(filter(None, (line.by, line.channel))),
        }
        for line in queries.timeline(order)
    ]  # fmt: skip


def _files(order: Order, account: Any) -> list[tuple[str, str]]:
    allowed = set(queries.files_visible_to(account).values_list("pk", flat=True))
    return [
        (one.file.name, reverse("workbench:order_file", args=(order.number, one.file_id)))
        for one in queries.files_of_caller(order)
        if one.file_id in allowed
    ]


def _item(order: Order, page: OrderFacts) -> tuple[str, str] | None:
    """The service item that the caller perhaps needs: a bridge from asking to applying."""
    if order.nature != "consult" or order.closed_at is not None:
        return None
    slug = next((e.item_slug for e in page.knowledge if e.item_slug), "")
    version = catalogue.applicable(order.region, slug) if slug else None
    return (version.name, f"/items/{slug}/") if version is not None else None
