"""Counts over the rows of a table, and their comparison with what a printed report states (domain.md C8)."""

from collections.abc import Iterable, Mapping

from luoshi.documents.imports.suggestions import Prepared
from luoshi.errors import Invalid, Problem
from luoshi.lifecycle.states import AssignmentRole, Grade
from luoshi.suggestions.county_settings import CountySettings


def totals_of(rows: Iterable[Prepared], settings: CountySettings) -> dict[str, int]:
    """Plain counts by the words of a printed report: 总数, 承办单位, 沟通人次, each class, each grade."""
    rows = list(rows)
    units = {pk for row in rows for pk, _ in row.units}
    leads = {pk for row in rows for pk, role in row.units if role != AssignmentRole.CO}
    totals = {
        "总数": len(rows),
        "重点": sum(row.row.is_key for row in rows),
        "承办单位": len(units),
        "主办单位": len(leads),
        "沟通次数": sum(row.row.contact_records or 0 for row in rows),
        "沟通人次": sum(row.row.contact_person_times or 0 for row in rows),
    }
    for letter in settings.result_scheme:
        totals[f"{letter.code}类"] = sum(row.class_code == letter.code for row in rows)
    totals["未填结果"] = sum(not row.class_code for row in rows)
    for axis in settings.axes:
        given = [dict(row.grades).get(axis.code) for row in rows]
        for grade in Grade:
            totals[f"{axis.label}{grade.label}"] = given.count(grade)
        totals[f"{axis.label}未评价"] = given.count(None)
    return totals


def printed_parse(text: str) -> dict[str, int]:
    """``总数=149,A类=40`` as counts by name.

    :raises Invalid: for anything else.
    """
    printed = {}
    for part in text.replace("，", ",").replace("＝", "=").split(","):
        name, _, number = (piece.strip() for piece in part.partition("="))
        if not name or not number.isdecimal():
            message = f"印制数字写法不对：“{part.strip()}”，请写成 总数=149,A类=40"
            raise Invalid([Problem("printed", message)])
        printed[name] = int(number)
    return printed


def printed_check(totals: Mapping[str, int], printed: Mapping[str, int]) -> list[str]:
    """A sentence for each printed number that the table does not give."""
    told = []
    for name, number in printed.items():
        if name not in totals:
            told.append(f"没有名为“{name}”的合计，可核对：{'、'.join(totals)}")
        elif totals[name] != number:
            told.append(f"“{name}”印制为 {number}，表中合计为 {totals[name]}，请核对")
    return told
