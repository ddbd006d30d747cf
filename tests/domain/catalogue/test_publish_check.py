"""The publish check names field and reason: domain.md §1.7, and the county's own rules."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import catalogue
from yizhan.core.worktime import CHINA
from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.models import Item, ItemVersion
from yizhan.domain.catalogue.shapes import LISTS
from yizhan.domain.office.models import Organisation

USCC = catalogue.credit_code(7)
FEE = {"name": "工本费", "standard": "每证10元", "basis": "某发改价格文件"}


def version(code: str = "", **changes) -> ItemVersion:
    item = Item(organisation=Organisation(name="测试局", uscc=USCC), state="draft")
    item.task_code = code or f"{USCC}4000100001000"
    return ItemVersion(item=item, number=1, **catalogue.content(**changes))


def problems(code: str = "", **changes) -> list[tuple[str, str]]:
    return [(p.field, p.reason) for p in rules.publish_problems(version(code, **changes))]


def material(**changes) -> list[dict]:
    return [{"key": "a", "name": "申请表", "basis": catalogue.LAW, **changes}]


def test_a_complete_item_has_no_problem() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        # 1 instant
        ({"promise_amount": 0}, "project_type", "即办件"),
        ({"promise_amount": 0}, "review_kind", "即审即办"),
        ({"project_type": "1"}, "project_type", "改成一致"),
        # 2 result names
        ({"result_name": "许可批复"}, "result_type", "审批办结"),
        ({"result_name": "准予文"}, "result_type", "出文办结"),
        ({"result_type": "20"}, "result_type", "出证办结"),
        # 3, 4, 5 trips
        ({"visits_reason": ""}, "visits_reason", "写明必须现场办理的原因"),
        ({"visits": 0}, "visits_reason", "应为“无”"),
        ({"visits": 0, "visits_reason": "", "online": False, "online_depth": []}, "handle_forms",
         "必须包含邮寄办理"),
        ({"online_depth": ["5"]}, "visits", "到现场次数应为0"),
        ({"online_depth": []}, "online_depth", "选择网上办理深度"),
        # 6 fees
        ({"charged": True, "fees": [FEE]}, "fee_basis", "收费依据"),
        ({"charged": True, "fee_basis": "某法"}, "fees", "收费项目和标准"),
        ({"charged": True, "fee_basis": "某法", "fees": [{**FEE, "standard": " "}]}, "fees",
         "要填齐"),
        ({"pay_online": True}, "pay_online", "不收费的事项不能“支持网上支付”"),
        ({"fees": [FEE]}, "fees", "不收费的事项不能列收费项目"),
        # 7 phones
        ({"complaint_phone": "0371-26990000"}, "complaint_phone", "不能与咨询电话相同"),
        ({"phone": "26990000"}, "phone", "没有区号"),
        ({"phone": ""}, "phone", "带区号"),
        # 8 topics
        ({"person_topics": []}, "person_topics", "选择自然人主题"),
        ({"legal_topics": ["准入准营"]}, "legal_topics", "法人主题应为空"),
        ({"served": ["2"]}, "legal_topics", "选择法人主题"),
        # 9 licences
        ({"faqs": []}, "faqs", "至少要有一条常见问题"),
        ({"steps": catalogue.steps()[:1]}, "steps", "还缺：审批"),
        # 10 sample
        ({"result_sample": ""}, "result_sample", "结果样本"),
        # promise within the law
        ({"promise_amount": 21}, "promise_amount", "不能超过法定办结时限"),
        ({"promise_amount": 29, "promise_unit": "days"}, "promise_amount", "不能超过"),
        ({"promise_unit": "none"}, "promise_unit", "不能承诺“无期限”"),
        # materials
        ({"materials": material(basis="")}, "materials", "没有写明要求提供的依据"),
        ({"materials": material(name="其他材料")}, "materials", "兜底条款"),
        ({"materials": material(name="法律法规规定的其他有关材料")}, "materials", "兜底条款"),
        ({"materials": material(name="身份证、户口簿等材料")}, "materials", "兜底条款"),
        ({"materials": material(name="相关证明")}, "materials", "兜底条款"),
        ({"materials": material(need="3")}, "materials", "几个工作日内补齐"),
        ({"materials": material(source="20")}, "materials", "写明出具机构"),
        ({"materials": material(need="2")}, "materials", "什么情形需要"),
        # conditions and form
        ({"materials": material(when='answers.x == "1"')}, "materials", "情形问题“x”不存在"),
        ({"materials": material(when="answers.")}, "materials", "条件写法有误"),
        ({"fields": [{"key": "a", "label": "甲", "kind": "text", "when": "data.b"}]}, "fields",
         "表单字段“b”不存在"),
        ({"fields": [{"key": "a", "label": "甲", "kind": "choice"}]}, "fields", "至少要有1个选项"),
        ({"fields": [{"key": "a", "label": "甲", "kind": "text", "prefill": "person.salary"}]},
         "fields", "“person.salary”不存在"),
        ({"fields": [{"key": "a", "label": "甲", "kind": "text", "locked": True}]}, "fields",
         "没有说明从哪里自动填写"),
        ({"fields": [{"key": "A b", "label": "甲", "kind": "text"}]}, "fields", "小写字母"),
        ({"fields": [{"key": "a", "label": "甲", "kind": "picture"}]}, "fields", "格式不对"),
        ({"materials": material() + material()}, "materials", "“a”出现了两次"),
        ({"situations": [{"code": "1", "name": "情形"}]}, "situations", "两位数字"),
        ({"situations": [{"code": "01", "name": "情形", "overrides": {"name": "x"}}]},
         "situations", "不能改动“name”"),
        ({"steps": [*catalogue.steps(), {"key": "z", "name": "盖章", "order": 3,
                                         "function": "boss"}]}, "steps", "职能“boss”不存在"),
        ({"special_procedures": ["drinking"]}, "special_procedures", "特别程序只能"),
        # the rest of the guide
        ({"by_law": ""}, "by_law", "设定依据"),
        ({"conditions": " "}, "conditions", "受理条件"),
        ({"served": ["8"]}, "served", "不是国家标准代码"),
        ({"unwritten": ["visits"]}, "visits", "导入时没有这一项"),
        ({"cancel_on": date(2026, 1, 1),
          "valid_from": datetime(2026, 2, 1, tzinfo=CHINA)}, "cancel_on", "晚于启用时间"),
    ],
)  # fmt: skip
def test_each_rule_names_field_and_reason(changes: dict, field: str, words: str) -> None:
    found = problems(**changes)
    assert [why for name, why in found if name == field and words in why], found


@pytest.mark.parametrize(
    "name", ["不动产权证书", "有关部门批准文件", "其他家庭成员户口簿", "相关人员身份证"]
)
def test_a_named_material_is_no_catch_all(name: str) -> None:
    assert problems(materials=material(name=name)) == []


def test_codes() -> None:
    bad = USCC[:17] + ("0" if USCC[17] != "0" else "1")
    assert ("task_code", "实施编码前18位（信用代码）校验位不符，请核对。") in problems(
        f"{bad}4000100001000"
    )
    other = catalogue.credit_code(8)
    found = problems(f"{other}4000100001000")
    assert found == [("task_code", f"实施编码前18位与实施主体的统一社会信用代码（{USCC}）不一致。")]
    assert problems(f"{USCC}4000500001000") == [
        ("task_code", "实施编码中的事项类型与本事项的类型不一致。")
    ]
    # a local code of a province is kept as it is
    assert problems("511A0138000000-511602000000-000-115113010833722043-1-00") == []


def test_versions_rise() -> None:
    draft = version()
    draft.item.current = ItemVersion(number=3)
    assert [p.reason for p in rules.publish_problems(draft)] == ["版本号要大于已发布的第3版。"]


def test_an_instant_item_needs_no_review_steps() -> None:
    found = problems(
        promise_amount=0, project_type="1", review_kind="instant", steps=[], visits=1,
        visits_reason="当场核对原件",
    )  # fmt: skip
    assert found == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["key", "name", "when", "kind", "options", "overrides", "x"]), inner,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*LISTS, "special_procedures"]), JSON, max_size=9),
       st.text(max_size=40), st.lists(st.text(max_size=3), max_size=3),
       st.integers(0, 9999))  # fmt: skip
def test_it_never_crashes_whatever_a_version_holds(lists, text, codes, number) -> None:
    words = {"phone": text, "result_name": text, "legal_unit": text, "visits_reason": text}
    broken = version(text, **{**lists, **words, "served": codes, "handle_forms": codes,
                              "online_depth": codes, "promise_amount": number})  # fmt: skip
    found = rules.publish_problems(broken)
    assert all(problem.field and problem.reason and problem.label for problem in found)
