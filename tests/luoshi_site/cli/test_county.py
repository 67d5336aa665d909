"""``luoshi county create`` refuses at once, and leaves nothing of what it refused."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from luoshi_site.cli import run
from luoshi_tenants.context import public_context
from luoshi_tenants.models import City, County, Province
from luoshi_tenants.provisioning import pgdump, script

GOOD = {"--name": "邵阳县", "--province": "430000", "--host": "shaoyang.localhost"}


@pytest.fixture(autouse=True)
def _on_the_tests_database(county: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    from luoshi_site.cli import base

    monkeypatch.setattr(base, "database", nullcontext)


def create(code: str, **changes: str) -> int:
    options = {**GOOD, **{f"--{name.replace('_', '-')}": value for name, value in changes.items()}}
    with public_context():
        return run(["county", "create", code, *(word for pair in options.items() for word in pair)])


@pytest.mark.parametrize(
    ("code", "changes", "said"),
    [
        ("43052", {}, "县代码“43052”不对：应为六位数字（GB/T 2260），如 430422"),
        ("430422", {}, "县 430422 已经存在"),
        ("430523", {"name": "县" * 51}, "县名不能超过 50 个字，请改短"),
        ("430523", {"host": "a b"}, "主机名“a b”不对：只写域名，不带端口和路径，如 hengnan.localhost"),
        ("430523", {"host": "xinhua.localhost"}, "主机名 xinhua.localhost 已被占用"),
        ("430523", {"province": "999999"}, "没有代码为 999999 的省：请先建立省"),
        (
            "430523",
            {"province": "9", "province_name": "新省"},
            "省代码“9”不对：应为六位数字（GB/T 2260），如 430000",
        ),
        ("430523", {"city": "430500"}, "省 430000 中没有代码为 430500 的市：请先建立市"),
    ],
)
def test_wrong_arguments_are_refused_before_the_script_is_built(
    code: str,
    changes: dict[str, str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    built: list[str] = []
    monkeypatch.setattr(script, "script_ensure", lambda: built.append("script"))
    assert create(code, **changes) == 1
    assert capsys.readouterr().err == f"{said}\n"
    assert built == []


def test_a_new_province_goes_with_the_county_that_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    new = {"province": "990000", "province_name": "新省", "city": "990100", "city_name": "新市"}
    assert create("43052", **new) == 1
    with public_context():
        assert not Province.objects.filter(code="990000").exists()
        assert not City.objects.filter(code="990100").exists()
    assert create("990101", **new) == 0
    assert capsys.readouterr().out == "已开通 邵阳县（990101），主机 shaoyang.localhost\n"
    with public_context():
        made = County.objects.get(code="990101")
        assert (made.province.name, made.city.name if made.city else None) == ("新省", "新市")


def test_a_pg_dump_that_fails_is_told(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    settings: LazySettings,
    tmp_path: Path,
) -> None:
    failing = tmp_path / "pg_dump"
    failing.write_text("#!/bin/sh\necho 'permission denied for table t' >&2\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setattr(pgdump, "pg_dump_find", lambda major: failing)
    monkeypatch.setattr(script, "script_ensure", lambda: pgdump.schema_dump("c430422"))
    assert create("430523") == 1
    assert capsys.readouterr().err == (
        "pg_dump 没有成功，无法生成开通新县所用的脚本：permission denied for table t。"
        "请检查数据库用户是否拥有（或可以读取）全部数据表，然后重试\n"
    )


def test_a_missing_pg_dump_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pgdump, "server_major", lambda: 9)
    monkeypatch.setattr(script, "script_ensure", lambda: pgdump.schema_dump("c430422"))
    assert create("430523") == 1
    assert capsys.readouterr().err == (
        "找不到 PostgreSQL 9 的 pg_dump：请安装与数据库服务器同一大版本的 PostgreSQL 客户端程序\n"
    )
