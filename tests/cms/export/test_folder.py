"""The folder of an export: whose it may be, and what is left of it when something goes wrong."""

import json
import os
from pathlib import Path

import pytest

from luoshi_cms.export.folder import MARKER, ExportRefused, export_folder


def write(target: Path, *, county: str = "430422", **files: str) -> None:
    with export_folder(target, county=county) as work:
        for name, text in files.items():
            (work / name).write_text(text)


def state(parent: Path) -> dict[str, str]:
    """Every file below ``parent`` without the markers, hidden ones too."""
    return {
        path.relative_to(parent).as_posix(): path.read_text()
        for path in sorted(parent.rglob("*"))
        if path.is_file() and path.name != MARKER
    }


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.mark.parametrize("there", [False, True])
def test_a_new_folder_and_an_empty_one_are_taken(tmp_path: Path, target: Path, there: bool) -> None:
    if there:
        target.mkdir(mode=0o750)
    write(target, a="1")
    assert state(tmp_path) == {"site/a": "1"}
    assert json.loads((target / MARKER).read_text()) == {"export": "luoshi", "county": "430422"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]
    if there:
        assert target.stat().st_mode & 0o777 == 0o750


def test_what_the_former_export_had_and_this_one_has_not_is_gone(tmp_path: Path, target: Path) -> None:
    write(target, a="1", b="2")
    write(target, a="1")
    assert state(tmp_path) == {"site/a": "1"}


def test_what_has_not_changed_keeps_its_time(target: Path) -> None:
    write(target, a="1", b="2")
    for name in ("a", "b"):
        os.utime(target / name, (1_000, 1_000))
    write(target, a="1", b="3")
    assert (target / "a").stat().st_mtime == 1_000
    assert (target / "b").stat().st_mtime > 1_000


@pytest.mark.parametrize(
    ("name", "text"),
    [("note.txt", "我的"), (MARKER, "{}"), (MARKER, "[]"), (MARKER, "x"), (MARKER, '{"export": "other"}')],
)
def test_a_folder_of_somebody_else_is_refused_and_untouched(
    tmp_path: Path, target: Path, name: str, text: str
) -> None:
    target.mkdir()
    (target / name).write_text(text)
    with pytest.raises(ExportRefused, match="不是空文件夹，也不是以前的导出"):
        write(target, a="1")
    assert (target / name).read_text() == text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


def test_the_export_of_another_county_is_refused(target: Path) -> None:
    write(target, county="431322", a="1")
    with pytest.raises(ExportRefused, match="另一个县（431322）的导出"):
        write(target, a="2")
    assert state(target) == {"a": "1"}


def test_a_file_and_a_folder_without_its_parent_are_refused(tmp_path: Path, target: Path) -> None:
    target.write_text("x")
    with pytest.raises(ExportRefused, match="是文件"):
        write(target)
    with pytest.raises(ExportRefused, match="先建好上一级"):
        write(tmp_path / "none" / "site")
    with pytest.raises(ExportRefused, match="根目录"):
        write(Path("/"))
    assert state(tmp_path) == {"site": "x"}


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), OSError("disk full")])
def test_a_failing_export_leaves_the_old_one_whole(
    tmp_path: Path, target: Path, error: BaseException
) -> None:
    write(target, a="1")

    def fail() -> None:
        with export_folder(target, county="430422") as work:
            (work / "a").write_text("2")
            raise error

    with pytest.raises(ExportRefused if isinstance(error, OSError) else type(error)):
        fail()
    assert state(tmp_path) == {"site/a": "1"}


def test_a_swap_that_fails_puts_the_old_one_back(
    tmp_path: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(target, a="1")
    rename = Path.rename

    def fails(self: Path, to: Path) -> Path:
        if self.name.endswith("luoshi-new"):
            raise OSError("cross-device")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(ExportRefused, match="cross-device"):
        write(target, a="2")
    assert state(tmp_path) == {"site/a": "1"}


def test_what_a_killed_export_left_is_put_right(tmp_path: Path, target: Path) -> None:
    """Between its two renames, and in the midst of writing."""
    write(target, a="1")
    target.rename(tmp_path / ".site.luoshi-old")
    half = tmp_path / ".site.luoshi-new"
    (half / "sub").mkdir(parents=True)
    (half / "sub" / "b").write_text("half")
    with pytest.raises(ValueError, match="again"), export_folder(target, county="430422"):
        raise ValueError("again")
    assert state(tmp_path) == {"site/a": "1"}
    target.rename(tmp_path / ".site.luoshi-old")
    write(target, a="2")
    assert state(tmp_path) == {"site/a": "2"}


def test_two_exports_do_not_write_at_once(tmp_path: Path, target: Path) -> None:
    with export_folder(target, county="430422") as work:
        (work / "a").write_text("1")
        with pytest.raises(ExportRefused, match="另一个导出正在写入"):
            write(target, a="2")
        write(tmp_path / "other", b="3")
    assert state(tmp_path) == {"other/b": "3", "site/a": "1"}


def test_a_link_to_a_folder_is_followed(tmp_path: Path, target: Path) -> None:
    (tmp_path / "real").mkdir()
    target.symlink_to(tmp_path / "real")
    write(target, a="1")
    assert (target.is_symlink(), (tmp_path / "real" / "a").read_text()) == (True, "1")
