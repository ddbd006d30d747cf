"""Field difference between versions: typed, list-aware, in words."""

from __future__ import annotations

from tests.factories import catalogue
from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.models import ItemVersion


def changes(**after) -> list[tuple]:
    old, new = ItemVersion(**catalogue.content()), ItemVersion(**catalogue.content(**after))
    return [
        (c.label, c.kind, c.entry, c.part, c.before, c.after) for c in rules.difference(old, new)
    ]


def test_nothing_changed() -> None:
    assert changes() == []


def test_numbers_words_and_choices() -> None:
    assert changes(promise_amount=3, online=False, legal_unit="days") == [
        ("法定时限单位", "changed", "", "", "个工作日", "个自然日"),
        ("承诺办结时限", "changed", "", "", "5", "3"),
        ("是否网办", "changed", "", "", "是", "否"),
    ]


def test_empty_to_full_is_added_and_back_is_removed() -> None:
    assert changes(intermediary="无")[0][:2] == ("中介服务", "added")
    assert changes(remedy="")[0][:2] == ("救济途径", "removed")


def test_sets_are_compared_by_member() -> None:
    assert changes(handle_forms=["1", "4"]) == [
        ("办理形式", "removed", "", "", "网上办理", ""),
        ("办理形式", "added", "", "", "", "邮寄办理"),
    ]


def test_lists_are_compared_entry_by_entry() -> None:
    materials = catalogue.materials()
    materials[1]["copies"] = 2
    materials[3]["need"] = "1"
    del materials[0]
    materials.append({"key": "deed", "name": "购房合同", "basis": "某法"})
    found = changes(materials=materials)
    assert found[0][:3] == ("申请材料", "removed", "测试事项申请表")
    assert ("申请材料", "changed", "居民身份证", "复印件份数", "", "2") in found
    assert ("申请材料", "changed", "房屋现状照片", "必要性", "容缺后补", "必要") in found
    assert [row[:3] for row in found if row[1] == "added"] == [("申请材料", "added", "购房合同")]
    assert len(found) == 4


def test_a_new_order_alone_is_told() -> None:
    found = changes(steps=list(reversed(catalogue.steps())))
    assert found == [("办理环节", "changed", "", "", "review、approve", "approve、review")]


def test_damaged_lists_do_not_break_it() -> None:
    old = ItemVersion(materials=["只有名字", {"name": "无键"}, {"name": "无键"}])
    new = ItemVersion(materials=None)
    assert len(rules.difference(old, new)) == 3
