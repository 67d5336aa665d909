"""``luoshi audit verify`` over counties whose logs are whole, and over one that was tampered with."""

from contextlib import nullcontext
from typing import Any

import pytest
from django.db import connection

from luoshi.audit.services import event_append
from luoshi_site.cli import run
from luoshi_tenants.context import county_context

HENGNAN = "430422 衡南县：链 1 条，事件 1 条（内容依规清除 0 条），封存 0 次，"
XINHUA = "431322 新化县：链 0 条，事件 0 条（内容依规清除 0 条），封存 0 次，"


@pytest.fixture(autouse=True)
def counties(two_counties: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Two empty logs, one of which gets an event; the command finds the test's own database."""
    monkeypatch.setattr("luoshi_site.cli.base.database", nullcontext)
    for county in two_counties:
        with county_context(county), connection.cursor() as cursor:
            cursor.execute("DELETE FROM audit_event; DELETE FROM audit_stream; DELETE FROM audit_seal")
    event_append(stream_key="suggestion:1", kind="case.made", actor_id=None, actor_role="system", payload={})
    return two_counties


def test_whole_logs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "verify", "--all"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{HENGNAN}未发现问题。", f"{XINHUA}未发现问题。"]


def test_named_counties_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "verify", "--county", "431322", "--county", "430422"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{XINHUA}未发现问题。", f"{HENGNAN}未发现问题。"]


def test_a_changed_byte_is_told_and_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET actor_role = 'System'")
    assert run(["audit", "verify", "--county", "431322"]) == 0
    capsys.readouterr()
    assert run(["audit", "verify", "--all"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{HENGNAN}发现问题 1 处：",
        "  suggestion:1 第1号：事件与其摘要不符，可能被改动",
        f"{XINHUA}未发现问题。",
    ]


def test_more_findings_than_are_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luoshi.audit.verification.FINDINGS_KEPT", 0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET kind = 'x'")
    assert run(["audit", "verify", "--county", "430422"]) == 1
    assert capsys.readouterr().out.splitlines() == [f"{HENGNAN}发现问题 1 处：", "  ……其余 1 处未列出。"]


def test_unknown_county_is_refused_before_any_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "verify", "--county", "430422", "--county", "999999"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "没有开通代码为 999999 的县，可用 luoshi county list 查看。\n"


@pytest.mark.parametrize("options", [[], ["--all", "--county", "430422"]])
def test_which_counties_must_be_said(capsys: pytest.CaptureFixture[str], options: list[str]) -> None:
    assert run(["audit", "verify", *options]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("请用 --county CODE 指明一个或几个县，或用 --all 核验全部县（二者选一）。\n")
