"""The page for authors of methods: what it marks as executed is executed, what it names exists."""

import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from luoshi.methods.registry import LoadedMethod, MethodRegistry
from luoshi.methods.samples import actor_sample, case_sample, transition_sample
from luoshi.methods.types import ContactView

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "write-a-method.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- executed -->\n```python\n(.*?)```", PAGE, re.DOTALL)

DOTTED = sorted(set(re.findall(r"`(luoshi\.[a-zA-Z_.]+)`", PAGE)) - {"luoshi.methods"})


def test_every_python_block_is_executed() -> None:
    assert len(BLOCKS) == PAGE.count("```python") == 7


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.strip().splitlines()[-1][:30])
def test_block(block: str) -> None:
    module = ModuleType("write_a_method_block")
    exec(compile(block, "write-a-method.md", "exec"), vars(module))


def test_the_smallest_method_is_a_whole_method() -> None:
    module = ModuleType("smallest")
    exec(compile(BLOCKS[0], "write-a-method.md", "exec"), vars(module))
    method = MethodRegistry.of_plugins({"face-to-face": module}).get("face-to-face")
    assert isinstance(method, LoadedMethod)
    talk = ContactView(1, 1, 1, "before", "phone", case_sample().handed_over_on, 1, None)  # type: ignore[arg-type]
    visit = ContactView(2, 1, 1, "before", "visit", case_sample().handed_over_on, 1, None)  # type: ignore[arg-type]
    for contacts, met in (((), False), ((talk,), False), ((talk, visit), True)):
        answers = module.transition_requirements(
            case=case_sample(contacts=contacts),
            transition=transition_sample(name="submit_review"),
            actor=actor_sample(),
        )
        assert [requirement.met for requirement in answers] == [met]


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"`(luoshi\.[a-zA-Z_.]+)`", PAGE)) - {"luoshi.methods"})
)
def test_every_dotted_name_exists(name: str) -> None:
    module, _, last = name.rpartition(".")
    found = import_module(module)
    assert hasattr(found, last) or import_module(name)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)]+)\)", PAGE))))
def test_every_link_leads_somewhere(target: str) -> None:
    assert (DOCS / target).is_file()
