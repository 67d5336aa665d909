"""The folder of an export: ours or refused, written beside itself, put in place when it is whole."""

import fcntl
import filecmp
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from luoshi.errors import Refusal

MARKER = "luoshi-export.json"
"""File that says that the folder is an export, and of which county."""


class ExportRefused(Refusal):
    """The folder cannot be written or is not ours; what stood there still stands there."""

    code = "export_refused"
    status = 409


@contextmanager
def export_folder(target: Path, *, county: str) -> Iterator[Path]:
    """Yield an empty folder beside ``target`` that takes its place when the block ends well.

    When the block fails nothing has changed. What was in ``target`` is gone afterwards, so a file that is no
    longer published does not stay behind; a file that has not changed keeps its time. ``target`` is replaced
    by two renames: if the machine stops between them, the next export puts the old one back first.

    :param county: code; the export of another county is refused.
    :raises ExportRefused: where ``target`` is no folder, is not empty and no former export of this county, is
        being written by another export, or cannot be written.
    """
    target = Path(os.path.realpath(target))
    if not target.name:
        raise ExportRefused("不能导出到根目录，请换一个文件夹")
    if not target.parent.is_dir():
        raise ExportRefused(f"{target.parent} 不是文件夹，请先建好上一级文件夹")
    work, old = target.with_name(f".{target.name}.luoshi-new"), target.with_name(f".{target.name}.luoshi-old")
    with _told(target), _locked(work, target):
        _recover(target, old)
        check_own(target, county=county)
        if target.is_dir():
            shutil.copymode(target, work)
        _mark(work, county)
        yield work
        _keep_times(work, target)
        _swap(work, target, old)


def check_own(target: Path, *, county: str) -> None:
    """Refuse a folder that holds anything but a former export of this county.

    :raises ExportRefused: naming what is wrong and what to do.
    """
    if not target.exists():
        return
    if not target.is_dir():
        raise ExportRefused(f"{target} 是文件，不是文件夹，请换一个位置")
    if not any(target.iterdir()):
        return
    try:
        found = json.loads((target / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict) or found.get("export") != "luoshi":
        raise ExportRefused(f"{target} 不是空文件夹，也不是以前的导出，没有写入。请换一个空文件夹")
    if found.get("county") != county:
        raise ExportRefused(f"{target} 是另一个县（{found.get('county')}）的导出，没有写入。请换一个文件夹")


def _mark(work: Path, county: str) -> None:
    text = json.dumps({"export": "luoshi", "county": county}, ensure_ascii=False)
    (work / MARKER).write_text(f"{text}\n", encoding="utf-8")


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportRefused(f"写入 {target} 失败，原有的导出没有改变：{error}") from error


@contextmanager
def _locked(work: Path, target: Path) -> Iterator[None]:
    """Hold ``work``, empty, for this export alone, and leave nothing of it when the block fails.

    What a killed export has left behind is taken over. The lock is the folder's own, so that it goes where
    the folder goes and leaves no file behind.
    """
    work.mkdir(exist_ok=True)
    handle = os.open(work, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ExportRefused(f"另一个导出正在写入 {target}，请等它结束") from None
        try:
            _empty(work)
            yield
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
    finally:
        os.close(handle)


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _recover(target: Path, old: Path) -> None:
    """Finish what an export that was killed between the two renames has begun."""
    if old.exists() and not target.exists():
        old.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _swap(work: Path, target: Path, old: Path) -> None:
    if not target.exists():
        work.rename(target)
        return
    target.rename(old)
    try:
        work.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _keep_times(work: Path, target: Path) -> None:
    """Let what has not changed keep its time, for rsync and for browsers that ask whether it has."""
    for path in work.rglob("*"):
        former = target / path.relative_to(work)
        if path.is_file() and former.is_file() and filecmp.cmp(path, former, shallow=False):
            known = former.stat()
            os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))
