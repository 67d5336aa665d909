"""What holds for every proposal and for what is made of it, whatever the text."""

import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.masking import Kind, Known, Mark, apply, propose, propose_together

LONGEST = max(len(replacement) for replacement in ("（证件号略）", "欧阳某某"))
WORDS = """
    村民 刘建国 、 患者 家住 3组 1380000 0001 电话 ： 就读于 城关小学 患 尿毒症 ， 。 局长 出生
    1950年3月2日 身份证 000000195003020020 @ a.b 湘A 00000 欧阳 略 \u200b
"""
PIECES = st.sampled_from([*WORDS.split(), "\n"])
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=30).map("".join))


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_marks_lie_in_the_text_sorted_and_apart(text: str) -> None:
    marks = propose(text)
    at = 0
    for mark in marks:
        assert at <= mark.start < mark.end <= len(text)
        assert mark.replacement
        assert mark.why
        at = mark.end
    masked = apply(text, marks)
    assert len(masked) <= len(text) + LONGEST * len(marks)
    kept = [text[a.end : b.start] for a, b in pairwise(marks)]
    assert all(part in masked for part in kept)


def test_only_what_is_accepted_is_replaced() -> None:
    text = "村民刘建国，电话13800000000"
    name, phone = propose(text)
    assert (name.kind, phone.kind) == (Kind.NAME, Kind.PHONE)
    assert apply(text, [name, phone]) == "村民刘某某，电话（电话略）"
    assert apply(text, [phone]) == "村民刘建国，电话（电话略）"
    assert apply(text, []) == text


@pytest.mark.parametrize("spans", [[(0, 3), (2, 4)], [(3, 9)], [(-1, 2)], [(2, 2)]])
def test_marks_that_do_not_fit_are_refused(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="超出文本或互相重叠"):
        apply("一二三四五", [Mark(start, end, Kind.NAME, "某", True, "") for start, end in spans])


def test_every_kind_has_a_chinese_label_and_one_is_kept() -> None:
    assert len({kind.label for kind in Kind}) == len(Kind)
    assert [kind for kind in Kind if kind.kept] == [Kind.OFFICE_PHONE, Kind.PUBLIC_NAME]


@pytest.mark.parametrize("group", ["deputies", "officials"])
def test_who_is_named_like_somebody_in_an_office_is_shown_and_kept(group: str) -> None:
    text = "居民刘建国反映路灯不亮"
    known = Known(**{group: frozenset({"刘建国"})})
    assert [mark.kind for mark in propose(text)] == [Kind.NAME]
    assert [(mark.kind, mark.kind.kept) for mark in propose(text, known=known)] == [(Kind.PUBLIC_NAME, True)]
    assert propose("刘建国到现场查看，刘建国代表表示满意。", known=known) == ()


def test_who_is_found_in_one_text_of_a_case_is_proposed_in_all() -> None:
    texts = ["村民向前进反映路灯不亮", "向前进所在的组已经通电，向前进村没有", "与此无关"]
    alone = [len(propose(text)) for text in texts]
    together = propose_together(texts)
    assert (alone[0], alone[2]) == (1, 0)
    assert [[texts[at][m.start : m.end] for m in marks] for at, marks in enumerate(together)] == [
        ["向前进"],
        ["向前进"],
        [],
    ]
    assert propose_together([]) == []


def test_offsets_count_the_text_as_given() -> None:
    text = "\u200b村\u200b民刘\u200b建国：1\u200b3800000000"
    found = [text[mark.start : mark.end] for mark in propose(text)]
    assert found == ["刘\u200b建国", "1\u200b3800000000"]


REPEATED = "1 l a a@ 住 3组 小学 一 刘建国、 - 中 *1 张 的儿子 0000-0000000、 电话 患 1、 \u200b ·"
LETTER = "村民刘建国反映，其子刘小明就读于城关小学三年级2班，电话13800000001、1380000\n0002。"


@pytest.mark.parametrize("piece", [*REPEATED.split(), "1 ", "138 0000 ", LETTER])
def test_twice_the_text_costs_little_more_than_twice_the_steps(piece: str) -> None:
    short, long = (steps(piece * (size // len(piece))) for size in (1500, 6000))
    assert long <= 4 * short * 1.3 + 2000


def steps(text: str) -> int:
    """Calls of Python functions, those written in C too, that a proposal takes."""
    count = 0

    def counted(*_args: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        propose(text)
    finally:
        sys.setprofile(before)
    return count
