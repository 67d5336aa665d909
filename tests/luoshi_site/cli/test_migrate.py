"""``luoshi migrate`` tells each county's fate."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from luoshi_site import cli


@pytest.mark.parametrize(("arguments", "code"), [(["migrate"], 1), (["migrate", "--keep-going"], 0)])
def test_a_failed_county_is_named_and_stops_no_local_start(
    arguments: list[str], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = {
        "430422": SimpleNamespace(status="done", error=""),
        "431322": SimpleNamespace(status="failed", error="ProgrammingError: no such column"),
    }
    monkeypatch.setattr("luoshi_site.cli.base.database", nullcontext)
    monkeypatch.setattr("luoshi_tenants.provisioning.upgrade.counties_migrate", lambda: rows)
    assert cli.run(arguments) == code
    told = capsys.readouterr()
    assert told.out == "  430422 已更新\n"
    assert told.err.splitlines()[0] == "  431322 没有成功：ProgrammingError: no such column"
    assert ("1 个县没有更新成功" in told.err) is (code == 1)
