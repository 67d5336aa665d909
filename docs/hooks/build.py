"""Writes one page for each hook from its specification: ``python docs/hooks/build.py``.

A test compares the pages with what this writes, so that they cannot fall behind the code.
"""

import ast
import inspect
import re
from pathlib import Path

from luoshi.methods import hookspecs

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "tests" / "methods_fixtures" / "luoshi_every_hook" / "hooks.py"


def pages() -> dict[str, str]:
    """File name to text, for every hook and the index."""
    specs, examples = _specs(), _examples()
    written = {}
    index = ["# Hooks", "", "Every hook of the plugin API. What is not listed here is not part of it.", ""]
    for subject in hookspecs.SUBJECTS:
        index += [f"## {subject.__name__}", "", inspect.getdoc(subject) or "", ""]
        for name, spec in vars(subject).items():
            if not name.startswith("_"):
                written[f"{name}.md"] = _page(
                    name, subject, specs[name], inspect.getdoc(spec) or "", examples
                )
                summary = (inspect.getdoc(spec) or "").split("\n")[0]
                index.append(f"- [`{name}`]({name}.md): {summary}")
        index.append("")
    index += ["## Rules for all hooks", "", _rules(), ""]
    written["README.md"] = "\n".join(index)
    return written


def _page(name: str, subject: type, spec: ast.FunctionDef, doc: str, examples: dict[str, str]) -> str:
    text, _, fields = doc.partition(":param ")
    arguments = [argument for argument in spec.args.args if argument.arg != "self"]
    signature = ", ".join(ast.unparse(argument) for argument in arguments)
    lines = [
        f"# `{name}`",
        "",
        f"Subject: {subject.__name__}. {(inspect.getdoc(subject) or '').split(chr(10))[0]}",
        "",
        "```python",
        f"{name}({signature}) -> {ast.unparse(spec.returns) if spec.returns else 'None'}",
        "```",
        "",
        text.strip(),
        "",
    ]
    if fields:
        lines += ["| argument | what it is |", "|---|---|"]
        for field in re.split(r"\n:param ", fields.strip()):
            argument, _, meaning = field.partition(":")
            lines.append(f"| `{argument}` | {' '.join(meaning.split())} |")
        lines.append("")
    example = f"@hookimpl\n{examples[name]}"
    lines += ["The fixture method that uses every hook:", "", "```python", example, "```", ""]
    return "\n".join(lines)


def _specs() -> dict[str, ast.FunctionDef]:
    source = Path(inspect.getfile(hookspecs)).read_text(encoding="utf-8")
    return {node.name: node for node in _functions(source)}


def _examples() -> dict[str, str]:
    """Each function of the fixture method as it is written there, without its decorators."""
    source = EXAMPLE.read_text(encoding="utf-8")
    lines = source.splitlines()
    return {node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in _functions(source)}


def _functions(source: str) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]


def _rules() -> str:
    return (inspect.getdoc(hookspecs) or "").partition("Rules for all of them:\n\n")[2]


def main() -> None:
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
