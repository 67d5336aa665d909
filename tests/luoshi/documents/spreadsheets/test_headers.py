"""The header row: where it is, what it may be called, and what is said when it is wrong."""

import pytest
from workbooks import HEADERS, ROW, workbook

from luoshi.documents.spreadsheets import COLUMNS, SheetKind, read_suggestions
from luoshi.documents.spreadsheets.headers import header_normal


def texts(rows: list[tuple[object, ...]]) -> list[str]:
    return [problem.text for problem in read_suggestions(workbook(rows, name="表")).problems]


def test_no_word_names_two_columns() -> None:
    for kind, columns in COLUMNS.items():
        seen: dict[str, str] = {}
        for column in columns:
            for word in (column.header, *column.synonyms, *column.weak):
                assert seen.setdefault(header_normal(word), column.key) == column.key, (kind, word)


def test_every_header_of_the_public_list_is_known() -> None:
    listed = (
        "编号、标题、内容、类别、提案类型、提出时段、领衔代表、附议代表、代表团、主办单位、分办单位、会办单位、"
        "交办日期、答复日期、办理结果、办理态度评价、办理结果评价、沟通次数、沟通人次、重点、"
        "领办领导、督办领导、是否公开、备注"
    )
    assert [column.header for column in COLUMNS[SheetKind.SUGGESTIONS]] == listed.split("、")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("建议编号", "number"),
        ("第 号", "number"),
        ("序号", "number"),
        ("＊编号（必填）", "number"),
        ("案\n由", "title"),
        ("提出人", "lead"),
        ("第一提案人", "lead"),
        ("承办单位", "lead_units"),
        ("分别办理单位", "separate_units"),
        ("协办单位", "co_units"),
        ("联名代表", "co_signers"),
        ("提出时段(大会|闭会)", "raised_when"),
        ("提出时段（大会/闭会）", "raised_when"),
        ("答复类别", "result_code"),
        ("结果类别", "result_code"),
        ("沟通人次（人次）", "contact_person_times"),
    ],
)
def test_the_usual_synonyms(written: str, key: str) -> None:
    words = {"number": "编号", "title": "标题", "lead": "领衔代表"}
    values: dict[str, object] = {"number": 1, "title": "甲", "lead": "甲代表"}
    headers = [written, *(word for other, word in words.items() if other != key)]
    probe: dict[str, object] = {
        "lead_units": "县水利局",
        "separate_units": "县水利局、县财政局",
        "co_units": "",
        "co_signers": "乙代表",
        "raised_when": "大会",
        "result_code": "A",
        "contact_person_times": 3,
    }
    row = [values.get(key, probe.get(key)), *(value for other, value in values.items() if other != key)]
    parsed = read_suggestions(workbook([headers, row]))
    assert parsed.problems == ()
    assert len(parsed.rows) == 1


def test_the_header_may_stand_under_a_title() -> None:
    rows = [("某县第一届人民代表大会建议汇总表",), (), ("填报单位：县人大", None, "2019年"), HEADERS, ROW]
    parsed = read_suggestions(workbook(rows))
    assert parsed.problems == ()
    assert [row.row for row in parsed.rows] == [5]


def test_an_ordinal_column_beside_the_number_is_left_aside() -> None:
    parsed = read_suggestions(workbook([("序号", *HEADERS), (77, *ROW)]))
    assert parsed.problems == ()
    assert [row.number for row in parsed.rows] == [1]


def test_an_unknown_header_is_named_with_its_nearest() -> None:
    assert texts([(*HEADERS, "会办单伟", "甲乙丙丁戊己"), (*ROW, "x", "y")])[0] == (
        "工作表“表”第 1 行 D 列（会办单伟）：不认识这个表头，"
        "最接近的是“会办单位”；请改成它，不需要导入的列请删去"
    )
    assert texts([(*HEADERS, "甲乙丙丁戊己"), ROW])[0].startswith(
        "工作表“表”第 1 行 D 列（甲乙丙丁戊己）：不认识这个表头；能用的表头：编号、标题、"
    )


def test_a_duplicate_header() -> None:
    assert texts([(*HEADERS, "案由"), (*ROW, "乙")]) == [
        "工作表“表”第 1 行 D 列（案由）：与 B 列是同一项内容（标题），请只保留一列"
    ]


def test_missing_columns_are_listed_once_and_the_rows_are_still_looked_at() -> None:
    assert texts([("编号", "内容"), ("一", "甲")]) == [
        "工作表“表”第 1 行（表头）：缺少必填的列：标题、领衔代表",
        "工作表“表”第 2 行（标题）：不能为空，请填写",
        "工作表“表”第 2 行（领衔代表）：不能为空，请填写领衔代表",
        "工作表“表”第 2 行 A 列（编号）：应填整数，现在是“一”",
    ]


def test_no_header_at_all() -> None:
    message = "没有找到表头。前 10 行里要有一行写着列名，至少有：编号、标题、领衔代表"
    assert texts([("甲", "乙"), (1, 2)]) == [f"工作表“表”第 1 行：{message}"]
    assert texts([]) == [f"工作表“表”第 1 行：{message}"]


def test_a_header_without_rows() -> None:
    assert texts([HEADERS]) == ["工作表“表”第 1 行：表头下面没有数据，请填写后再导入"]


def test_values_under_no_header_are_not_lost_in_silence() -> None:
    assert texts([HEADERS, (*ROW, "乙"), (2, "丙", "丁", "戊")]) == [
        "工作表“表”第 2 行 D 列：这一列有内容但没有表头，请补上表头，或者清空这一列"
    ]


def test_a_formula_as_a_header() -> None:
    assert texts([(*HEADERS, "=A1"), ROW])[0] == (
        "工作表“表”第 1 行 D 列（表头）：这个表头是公式，请复制后“选择性粘贴—数值”，再导入"
    )
