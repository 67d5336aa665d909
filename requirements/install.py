"""Bring .venv to a hash-locked state with nothing but Python and pip: ``python install.py run|dev``; then the
workbench's assets (``assets.py``).

Does nothing if that was done before for the same locks and the same project files.
"""

import hashlib
import json
import subprocess
import sys
import venv
from pathlib import Path

import assets

TOP = Path(__file__).resolve().parent.parent
VENV = TOP / ".venv"
STAMP = VENV / "luoshi-installed.json"


def projects() -> list[Path]:
    """The product and every method in the repository, as directories."""
    return [TOP, *sorted(path.parent for path in TOP.glob("plugins/*/pyproject.toml"))]


def digest() -> str:
    """What an installation depends on: the locks, the project files and the interpreter."""
    total = hashlib.sha256(sys.version.encode())
    files = [*sorted((TOP / "requirements").glob("*.txt")), *(path / "pyproject.toml" for path in projects())]
    for file in files:
        total.update(str(file.relative_to(TOP)).encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def installed(kind: str) -> bool:
    """Tell whether .venv is what the locks say. One for development also runs the product."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return stamp.get("digest") == digest() and stamp.get("kind") in (kind, "dev")


def pip(*arguments: str | Path) -> None:
    """Run pip of .venv, without build isolation: nothing is fetched that is not in the lock."""
    command = [VENV / "bin" / "python", "-m", "pip", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, cwd=TOP)  # noqa: S603 (our own pip)


def main() -> int:
    """Install what is missing; returns the exit code."""
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "dev"):
        sys.stderr.write("usage: install.py run|dev\n")
        return 2
    kind = sys.argv[1]
    if sys.version_info < (3, 11):  # noqa: UP036 (older ones do run this file, to be told)
        sys.stderr.write(
            f"需要 Python 3.11 或更高版本，现在是 {sys.version.split()[0]}。可用 make PYTHON=... 指定。\n"
        )
        return 1
    if installed(kind):
        return assets.main(kind)
    sys.stdout.write(f"… 安装依赖（requirements/{kind}.txt，首次约一分钟）\n")
    sys.stdout.flush()
    try:
        if not (VENV / "bin" / "python").exists():
            venv.create(VENV, with_pip=True)
        STAMP.unlink(missing_ok=True)
        pip("install", "-q", "--require-hashes", "-r", f"requirements/{kind}.txt")
        editable = [part for path in projects() for part in ("-e", path)]
        pip("install", "-q", "--no-deps", "--no-build-isolation", *editable)
        pip("check", "-q")
    except subprocess.CalledProcessError as error:
        sys.stderr.write(
            f"安装没有成功（{error.returncode}），原因见上。"
            "若缺少 venv 或 ensurepip，请安装系统的 python3-venv 包。\n"
        )
        return 1
    STAMP.write_text(json.dumps({"kind": kind, "digest": digest()}), encoding="utf-8")
    return assets.main(kind)


if __name__ == "__main__":
    sys.exit(main())
