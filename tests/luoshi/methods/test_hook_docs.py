"""Every hook has its page, with its exact arguments, and its test; the code writes the pages."""

import inspect
import re
import runpy
from pathlib import Path

import pytest

from luoshi.methods.hookspecs import SUBJECTS
from luoshi.methods.registry import HOOKS

DOCS = Path(__file__).parents[3] / "docs"
SPECS = {name: spec for subject in SUBJECTS for name, spec in vars(subject).items() if name in HOOKS}


def test_every_hook_has_one_page_and_no_page_is_left_over() -> None:
    assert {page.stem for page in (DOCS / "hooks").glob("*.md")} - {"README"} == set(HOOKS)


@pytest.mark.parametrize("hook", HOOKS)
def test_hook_page_names_the_exact_argument_list(hook: str) -> None:
    arguments = [name for name in inspect.signature(SPECS[hook]).parameters if name != "self"]
    page = (DOCS / "hooks" / f"{hook}.md").read_text(encoding="utf-8")
    heading = re.search(rf"^{hook}\((.*)\) -> ", page, re.MULTILINE)
    assert heading is not None
    assert re.findall(r"(\w+): ", heading[1]) == arguments
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == arguments


@pytest.mark.parametrize("hook", HOOKS)
def test_hook_specification_explains_each_argument_and_is_typed(hook: str) -> None:
    signature = inspect.signature(SPECS[hook])
    doc = inspect.getdoc(SPECS[hook]) or ""
    arguments = [name for name in signature.parameters if name != "self"]
    assert re.findall(r"^:param (\w+): \S", doc, re.MULTILINE) == arguments
    assert all(signature.parameters[name].annotation is not inspect.Parameter.empty for name in arguments)
    assert signature.return_annotation is not inspect.Signature.empty
    assert "Called" in doc
    assert re.search(r"\b(SHALL|MAY)\b", doc)


@pytest.mark.parametrize("hook", HOOKS)
def test_hook_has_a_test(hook: str) -> None:
    text = (Path(__file__).parent / "test_hooks.py").read_text(encoding="utf-8")
    assert len(re.findall(rf"^def test_hook_{hook}\(", text, re.MULTILINE)) == 1


def test_pages_are_those_that_the_specification_writes() -> None:
    written = runpy.run_path(str(DOCS / "hooks" / "build.py"))["pages"]()
    kept = {page.name: page.read_text(encoding="utf-8") for page in (DOCS / "hooks").glob("*.md")}
    assert kept == written, "run: python docs/hooks/build.py"
