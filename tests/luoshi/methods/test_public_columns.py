"""The public columns of good, failing and odd methods, asked through the façade of one county."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils.safestring import SafeString
from odd_method import with_hooks

from luoshi.methods import testing
from luoshi.methods.column_reading import MOST_ROWS, read_columns, read_content
from luoshi.methods.facade import (
    NOT_SHOWN,
    CountyMethods,
    MethodColumn,
    MethodColumns,
    county_methods,
)
from luoshi.methods.host import WrongAnswerError
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import LoadedMethod, registry_using
from luoshi.methods.types import (
    CaseRow,
    ColumnCases,
    ColumnContent,
    ColumnFigure,
    ColumnFigures,
    ColumnTable,
    ColumnText,
    PublicColumn,
)

SwitchedOn = Callable[..., CountyMethods]
NOTES = PublicColumn("notes", "记录公开", "写了多少条记录")


def test_who_fails_has_no_columns_and_the_others_theirs(switched_on: SwitchedOn) -> None:
    methods = switched_on("crashing", "database-breaker", "every-hook", "gone", "half-way", "refusing")
    found = methods.public_columns()
    assert [(part.slug, part.columns, bool(part.failure)) for part in found] == [
        ("crashing", (), True),
        ("database-breaker", (), True),
        ("every-hook", (NOTES,), False),
        ("gone", (), True),
        ("half-way", (), True),
    ]
    assert found[2] == MethodColumns("every-hook", "全钩子工作法", (NOTES,))
    assert MethodActivation.objects.count() == 6  # the transaction still takes statements


def test_a_column_is_shown_while_its_method_is_on(switched_on: SwitchedOn) -> None:
    methods = switched_on("every-hook")
    text = ColumnContent((ColumnText("衡南县共写了 0 条记录。"),))
    shown = methods.public_column(method="every-hook", slug="notes", page=1)
    assert shown == MethodColumn("every-hook", "全钩子工作法", NOTES, text)
    assert methods.public_column(method="every-hook", slug="notes", page=2) is None
    assert methods.public_column(method="every-hook", slug="nothing", page=1) is None
    MethodActivation.objects.update(is_enabled=False)
    off = county_methods(methods.tenant)
    assert (off.public_columns(), off.public_column(method="every-hook", slug="notes", page=1)) == ((), None)


@pytest.mark.parametrize(
    ("slug", "name"),
    [("crashing", "处处出错"), ("database-breaker", "破坏事务"), ("half-way", "半途而废"), ("gone", "gone")],
)
def test_a_column_of_who_fails_says_so(switched_on: SwitchedOn, slug: str, name: str) -> None:
    shown = switched_on(slug).public_column(method=slug, slug="notes", page=1)
    assert shown == MethodColumn(slug, name, None, None, NOT_SHOWN)
    assert MethodActivation.objects.count() == 1


def test_a_column_that_is_named_and_then_fails_keeps_its_name(switched_on: SwitchedOn) -> None:
    def bad(tenant: object, slug: str, page: int) -> ColumnContent:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM no_such_table")
        raise AssertionError

    methods = switched_on("odd")
    with registry_using(with_hooks(public_columns=lambda: [NOTES], public_column=bad)):
        shown = county_methods(methods.tenant).public_column(method="odd", slug="notes", page=1)
    assert shown == MethodColumn("odd", "怪答", NOTES, None, NOT_SHOWN)
    assert MethodActivation.objects.count() == 1


@pytest.mark.parametrize(
    "columns",
    [
        "notes",
        ["notes"],
        [PublicColumn("Notes", "记录", "说明")],
        [PublicColumn("../notes", "记录", "说明")],
        [PublicColumn("a" * 51, "记录", "说明")],
        [PublicColumn("notes", "", "说明")],
        [PublicColumn("notes", "记录", "长" * 121)],
        [PublicColumn("notes", SafeString("<b>记录</b>"), "说明")],
        [NOTES, NOTES],
        [PublicColumn(f"n{number}", "记录", "说明") for number in range(11)],
    ],
)
def test_what_is_no_column_is_refused(columns: object) -> None:
    with pytest.raises(WrongAnswerError):
        read_columns(columns)


CASE = CaseRow(1, ("甲",))
BAD_PARTS: list[Any] = [
    "<p>文字</p>",
    ColumnText(SafeString("<p>文字</p>")),
    ColumnText(""),
    ColumnText("长" * 401),
    ColumnText("一行\n又一行"),
    ColumnText(3),  # type: ignore[arg-type]
    ColumnFigures("数字", (ColumnFigure("件数", 3),)),  # type: ignore[arg-type]
    ColumnFigures("数字", ("3",)),  # type: ignore[arg-type]
    ColumnTable("表", ("甲", "乙"), (("一",),)),
    ColumnTable("表", ("甲",), (("长" * 81,),)),
    ColumnTable("表", ("甲",), [("一",)]),  # type: ignore[arg-type]
    ColumnTable("表", tuple("甲乙丙丁戊己庚辛壬"), ()),
    ColumnTable("表", ("甲",), (("一",),) * (MOST_ROWS + 1)),
    ColumnCases("件", ("甲",), (CaseRow("1", ("一",)),)),  # type: ignore[arg-type]
    ColumnCases("件", ("甲",), (CaseRow(True, ("一",)),)),
    ColumnCases("件", ("甲",), (CaseRow(1, ()),)),
    ColumnCases("件", ("甲",), ((1, ("一",)),)),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("part", BAD_PARTS)
def test_what_is_no_part_of_a_column_is_refused(part: Any) -> None:
    with pytest.raises(WrongAnswerError):
        read_content(ColumnContent((part,)))


@pytest.mark.parametrize("pages", [0, -1, True, 1.0, 10**9])
def test_a_column_without_a_sensible_end_is_refused(pages: Any) -> None:
    with pytest.raises(WrongAnswerError):
        read_content(ColumnContent((), pages))


@pytest.mark.parametrize("answer", ["text", (), {}, ColumnText("文字"), [ColumnContent(())]])
def test_what_is_no_page_of_a_column_is_refused(answer: object) -> None:
    with pytest.raises(WrongAnswerError):
        read_content(answer)


def test_what_is_one_is_taken_as_it_is() -> None:
    parts = (
        ColumnText("文字"),
        ColumnFigures("数字", (ColumnFigure("件数", "3 件"),)),
        ColumnTable("表", ("甲", "乙"), (("一", "二"),)),
        ColumnCases("件", ("甲",), (CASE,)),
    )
    content = ColumnContent(parts, 2)
    assert read_content(content) is content
    assert read_content(None) is None
    assert read_columns(iter([NOTES])) == (NOTES,)


# The contract


def _loaded(**hooks: Callable[..., object]) -> LoadedMethod:
    method = with_hooks(**hooks).get("odd")
    assert isinstance(method, LoadedMethod)
    return method


def _nothing(tenant: object, slug: str, page: int) -> None:
    return None


@pytest.mark.parametrize(
    ("hooks", "said"),
    [
        ({"public_columns": lambda: [NOTES]}, "belong together"),
        ({"public_column": _nothing}, "belong together"),
        (
            {"public_columns": lambda: [PublicColumn("notes", "Notes", "说明")], "public_column": _nothing},
            "must be in Chinese",
        ),
        ({"public_columns": lambda: [NOTES, NOTES], "public_column": _nothing}, "two of one slug"),
    ],
)
def test_the_contract_names_what_is_wrong_with_columns(
    hooks: dict[str, Callable[..., object]], said: str
) -> None:
    with pytest.raises(testing.ContractBrokenError, match=said):
        testing.check_public_columns(_loaded(**hooks))


def test_the_contract_takes_a_good_column() -> None:
    testing.check_public_columns(_loaded(public_columns=lambda: [NOTES], public_column=_nothing))
