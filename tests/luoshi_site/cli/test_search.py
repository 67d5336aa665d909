"""``luoshi search rebuild``: which counties, what is written, what is told."""

from contextlib import nullcontext
from typing import Any

import pytest
from world import world_make

from luoshi.workbench.models import SuggestionText
from luoshi_site.cli import run
from luoshi_tenants.context import county_context


@pytest.fixture(autouse=True)
def _two_in_one_and_one_in_the_other(two_counties: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("luoshi_site.cli.base.database", nullcontext)
    for county, count in zip(two_counties, (2, 1), strict=True):
        with county_context(county):
            world = world_make()
            for _ in range(count):
                world.draft()


def texts(two_counties: Any) -> list[int]:
    found = []
    for county in two_counties:
        with county_context(county):
            found.append(SuggestionText.objects.count())
    return found


def test_one_county_and_no_other(two_counties: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "rebuild", "--county", "430422"]) == 0
    assert capsys.readouterr().out == "衡南县：写入 2 件建议的检索词。\n"
    assert texts(two_counties) == [2, 0]


def test_all_counties_and_a_second_time_nothing(
    two_counties: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for numbers in ((2, 1), (0, 0)):
        assert run(["search", "rebuild"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            f"衡南县：写入 {numbers[0]} 件建议的检索词。",
            f"新化县：写入 {numbers[1]} 件建议的检索词。",
        ]
    assert texts(two_counties) == [2, 1]


def test_everything_anew(two_counties: Any, capsys: pytest.CaptureFixture[str]) -> None:
    run(["search", "rebuild"])
    SuggestionText.objects.update(vector="")
    capsys.readouterr()
    assert run(["search", "rebuild", "--county", "430422", "--all"]) == 0
    assert capsys.readouterr().out == "衡南县：写入 2 件建议的检索词。\n"
    assert [row.vector == "" for row in SuggestionText.objects.all()] == [False, False]


def test_a_county_that_is_not_here(two_counties: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "rebuild", "--county", "999999"]) == 1
    assert "没有开通代码为 999999 的县" in capsys.readouterr().err
    assert texts(two_counties) == [0, 0]
