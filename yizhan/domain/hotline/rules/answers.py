"""What an answer must have before it leaves the unit, and before the hotline lets it pass.

国办函〔2025〕66号（六）; 参照济南市12345条例: to answer what was not done is 弄虚作假.
"""

from __future__ import annotations

from collections.abc import Sequence

from yizhan.core.flow import Refused
from yizhan.domain.hotline.choices import Closing, Nature

SHORTEST = 10  # characters of a public answer that says something
EMPTY_WORDS = ("已处理", "已办结", "已转办", "请耐心等待", "情况属实", "感谢您的来电")
DONE_IN_PLACE = (Nature.HELP, Nature.COMPLAINT, Nature.REPORT)
BY_UNIT = (Closing.SOLVED, Closing.EXPLAINED, Closing.BEYOND, Closing.LAWFUL_WAY)


def closing_of(wanted: str, *, solved: bool) -> str:
    """How an answer would end the order. Raises Refused when word and deed differ."""
    closing = wanted or (Closing.SOLVED if solved else Closing.EXPLAINED)
    if closing not in BY_UNIT:
        raise Refused("请选择办结方式。", field="closing")
    if (closing == Closing.SOLVED) != solved:
        raise Refused("“是否解决”与办结方式不一致，请核对。", field="closing")
    return closing


def whole_answer(public: str, points: Sequence[str], asked: Sequence[str]) -> str:
    """The public answer. Raises Refused when it says nothing or leaves a question out."""
    said = public.strip()
    rest = said
    for words in EMPTY_WORDS:
        rest = rest.replace(words, "")
    if len("".join(c for c in rest if c.isalnum())) < SHORTEST:
        raise Refused(
            "公开答复没有实际内容，请写明查到什么、做了什么、结果怎样。", field="public_answer"
        )
    for number, question in enumerate(asked):
        given = points[number].strip() if number < len(points) else ""
        if len(given) < 2:
            raise Refused(f"第{number + 1}个问题“{question[:30]}”还没有答复。", field="points")
    return said


def evidence(*, nature: str, solved: bool, files: int) -> None:
    """What was done in place is shown. Raises Refused."""
    if solved and nature in DONE_IN_PLACE and not files:
        raise Refused(
            "已解决的求助、投诉、举报要附办理证据（现场照片、回执等），请上传。", field="files"
        )


def contacted(*, said: bool, reached: bool, withheld: bool) -> None:
    """Who says he spoke with the caller has written it down. Raises Refused."""
    if said and not reached:
        raise Refused("没有联系上诉求人的记录，请先登记联系情况。", field="contacted")
    if not said and reached:
        raise Refused("已经登记联系上诉求人，与“未联系”不一致，请核对。", field="contacted")
    if not said and not withheld:
        raise Refused(
            "答复前应当联系诉求人；确实联系不上的，请登记联系情况后再答复。", field="contacted"
        )
