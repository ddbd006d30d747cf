"""Messages of our own making about seven matters, enough to fit a model on; nobody wrote them.

Each has a sentence of its matter and a tail of words by chance, so that no two are nearly the same.
"""

from __future__ import annotations

import random

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
TAIL = (
    "昨天", "上午", "邻居", "拍照", "门口", "三天", "附近", "住户", "电话", "登记", "晚上",
    "回家", "路过", "看见", "大门", "左边", "商店", "老板", "以前", "同事", "车站", "对面",
    "二楼", "窗户", "周末", "下雨", "天气", "安全", "影响", "休息", "上班", "迟到", "家里",
    "父母", "孩子", "学生", "行人", "司机", "村口", "集市", "广场", "公园", "河边", "桥头",
    "医院", "银行", "邮局", "菜场", "超市", "饭馆", "楼道", "院子", "平房", "空地", "树下",
    "角落",
)  # fmt: skip


def messages() -> list[tuple[str, str]]:
    """(text, label): every sentence of every matter, eight times in other surroundings."""
    chance = random.Random(1)
    return [
        (
            pattern.format(p=chance.choice(PLACES), w=chance.choice(WISHES))
            + "，" + "".join(chance.sample(TAIL, 14)),
            label,
        )
        for label, patterns in MATTERS.items()
        for pattern in patterns
        for _ in range(8)
    ]  # fmt: skip
