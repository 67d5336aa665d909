"""A method of a hook or two, for what a good method would never answer."""

from collections.abc import Callable
from types import SimpleNamespace

from luoshi.methods.markers import hookimpl
from luoshi.methods.registry import MethodRegistry
from luoshi.methods.types import ColumnContent, ColumnPart, MethodInfo, PublicColumn

COLUMN = PublicColumn("column", "一事一访", "本县公开的建议中走访过的")


def one_hook(hook: str, answer: Callable[..., object]) -> MethodRegistry:
    """A registry of one method ``odd`` whose ``hook`` is ``answer``."""
    return with_hooks(**{hook: answer})


def with_hooks(**hooks: Callable[..., object]) -> MethodRegistry:
    """A registry of one method ``odd`` with these hooks."""

    def describe_method() -> MethodInfo:
        return MethodInfo(slug="odd", name="怪答", summary="样例", source="样例")

    plugin = SimpleNamespace(describe_method=hookimpl(describe_method))
    for hook, answer in hooks.items():
        setattr(plugin, hook, hookimpl(answer))
    return MethodRegistry.of_plugins({"odd": plugin})


def one_column(*parts: ColumnPart, pages: int = 1) -> MethodRegistry:
    """A method whose one public column has these parts on each of its pages."""

    def public_column(tenant: object, slug: str, page: int) -> ColumnContent | None:
        return ColumnContent(parts, pages) if page <= pages else None

    return with_hooks(public_columns=lambda: [COLUMN], public_column=public_column)
