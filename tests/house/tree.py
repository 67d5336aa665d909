"""The files of this repository, as the checks of the house see them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PACKAGES = ("platform/luoshi", "tenants/luoshi_tenants", "cms/luoshi_cms", "deploy/luoshi_site")
NOT_OURS = {"node_modules", "__pycache__", "build", "dist", "staticfiles", "media", "vendor"}
DOTTED_BUT_OURS = {".ci", ".github", ".gitignore", ".npmrc", ".dockerignore", ".editorconfig"}


@dataclass(frozen=True, slots=True)
class Source:
    """One text file: its path from the top of the repository, with slashes, and what stands in it."""

    path: str
    text: str

    @property
    def is_python(self) -> bool:
        return self.path.endswith(".py")

    @property
    def is_migration(self) -> bool:
        return "/migrations/" in self.path

    @property
    def is_test(self) -> bool:
        return "tests" in self.path.split("/")

    @property
    def is_product(self) -> bool:
        """Python that runs in a county: the four packages and the methods, without their tests."""
        return self.is_python and self.path.split("/")[0] in TOP_FOLDERS and not self.is_test

    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)


TOP_FOLDERS = (*(package.partition("/")[0] for package in PACKAGES), "plugins")


def sources(top: Path = TOP) -> Iterator[Source]:
    """Every text file below ``top`` that is meant to be committed, in order."""
    for path in sorted(top.iterdir()):
        ours = path.name in DOTTED_BUT_OURS or not (path.name.startswith(".") or path.name in NOT_OURS)
        if not ours or path.is_symlink():
            continue
        if path.is_dir():
            for below in sources(path):
                yield Source(f"{path.name}/{below.path}", below.text)
        elif path.name != "uv.lock":
            try:
                yield Source(path.name, path.read_text(encoding="utf-8"))
            except UnicodeDecodeError:
                continue  # a workbook, a picture
