"""Finding methods among the installed distributions, without importing their hooks.

Read by the settings, so nothing here may need Django to be set up.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec

from luoshi.methods.markers import ENTRY_POINT_GROUP


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that says it is a method. ``load`` brings its plugin and may raise whatever it likes.

    ``package``: the Python package that is its Django app. ``needs_app``: the app must be among the installed
    ones.
    """

    slug: str
    package: str
    load: Callable[[], object]
    distribution: str = ""
    version: str = ""
    needs_app: bool = True


def package_of(value: str) -> str:
    """The app of an entry point's value: ``package`` of ``package.hooks:plugin`` or of ``package.hooks``."""
    module = value.partition(":")[0].strip()
    return module.rpartition(".")[0] or module


def candidates_installed() -> tuple[Candidate, ...]:
    """Every entry point of the group, in the order of their slugs. Two distributions may claim one slug."""
    return tuple(
        Candidate(
            slug=point.name,
            package=package_of(point.value),
            load=point.load,
            distribution=point.dist.name if point.dist else "",
            version=point.dist.version if point.dist else "",
        )
        for point in _points()
    )


def method_apps() -> list[str]:
    """The method packages for ``INSTALLED_APPS``.

    A package that cannot be imported is left out here, so that it does not stop the process; the registry
    finds it without its app and remembers it as broken.
    """
    return sorted({package for point in _points() if _is_importable(package := package_of(point.value))})


def _points() -> Iterable[EntryPoint]:
    return sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: (point.name, point.value))


def _is_importable(package: str) -> bool:
    try:
        import_module(package)
        if find_spec(f"{package}.apps") is not None:
            import_module(f"{package}.apps")
    except Exception:  # foreign code: whatever it raises, the registry will name it
        return False
    return True
