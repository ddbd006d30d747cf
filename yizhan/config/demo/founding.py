"""The county before its first applicant: places, calendar, units, halls, staff, people, items."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings

from yizhan.config import demo
from yizhan.config.demo import hotline as texts
from yizhan.core.numbers import id_check, uscc_check
from yizhan.domain.catalogue import actions as catalogue
from yizhan.domain.catalogue.models import Item, ItemVersion
from yizhan.domain.hotline import actions as hotline
from yizhan.domain.office import actions as office
from yizhan.domain.office.adapters import chinese
from yizhan.domain.office.choices import WindowKind
from yizhan.domain.office.models import Hall, OpeningHours, Organisation, Region, Window
from yizhan.domain.people import actions as people
from yizhan.domain.people import queries as people_read
from yizhan.domain.people.choices import AccountKind
from yizhan.domain.people.models import Account, LegalPerson, Person

# the second factor of the demo staff, in hex; the login page of the demo shows its code
SECRET = "79697a68616e2d64656d6f2d736563726574"  # noqa: S105
HALF_DAYS = ((time(8, 30), time(12, 0)), (time(13, 30), time(17, 30)))


@dataclass
class County:
    """What was founded, by the keys of county.json."""

    units: dict[str, Organisation] = field(default_factory=dict)
    staff: dict[str, Account] = field(default_factory=dict)
    citizens: dict[str, Person] = field(default_factory=dict)
    logins: dict[str, Account] = field(default_factory=dict)
    companies: dict[str, LegalPerson] = field(default_factory=dict)
    versions: dict[str, ItemVersion] = field(default_factory=dict)
    samples: dict[str, dict[str, Any]] = field(default_factory=dict)


def found(at: datetime) -> None:
    """All of it, through the same doors that a county uses."""
    plan, county = demo.county(), County()
    office.import_lankao(by=None, at=at)
    for year in (at.year - 1, at.year):
        office.import_calendar_year(
            year=year, days=chinese.year_days(year), source=chinese.SOURCE,
            document="", by=None, at=at,
        )  # fmt: skip
    _units(plan["units"], county)
    _halls(plan["halls"], county)
    _staff(plan, county, at)
    _citizens(plan, county, at)
    _items(county, at)
    _hotline(county, at - timedelta(days=90))  # the calls of the last days ran by them


def known() -> County | None:
    """What was founded earlier, read back; None where the county is not the demo's."""
    plan, county = demo.county(), County()
    names = [row["username"] for row in plan["staff"] + plan["administrators"]]
    county.staff = {a.username: a for a in Account.objects.filter(username__in=names)}
    if len(county.staff) < len(names):
        return None
    for row in plan["citizens"]:
        login = people_read.account_by_phone(row["phone"])
        if login is None or login.person is None:
            return None
        county.logins[row["key"]], county.citizens[row["key"]] = login, login.person
    codes = {credit_code(row["body"]): row["key"] for row in plan["companies"]}
    for company in LegalPerson.objects.filter(region=settings.REGION, uscc__in=codes):
        county.companies[codes[company.uscc]] = company
    samples = {row["slug"]: row["sample"] for row in demo.items()}
    items = Item.objects.filter(region=settings.REGION, slug__in=samples, current__isnull=False)
    for item in items.select_related("current__item__organisation"):
        county.versions[item.slug] = item.current
        county.samples[item.slug] = samples[item.slug]
    return county


def credit_code(body: str) -> str:
    """A test credit code: 17 characters and the right check."""
    return body + uscc_check(body)


def _units(rows: list[dict[str, str]], county: County) -> None:
    place = Region.objects.get(code=f"{settings.REGION}000000")
    for number, row in enumerate(rows, start=1):
        county.units[row["code"]] = Organisation.objects.create(
            region=settings.REGION, place=place, code=row["code"], name=row["name"],
            short_name=row["short"], uscc=credit_code(f"11410225MB{number:07d}"),
            phone=f"0371-{100 + number:08d}", complaint_phone="0371-00009999",
            address="河南省兰考县（演示地址）",
        )  # fmt: skip


def _halls(rows: list[dict[str, Any]], county: County) -> None:
    keeper = county.units["center"]
    for row in rows:
        hall = Hall.objects.create(
            region=settings.REGION, place_id=row["place"], organisation=keeper, name=row["name"],
            address=row["address"], phone="0371-00000101",
        )  # fmt: skip
        Window.objects.bulk_create(
            Window(hall=hall, number=number, name=kind.label, kind=kind)
            for number in range(1, row["windows"] + 1)
            for kind in [_window_kind(number, row)]
        )
        OpeningHours.objects.bulk_create(
            OpeningHours(hall=hall, weekday=day, opens=opens, closes=closes)
            for day in range(5)
            for opens, closes in HALF_DAYS
        )


def _hotline(county: County, at: datetime) -> None:
    """Topics, whose duty they are, deadlines of the province and the formula of the rates."""
    hotline.import_topics(texts.topics(), region=settings.REGION, by=None)
    for topic, unit in texts.duties():
        hotline.set_rule(
            region=settings.REGION, topic=topic, lead=county.units[unit], basis="演示派单目录",
            by=None, at=at,
        )  # fmt: skip
    hotline.use_preset("henan", region=settings.REGION, by=None, at=at)
    hotline.set_formula(
        region=settings.REGION, contacted=100, solved=500, satisfied=400, basic=900, least=30,
        reason="演示县开通时的口径", by=None, at=at,
    )  # fmt: skip


def _window_kind(number: int, row: dict[str, Any]) -> WindowKind:
    if number <= row["general"]:
        return WindowKind.GENERAL
    if number > row["windows"] - row["collection"]:
        return WindowKind.COLLECTION
    return WindowKind.SPECIAL


def _staff(plan: dict[str, Any], county: County, at: datetime) -> None:
    """The three administrators first, then whom they create and appoint."""
    hashed = ""
    for row in plan["administrators"]:
        account = Account(
            region=settings.REGION, kind=AccountKind.STAFF, username=row["username"],
            display_name=row["name"], created_at=at,
        )  # fmt: skip
        if not hashed:
            account.set_password(demo.PASSWORD)
        account.password = hashed = hashed or account.password
        account.save(force_insert=True)
        people.appoint_first_administrator(
            account.pk, scope=settings.REGION, function=row["function"], at=at
        )
        county.staff[row["username"]] = account
    for row in plan["staff"]:
        _employee(row, county, hashed, at)
    for account in county.staff.values():
        people.enrol_totp(account, secret=SECRET, by=None, at=at)


def _employee(row: dict[str, Any], county: County, hashed: str, at: datetime) -> None:
    # one slow hash for all: twelve would be a second of the visitor's first start
    account = Account(
        region=settings.REGION, kind=AccountKind.STAFF, username=row["username"],
        display_name=row["name"], created_at=at, password=hashed,
    )  # fmt: skip
    account.save(force_insert=True)
    people.note(account, "created", by=county.staff["fengtao"], at=at)
    for function, unit in row["posts"]:
        people.grant_post(
            account.pk, function=function, scope=settings.REGION,
            organisation=county.units[unit] if unit else None,
            by=county.staff["hejie"], at=at,
        )  # fmt: skip
    county.staff[row["username"]] = account


def _citizens(plan: dict[str, Any], county: County, at: datetime) -> None:
    clerk = county.staff["wangfang"]
    for row in plan["citizens"]:
        county.citizens[row["key"]] = people.find_or_create_person(
            region=settings.REGION, id_kind=row["kind"], name=row["name"], by=clerk, at=at,
            id_number=row["body"] + id_check(row["body"]), phone=row["phone"],
            address=row["address"],
        )  # fmt: skip
        _, digits = people.make_code(region=settings.REGION, phone=row["phone"], at=at)
        login = people.login_with_code(
            region=settings.REGION, phone=row["phone"], code=digits, at=at
        )
        county.logins[row["key"]] = people.register(
            login.pk, id_kind=row["kind"], id_number=row["body"] + id_check(row["body"]),
            name=row["name"], at=at,
        )  # fmt: skip
    for row in plan["companies"]:
        chief = county.citizens[row["representative"]]
        company = people.find_or_create_legal_person(
            region=settings.REGION, uscc=credit_code(row["body"]), name=row["name"], by=clerk,
            at=at, address=row["address"], representative=chief,
        )  # fmt: skip
        people.represent(company.pk, chief.pk, role="法定代表人", by=clerk, at=at)
        county.companies[row["key"]] = company


def _items(county: County, at: datetime) -> None:
    for row in demo.items():
        unit = county.units[row["unit"]]
        kind = row["content"]["task_type"]
        item = catalogue.create_item(
            region=settings.REGION, organisation=unit, content=row["content"], by=None, at=at,
            task_code=f"{unit.uscc}400{kind}{row['number']:05d}000", slug=row["slug"],
        )  # fmt: skip
        catalogue.publish(item.pk, by=None, at=at)
