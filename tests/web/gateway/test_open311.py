"""Open311 GeoReport v2: our contract set, and a foreign client over the wire."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from georeport import GeoReport

from tests.factories import hotline, office, people
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.actions import Heard
from yizhan.domain.hotline.models import Order
from yizhan.domain.people.actions import issue_token

BASE = "/api/open311/v2"
TOPICS = [
    {"code": "01", "name": "城市管理"},
    {"code": "01.01", "name": "市政设施", "keywords": "市政"},
    {"code": "01.01.01", "name": "路灯", "keywords": "路灯 灯不亮"},
]


@pytest.fixture(autouse=True)
def topics(db: Any) -> Any:
    actions.import_topics(TOPICS, region="410225", by=None)
    queries.forget_topics()
    yield
    queries.forget_topics()


def key() -> str:
    """A credential that may hand requests in."""
    account = people.staff("o311", "地图应用", kind="machine")
    people.post(account, "hotline_agent")
    now = timezone.now()
    return issue_token(account.pk, name="o311", valid_to=now + timedelta(days=1), by=None, at=now)[
        1
    ]


def public(**changes: Any) -> Order:
    """An order that everybody may read."""
    order = hotline.calling(hotline.unit(), at=timezone.now(), public=True, **changes)
    actions.record_callback(
        order.pk, heard=Heard("answered", solved=True), by=hotline.caller_back(),
        at=timezone.now(),
    )  # fmt: skip
    return actions.publish(order.pk, by=hotline.dispatcher(), at=timezone.now())


def post(**said: str) -> Any:
    facts = {
        "service_code": "01.01.01", "description": hotline.TEXT, "address_string": "东门",
        "phone": hotline.PHONE, "first_name": "秀英", "last_name": "李",
    }  # fmt: skip
    return Client().post(f"{BASE}/requests.json", facts | said)


def flat(element: ElementTree.Element) -> Any:
    """XML as what JSON would be, all values as text."""
    if len(element) == 0:
        return element.text or ""
    if len({child.tag for child in element}) == 1 and len(element) > 0 and element.tag in (
        "services", "service_requests", "attributes", "values", "errors",
    ):  # fmt: skip
        return [flat(child) for child in element]
    return {child.tag: flat(child) for child in element}


def as_text(content: Any) -> Any:
    """JSON with all values as text, as XML has them."""
    if isinstance(content, dict):
        return {name: as_text(value) for name, value in content.items()}
    if isinstance(content, list):
        return [as_text(one) for one in content]
    if isinstance(content, bool):
        return str(content).lower()
    return "" if content is None else str(content)


def test_both_forms_say_the_same() -> None:
    order = public()
    client = Client()
    paths = (
        "services", "services/01.01.01", "requests", f"requests/{order.number}",
        f"tokens/{order.number}",
    )  # fmt: skip
    for path in paths:
        as_json = client.get(f"{BASE}/{path}.json").json()
        xml = client.get(f"{BASE}/{path}.xml")
        assert xml["Content-Type"].startswith("text/xml")
        assert flat(ElementTree.fromstring(xml.content)) == as_text(as_json), path


def test_services_have_the_fields_of_the_standard() -> None:
    found = Client().get(f"{BASE}/services.json").json()
    assert [one["service_code"] for one in found] == ["01.01", "01.01.01"]
    assert set(found[1]) == {
        "service_code", "service_name", "description", "metadata", "type", "keywords", "group",
    }  # fmt: skip
    definition = Client().get(f"{BASE}/services/01.01.01.json").json()
    assert [a["code"] for a in definition["attributes"]] == ["nature", "confidential"]


def test_everybody_reads_what_was_published_masked_and_nothing_else() -> None:
    shown = public(text="我叫张三丰，13712345678，门口路灯坏了。")
    hidden = hotline.received(sender="13800000011")
    client = Client()
    listed = client.get(f"{BASE}/requests.json").content.decode()
    assert shown.number in listed
    assert hidden.number not in listed
    assert "张三丰" not in listed
    assert "13712345678" not in listed
    assert client.get(f"{BASE}/requests/{hidden.number}.json").status_code == 404
    ours = {"api_key": key()}
    assert client.get(f"{BASE}/requests/{hidden.number}.json", ours).status_code == 200


def test_filters_paging_and_extensions() -> None:
    order = public()
    open_ = hotline.received(sender="13800000011")
    client, ours = Client(), {"api_key": key()}

    def numbers(**asked: str) -> list[str]:
        found = client.get(f"{BASE}/requests.json", ours | asked).json()
        return [one["service_request_id"] for one in found]

    late = (timezone.now() + timedelta(days=9)).isoformat()
    assert numbers(status="closed", end_date=late) == [order.number]
    assert open_.number in numbers(status="open", end_date=late)
    assert numbers(service_request_id=f"{order.number},{open_.number}") != []
    assert numbers(service_code="99") == []
    assert numbers(start_date=late) == []
    assert numbers(updated_after=late) == []
    assert len(numbers(per_page="1", end_date=late)) == 1
    assert numbers(per_page="1", page="9", end_date=late) == []
    extended = client.get(f"{BASE}/requests/{order.number}.json", {"extensions": "true"}).json()
    assert extended[0]["extended_attributes"]["state_label"] == "已办结"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"start_date": "gestern"}, 400),
        ({"status": "half"}, 400),
        ({"page": "-1"}, 400),
        ({"api_key": "wrong"}, 403),
        ({"jurisdiction_id": "elsewhere.org"}, 404),
    ],
)
def test_errors_have_the_shape_of_the_standard(asked: dict[str, str], code: int) -> None:
    answer = Client().get(f"{BASE}/requests.json", asked)
    assert answer.status_code == code
    assert answer.json()[0]["code"] == code
    assert answer.json()[0]["description"]
    xml = Client().get(f"{BASE}/requests.xml", asked)
    assert ElementTree.fromstring(xml.content).find("error/code").text == str(code)  # type: ignore[union-attr]


def test_a_request_is_handed_in_once_by_who_has_a_key() -> None:
    secret = key()
    assert post().status_code == 403
    assert post(api_key="x").json()[0]["code"] == 403
    first, again = post(api_key=secret), post(api_key=secret)
    order = Order.objects.get()
    assert first.json() == again.json()
    assert first.json()[0]["service_request_id"] == order.number
    assert (order.channel, order.topic, order.caller_name) == ("open311", "01.01.01", "李秀英")
    for wrong in (
        {"service_code": ""}, {"address_string": ""}, {"description": ""},
        {"lat": "x", "long": "1"}, {"address_id": "410225999999"},
    ):  # fmt: skip
        assert post(api_key=secret, **wrong).status_code == 400
    assert post(api_key=secret, service_code="99").status_code == 404
    pointed = post(api_key=secret, address_string="", lat="34.82", long="114.82")
    assert pointed.status_code == 200
    assert Order.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_foreign_client_understands_us(live_server: Any) -> None:
    """PyPI georeport, over the wire, in both forms."""
    office.county()
    order = public()
    for form in ("json", "xml"):
        client = GeoReport(f"{live_server.url}{BASE}", api_key=key(), output_format=form)
        assert "01.01.01" in [one["service_code"] for one in client.get_service_list()]
        assert client.get_service_definition("01.01.01")["service_code"] == "01.01.01"
        listed = _all(client.get_service_requests(status="closed"))
        assert [one["service_request_id"] for one in listed] == [order.number]
        read = client.get_service_request(order.number)
        assert _all(read)[0]["status"] == "closed"


def _all(found: Any) -> list[Any]:
    """A list of one comes out of XML as the one."""
    return found if isinstance(found, list) else [found]
