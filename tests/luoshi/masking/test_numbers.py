"""Telephone and identity numbers in every way of writing: whatever the digits are, none is let through."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.masking import Kind, Known, apply, propose

NUMBERS = (Kind.PHONE, Kind.OFFICE_PHONE, Kind.ID, Kind.BANK)
GAPS = (" ", "-", ".", "—", "\u3000", "\n", "_", "·", "\u200b", "\ufeff", " \u200b ", "（")
SCRIPTS = (
    "0123456789", "０１２３４５６７８９",
    "零一二三四五六七八九", "〇幺二三四五六七八九", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "零壹贰叁肆伍陆柒捌玖",
)  # fmt: skip
BEFORE = (
    "", "电话：", "手机", "请联系", "序号3，", "2023年5月，", "（", "电话一",
    "+86", "+86 ", "86", "0086", "\n", "我的号码是",
)  # fmt: skip
AFTER = ("", "。", "（微信同号）", "，谢谢", "一带", "\n", "、", "转告", "元")

mobiles = st.builds(
    lambda second, rest: f"1{second}{rest}",
    st.sampled_from("3456789"),
    st.text("0123456789", min_size=9, max_size=9),
)


def written(digits: str, script: str, places: set[int], gap: str) -> str:
    return "".join(
        (gap if at in places and at else "") + script[int(digit)] for at, digit in enumerate(digits)
    )


GROUPINGS = st.one_of(
    st.sampled_from([set(), {3, 7}, {4, 8}, {3, 8}, {5}, {4, 7}, {2, 6}, {3, 6, 9}, set(range(11))]),
    st.integers(1, 10).map(lambda at: {at}),
)


def hidden(text: str, start: int, end: int) -> bool:
    """Whether marks that are not proposed as kept cover every visible character from ``start`` to ``end``."""
    covered = {at for mark in propose(text) if not mark.kind.kept for at in range(mark.start, mark.end)}
    return covered >= {at for at in range(start, end) if text[at] not in "\u200b\ufeff"}


@settings(max_examples=400, deadline=None)
@given(
    mobiles, st.sampled_from(SCRIPTS), GROUPINGS,
    st.sampled_from(GAPS), st.sampled_from(BEFORE), st.sampled_from(AFTER),
)  # fmt: skip
def test_a_mobile_is_found(
    digits: str, script: str, places: set[int], gap: str, before: str, after: str
) -> None:
    number = written(digits, script, places, gap)
    text = before + number + after
    assert hidden(text, len(before), len(before) + len(number)), text


@settings(max_examples=300, deadline=None)
@given(mobiles, st.integers(0, 2**11 - 1))
def test_letters_that_look_like_digits_hide_no_mobile(digits: str, which: int) -> None:
    looks = {"0": "O", "1": "l"}
    number = "".join(looks.get(digit, digit) if which >> at & 1 else digit for at, digit in enumerate(digits))
    real = sum(char.isdigit() for char in number)
    if real * 3 >= len(number):
        assert hidden(f"电话 {number}，", 3, 3 + len(number)), number


days = st.builds(
    lambda year, month, day: f"{year:04}{month:02}{day:02}",
    st.integers(1900, 2030), st.integers(1, 12), st.integers(1, 28),
)  # fmt: skip
ID_GROUPINGS = st.one_of(
    st.sampled_from([set(), {6, 14}, {3, 6, 14}, {6, 10, 14}, {6, 10, 12, 14}, set(range(18))]),
    st.integers(1, 17).map(lambda at: {at}),
)


@settings(max_examples=400, deadline=None)
@given(
    st.text("0123456789", min_size=6, max_size=6), days, st.text("0123456789", min_size=3, max_size=3),
    st.sampled_from("0123456789Xx"), st.sampled_from(SCRIPTS[:4]), ID_GROUPINGS, st.sampled_from(GAPS),
)  # fmt: skip
def test_an_identity_number_is_found_whatever_its_check_digit(
    region: str, day: str, order: str, check: str, script: str, places: set[int], gap: str
) -> None:
    digits = region + day + order
    tail = check if check in "Xx" else script[int(check)]
    number = written(digits, script, places - {17}, gap) + (gap if 17 in places else "") + tail
    text = f"现有{number}，请核。"
    assert hidden(text, 2, 2 + len(number)), text


@settings(max_examples=200, deadline=None)
@given(st.text("0123456789", min_size=18, max_size=18))
def test_eighteen_digits_in_one_piece_are_found_whatever_they_say(digits: str) -> None:
    assert hidden(f"现有{digits}，请核。", 2, 20)


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        st.sampled_from("0123456789一三八零〇lOoXx -.、，\n\u200b电话身份证号码卡账村民张三元*（）+"),
        max_size=60,
    )
)
def test_a_masked_text_holds_no_number_any_more(text: str) -> None:
    once = apply(text, propose(text))
    left = [mark for mark in propose(once) if mark.kind in NUMBERS]
    assert left == [], (text, once)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("县水利局值班电话：0000-0000000", [Kind.OFFICE_PHONE]),
        ("值班电话：0000-0000000，手机13800000000", [Kind.OFFICE_PHONE, Kind.PHONE]),
        ("村民家中电话：0000-0000000", [Kind.PHONE]),
        ("电话：0000-0000000", [Kind.PHONE]),
        ("拨打12345热线、400-000-0000", []),
        ("总投资13,800,000,000元", []),
        ("统一社会信用代码：11000000000000001X", []),
        ("000000195003020009", [Kind.ID]),
        ("项目代码：2019-000000-48-01-000001", []),
        ("账号：62000000000000000", [Kind.BANK]),
        ("13800000000 000000195003020009 6200000000000000000", [Kind.PHONE, Kind.ID, Kind.BANK]),
    ],
)
def test_a_number_is_of_its_kind(text: str, kinds: list[Kind]) -> None:
    assert [mark.kind for mark in propose(text)] == kinds


def test_a_county_s_unit_makes_its_landline_an_office_s() -> None:
    text = "供水总站甲所，0000-0000000"
    assert [mark.kind for mark in propose(text)] == [Kind.PHONE]
    known = Known(units=frozenset({"供水总站甲所"}))
    assert [mark.kind for mark in propose(text, known=known)] == [Kind.OFFICE_PHONE]


def test_the_check_digit_makes_a_number_certain_and_lets_none_through() -> None:
    right, wrong = propose("000000 1950 0302 0003"), propose("000000 1950 0302 0004")
    assert [(mark.kind, mark.start, mark.end) for mark in right] == [(Kind.ID, 0, 21)]
    assert [(mark.kind, mark.start, mark.end) for mark in wrong] == [(Kind.ID, 0, 21)]
