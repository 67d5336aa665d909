"""The statistics as files: the report's own JSON, and a workbook of what the page shows."""

from collections.abc import Sequence
from typing import Any

from luoshi.documents.spreadsheets import SheetData, workbook_bytes
from luoshi.statistics.report import SessionReport
from luoshi.workbench.figures.page import Line, Section, UnitLine
from luoshi.workbench.figures.rules import tells_grades

UNIT_COLUMNS = ("承办件数", "主办", "分办", "会办", "办完件次", "逾期件次")


def report_json(report: SessionReport, *, grades: bool) -> dict[str, Any]:
    """What ``luoshi report --json`` prints.

    :param grades: with the figures that tell how deputies graded; else they are left out.
    """
    data = report.as_json()
    if grades:
        return data
    data["checks"] = [check for check in data["checks"] if not tells_grades(check["code"])]
    for shown, method in zip(data["methods"], report.methods, strict=True):
        told = {figure.code for figure in method.figures if figure.tells_answers}
        shown["figures"] = [row for row in shown["figures"] if row["code"] not in told]
    data["contradictions"] = [check["problem"] for check in data["checks"] if not check["holds"]]
    kept: dict[str, Any] = _without_grades(data, "")
    return kept


def _without_grades(data: dict[str, Any], way: str) -> dict[str, Any]:
    kept = {}
    for name, value in data.items():
        code = f"{way}{name}"
        if name == "definitions" or not tells_grades(code):
            inner = isinstance(value, dict) and name != "definitions"
            kept[name] = _without_grades(value, f"{code}.") if inner else value
    return kept


def report_workbook(sections: Sequence[Section], units: Sequence[UnitLine], then: str) -> bytes:
    """The page as a workbook.

    :param then: name of the session beside; empty where there is none.
    """
    headers = ["部分", "项目", "数", "单位", "占比（%）", "占什么", "分母"]
    if then:
        headers += [f"{then}：数", f"{then}：占比（%）", "增减", "增减（百分点）"]
    rows = [[section.title, *_row(line, bool(then))] for section in sections for line in section.lines]
    widths = (16, 36, 10, 8, 12, 24, 10, 16, 18, 10, 14, 80)[: len(headers)]
    figures = SheetData("统计", (*headers, "口径"), rows, (*widths, 80))
    table = SheetData(
        "各单位",
        ("单位", *UNIT_COLUMNS),
        [[unit.name, *(figure.value for figure in unit.figures)] for unit in units],
        (30, 10, 10, 10, 10, 10, 10),
    )
    return workbook_bytes([figures, table])


def _row(line: Line, beside: bool) -> list[str | int | None]:
    now, then = line.now, line.then
    row: list[str | int | None] = [
        now.label,
        now.text or now.value,
        now.measure,
        now.share,
        now.whole.label if now.whole else None,
        now.whole.count if now.whole else None,
    ]
    if beside:
        row += [then.value if then else None, then.share if then else None, line.change, line.points]
    return [*row, now.meaning]
