"""Figures that contradict each other are told, with both sides."""

from luoshi.statistics.checks import at_most, none_of, parts_make_whole


def test_the_parts_make_the_whole_or_it_is_said_by_how_much_not() -> None:
    right = parts_make_whole("classes", [("A类", 40), ("B类", 89), ("C类", 20)], "总数", 149)
    assert (right.holds, right.problem, right.statement) == (True, "", "A类 40 + B类 89 + C类 20 = 总数 149")
    wrong = parts_make_whole("classes", [("A类", 40), ("B类", 89), ("C类", 21)], "总数", 149, hint="请核对")
    assert not wrong.holds
    assert wrong.problem == "A类 40 + B类 89 + C类 21 = 150，与总数 149 不符，相差 1；请核对"
    assert wrong.statement == "A类 40 + B类 89 + C类 21 = 150 ≠ 总数 149"
    assert parts_make_whole("classes", [], "总数", 0).holds
    assert not parts_make_whole("classes", [], "总数", 1).holds


def test_a_part_is_not_more_than_its_whole() -> None:
    assert at_most("closed", "办结", 149, "已答复", 149).holds
    assert at_most("closed", "办结", 150, "已答复", 149).problem == "办结 150 多于已答复 149，多 1"


def test_what_should_not_be_is_counted() -> None:
    assert none_of("leads", "无主办", 0, "请确定").holds
    assert none_of("leads", "无主办", 2, "请确定").problem == "无主办 2 件；请确定"
