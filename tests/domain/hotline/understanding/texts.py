"""Messages of our own making about seven matters, enough to fit a model on; nobody wrote them."""

from __future__ import annotations

import itertools

MATTERS = {
    "供水": [
        "{p}从昨天起停水，{w}，请问什么时候来水",
        "{p}自来水发黄有异味，{w}",
        "{p}水管爆裂，水流了一地，{w}",
    ],
    "供暖": [
        "{p}暖气不热，家里只有十四度，{w}",
        "{p}供暖公司收了钱不开阀，{w}",
        "{p}热力管道漏水，{w}",
    ],
    "噪声": [
        "{p}工地夜里十二点还在施工，{w}",
        "{p}楼下烧烤店音响吵到半夜，{w}",
        "{p}广场舞音响太响，{w}",
    ],
    "道路": [
        "{p}路面坑洼，下雨全是泥，{w}",
        "{p}路灯坏了半个月，{w}",
        "{p}井盖丢失，骑车差点摔倒，{w}",
    ],
    "社保": [
        "{p}想问养老保险断缴怎么补，{w}",
        "{p}退休金这个月没有到账，{w}",
        "{p}医保卡怎么异地备案，{w}",
    ],
    "欠薪": [
        "{p}包工头拖欠工资三个月，{w}",
        "{p}公司辞退不给补偿，{w}",
        "{p}厂里不签合同不交社保，{w}",
    ],
    "教育": [
        "{p}孩子入学划片问题，{w}",
        "{p}学校暑假违规补课收费，{w}",
        "{p}幼儿园收费突然上涨，{w}",
    ],
}  # fmt: skip
PLACES = ("阳光小区", "城关镇北街", "人民路东段", "堌阳镇", "惠安街道", "桐乡街道", "红庙镇集市")
WISHES = ("请尽快处理", "多次反映没有人管", "希望有关部门管一管", "老人孩子受不了", "谢谢")


def messages() -> list[tuple[str, str]]:
    """(text, label) of every matter at every place with every wish."""
    return [
        (pattern.format(p=place, w=wish), label)
        for label, patterns in MATTERS.items()
        for pattern, place, wish in itertools.product(patterns, PLACES, WISHES)
    ]
