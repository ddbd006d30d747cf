"""The table of moves: checks, reasons, problems and drawings."""

import pytest

from yizhan.core.flow import Flow, Move, Refused, Turn

LABELS = {"new": "新建", "open": "办理中", "done": "办结"}


def only_li(*, by, **_):
    if by != "Li":
        raise Refused("只有李某可以办理。")


def table(*moves, labels=LABELS, final=("done",)):
    return Flow("test", initial="new", final=final, labels=labels, moves=moves)


GOOD = table(
    Move("begin", "开始", ("new",), "open", clocks={"legal": Turn.START}),
    Move("end", "结束", ("open",), "done", guard=only_li),
)


def test_a_move_from_the_wrong_state_is_refused_in_words():
    with pytest.raises(Refused, match="现在的状态是“新建”，不能“结束”。"):
        GOOD.check("end", state="new", by="Li")


def test_the_guard_that_refuses_also_explains_the_grey_button():
    with pytest.raises(Refused, match="只有李某可以办理。"):
        GOOD.check("end", state="open", by="Wang")
    (choice,) = GOOD.choices(state="open", by="Wang")
    assert (bool(choice), choice.refusal) == (False, "只有李某可以办理。")
    (choice,) = GOOD.choices(state="open", by="Li")
    assert bool(choice)


def test_an_unknown_move_is_loud():
    with pytest.raises(KeyError):
        GOOD.check("vanish", state="new")


def test_a_good_table_has_no_problems():
    assert GOOD.problems() == []


@pytest.mark.parametrize(
    ("flow", "problem"),
    [
        (table(Move("a", "甲", ("new",), "lost")), "a: unknown state lost"),
        (table(Move("a", "甲", ("new",), "open")), "dead end open"),
        (table(Move("a", "甲", ("new",), "open")), "unreachable state done"),
        (
            table(Move("a", "甲", ("new",), "done"), Move("b", "乙", ("done",), "open")),
            "final state done can be left",
        ),
    ],
)
def test_problems_of_bad_tables_are_found(flow, problem):
    assert problem in flow.problems()


def test_two_moves_may_not_share_a_name():
    with pytest.raises(ValueError, match="share a name"):
        table(Move("a", "甲", ("new",), "open"), Move("a", "乙", ("open",), "done"))


def test_the_drawing_shows_every_move_with_its_clocks():
    drawing = GOOD.mermaid()
    assert "new --> open: 开始 [legal:start]" in drawing
    assert "done --> [*]" in drawing


def test_an_empty_target_leaves_the_state_as_it_is():
    flow = table(
        Move("begin", "开始", ("new",), "open"),
        Move("remark", "批注", ("new", "open"), ""),
        Move("end", "结束", ("open",), "done"),
    )
    assert flow.problems() == []
    assert "    open --> open: 批注" in flow.mermaid()
    stuck = table(Move("begin", "开始", ("new",), "open"), Move("remark", "批注", ("open",), ""))
    assert "dead end open" in stuck.problems()
