"""The methods of this process: which are usable, which are broken and why.

Each method gets a plugin manager of its own. So a call reaches one method by construction, a method that
pluggy refuses leaves nothing behind, and an unknown hook is attributed to the method that wrote it.
"""

import inspect
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, NoReturn, TypeVar

import pluggy
from django.apps import apps
from pydantic import BaseModel

from luoshi.methods.discovery import Candidate, candidates_installed
from luoshi.methods.hookspecs import SUBJECTS
from luoshi.methods.markers import API_VERSION, PROJECT
from luoshi.methods.types import ApiRoute, MethodInfo, Schedule

T = TypeVar("T")

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
SLUG_MAX_LENGTH = 50

HOOKS: tuple[str, ...] = tuple(
    name for subject in SUBJECTS for name in vars(subject) if not name.startswith("_")
)


@dataclass(frozen=True, slots=True)
class LoadedMethod:
    """A method that can be used. ``hooks``: those it implements. ``urls``: its ``urls`` module, if it has
    one.
    """

    slug: str
    info: MethodInfo
    package: str
    distribution: str
    version: str
    hooks: tuple[str, ...]
    options_model: type[BaseModel] | None
    api_routes: tuple[ApiRoute, ...]
    schedules: tuple[Schedule, ...]
    urls: ModuleType | None
    manager: pluggy.PluginManager

    @property
    def label(self) -> str:
        """The slug as a Python name: label of the app, prefix of permissions and tables."""
        return label_of(self.slug)

    def implements(self, hook: str) -> bool:
        return hook in self.hooks

    def call(self, hook: str, arguments: Mapping[str, object]) -> object:
        """This method's answer to ``hook``; ``None`` where it has none. Raises what the method raises."""
        answers: list[object] = getattr(self.manager.hook, hook)(**arguments)
        return answers[0] if answers else None


@dataclass(frozen=True, slots=True)
class BrokenMethod:
    """A method that is installed and cannot be used. ``reason``: Chinese, for the county's people."""

    slug: str
    reason: str
    distribution: str = ""
    version: str = ""


class UnusableError(Exception):
    """Raised inside the loading of one method; the message becomes ``BrokenMethod.reason``."""


def label_of(slug: str) -> str:
    """``three-meetings`` as ``three_meetings``."""
    return slug.replace("-", "_")


class MethodRegistry:
    """An immutable set of methods, usable and broken. Tests build their own; see :meth:`of_plugins`."""

    def __init__(self, methods: Iterable[LoadedMethod] = (), broken: Iterable[BrokenMethod] = ()) -> None:
        self._methods = {method.slug: method for method in methods}
        self._broken = {method.slug: method for method in broken}

    @property
    def methods(self) -> tuple[LoadedMethod, ...]:
        return tuple(self._methods[slug] for slug in sorted(self._methods))

    @property
    def broken(self) -> tuple[BrokenMethod, ...]:
        return tuple(self._broken[slug] for slug in sorted(self._broken))

    def get(self, slug: str) -> LoadedMethod | BrokenMethod | None:
        """The method of that slug, usable or broken; ``None`` where none is installed."""
        return self._methods.get(slug) or self._broken.get(slug)

    @classmethod
    def of_candidates(cls, candidates: Iterable[Candidate]) -> "MethodRegistry":
        """Load every candidate. Never raises for a method's fault: that method is remembered as broken."""
        by_slug: dict[str, list[Candidate]] = {}
        for candidate in candidates:
            by_slug.setdefault(candidate.slug, []).append(candidate)
        methods: list[LoadedMethod] = []
        broken: list[BrokenMethod] = []
        for slug, claimants in by_slug.items():
            first = claimants[0]
            if len(claimants) > 1:
                names = "、".join(claimant.distribution or claimant.package for claimant in claimants)
                broken.append(BrokenMethod(slug, f"多个安装包使用同一标识“{slug}”：{names}"))
                continue
            try:
                methods.append(_load(first))
            except UnusableError as error:
                broken.append(BrokenMethod(slug, str(error), first.distribution, first.version))
        return cls(methods, broken)

    @classmethod
    def of_entry_points(cls) -> "MethodRegistry":
        """The methods of the installed distributions."""
        return cls.of_candidates(candidates_installed())

    @classmethod
    def of_plugins(cls, plugins: Mapping[str, object]) -> "MethodRegistry":
        """The given plugins by slug, installed app or not. An object, unlike a module, has no package and no
        URLs.
        """
        return cls.of_candidates(
            Candidate(
                slug=slug,
                package=_package_of_plugin(plugin),
                load=lambda plugin=plugin: plugin,  # type: ignore[misc]
                needs_app=False,
            )
            for slug, plugin in plugins.items()
        )


_lock = threading.RLock()
_current: MethodRegistry | None = None


def registry_current() -> MethodRegistry:
    """The registry of this process, loaded from the entry points at the first call."""
    global _current
    if _current is None:
        with _lock:
            if _current is None:
                _current = MethodRegistry.of_entry_points()
    return _current


@contextmanager
def registry_using(registry: MethodRegistry) -> Iterator[None]:
    """Put ``registry`` in the place of the process's own, for a test."""
    global _current
    before, _current = _current, registry
    try:
        yield
    finally:
        _current = before


def _package_of_plugin(plugin: object) -> str:
    return plugin.__name__.rpartition(".")[0] if isinstance(plugin, ModuleType) else ""


def _load(candidate: Candidate) -> LoadedMethod:
    slug = candidate.slug
    if not SLUG.fullmatch(slug) or len(slug) > SLUG_MAX_LENGTH:
        raise UnusableError(
            f"标识“{slug}”不合规定：只能用小写字母、数字和连字符，以字母开头，不超过{SLUG_MAX_LENGTH}个字符"
        )
    if candidate.needs_app and not any(config.name == candidate.package for config in apps.get_app_configs()):
        raise UnusableError(f"应用“{candidate.package}”没有载入：{_import_error(candidate.package)}")
    try:
        plugin = candidate.load()
    except Exception as error:
        _refuse("无法载入", error)
    manager = _registered(plugin)
    hooks = tuple(hook for hook in HOOKS if getattr(manager.hook, hook).get_hookimpls())
    info = _asked(manager, "describe_method")
    if not isinstance(info, MethodInfo):
        raise UnusableError("describe_method 没有返回 MethodInfo")
    if info.api != API_VERSION:
        raise UnusableError(f"为第 {info.api} 版接口编写，本平台为第 {API_VERSION} 版，请升级工作法或平台")
    if info.slug != slug:
        raise UnusableError(f"自称标识“{info.slug}”，与安装入口“{slug}”不一致")
    options_model = _asked(manager, "options_model")
    if "options_model" in hooks and not (
        isinstance(options_model, type) and issubclass(options_model, BaseModel)
    ):
        raise UnusableError("options_model 没有返回 pydantic 模型")
    return LoadedMethod(
        slug=slug,
        info=info,
        package=candidate.package,
        distribution=candidate.distribution,
        version=candidate.version,
        hooks=hooks,
        options_model=options_model,
        api_routes=_declared(manager, "api_routes", ApiRoute),
        schedules=_declared(manager, "schedules", Schedule),
        urls=_urls_module(candidate.package),
        manager=manager,
    )


def _is_model(answer: object) -> bool:
    return isinstance(answer, type) and issubclass(answer, BaseModel)


def _registered(plugin: object) -> pluggy.PluginManager:
    manager = pluggy.PluginManager(PROJECT)
    for subject in SUBJECTS:
        manager.add_hookspecs(subject)
    try:
        manager.register(plugin)
        _refuse_vain_implementations(manager, plugin)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        _refuse("钩子不符合接口", error)
    return manager


def _refuse_vain_implementations(manager: pluggy.PluginManager, plugin: object) -> None:
    """Refuse what pluggy would take and then never call, or call in another way than meant.

    A gate that is silently never asked is worse than a method that does not load.
    """
    implemented = set()
    for caller in manager.get_hookcallers(plugin) or ():
        implemented.add(caller.name)
        for impl in caller.get_hookimpls():
            function = impl.function
            if impl.hookwrapper or impl.wrapper or impl.optionalhook:
                raise UnusableError(f"钩子 {caller.name} 使用了包装或可选选项，工作法不得使用")
            if impl.kwargnames:
                raise UnusableError(f"钩子 {caller.name} 的参数不得带默认值：{'、'.join(impl.kwargnames)}")
            if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
                raise UnusableError(f"钩子 {caller.name} 不得是异步函数")
    for hook in HOOKS:
        if hook not in implemented and inspect.isroutine(getattr(plugin, hook, None)):
            raise UnusableError(f"函数 {hook} 与钩子同名却没有 @hookimpl 标记，永远不会被调用")


def _asked(manager: pluggy.PluginManager, hook: str) -> Any:
    try:
        answers: list[object] = getattr(manager.hook, hook)()
    except Exception as error:
        _refuse(f"{hook} 出错", error)
    return answers[0] if answers else None


def _declared(manager: pluggy.PluginManager, hook: str, kind: type[T]) -> tuple[T, ...]:
    if not getattr(manager.hook, hook).get_hookimpls():
        return ()
    try:
        declared = tuple(_asked(manager, hook))
    except UnusableError:
        raise
    except Exception as error:  # a generator raises only while it is read
        _refuse(f"{hook} 出错", error)
    if not all(isinstance(item, kind) for item in declared):
        raise UnusableError(f"{hook} 返回的内容不是 {kind.__name__}")
    return declared


def _urls_module(package: str) -> ModuleType | None:
    if not package:
        return None
    name = f"{package}.urls"
    try:
        return import_module(name) if find_spec(name) is not None else None
    except Exception as error:
        _refuse("网址模块 urls 无法载入", error)


def _import_error(package: str) -> str:
    try:
        import_module(package)
        if find_spec(f"{package}.apps") is not None:
            import_module(f"{package}.apps")
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "不在 INSTALLED_APPS 之中"


def _refuse(what: str, error: Exception) -> NoReturn:
    raise UnusableError(f"{what}（{type(error).__name__}: {error}）") from error
