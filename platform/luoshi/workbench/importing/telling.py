"""What a person is told of an import, in the words of the page: its result, and its problems as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from luoshi.documents.imports import ImportReport
from luoshi.documents.spreadsheets import CellProblem, SheetData, cells_shown, workbook_bytes
from luoshi.documents.spreadsheets.safety import Limits
from luoshi.errors import Invalid

NAMES_SHOWN = 500
"""Names of one list that are kept to be shown; all are counted and compared."""
# The imports speak of the options of the command line; in the page they are boxes of the form.
_WORDS = (
    ("或加 --create-missing 自动新建", "或勾选“自动新建名册里没有的单位和代表”"),
    ("请加 --update", "请勾选“与名册不同的，以表为准”"),
    ("请用 --year 写明办理年度", "请填写“办理年度”"),
    ("不对的请用 --year 指定后重来", "不对的请填写“办理年度”后重来"),
    ("请放到另一个文件用 import past 导入", "请放到另一个文件，按“历年已办结的建议”导入"),
    ("设置密码之前不能登录", "请到“人员”页给他们发邀请，由本人设置密码"),
)


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One row of the table of problems. ``stands``: what the cell holds now."""

    sheet: str
    row: int
    column: str
    header: str
    stands: str
    message: str

    @property
    def place(self) -> str:
        """The cell's name, such as ``C5``, or the row alone."""
        return f"{self.column}{self.row}" if self.row else ""


def worded(text: str) -> str:
    """A message of the import in the words of the page."""
    for said, shown in _WORDS:
        text = text.replace(said, shown)
    return text


def problems_told(cells: Sequence[CellProblem], body: bytes) -> list[dict[str, Any]]:
    """Every problem with what stands in its cell, as JSON."""
    try:
        stands = cells_shown(body, {(cell.row, cell.column) for cell in cells})
    except Invalid:
        stands = {}  # the sheet breaks off in the middle: its problems still say where
    return [
        asdict(
            ProblemRow(
                cell.sheet,
                cell.row,
                cell.column,
                cell.header,
                stands.get((cell.row, cell.column), ""),
                worded(cell.message),
            )
        )
        for cell in cells
    ]


def problems_read(told: Sequence[Mapping[str, Any]]) -> list[ProblemRow]:
    """The table of problems as it was kept."""
    return [ProblemRow(**row) for row in told]


def problems_file(rows: Sequence[ProblemRow]) -> bytes:
    """The table of problems as a workbook that a clerk can work through."""
    headers = ("工作表", "行", "列", "列名", "表中内容", "问题和办法")
    cells = [(row.sheet, row.row or None, row.column, row.header, row.stands, row.message) for row in rows]
    return workbook_bytes([SheetData("导入问题", headers, cells, (16, 8, 8, 16, 36, 80))])


def outcome_told(report: ImportReport) -> dict[str, Any]:
    """What an import does, as JSON that two runs of the same import have in common.

    Of long lists of names only the first are kept; ``digest`` stands for all of them.
    """
    lists = {
        "made": report.made,
        "new_units": report.new_units,
        "new_deputies": report.new_deputies,
    }
    whole = "\n".join(f"{name}:{item}" for name, items in lists.items() for item in items)
    return {
        "sheet": report.sheet,
        "created": report.created,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "tracked": report.tracked,
        "notes": [worded(note) for note in report.notes],
        "totals": dict(report.totals),
        "digest": sha256(whole.encode()).hexdigest(),
        **{name: list(items[:NAMES_SHOWN]) for name, items in lists.items()},
        **{f"{name}_count": len(items) for name, items in lists.items()},
    }


def largest() -> int:
    """Bytes of the largest file that is taken."""
    return Limits().file_bytes
