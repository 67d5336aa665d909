"""Whole tables in: typed rows, or every problem by row and column."""

from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from workbooks import HEADERS, ROW, repacked, with_shared_strings, workbook

from luoshi.accounts.actor import Role
from luoshi.documents.spreadsheets import (
    AccountRow,
    DeputyRow,
    PersonName,
    SuggestionRow,
    UnitRow,
    read_accounts,
    read_deputies,
    read_suggestions,
    read_units,
)
from luoshi.documents.spreadsheets.columns import SUGGESTION_COLUMNS
from luoshi.documents.spreadsheets.rows import session_parse
from luoshi.errors import Invalid
from luoshi.lifecycle.states import Grade, ProposerKind, RaisedWhen, RecipientSystem

FULL: dict[str, object] = {
    "编号": 7,
    "标题": "关于改善\n饮水的建议",
    "内容": "一、换管道。\n二、定人员。",
    "类别": "水利",
    "提案类型": "联名",
    "提出时段": "闭会",
    "领衔代表": "张三",
    "附议代表": "张三（西乡）、李四",
    "代表团": "东乡代表团",
    "主办单位": "县水利局",
    "分办单位": "县卫生健康局",
    "会办单位": "县财政局、东乡人民政府",
    "交办日期": date(2019, 5, 23),
    "答复日期": "2019年8月1日",
    "办理结果": "A",
    "办理态度评价": "满意",
    "办理结果评价": "基本满意",
    "沟通次数": 2,
    "沟通人次": 3,
    "重点": "是",
    "领办领导": "副县长（分管农业）",
    "督办领导": "县人大常委会副主任",
    "是否公开": "否",
    "备注": "无",
}


def table(*rows: dict[str, object]) -> bytes:
    """A workbook of suggestions with every column, each row :data:`FULL` with some cells changed."""
    headers = [column.header for column in SUGGESTION_COLUMNS]
    return workbook([headers, *([{**FULL, **row}[header] for header in headers] for row in rows)], name="表")


def texts(*rows: dict[str, object]) -> list[str]:
    parsed = read_suggestions(table(*rows))
    return [problem.text.removeprefix("工作表“表”") for problem in parsed.problems]


def test_a_full_row() -> None:
    parsed = read_suggestions(table({}))
    assert parsed.sheet == "表"
    assert parsed.require() == (
        SuggestionRow(
            row=2,
            number=7,
            title="关于改善饮水的建议",
            content="一、换管道。\n二、定人员。",
            category="水利",
            proposer_kind=ProposerKind.JOINT,
            raised_when=RaisedWhen.BETWEEN_SESSIONS,
            lead=PersonName("张三", "东乡"),
            co_signers=(PersonName("张三", "西乡"), PersonName("李四")),
            delegation="东乡",
            lead_units=("县水利局",),
            separate_units=("县卫生健康局",),
            co_units=("县财政局", "东乡人民政府"),
            handed_over_on=date(2019, 5, 23),
            replied_on=date(2019, 8, 1),
            result_code="A",
            grade_process=Grade.SATISFIED,
            grade_result=Grade.BASICALLY,
            contact_records=2,
            contact_person_times=3,
            is_key=True,
            handling_leader="副县长（分管农业）",
            supervising_leader="县人大常委会副主任",
            publish=False,
            note="无",
        ),
    )
    assert read_suggestions(with_shared_strings(table({}))).rows == parsed.rows


def test_only_the_required_cells() -> None:
    [row] = read_suggestions(workbook()).require()
    assert row == SuggestionRow(
        row=2,
        number=1,
        title="关于改善饮水的建议",
        content="",
        category="",
        proposer_kind=ProposerKind.INDIVIDUAL,
        raised_when=RaisedWhen.IN_SESSION,
        lead=PersonName("甲代表", "东乡"),
        co_signers=(),
        delegation="",
        lead_units=(),
        separate_units=(),
        co_units=(),
        handed_over_on=None,
        replied_on=None,
        result_code="",
        grade_process=None,
        grade_result=None,
        contact_records=None,
        contact_person_times=None,
        is_key=False,
        handling_leader="",
        supervising_leader="",
        publish=None,
        note="",
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"编号": None}, "第 2 行 A 列（编号）：不能为空，请填写整数"),
        ({"编号": "甲"}, "第 2 行 A 列（编号）：应填整数，现在是“甲”"),
        ({"标题": " "}, "第 2 行 B 列（标题）：不能为空，请填写"),
        ({"标题": "长" * 201}, "第 2 行 B 列（标题）：有 201 个字，最多 200 个字，请缩短"),
        ({"标题": "长" * 30_000}, "第 2 行 B 列（标题）：有 30000 个字，最多 200 个字，请缩短"),
        ({"内容": "长" * 20_001}, "第 2 行 C 列（内容）：有 20001 个字，最多 20000 个字，请缩短"),
        ({"内容": "=HYPERLINK(1)"}, "第 2 行 C 列（内容）：是公式，请复制后“选择性粘贴—数值”，再导入"),
        (
            {"提案类型": "集体"},
            "第 2 行 E 列（提案类型）：不认识“集体”，"
            "只能填：个人、联名、代表团、个人提出、联名提出、代表团提出",
        ),
        (
            {"提案类型": "个人"},
            "第 2 行 E 列（提案类型）：写的是个人，但有附议代表；请改成联名，或者删去附议代表",
        ),
        ({"领衔代表": None}, "第 2 行 G 列（领衔代表）：不能为空，请填写领衔代表"),
        ({"领衔代表": "张三、李四"}, "第 2 行 G 列（领衔代表）：只能写一位领衔代表，其余的请填入“附议代表”"),
        (
            {"领衔代表": "张三（北乡）"},
            "第 2 行 G 列（领衔代表）：括号里是“北乡”，代表团一列是“东乡”，请核对",
        ),
        ({"附议代表": "张三（东乡）"}, "第 2 行 H 列（附议代表）：领衔代表“张三”不能同时附议，请删去"),
        (
            {"附议代表": "李四等3人"},
            "第 2 行 H 列（附议代表）：“李四等3人”没有写全，请逐个写出每位代表的姓名，用顿号“、”分开",
        ),
        ({"提案类型": "代表团", "代表团": None}, "第 2 行 I 列（代表团）：代表团提出的建议要写代表团"),
        (
            {"主办单位": "县水利局、县财政局", "分办单位": None, "会办单位": None},
            "第 2 行 J 列（主办单位）：有多个主办单位；主办只能有一个，几个单位分别答复的请填入“分办单位”",
        ),
        ({"主办单位": None}, "第 2 行 K 列（分办单位）：只有一个单位，不是分办；请填入“主办单位”"),
        ({"分办单位": "县水利局"}, "第 2 行 K 列（分办单位）：“县水利局”已经是主办或分办单位，不能重复"),
        ({"会办单位": "县水利局"}, "第 2 行 L 列（会办单位）：“县水利局”已经是主办或分办单位，不能重复"),
        (
            {"主办单位": None, "分办单位": None},
            "第 2 行 L 列（会办单位）：有会办单位而没有主办单位，请填写“主办单位”",
        ),
        ({"交办日期": "2019-02-30"}, "第 2 行 M 列（交办日期）：日期不存在：“2019-02-30”，请核对年月日"),
        (
            {"答复日期": "2019-05-22"},
            "第 2 行 N 列（答复日期）：答复日期 2019-05-22 早于交办日期 2019-05-23，请核对",
        ),
        (
            {"办理态度评价": "很满意"},
            "第 2 行 P 列（办理态度评价）：不认识“很满意”，只能填：满意、基本满意、不满意",
        ),
        ({"沟通次数": -1}, "第 2 行 R 列（沟通次数）：应填整数，现在是“-1”"),
        ({"沟通次数": 4}, "第 2 行 S 列（沟通人次）：沟通人次 3 少于沟通次数 4，请核对"),
        ({"重点": "也许"}, "第 2 行 T 列（重点）：不认识“也许”，只能填：是、否、重点、√、✓"),
        ({"领办领导": "长" * 61}, "第 2 行 U 列（领办领导）：有 61 个字，最多 60 个字，请缩短"),
        (
            {"是否公开": "部分"},
            "第 2 行 W 列（是否公开）：不认识“部分”，只能填：是、否、公开、不公开、同意、不同意",
        ),
        (
            {"备注": "甲\u202e乙"},
            "第 2 行 X 列（备注）：含有改变文字方向的不可见字符，请把内容粘贴为纯文本，重新填写",
        ),
    ],
)
def test_one_wrong_cell_is_one_problem_and_no_row(change: dict[str, object], problem: str) -> None:
    parsed = read_suggestions(table(change))
    assert parsed.rows == ()
    assert texts(change) == [problem]


def test_all_problems_are_collected_in_the_order_of_the_sheet() -> None:
    found = texts({"答复日期": "明天", "编号": 1}, {"编号": 2}, {"编号": 1, "标题": None, "重点": "x"})
    assert found == [
        "第 2 行 N 列（答复日期）：不是日期：“明天”；请写成 2019-05-23 或 2019年5月23日",
        "第 4 行 A 列（编号）：编号 1 与第 2 行重复",
        "第 4 行 B 列（标题）：不能为空，请填写",
        "第 4 行 T 列（重点）：不认识“x”，只能填：是、否、重点、√、✓",
    ]


def test_require_gives_the_rows_or_raises_with_each_place() -> None:
    with pytest.raises(Invalid) as caught:
        read_suggestions(table({"编号": "x"}, {"标题": None})).require()
    assert [problem.field for problem in caught.value.problems] == ["A2", "B3"]


def test_a_flood_of_problems_stops_and_says_so() -> None:
    rows = [HEADERS, *(("x", "甲", "甲代表") for _ in range(1200))]
    parsed = read_suggestions(workbook(rows))
    assert (len(parsed.problems), parsed.truncated, parsed.rows) == (1000, True, ())
    with pytest.raises(Invalid) as caught:
        parsed.require()
    assert caught.value.problems[-1].message == "问题超过 1000 处，只列出前面这些；请改正后再导入一次"


def test_a_cell_longer_than_any_cell_can_be() -> None:
    long = "长" * 32_768
    body = repacked(
        workbook([HEADERS, (1, "X" * 10, "甲代表")]),
        replace={"xl/worksheets/sheet1.xml": lambda xml: xml.replace(b"X" * 10, long.encode())},
    )
    assert [problem.text for problem in read_suggestions(body).problems] == [
        "工作表“代表建议”第 2 行 B 列（标题）：有 32768 个字，一个单元格最多 32767 个字",
    ]


def test_a_delegation_may_put_a_suggestion_forward_without_a_lead() -> None:
    [row] = read_suggestions(table({"提案类型": "代表团", "领衔代表": None, "附议代表": None})).require()
    assert (row.proposer_kind, row.lead, row.delegation) == (ProposerKind.DELEGATION, None, "东乡")


def test_co_signers_make_a_joint_suggestion_where_nothing_is_said() -> None:
    [row] = read_suggestions(table({"提案类型": None})).require()
    assert row.proposer_kind is ProposerKind.JOINT


def test_separate_units_without_a_lead() -> None:
    [row] = read_suggestions(table({"主办单位": None, "分办单位": "甲局、乙局", "会办单位": None})).require()
    assert (row.lead_units, row.separate_units) == ((), ("甲局", "乙局"))


def test_merged_cells_in_a_title_do_no_harm_and_in_the_rows_are_refused() -> None:
    def title(_book: Workbook, sheet: Worksheet) -> None:
        sheet.insert_rows(1)
        sheet["A1"] = "建议汇总表"
        sheet.merge_cells("A1:C1")

    assert [row.number for row in read_suggestions(workbook(alter=title)).require()] == [1]
    rows = [HEADERS, ROW, (2, "乙", "乙代表")]
    merged = read_suggestions(workbook(rows, alter=lambda _book, sheet: sheet.merge_cells("C2:C3")))
    assert [problem.text for problem in merged.problems] == [
        "工作表“代表建议”第 2 行 C 列：C2:C3 是合并单元格，请取消合并，在每一行分别填写",
        "工作表“代表建议”第 3 行 C 列（领衔代表）：不能为空，请填写领衔代表",
    ]
    two_lines = read_suggestions(
        workbook([("表",), HEADERS, ROW], alter=lambda _book, sheet: sheet.merge_cells("D1:D2"))
    )
    assert [problem.row for problem in two_lines.problems] == [1]


def test_empty_rows_between_and_after_are_passed_over() -> None:
    rows = [HEADERS, ROW, (None, "  ", None), (), (2, "乙", "乙代表"), (None, None, "\n")]
    assert [(row.row, row.number) for row in read_suggestions(workbook(rows)).require()] == [(2, 1), (5, 2)]


def test_ten_thousand_rows_come_through_complete() -> None:
    rows = [
        HEADERS,
        *((number, f"关于第{number}件事的建议", f"甲{number % 100}") for number in range(1, 10_001)),
    ]
    parsed = read_suggestions(workbook(rows))
    assert parsed.problems == ()
    assert [row.number for row in parsed.rows] == list(range(1, 10_001))


def test_units() -> None:
    headers = (
        "单位名称",
        "简称",
        "类型",
        "主管领导",
        "职责",
        "主要负责人",
        "分管负责人",
        "经办人",
        "启用日期",
    )
    full = ("县人民法院", "县法院", "法院", "县长", "审判、执行", "甲某", "乙某", "丙某", "2019-3-1")
    bare = ("县水利局", None, None, None, None, None, None, None, None)
    assert read_units(workbook([headers, full, bare])).require() == (
        UnitRow(
            2,
            "县人民法院",
            "县法院",
            RecipientSystem.COURT,
            "县长",
            ("审判", "执行"),
            "甲某",
            "乙某",
            "丙某",
            date(2019, 3, 1),
        ),
        UnitRow(3, "县水利局", "", RecipientSystem.GOVERNMENT, "", (), "", "", "", None),
    )
    wrong = read_units(workbook([headers, full, full, (None, "简", "公司", *[None] * 6)], name="表"))
    assert [problem.text for problem in wrong.problems] == [
        "工作表“表”第 3 行 A 列（名称）：单位“县人民法院”与第 2 行重复",
        "工作表“表”第 4 行 A 列（名称）：不能为空，请填写",
        "工作表“表”第 4 行 C 列（类型）：不认识“公司”，"
        "只能填：政府部门、政府、乡镇(街道)、乡镇、街道、垂直管理单位、事业单位、国有企业、"
        "法院、检察院、监委、党群部门、党群、其他",
    ]


def test_deputies() -> None:
    headers = ("姓名", "代表团", "性别", "职务", "代表证号", "届次", "当选日期")
    rows = [
        headers,
        ("张　三", "东乡代表团", "女", "教师", "001", "第十七届", "2016.12.20"),
        ("张三", "西乡", None, None, None, 17, None),
    ]
    assert read_deputies(workbook(rows)).require() == (
        DeputyRow(2, "张三", "东乡", "女", "教师", "001", 17, date(2016, 12, 20)),
        DeputyRow(3, "张三", "西乡", "", "", "", 17, None),
    )
    wrong = [
        headers,
        ("张三", "东乡", "女", None, "001", "十七届", None),
        ("张三", "东乡", "男", None, "001", "七七", None),
        ("李四、王五", "东乡", None, None, None, None, None),
        (None, "东乡", None, None, None, "二十", "昨天"),
    ]
    assert [problem.text for problem in read_deputies(workbook(wrong, name="表")).problems] == [
        "工作表“表”第 3 行 A 列（姓名）：代表“张三（东乡）”与第 2 行重复",
        "工作表“表”第 3 行 E 列（代表证号）：代表证号“001”与第 2 行重复",
        "工作表“表”第 3 行 F 列（届次）：不是届次：“七七”，请写成 17 或 第十七届",
        "工作表“表”第 4 行 A 列（姓名）：一行只能写一位代表",
        "工作表“表”第 5 行 A 列（姓名）：不能为空，请填写",
        "工作表“表”第 5 行 G 列（当选日期）：不是日期：“昨天”；请写成 2019-05-23 或 2019年5月23日",
    ]


@pytest.mark.parametrize(
    ("written", "number"),
    [("8", 8), ("十", 10), ("第十二届", 12), ("二十", 20), ("二十一届", 21), ("第 18 届", 18)],
)
def test_the_number_of_a_congress(written: str, number: int) -> None:
    rows = [("姓名", "代表团", "届次"), ("张三", "东乡", written)]
    assert [row.term for row in read_deputies(workbook(rows)).require()] == [number]


def test_accounts() -> None:
    headers = ("登录名", "姓名", "角色", "单位", "代表")
    rows = [
        headers,
        ("shuiliju1", "甲某", "承办单位经办人", "县水利局", None),
        ("daibiao1", "张三", "代表、专委会", None, "张三(东乡)"),
        ("office", "乙某", "代表工委", None, None),
    ]
    assert read_accounts(workbook(rows)).require() == (
        AccountRow(2, "shuiliju1", "甲某", (Role.UNIT_HANDLER,), ("县水利局",), None),
        AccountRow(3, "daibiao1", "张三", (Role.DEPUTY, Role.COMMITTEE), (), PersonName("张三", "东乡")),
        AccountRow(4, "office", "乙某", (Role.CONGRESS_OFFICE,), (), None),
    )
    wrong = [
        headers,
        ("Admin 1", "甲某", "系统", None, None),
        ("ok1", "乙某", "承办单位负责人", None, None),
        ("ok1", "丙某", "代表", None, None),
        ("ok3", "丁某", "代表工委", None, "张三"),
        ("ok4", "戊某", None, None, None),
    ]
    found = [problem.text for problem in read_accounts(workbook(wrong, name="表")).problems]
    assert found[0] == (
        "工作表“表”第 2 行 A 列（登录名）："
        "登录名要以小写字母开头，只含小写字母、数字、点、横线，3 到 30 位，如 daibiao1"
    )
    assert found[1].startswith("工作表“表”第 2 行 C 列（角色）：不认识角色“系统”，只能填：代表、代表工委、")
    assert found[2:] == [
        "工作表“表”第 3 行 D 列（单位）：承办单位的人要写所在单位",
        "工作表“表”第 4 行 A 列（登录名）：登录名“ok1”与第 3 行重复",
        "工作表“表”第 4 行 E 列（代表）：角色是代表的，要写对应的代表，如“姓名（代表团）”",
        "工作表“表”第 5 行 E 列（代表）：写了代表，角色里却没有“代表”，请核对",
        "工作表“表”第 6 行 C 列（角色）：不能为空，请填写角色",
    ]


def test_the_name_of_a_session() -> None:
    assert session_parse(" 17-4 ") == (17, 4)
    for wrong in ("17", "17-0", "0-4", "17-4-1", "十七-四", "17—4"):
        with pytest.raises(Invalid) as caught:
            session_parse(wrong)
        assert caught.value.message == f"会议写法不对：“{wrong}”，请写成“届-次”，如 17-4"
