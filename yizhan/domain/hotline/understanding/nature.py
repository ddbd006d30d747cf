"""What a caller wants (诉求性质), by what he says; a proposal that a person confirms.

The six natures of the hotline's rules, and 催办, which is no new order but belongs to an open one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NATURES = ("咨询", "求助", "投诉", "举报", "建议", "表扬", "催办")
_SIGNS: tuple[tuple[str, float, str], ...] = (
    (
        "催办", 4,
        r"催(一下|办|促)|(上次|之前|前几天|已经)[^。]{0,12}(反映|打过|投诉)[^。]{0,14}(没|未|还)",
    ),
    ("表扬", 4, r"表扬|点赞|感谢|谢谢[^。]{0,8}(工作人员|师傅|民警|帮)|锦旗|好评"),
    (
        "举报", 4,
        r"举报|检举|揭发|(贪污|受贿|偷排|偷税|无证经营|黑作坊|赌博)"
        r"|非法(经营|占用|采砂|集资)",
    ),
    (
        "投诉", 3,
        r"投诉|控诉|(太|很|非常|严重)[^。]{0,6}(扰民|差|恶劣|过分)|态度[^。]{0,4}(差|恶劣)"
        r"|乱收费|拖欠|欺骗|违规|推诿",
    ),
    (
        "建议", 3,
        r"建议|希望(能|可以)?(增设|增加|开通|设立|优化|改进|规划)|提议|应该(增|设|规划)",
    ),
    (
        "咨询", 3,
        r"咨询|请问|想(问|了解|知道)|怎么(办理|办|申请|查询|走)|如何(办理|申请|查询)"
        r"|(需要|要)(什么|哪些)(材料|手续|条件)|在哪(里|儿)?(办|交)|几点|多久|能不能办|是否可以",
    ),
    (
        "求助", 2,
        r"求助|帮(帮|忙|我)|请求(解决|帮助)|没有?(水|电|暖气|路)|停(水|电|气|暖)|坏了|漏水|积水"
        r"|塌|修(一下|好)|什么时候(能)?(修|解决|通)|希望(尽快)?(解决|处理|修)",
    ),
)  # fmt: skip
_PATTERNS = [(nature, weight, re.compile(pattern)) for nature, weight, pattern in _SIGNS]


@dataclass(frozen=True, slots=True)
class Nature:
    """The proposed nature, the words that decided, and whether another one is as near."""

    name: str
    words: tuple[str, ...]
    confident: bool


def propose(text: str) -> Nature:
    """The nature with the most signs; a text without any sign is a request for help, unsure."""
    scores: dict[str, float] = {}
    words: dict[str, list[str]] = {}
    for nature, weight, pattern in _PATTERNS:
        met = list(pattern.finditer(text))
        if met:
            early = 1.5 if met[0].start() < 30 else 1.0  # people say first what they want
            scores[nature] = weight * early + min(len(met) - 1, 2) * 0.5
            words[nature] = [match[0] for match in met[:3]]
    if not scores:
        return Nature("求助", (), False)
    order = sorted(scores, key=lambda name: (-scores[name], NATURES.index(name)))
    clear = len(order) == 1 or scores[order[0]] - scores[order[1]] >= 1
    return Nature(order[0], tuple(words[order[0]]), clear)
