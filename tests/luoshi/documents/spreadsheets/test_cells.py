"""One cell at a time: what is understood, and the sentence where it is not."""

from datetime import date, datetime, time
from typing import Any

import pytest

from luoshi.documents.spreadsheets.cells import (
    CellError,
    PersonName,
    cell_plain,
    choice_parse,
    date_parse,
    delegation_name,
    integer_parse,
    names_parse,
    people_parse,
)
from luoshi.documents.spreadsheets.safety import RawCell


def text(value: str) -> RawCell:
    return RawCell(value, "s")


def moment(*parts: Any) -> RawCell:
    return RawCell(datetime(*parts), "d")  # noqa: DTZ001 - a workbook knows no zone


def number(value: float) -> RawCell:
    return RawCell(value, "n")


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        (RawCell(None, "n"), ""),
        (text("　 甲\u200b乙\ufeff \n"), "甲乙"),
        (text("甲\r\n乙_x000D_\n丙_x000D_丁"), "甲\n乙\n丙\n丁"),
        (text("_x005F_x0041_"), "_x0041_"),
        (text("e\u0301"), "é"),
        (text("\U00031350"), "\U00031350"),  # a younger character of a rare name
        (number(12), "12"),
        (number(12.0), "12"),
        (number(1.5), "1.5"),
        (RawCell(True, "b"), "是"),
        (RawCell(False, "b"), "否"),
        (moment(2019, 5, 23), "2019-05-23"),
    ],
)
def test_a_cell_as_text(cell: RawCell, plain: str) -> None:
    assert cell_plain(cell) == plain


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (RawCell("=1+1", "f"), "是公式，请复制后“选择性粘贴—数值”，再导入"),
        (RawCell("#REF!", "e"), "是错误值（#REF!），请改成正确的内容"),
        (text("甲\x07"), "含有不能显示的控制字符（U+0007），请删去后重新填写"),
        (text("甲_x0007_"), "含有不能显示的控制字符（U+0007），请删去后重新填写"),
        (text("甲\ue000"), "含有不能显示的控制字符（U+E000），请删去后重新填写"),
        (text("报告\u202excod"), "含有改变文字方向的不可见字符，请把内容粘贴为纯文本，重新填写"),
        (text("甲\u2066乙"), "含有改变文字方向的不可见字符，请把内容粘贴为纯文本，重新填写"),
    ],
)
def test_text_that_is_refused(cell: RawCell, message: str) -> None:
    with pytest.raises(CellError) as caught:
        cell_plain(cell)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "cell",
    [
        moment(2019, 5, 23),
        moment(2019, 5, 23, 9, 30),
        RawCell(date(2019, 5, 23), "d"),
        text("2019-05-23"),
        text("2019-5-23"),
        text("2019/5/23"),
        text("2019.5.23"),
        text("2019年5月23日"),
        text("２０１９年５月２３日"),
        text(" 2019 年 5 月 23 日 "),
    ],
)
def test_a_date_in_every_usual_form(cell: RawCell) -> None:
    assert date_parse(cell) == date(2019, 5, 23)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (text("五月二十三日"), "不是日期：“五月二十三日”；请写成 2019-05-23 或 2019年5月23日"),
        (text("19-5-23"), "不是日期：“19-5-23”；请写成 2019-05-23 或 2019年5月23日"),
        (text("2019-5/23x"), "不是日期：“2019-5/23x”；请写成 2019-05-23 或 2019年5月23日"),
        (number(43608), "不是日期：“43608”，请把单元格格式设为日期；请写成 2019-05-23 或 2019年5月23日"),
        (text("2019-02-30"), "日期不存在：“2019-02-30”，请核对年月日"),
        (text("2019年13月1日"), "日期不存在：“2019年13月1日”，请核对年月日"),
        (text("1953-12-31"), "日期的年份不对：1953-12-31，请核对"),
        (text("2101-01-01"), "日期的年份不对：2101-01-01，请核对"),
        (moment(1900, 1, 1), "日期的年份不对：1900-01-01，请核对"),
        (RawCell(time(9, 30), "d"), "不是日期：“09:30:00”；请写成 2019-05-23 或 2019年5月23日"),
    ],
)
def test_what_is_no_date(cell: RawCell, message: str) -> None:
    with pytest.raises(CellError) as caught:
        date_parse(cell)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "cell", [number(12), number(12.0), text("12"), text("１２"), text("第12号"), text("12件"), text(" 012 ")]
)
def test_a_whole_number(cell: RawCell) -> None:
    assert integer_parse(cell, least=1, most=12) == 12


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (text("十二"), "应填整数，现在是“十二”"),
        (number(1.5), "应填整数，现在是“1.5”"),
        (number(-3), "应填整数，现在是“-3”"),
        (text("1e3"), "应填整数，现在是“1e3”"),
        (text("9" * 40), "应填整数，现在是“999999999999999999999999999999…”"),
        (number(13), "应在 1 到 12 之间，现在是 13"),
        (number(0), "应在 1 到 12 之间，现在是 0"),
        (moment(2019, 5, 1), "应填整数，现在是日期（2019-05-01），请检查单元格格式"),
    ],
)
def test_what_is_no_whole_number(cell: RawCell, message: str) -> None:
    with pytest.raises(CellError) as caught:
        integer_parse(cell, least=1, most=12)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "plain",
    [
        "县水利局、县财政局",
        "县水利局， 县财政局",
        "县水利局,县财政局",
        "县水利局;县财政局；",
        "县水利局\n县财政局",
    ],
)
def test_names_with_every_usual_separator(plain: str) -> None:
    assert names_parse(plain, longest=20) == ("县水利局", "县财政局")


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        ("县水利局、县水利局", "“县水利局”写了两次，请删去一个"),
        ("县水利局 县财政局", "“县水利局 县财政局”里有空格：几个名称之间请用顿号“、”分开"),
        ("县" * 21, "“" + "县" * 21 + "”超过 20 个字，请核对；几个名称之间请用顿号“、”分开"),
    ],
)
def test_names_that_are_refused(plain: str, message: str) -> None:
    with pytest.raises(CellError) as caught:
        names_parse(plain, longest=20)
    assert str(caught.value) == message


def test_deputies_of_one_name_are_told_apart_by_their_delegation() -> None:
    assert people_parse("张　三（云集镇）、 张三(花桥镇代表团)，李 四；王小五") == (
        PersonName("张三", "云集镇"),
        PersonName("张三", "花桥镇"),
        PersonName("李四"),
        PersonName("王小五"),
    )
    assert people_parse("") == ()
    assert people_parse("阿依·古丽") == (PersonName("阿依·古丽"),)
    assert delegation_name("代表团") == "代表团"


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        ("张三（云集镇）、张三(云集镇)", "“张三（云集镇）”写了两次，请删去一个"),
        ("张三（云集镇", "“张三（云集镇”的括号不对，请写成“姓名（代表团）”"),
        ("（云集镇）", "“（云集镇）”的括号不对，请写成“姓名（代表团）”"),
        ("张三等10人", "“张三等10人”没有写全，请逐个写出每位代表的姓名，用顿号“、”分开"),
        ("张三等十名代表", "“张三等十名代表”没有写全，请逐个写出每位代表的姓名，用顿号“、”分开"),
        ("张小三 李小四", "“张小三 李小四”里有空格：几个名称之间请用顿号“、”分开"),
    ],
)
def test_deputies_that_are_refused(plain: str, message: str) -> None:
    with pytest.raises(CellError) as caught:
        people_parse(plain)
    assert str(caught.value) == message


def test_a_choice() -> None:
    words = {"大会": 1, "闭会": 2}
    assert choice_parse(" 大 会 ", words) == 1
    with pytest.raises(CellError) as caught:
        choice_parse("平时", words)
    assert str(caught.value) == "不认识“平时”，只能填：大会、闭会"
