"""The 12345 on the workbench: a call from the first word to the honest end, by pages alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import people as cast
from tests.factories import files, hotline, people
from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions
from yizhan.domain.hotline import queries as hotline_queries
from yizhan.domain.hotline.models import DispatchRule, KnowledgeEntry, Order
from yizhan.domain.notices import queries
from yizhan.domain.notices.models import Notice
from yizhan.domain.office.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Organisation:
    return hotline.unit()


def at_desk(account: Any) -> Client:
    return cast.enter(Client(), account)


def act(client: Client, order: Order, verb: str, **said: Any) -> Any:
    return client.post(reverse("workbench:order_act", args=(order.number, verb)), said)


def fresh(order: Order) -> Order:
    return Order.objects.select_related("lead").get(pk=order.pk)


def test_a_call_is_carried_to_its_end_by_pages(unit: Organisation) -> None:
    agent, boss = at_desk(hotline.agent()), at_desk(hotline.dispatcher())
    said = {
        "key": "k" * 20, "text": hotline.TEXT, "sender": hotline.PHONE, "channel": "phone",
        "line": "12345", "language": "zh", "name": "李秀英",
    }  # fmt: skip
    made = agent.post(reverse("workbench:hotline_new"), said)
    again = agent.post(reverse("workbench:hotline_new"), said)
    order = Order.objects.get()
    assert made.url == again.url == reverse("workbench:order", args=(order.number,))

    page = agent.get(made.url)
    assert "确定分类" in page.content.decode()
    steps = [
        (agent, "classify", {"nature": "help", "level": "normal", "points": "什么时候修好"}),
        (agent, "accept", {}),
        (boss, "dispatch", {"lead": str(unit.pk), "level": "normal", "co_days": "3"}),
        (at_desk(hotline.handler(unit)), "sign", {}),
        (at_desk(hotline.handler(unit)), "contact", {
            "way": "电话", "reached": "on", "note": "是东门第二盏"}),
        (at_desk(hotline.handler(unit)), "submit_reply", {
            "contacted": "yes", "true_claim": "yes", "solved": "yes", "point-0": "今天已修好",
            "internal_note": "换灯一套", "public_answer": "已于今日更换灯具，现场试灯正常。",
            "files": SimpleUploadedFile("灯.jpg", files.picture())}),
        (at_desk(hotline.second_dispatcher()), "pass_review", {}),
        (at_desk(hotline.caller_back()), "record_callback", {
            "channel": "phone", "result": "answered", "contacted": "yes", "solved": "yes",
            "satisfied": "very"}),
    ]  # fmt: skip
    for client, verb, posted in steps:
        answer = act(client, order, verb, **posted)
        assert answer.status_code == 302, (verb, answer.content.decode()[-3000:])
    order = fresh(order)
    assert (order.state, order.closing) == ("closed", "solved")
    assert order.points == ["什么时候修好"]
    last = agent.get(made.url).content.decode()
    assert "已办结" in last
    assert "现在没有时限在计算" in last


def test_what_was_typed_survives_a_refusal(unit: Organisation) -> None:
    order = hotline.handling(unit)
    client = at_desk(hotline.handler(unit))
    answer = act(
        client, order, "submit_reply", contacted="yes", true_claim="yes", solved="yes",
        internal_note="换灯一套", public_answer="已于今日更换灯具，现场试灯正常。",
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "要附办理证据" in page
    assert "已于今日更换灯具" in page
    missing = act(client, order, "submit_reply", contacted="yes")
    assert missing.status_code == 422
    assert "请写公开答复" in missing.content.decode()


def test_a_grey_button_says_why(unit: Organisation) -> None:
    order = hotline.handling(unit)
    page = at_desk(hotline.handler(unit)).get(
        reverse("workbench:order", args=(order.number,))
    ).content.decode()  # fmt: skip
    assert "这一步要由在兰考县城市管理局“审批负责人”办理" in page
    refused = act(at_desk(hotline.handler(unit)), order, "park", reason="x")
    assert refused.status_code == 409


def test_a_stranger_finds_nothing(unit: Organisation) -> None:
    order = hotline.to_sign(unit)
    for account in (people.clerk(username="w"), hotline.handler(hotline.unit("水利局"))):
        client = at_desk(account)
        assert client.get(reverse("workbench:order", args=(order.number,))).status_code == 404
        assert act(client, order, "sign").status_code == 404
        assert order.number not in client.get(reverse("workbench:hotline")).content.decode()
    assert fresh(order).state == "to_sign"


def test_a_confidential_caller_stands_on_no_page_of_the_unit(unit: Organisation) -> None:
    order = hotline.to_sign(unit, confidential=True, text="我叫张三丰，举报东街黑作坊。")
    client = at_desk(hotline.handler(unit))
    for url in (reverse("workbench:order", args=(order.number,)), reverse("workbench:hotline")):
        page = client.get(url).content.decode()
        assert hotline.PHONE not in page
        assert "张三丰" not in page
        assert "李秀英" not in page
    assert hotline.PHONE in at_desk(hotline.agent()).get(
        reverse("workbench:order", args=(order.number,))
    ).content.decode()  # fmt: skip


def test_the_seat_is_told_while_it_types(unit: Organisation) -> None:
    order = hotline.received()
    client = at_desk(hotline.agent())
    url = reverse("workbench:hotline_hints")
    told = client.post(
        url,
        {"text": "路灯坏了，有人要跳楼", "sender": hotline.PHONE},
        headers={"HX-Request": "true"},
    ).content.decode()
    assert order.number in told
    assert "可能有危险" in told
    assert "<html" not in told
    whole = client.post(url, {"text": "路灯坏了", "sender": ""}).content.decode()
    assert "<html" in whole
    assert "路灯坏了" in whole
    popped = client.get(reverse("workbench:hotline_new"), {"phone": hotline.PHONE})
    assert order.title in popped.content.decode()


def test_only_a_seat_takes_calls(unit: Organisation) -> None:
    for name in ("hotline_new", "hotline_figures", "hotline_catalogue"):
        client = at_desk(people.clerk(username="w"))
        assert client.get(reverse(f"workbench:{name}")).status_code == 403
    assert at_desk(people.clerk(username="w")).get(
        reverse("workbench:hotline_knowledge")
    ).status_code == 403  # fmt: skip


def test_danger_stands_on_every_list() -> None:
    order = hotline.received(text="有人要跳楼，在县医院楼顶，快来！")
    page = at_desk(hotline.agent()).get(reverse("workbench:hotline"), {"tab": "closed"})
    assert "紧急，马上处理" in page.content.decode()
    assert order.number in page.content.decode()


def test_figures_say_the_denominators(unit: Organisation) -> None:
    order = hotline.calling(unit)
    act(
        at_desk(hotline.caller_back()), order, "record_callback", channel="phone",
        result="answered", contacted="yes", solved="yes", satisfied="basic",
    )  # fmt: skip
    client = at_desk(people.official("supervisor", username="boss"))
    page = client.get(reverse("workbench:hotline_figures")).content.decode()
    assert "有效回访" in page
    assert "样本不足" in page
    odd = client.get(reverse("workbench:hotline_figures"), {"from": "x", "to": "2026-13-40"})
    assert "日期不对" in odd.content.decode()


def test_the_unit_keeps_its_knowledge(unit: Organisation) -> None:
    client = at_desk(hotline.handler(unit))
    url = reverse("workbench:hotline_knowledge")
    said = {
        "organisation": str(unit.pk), "question": "路灯坏了找谁",
        "answer": "打12345，24小时内修复。", "valid_until": "2027-06-01", "public": "on",
    }  # fmt: skip
    assert client.post(url, said).status_code == 302
    assert client.post(url, said).status_code == 409
    entry = KnowledgeEntry.objects.get()
    renew = reverse("workbench:knowledge_renew", args=(entry.pk,))
    assert client.post(renew, {"valid_until": "bad"}).status_code == 409
    assert client.post(renew, {"valid_until": "2027-10-01"}).status_code == 302
    assert client.post(renew, {"withdraw": "1"}).status_code == 302
    entry.refresh_from_db()
    assert entry.withdrawn_at is not None
    other = at_desk(hotline.handler(hotline.unit("水利局")))
    assert other.post(renew, {"valid_until": "2027-10-01"}).status_code == 404


def test_the_catalogue_is_written_by_who_dispatches(unit: Organisation) -> None:
    client = at_desk(hotline.dispatcher())
    url = reverse("workbench:hotline_catalogue")
    assert client.post(url, {"lead": str(unit.pk)}).status_code == 409
    assert client.post(url, {"lead": str(unit.pk), "object": "路灯"}).status_code == 302
    rule = DispatchRule.objects.get()
    assert "路灯" in client.get(url).content.decode()
    assert client.post(reverse("workbench:rule_end", args=(rule.pk,))).status_code == 302
    rule.refresh_from_db()
    assert rule.valid_to is not None


def test_the_unit_answers_a_supervision(unit: Organisation) -> None:
    order = hotline.handling(unit)
    act(at_desk(hotline.dispatcher()), order, "supervise", cause="other", note="请说明情况")
    warning = order.warnings.get()
    client = at_desk(hotline.handler(unit))
    assert "回复督办" in client.get(
        reverse("workbench:order", args=(order.number,))
    ).content.decode()  # fmt: skip
    url = reverse("workbench:answer_warning", args=(order.number, warning.pk))
    assert client.post(url, {"answer": ""}).status_code == 409
    assert client.post(url, {"answer": "配件今天到货"}).status_code == 302
    warning.refresh_from_db()
    assert warning.answer == "配件今天到货"


def test_a_township_handles_an_order_by_a_link_without_a_login(unit: Organisation) -> None:
    order = hotline.to_sign(unit)
    handler = hotline.handler(unit)
    sender = at_desk(hotline.dispatcher())
    url = reverse("workbench:link_send", args=(order.number,))
    assert "发链接到手机办理" in sender.get(
        reverse("workbench:order", args=(order.number,))
    ).content.decode()  # fmt: skip
    assert sender.post(url, {"account": handler.username, "phone": "1"}).status_code == 409
    outsider = people.clerk(username="w")
    assert (
        sender.post(url, {"account": outsider.username, "phone": "13911112222"}).status_code == 409
    )
    assert (
        sender.post(url, {"account": handler.username, "phone": "13911112222"}).status_code == 302
    )
    notice = Notice.objects.get(template="hotline.link")
    assert "hotline/link" not in notice.text  # the secret lies sealed
    link = queries.full_text(notice).split("：")[-1].split("（")[0]
    path = link.removeprefix("http://testserver")
    phone = Client()
    assert order.title in phone.get(path).content.decode()
    assert phone.post(f"{path}sign/").status_code == 302
    phone.post(f"{path}contact/", {"way": "电话", "reached": "on", "note": "已问清"})
    assert phone.post(f"{path}park/").status_code == 404
    missing = phone.post(f"{path}submit_reply/", {"contacted": "yes"})
    assert missing.status_code == 422
    done = phone.post(f"{path}submit_reply/", {
        "contacted": "yes", "true_claim": "yes", "solved": "yes", "internal_note": "换灯一套",
        "public_answer": "已于今日更换灯具，现场试灯正常。",
        "files": SimpleUploadedFile("灯.jpg", files.picture())})  # fmt: skip
    assert "已提交" in done.content.decode()
    assert fresh(order).state == "reviewing"
    assert fresh(order).trail.get(kind="sign").by == handler
    assert phone.get(path).status_code == 404  # its part is over
    assert phone.get("/work/hotline/link/guess/").status_code == 404


def test_a_link_ends_with_time_duty_and_a_newer_one(unit: Organisation) -> None:
    order, handler = hotline.to_sign(unit), hotline.handler(unit)
    facts = {"account": handler, "phone": "13911112222", "base": "x/", "by": handler}
    at = timezone.now()
    first = actions.send_link(order.pk, at=at, **facts)
    second = actions.send_link(order.pk, at=at, **facts)
    client = Client()
    assert client.get(f"/work/hotline/link/{first}/").status_code == 404
    assert client.get(f"/work/hotline/link/{second}/").status_code == 200
    digest = actions.digest_of(second)
    assert hotline_queries.order_by_link(digest, at=at + timedelta(days=4)) is None
    handler.posts.update(valid_to=at)
    assert client.get(f"/work/hotline/link/{second}/").status_code == 404


def test_a_confidential_order_goes_out_by_no_link(unit: Organisation) -> None:
    order = hotline.to_sign(unit, confidential=True)
    with pytest.raises(Refused, match="不能用链接"):
        actions.send_link(
            order.pk, account=hotline.handler(unit), phone="13911112222", base="x/",
            by=hotline.dispatcher(), at=timezone.now(),
        )  # fmt: skip


def test_after_the_end_it_is_published_or_left_out_with_a_second_pair_of_eyes(
    unit: Organisation,
) -> None:
    order = hotline.calling(unit, public=True)
    act(
        at_desk(hotline.caller_back()), order, "record_callback", channel="phone",
        result="answered", contacted="yes", solved="yes", satisfied="very",
    )  # fmt: skip

    def after(account: Any, what: str, **said: str) -> str:
        url = reverse("workbench:order_after", args=(order.number, what))
        return at_desk(account).post(url, said, follow=True).content.decode()

    handler, boss = hotline.handler(unit), people.official("supervisor", username="boss")
    assert "剔除的理由" in after(handler, "exclude", reason="无")
    assert "等监督人员审核" in after(handler, "exclude", reason="要求改判已生效的判决")
    assert "没有这个职能" in after(handler, "decide", allowed="yes")
    assert "不计入三率" in after(boss, "decide", allowed="yes")
    assert "没有这个职能" in after(handler, "publish")
    assert "已在网站公开" in after(hotline.dispatcher(), "publish")
    assert fresh(order).published_at is not None
    assert "请写明撤下的理由" in after(hotline.dispatcher(), "unpublish", reason="")
    assert "已从网站撤下" in after(hotline.dispatcher(), "unpublish", reason="诉求人改了主意")
    url = reverse("workbench:order_after", args=(order.number, "dance"))
    assert at_desk(boss).post(url).status_code == 404


def test_formula_and_deadlines_are_new_versions_by_the_supervisor() -> None:
    url = reverse("workbench:hotline_rules")
    boss = at_desk(people.official("supervisor", username="boss"))
    said = {"contacted": "30", "solved": "35", "satisfied": "35", "basic": "80", "least": "30"}
    assert boss.post(url, said).status_code == 422
    assert boss.post(url, said | {"solved": "40", "reason": "试行"}).status_code == 409
    assert boss.post(url, said | {"reason": "试行新口径"}).status_code == 302
    assert boss.post(url, {"preset": "beijing"}).status_code == 302
    assert boss.post(url, {"preset": "mars"}).status_code == 409
    page = boss.get(url).content.decode()
    assert "350‰" in page
    assert "北京：一般诉求" in page
    assert at_desk(hotline.dispatcher()).post(url, {"preset": "henan"}).status_code == 409
    assert at_desk(hotline.agent()).get(url).status_code == 403


def test_a_known_caller_can_see_who_read_his_order(unit: Organisation) -> None:
    person = people.person(name="李秀英")
    order = hotline.to_sign(unit, person=person)
    url = reverse("workbench:order", args=(order.number,))
    at_desk(hotline.handler(unit)).get(url)
    at_desk(people.official("supervisor", username="boss")).get(url)  # reads the masked text
    lines = [(line.account_name, line.subject) for line in person.access_lines.all()]
    assert lines == [("孙强", order.number)]
