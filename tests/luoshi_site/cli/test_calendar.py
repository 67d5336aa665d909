"""``luoshi county calendar``: entering days, and what it tells of the deadlines."""

import json
from contextlib import nullcontext
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from world import world_make

from luoshi.calendar.models import CalendarYear, DayOverride
from luoshi.suggestions.models import Clock
from luoshi_site.cli import run
from luoshi_tenants.context import county_context


@pytest.fixture(autouse=True)
def _on_the_tests_database(county: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("luoshi_site.cli.base.database", nullcontext)


def days() -> list[tuple[str, str, str]]:
    rows = DayOverride.objects.filter(day__year=2027).order_by("day")
    return [(str(row.day), row.kind, row.name) for row in rows]


def edit(*options: str) -> int:
    return run(["county", "calendar", "430422", "--year", "2027", *options])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Due on Monday, 11 January 2027."""
    noon = datetime.combine(date(2026, 10, 9), time(12), tzinfo=timezone.get_current_timezone())
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: noon)
        suggestion = world_make().handed_over()
    return Clock.objects.get(suggestion=suggestion, kind="lead_reply")


def test_options_are_entered_and_deadlines_counted_anew(
    clock: Clock, two_counties: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--off", "2027-01-11", "--off", "2027-01-12", "--work", "2027-01-09")
    assert edit(*given) == 0
    assert capsys.readouterr().out.splitlines() == [
        "衡南县 2027 年：放假 2 天，上班 1 天，清除 0 天。",
        "核对进行中的期限 2 个，改变 1 个（1 件建议），保留 0 个（已同意延期，或另行确定）。",
    ]
    assert days() == [("2027-01-09", "work", ""), ("2027-01-11", "off", ""), ("2027-01-12", "off", "")]
    assert Clock.objects.get(pk=clock.pk).due_on == date(2027, 1, 9)
    assert CalendarYear.objects.get(year=2027).is_complete is False
    with county_context(two_counties[1]):
        assert days() == []

    assert edit("--clear", "2027-01-09", "--complete") == 0
    assert capsys.readouterr().out.splitlines() == [
        "衡南县 2027 年：放假 0 天，上班 0 天，清除 1 天，已声明录入完整。",
        "核对进行中的期限 2 个，改变 1 个（1 件建议），保留 0 个（已同意延期，或另行确定）。",
    ]
    after = Clock.objects.get(pk=clock.pk)
    assert (after.due_on, after.unseeded_years) == (date(2027, 1, 13), "")
    assert CalendarYear.objects.get(year=2027).is_complete is True


def test_a_file_is_entered_together_with_options(tmp_path: Path) -> None:
    file = tmp_path / "2027.json"
    given = {"off": {"2027-01-01": "元旦"}, "work": {"2027-01-03": "元旦调休"}}
    file.write_text(json.dumps(given), encoding="utf-8")
    assert edit("--file", str(file), "--off", "2027-01-02") == 0
    assert days() == [
        ("2027-01-01", "off", "元旦"),
        ("2027-01-02", "off", ""),
        ("2027-01-03", "work", "元旦调休"),
    ]


def test_without_edits_it_only_counts(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    DayOverride.objects.create(day=date(2027, 1, 11), kind="off")
    assert edit() == 0
    assert "改变 1 个（1 件建议）" in capsys.readouterr().out
    assert Clock.objects.get(pk=clock.pk).due_on == date(2027, 1, 12)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--off", "2028-01-01"], "2028-01-01 不在 2027 年，请核对"),
        (["--off", "2027-01-01", "--work", "2027-01-01"], "2027-01-01 出现了两次，请只留一处"),
        (["--off", "2027-01-01", "--off", "2027-01-01"], "2027-01-01 出现了两次，请只留一处"),
        (["--off", "2027-01-01", "--clear", "2027-01-01"], "2027-01-01 出现了两次，请只留一处"),
        (
            ["--off", "2027-01-01", "--clear", "2027-01-04"],
            "2027-01-04没有设置放假或调休，无需清除。",
        ),
    ],
)
def test_wrong_days_are_told_and_nothing_is_entered(
    options: list[str], said: str, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edit(*options) == 1
    assert capsys.readouterr().err == f"{said}\n"
    assert days() == []
    assert Clock.objects.get(pk=clock.pk).due_on == date(2027, 1, 11)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"holidays": {}}', "FILE 中只能有 off（放假）和 work（上班），没有“holidays”"),
        ('{"off": ["2027-01-01"]}', 'FILE 的 off 应为对象，如 {"2027-01-01": "元旦"}'),
        ('{"work": {"2027-01-01": 1}}', 'FILE 的 work 应为对象，如 {"2027-01-01": "元旦"}'),
        ('{"off": {"2027-02-30": ""}}', "FILE 中的“2027-02-30”不是日期，应如 2027-01-01"),
        ('{"off": {"2027-01-01": "' + "长" * 51 + '"}}', "名称不能超过50个字，请缩短。"),
    ],
)
def test_wrong_files(content: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "days.json"
    file.write_text(content, encoding="utf-8")
    assert edit("--file", str(file)) == 1
    assert capsys.readouterr().err == f"{said.replace('FILE', str(file))}\n"
    assert days() == []


@pytest.mark.parametrize("options", [["--year", "1949"], ["--off", "2027-13-01"], ["--off", "一月一日"]])
def test_wrongly_called(options: list[str]) -> None:
    assert edit(*options) == 2


def test_a_county_that_is_not_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["county", "calendar", "999999", "--year", "2027"]) == 1
    assert "没有代码为“999999”的县" in capsys.readouterr().err
