"""A method of one hook, for what a good method would never answer."""

from collections.abc import Callable
from types import SimpleNamespace

from luoshi.methods.markers import hookimpl
from luoshi.methods.registry import MethodRegistry
from luoshi.methods.types import MethodInfo


def one_hook(hook: str, answer: Callable[..., object]) -> MethodRegistry:
    """A registry of one method ``odd`` whose ``hook`` is ``answer``."""

    def describe_method() -> MethodInfo:
        return MethodInfo(slug="odd", name="怪答", summary="样例", source="样例")

    plugin = SimpleNamespace(describe_method=hookimpl(describe_method))
    setattr(plugin, hook, hookimpl(answer))
    return MethodRegistry.of_plugins({"odd": plugin})
