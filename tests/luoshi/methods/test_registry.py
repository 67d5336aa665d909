"""Loading methods: what is usable, what is broken, and that a broken one stops nobody."""

from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

from luoshi.methods.discovery import Candidate, candidates_installed, method_apps, package_of
from luoshi.methods.markers import hookimpl
from luoshi.methods.registry import (
    HOOKS,
    BrokenMethod,
    LoadedMethod,
    MethodRegistry,
    registry_current,
    registry_using,
)
from luoshi.methods.types import ApiRoute, MethodInfo, Requirement, Schedule


def info(slug: str = "sample", **changes: Any) -> MethodInfo:
    return MethodInfo(slug=slug, name="样例", summary="样例", source="样例", **changes)


def plugin(**hooks: Callable[..., object]) -> SimpleNamespace:
    """A plugin with the given hooks, all marked; ``describe_method`` unless given."""

    def describe_method() -> MethodInfo:
        return info()

    return SimpleNamespace(
        **{name: hookimpl(hook) for name, hook in {"describe_method": describe_method, **hooks}.items()}
    )


def reason(plugin: object, slug: str = "sample") -> str:
    """Why the plugin is broken; fails where it is not, or where the other method is."""

    def describe_method() -> MethodInfo:
        return info("other")

    other = SimpleNamespace(describe_method=hookimpl(describe_method))
    registry = MethodRegistry.of_plugins({slug: plugin, "other": other})
    assert [method.slug for method in registry.methods] == ["other"]
    assert [method.slug for method in registry.broken] == [slug]
    return registry.broken[0].reason


def test_fixture_methods_are_loaded_and_the_incompatible_one_is_remembered(
    fixture_registry: MethodRegistry,
) -> None:
    assert [method.slug for method in fixture_registry.methods] == [
        "crashing",
        "database-breaker",
        "every-hook",
        "half-way",
        "refusing",
    ]
    assert fixture_registry.broken == (
        BrokenMethod("from-the-future", "为第 99 版接口编写，本平台为第 1 版，请升级工作法或平台"),
    )


def test_the_fixture_method_implements_every_hook(fixture_registry: MethodRegistry) -> None:
    method = fixture_registry.get("every-hook")
    assert isinstance(method, LoadedMethod)
    assert method.hooks == HOOKS
    assert len(HOOKS) == 19
    assert method.label == "every_hook"
    assert method.package == "luoshi_every_hook"
    assert method.urls is not None
    assert method.urls.__name__ == "luoshi_every_hook.urls"
    assert [schedule.task for schedule in method.schedules] == ["luoshi_every_hook.count_notes"]
    assert [route.prefix for route in method.api_routes] == ["notes"]


def test_a_slug_that_nobody_has_is_none(fixture_registry: MethodRegistry) -> None:
    assert fixture_registry.get("nobody") is None


def test_an_unknown_hook_is_refused() -> None:
    def transition_requirement(case: object) -> None: ...

    assert "transition_requirement" in reason(plugin(transition_requirement=transition_requirement))


def test_a_wrong_argument_name_is_refused() -> None:
    def transition_requirements(case: object, transition: object, person: object) -> tuple[()]:
        return ()

    assert "person" in reason(plugin(transition_requirements=transition_requirements))


def test_an_argument_with_a_default_is_refused_because_it_would_never_be_filled() -> None:
    def transition_requirements(case: object, transition: object, person: object = None) -> tuple[()]:
        return ()

    assert reason(plugin(transition_requirements=transition_requirements)) == (
        "钩子 transition_requirements 的参数不得带默认值：person"
    )


def test_a_hook_without_its_marker_is_refused_because_it_would_never_be_called() -> None:
    made = plugin()
    made.transition_requirements = lambda case, transition, actor: ()
    assert reason(made) == "函数 transition_requirements 与钩子同名却没有 @hookimpl 标记，永远不会被调用"


def test_an_asynchronous_hook_is_refused() -> None:
    async def transition_done(event: object) -> None: ...

    assert reason(plugin(transition_done=transition_done)) == "钩子 transition_done 不得是异步函数"


@pytest.mark.parametrize("option", ["wrapper", "optionalhook"])
def test_wrappers_and_optional_hooks_are_refused(option: str) -> None:
    def transition_requirements(case: object) -> Iterable[Requirement]:
        yield ()  # type: ignore[misc]

    made = plugin()
    made.transition_requirements = hookimpl(**{option: True})(transition_requirements)
    assert reason(made) == "钩子 transition_requirements 使用了包装或可选选项，工作法不得使用"


def test_an_optional_hook_of_an_unknown_name_is_refused() -> None:
    made = plugin()
    made.transition_requirement = hookimpl(optionalhook=True)(lambda case: ())
    assert reason(made) == "钩子 transition_requirement 使用了包装或可选选项，工作法不得使用"


def test_a_slug_other_than_the_entry_point_is_refused() -> None:
    assert reason(plugin(), slug="another") == "自称标识“sample”，与安装入口“another”不一致"


@pytest.mark.parametrize("slug", ["Sample", "a_b", "-a", "a--b", "1a", "", "api/x", "a" * 51])
def test_a_slug_that_is_no_slug_is_refused(slug: str) -> None:
    assert "不合规定" in reason(plugin(describe_method=lambda: info(slug)), slug=slug)


def test_a_method_that_does_not_describe_itself_is_refused() -> None:
    assert reason(SimpleNamespace()) == "describe_method 没有返回 MethodInfo"
    assert reason(plugin(describe_method=lambda: "sample")) == "describe_method 没有返回 MethodInfo"


def _crash() -> Any:
    raise ZeroDivisionError("away")


@pytest.mark.parametrize("hook", ["describe_method", "options_model", "api_routes", "schedules"])
def test_a_declaration_that_crashes_is_refused(hook: str) -> None:
    assert reason(plugin(**{hook: lambda: _crash()})) == f"{hook} 出错（ZeroDivisionError: away）"


def test_a_declaration_that_yields_and_then_crashes_is_refused() -> None:
    def schedules() -> Iterable[Schedule]:
        yield Schedule("sample.task", 1)
        _crash()

    assert reason(plugin(schedules=schedules)) == "schedules 出错（ZeroDivisionError: away）"


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        ("options_model", "options_model 没有返回 pydantic 模型"),
        ("schedules", "schedules 返回的内容不是 Schedule"),
        ("api_routes", "api_routes 返回的内容不是 ApiRoute"),
    ],
)
def test_a_declaration_of_the_wrong_type_is_refused(hook: str, said: str) -> None:
    assert reason(plugin(**{hook: lambda: ["nothing of the kind"]})) == said


def test_declarations_of_the_right_type_are_kept() -> None:
    class Options(BaseModel):
        pass

    made = plugin(
        options_model=lambda: Options,
        schedules=lambda: [Schedule("sample.task", 5)],
        api_routes=lambda: iter([ApiRoute("things", object, "thing")]),
    )
    method = MethodRegistry.of_plugins({"sample": made}).get("sample")
    assert isinstance(method, LoadedMethod)
    assert method.options_model is Options
    assert method.schedules == (Schedule("sample.task", 5),)
    assert method.api_routes == (ApiRoute("things", object, "thing"),)


def test_a_duplicate_slug_makes_both_unusable() -> None:
    registry = MethodRegistry.of_candidates(
        Candidate("sample", "", plugin, distribution=name, needs_app=False) for name in ("first", "second")
    )
    assert registry.methods == ()
    assert registry.broken == (BrokenMethod("sample", "多个安装包使用同一标识“sample”：first、second"),)


def test_a_plugin_that_cannot_be_imported_is_remembered_with_its_distribution() -> None:
    registry = MethodRegistry.of_candidates(
        [Candidate("sample", "", _crash, distribution="luoshi-sample", version="1.2", needs_app=False)]
    )
    assert registry.broken == (
        BrokenMethod("sample", "无法载入（ZeroDivisionError: away）", "luoshi-sample", "1.2"),
    )


def test_a_method_whose_urls_cannot_be_imported_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "luoshi_bad_urls"
    package.mkdir()
    (package / "urls.py").write_text("import luoshi_no_such_module\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    module = ModuleType("luoshi_bad_urls.hooks")
    vars(module).update(vars(plugin()))
    assert "luoshi_no_such_module" in reason(module)


def test_the_process_wide_registry_is_made_once_and_can_be_replaced(fixture_registry: MethodRegistry) -> None:
    own = registry_current()
    assert registry_current() is own
    with registry_using(fixture_registry):
        assert registry_current() is fixture_registry
    assert registry_current() is own


# Entry points


def distribution(folder: Path, name: str, entry: str) -> None:
    """An installed distribution as far as metadata goes."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[luoshi.methods]\n{entry}\n", encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed distributions."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("value", "package"),
    [
        ("a_b.hooks:plugin", "a_b"),
        ("a_b.hooks", "a_b"),
        ("a.b.hooks", "a.b"),
        ("a_b", "a_b"),
        ("a_b:x", "a_b"),
    ],
)
def test_the_package_of_an_entry_point(value: str, package: str) -> None:
    assert package_of(value) == package


def test_an_installed_distribution_is_found(site: Path) -> None:
    distribution(site, "luoshi-every-hook", "every-hook = luoshi_every_hook.hooks")
    found = {candidate.slug: candidate for candidate in candidates_installed()}["every-hook"]
    assert (found.distribution, found.version, found.package) == (
        "luoshi-every-hook",
        "1.0",
        "luoshi_every_hook",
    )
    assert "luoshi_every_hook" in method_apps()


def test_a_method_whose_app_cannot_be_imported_is_left_out_and_broken(site: Path) -> None:
    distribution(site, "luoshi-gone", "gone = luoshi_gone.hooks")
    (site / "luoshi_apart").mkdir()
    (site / "luoshi_apart" / "apps.py").write_text("import luoshi_no_such_module\n", encoding="utf-8")
    distribution(site, "luoshi-apart", "apart = luoshi_apart.hooks:plugin")
    assert {"luoshi_gone", "luoshi_apart"}.isdisjoint(method_apps())
    registry = MethodRegistry.of_entry_points()
    assert registry.get("gone") == BrokenMethod(
        "gone",
        "应用“luoshi_gone”没有载入：ModuleNotFoundError: No module named 'luoshi_gone'",
        "luoshi-gone",
        "1.0",
    )
    assert registry.get("apart") == BrokenMethod(
        "apart",
        "应用“luoshi_apart”没有载入：ModuleNotFoundError: No module named 'luoshi_no_such_module'",
        "luoshi-apart",
        "1.0",
    )


def test_a_method_that_is_no_installed_app_is_broken(site: Path) -> None:
    distribution(site, "luoshi-every-hook", "every-hook = luoshi_every_hook.hooks")
    assert MethodRegistry.of_entry_points().get("every-hook") == BrokenMethod(
        "every-hook", "应用“luoshi_every_hook”没有载入：不在 INSTALLED_APPS 之中", "luoshi-every-hook", "1.0"
    )
