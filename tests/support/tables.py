"""Tables of suggestions for imports, as real workbooks, and the whole of a county's data to compare."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection
from workbooks import workbook

from luoshi.accounts.actor import Actor, Channel, Role
from luoshi.documents.imports import ImportRefused, ImportReport, current_import, past_import
from luoshi.documents.spreadsheets import Parsed, SuggestionRow, read_suggestions
from luoshi.documents.spreadsheets.columns import SUGGESTION_COLUMNS

OFFICE = Actor(user_id=None, name="联工委", roles=frozenset({Role.CONGRESS_OFFICE}), channel=Channel.IMPORT)
KEEPER = Actor(user_id=None, name="系统", roles=frozenset({Role.SYSTEM}), channel=Channel.IMPORT)
HANDED_OVER = {
    "标题": "关于修建村口涵洞的建议",
    "领衔代表": "田禾苗",
    "代表团": "云集镇",
    "主办单位": "县水利局",
    "交办日期": date(2019, 5, 23),
}
CLOSED = {**HANDED_OVER, "答复日期": date(2019, 8, 1), "办理结果": "A", "办理结果评价": "满意"}


def table(*rows: Mapping[str, Any], base: Mapping[str, Any]) -> bytes:
    """A workbook with every column; row n has the number n and is ``base`` with some cells changed."""
    headers = [column.header for column in SUGGESTION_COLUMNS]
    filled = [{"编号": number, **base, **row} for number, row in enumerate(rows, start=1)]
    return workbook([headers, *([row.get(header) for header in headers] for row in filled)], name="表")


def past_table(*rows: Mapping[str, Any]) -> Parsed[SuggestionRow]:
    """A past year's table as read; each row is :data:`CLOSED` with some cells changed."""
    return read_suggestions(table(*rows, base=CLOSED))


def past(*rows: Mapping[str, Any], **options: Any) -> ImportReport:
    """Import rows of a past year into 17-4."""
    return past_import(parsed=past_table(*rows), **{"session_code": "17-4", "actor": OFFICE, **options})


def current(*rows: Mapping[str, Any], **options: Any) -> ImportReport:
    """Import rows of this year into 17-4."""
    parsed = read_suggestions(table(*rows, base=HANDED_OVER))
    return current_import(parsed=parsed, **{"session_code": "17-4", "actor": OFFICE, **options})


def told(refused: ImportRefused) -> list[tuple[int, str, str, str]]:
    """Row, column letter, header and message of each problem."""
    return [(cell.row, cell.column, cell.header, cell.message) for cell in refused.cells]


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the bound county."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}" ORDER BY 1')
            found[name] = cursor.fetchall()
    return found
