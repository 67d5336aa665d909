"""A method that was written for a plugin API that this host does not speak."""

from luoshi.methods.markers import hookimpl
from luoshi.methods.types import MethodInfo


@hookimpl
def describe_method() -> MethodInfo:
    return MethodInfo(slug="from-the-future", name="未来版本", summary="接口不兼容", source="样例", api=99)
