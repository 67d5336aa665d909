"""``luoshi methods`` over usable, broken and missing methods."""

import json
import sys
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from luoshi.methods.discovery import Candidate
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import BrokenMethod, MethodRegistry, registry_using
from luoshi_site.cli import run
from luoshi_site.cli.methods import counties_by_method
from luoshi_tenants.context import county_context

sys.path.insert(0, str(Path(__file__).parents[2] / "methods_fixtures"))


@pytest.fixture(autouse=True)
def registry(two_counties: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Two methods, one of them broken; the command finds the test's own database."""
    monkeypatch.setattr("luoshi_site.cli.base.database", nullcontext)
    refusing = Candidate(
        "refusing",
        "luoshi_refusing",
        lambda: import_module("luoshi_refusing.hooks"),
        distribution="luoshi-refusing",
        version="1.2",
        needs_app=False,
    )
    usable = MethodRegistry.of_candidates([refusing]).methods
    broken = BrokenMethod("from-the-future", "接口太新", "luoshi-future", "9.0")
    with registry_using(MethodRegistry(usable, [broken])):
        yield


def switched(slug: str, county: Any) -> None:
    with county_context(county):
        MethodActivation.objects.create(slug=slug, is_enabled=True, enabled_at=timezone.now())


def test_the_list_names_version_hooks_and_counties(
    two_counties: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for county in two_counties:
        switched("refusing", county)
    switched("gone", two_counties[1])
    with county_context(two_counties[0]):
        MethodActivation.objects.create(slug="from-the-future", is_enabled=False)
    assert run(["methods"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "from-the-future  无法使用：接口太新",
        "  安装包：luoshi-future 9.0",
        "  启用的县：无",
        "gone  已在县里启用，但没有安装",
        "  启用的县：新化县",
        "refusing  一票否决：总是不同意的样例（样例）",
        "  钩子：describe_method、transition_requirements、validate_transition",
        "  安装包：luoshi-refusing 1.2",
        "  启用的县：衡南县、新化县",
    ]


def test_what_is_broken_is_red(two_counties: Any) -> None:
    from click.testing import CliRunner

    from luoshi_site.cli import luoshi

    switched("gone", two_counties[0])
    result = CliRunner().invoke(luoshi, ["methods"], color=True)
    red = [line for line in result.output.splitlines() if line.startswith("\x1b[31m")]
    assert red == [
        "\x1b[31mfrom-the-future  无法使用：接口太新\x1b[0m",
        "\x1b[31mgone  已在县里启用，但没有安装\x1b[0m",
    ]


def test_nothing_installed(capsys: pytest.CaptureFixture[str]) -> None:
    with registry_using(MethodRegistry()):
        assert run(["methods"]) == 0
    assert capsys.readouterr().out == "没有安装工作法。\n"


def test_the_switches_of_all_counties_are_one_query(two_counties: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    switched("refusing", two_counties[0])
    with CaptureQueriesContext(connection) as queries:
        assert counties_by_method() == {"refusing": ["衡南县"]}
    read = [query["sql"] for query in queries.captured_queries if "methods_methodactivation" in query["sql"]]
    assert [sql.count("UNION ALL") for sql in read] == [1]


def test_enable_and_disable_in_one_county(
    two_counties: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["methods", "enable", "refusing", "--county", "431322"]) == 0
    assert capsys.readouterr().out == "新化县已启用 refusing\n"
    assert counties_by_method() == {"refusing": ["新化县"]}
    assert run(["methods", "disable", "refusing", "--county", "431322"]) == 0
    assert capsys.readouterr().out == "新化县已停用 refusing\n"
    assert counties_by_method() == {}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["enable", "refusing", "--county", "999999"], "没有代码为 999999 的县"),
        (["enable", "nobody", "--county", "431322"], "没有安装工作法“nobody”"),
        (["enable", "from-the-future", "--county", "431322"], "无法使用：接口太新"),
        (["disable", "refusing", "--county", "431322"], "本县没有启用过工作法“refusing”"),
    ],
)
def test_refusals_are_told(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["methods", *arguments]) == 1
    assert said in capsys.readouterr().err
    assert counties_by_method() == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "不是 UTF-8 编码的 JSON 文件"),
        ("[]", "的内容应为对象"),
        (json.dumps({"strict": True}), "strict：此工作法没有选项，请删去"),
    ],
)
def test_wrong_option_files(text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "options.json"
    file.write_text(text, encoding="utf-8")
    assert run(["methods", "enable", "refusing", "--county", "431322", "--options", str(file)]) == 1
    assert said in capsys.readouterr().err
    assert counties_by_method() == {}
