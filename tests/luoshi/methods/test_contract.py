"""The contract over every installed method and the fixture method, and proof that each check can go red."""

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import rules
import rules.permissions
from celery import shared_task
from django.db import models
from django.test import override_settings
from django.test.utils import isolate_apps
from django.urls import clear_url_caches, path
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.permissions import AllowAny
from rest_framework.viewsets import ViewSet

from luoshi.lifecycle.tables import ALL_TRANSITIONS
from luoshi.methods import testing
from luoshi.methods.discovery import Candidate, candidates_installed
from luoshi.methods.markers import hookimpl
from luoshi.methods.registry import LoadedMethod, MethodRegistry, registry_using
from luoshi.methods.samples import case_sample, transition_sample
from luoshi.methods.testing import ContractBrokenError, MethodCountyContract
from luoshi.methods.types import (
    ApiRoute,
    MethodInfo,
    NavigationItem,
    Requirement,
    Schedule,
    TransitionView,
)
from luoshi_tenants.models import County

HERE = Path(__file__).parent
PLUGINS = HERE.parents[2] / "plugins"
SLUGS = sorted({"every-hook", *(candidate.slug for candidate in candidates_installed())})
EVERY_ACT = tuple(
    TransitionView(row.subject, row.name, 1, min(row.sources, default=""), row.target)
    for row in ALL_TRANSITIONS
)


@pytest.fixture
def methods_registry(every_hook_app: None) -> Iterator[MethodRegistry]:
    """The installed methods and the fixture method that uses every hook."""
    fixture = Candidate(
        "every-hook", "luoshi_every_hook", lambda: import_module("luoshi_every_hook.hooks"), needs_app=True
    )
    registry = MethodRegistry.of_candidates([*candidates_installed(), fixture])
    with registry_using(registry):
        yield registry


@pytest.fixture(params=SLUGS)
def method(request: pytest.FixtureRequest, methods_registry: MethodRegistry) -> LoadedMethod:
    return testing.method_installed(request.param)


# Green over all


@pytest.mark.parametrize("check", testing.STATIC_CHECKS, ids=lambda check: check.__name__)
def test_static_contract(check: Any, method: LoadedMethod) -> None:
    check(method)


def test_every_hook_of_a_method_has_a_test(method: LoadedMethod) -> None:
    testing.check_hook_tests(method, HERE if method.slug == "every-hook" else PLUGINS / method.slug / "tests")


def test_gate_contract(note_table: None, method: LoadedMethod) -> None:
    testing.check_gate(method)


def test_requirements_contract_for_every_act(note_table: None, method: LoadedMethod) -> None:
    testing.check_requirements(method, EVERY_ACT)


def test_erasure_contract(note_table: None, method: LoadedMethod) -> None:
    if method.slug == "every-hook":
        from luoshi_every_hook.models import Note

        Note.objects.create(case_id=case_sample().id, kind="record", text="要删除的内容")
    testing.check_erasure(method)


@pytest.mark.usefixtures("methods_registry", "note_table")
class TestEveryHook(MethodCountyContract):
    """The form in which a method runs the contract in its own tests."""

    slug = "every-hook"
    tests = HERE


# Red where it must be


@pytest.fixture
def every_hook(methods_registry: MethodRegistry) -> LoadedMethod:
    return testing.method_installed("every-hook")


def broken(check: Any, *arguments: Any) -> str:
    """What the check says; fails where it says nothing."""
    with pytest.raises(ContractBrokenError) as raised:
        check(*arguments)
    return str(raised.value)


def plugged(slug: str = "odd", /, **hooks: Any) -> LoadedMethod:
    """A method of the given hooks."""
    info = MethodInfo(slug=slug, name="怪答", summary="样例", source="样例")
    plugin = SimpleNamespace(describe_method=hookimpl(lambda: info))
    for name, hook in hooks.items():
        setattr(plugin, name, hookimpl(hook))
    method = MethodRegistry.of_plugins({slug: plugin}).get(slug)
    assert isinstance(method, LoadedMethod)
    return method


def test_a_missing_method_breaks_the_contract(methods_registry: MethodRegistry) -> None:
    assert broken(testing.method_installed, "nobody") == "no method 'nobody' is installed"


def test_a_broken_method_breaks_the_contract(registry: MethodRegistry) -> None:
    assert broken(testing.method_installed, "from-the-future").startswith(
        "from-the-future is broken: 为第 99 版"
    )


def test_another_app_label(every_hook: LoadedMethod) -> None:
    assert broken(testing.check_app, replace(every_hook, slug="each-hook")) == (
        "the app's label is 'every_hook', not 'each_hook'"
    )
    assert broken(testing.check_app, replace(every_hook, package="luoshi_refusing")) == (
        "'luoshi_refusing' is no installed app"
    )


@pytest.mark.parametrize("field", ["name", "summary", "source"])
@pytest.mark.parametrize("text", ["", "English only"])
def test_a_description_that_is_not_chinese(field: str, text: str, every_hook: LoadedMethod) -> None:
    method = replace(every_hook, info=replace(every_hook.info, **{field: text}))
    assert broken(testing.check_description, method) == (
        f"describe_method: {field} must be in Chinese and not empty"
    )


def test_templates_outside_the_method_s_folder(every_hook: LoadedMethod) -> None:
    assert broken(testing.check_files, replace(every_hook, slug="each-hook")) == (
        "templates/ holds ['every-hook']; everything belongs into templates/each-hook/"
    )


def test_a_permission_without_the_prefix(every_hook: LoadedMethod) -> None:
    def predicate(user: object) -> bool:
        return True

    predicate.__module__ = "luoshi_every_hook.rules"
    rules.permissions.add_perm("every_hook.read", rules.predicate(predicate))
    try:
        testing.check_permissions(every_hook)
        rules.permissions.add_perm("notes.read", rules.predicate(predicate))
        assert broken(testing.check_permissions, every_hook) == (
            "permission 'notes.read' must begin with 'every_hook'"
        )
    finally:
        for name in ("every_hook.read", "notes.read"):
            if rules.permissions.perm_exists(name):
                rules.permissions.remove_perm(name)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (NavigationItem("Notes", "home"), "menu label 'Notes' must be in Chinese"),
        (NavigationItem("记录", "house"), "menu entry 记录 leads to 'house', which is no page"),
        ("记录", "navigation gave a str"),
    ],
)
def test_a_menu_entry_that_leads_nowhere(item: object, said: str, every_hook: LoadedMethod) -> None:
    method = replace(plugged(navigation=lambda: [item]), urls=every_hook.urls)
    assert broken(testing.check_navigation, method) == said


def test_a_menu_without_pages() -> None:
    method = plugged(navigation=lambda: [NavigationItem("记录", "home")])
    assert broken(testing.check_navigation, method) == "navigation without a urls module leads nowhere"


def options(**fields: Any) -> type[BaseModel]:
    made: type[BaseModel] = type(
        "Options",
        (BaseModel,),
        {
            "__annotations__": dict.fromkeys(fields, Any),
            "__module__": __name__,
            "model_config": ConfigDict(extra="forbid"),
            **fields,
        },
    )
    return made


class Lax(BaseModel):
    days: int = Field(default=1, title="天数")


class Changing(BaseModel):
    """Its set comes back from JSON as a list."""

    model_config = ConfigDict(extra="forbid")
    days: Any = Field(default={1, 2}, title="天数")


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Lax, "Lax must refuse unknown fields"),
        (options(days=Field(title="天数")), "Options: ['days'] need defaults"),
        (options(days=Field(default=1)), "Options.days needs a Chinese title for the form"),
        (options(days=Field(default=1, title="Days")), "Options.days needs a Chinese title for the form"),
        (Changing, "Changing does not survive being stored as JSON"),
    ],
)
@pytest.mark.filterwarnings("ignore::pydantic.json_schema.PydanticJsonSchemaWarning")
def test_options_that_cannot_be_a_form(model: type[BaseModel], said: str) -> None:
    assert broken(testing.check_options, plugged(options_model=lambda: model)).startswith(said)


def table(**attributes: Any) -> Any:
    """An app ``odd`` with one model ``Thing`` that has the given fields."""
    meta = type("Meta", (), {"app_label": "odd", **attributes.pop("meta", {})})
    return type("Thing", (models.Model,), {"__module__": __name__, "Meta": meta, **attributes})


@pytest.mark.filterwarnings("ignore:Model")
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: table(meta={"db_table": "thing"}), "table thing must begin with odd_"),
        (lambda: table(id=models.AutoField(primary_key=True)), "odd.Thing: the key must be a BigAutoField"),
        (
            lambda: table(
                id=models.BigAutoField(primary_key=True),
                a=models.IntegerField(),
                meta={"unique_together": [("id", "a")]},
            ),
            "odd.Thing: use a named UniqueConstraint for unique_together",
        ),
        (
            lambda: table(
                id=models.BigAutoField(primary_key=True),
                a=models.IntegerField(),
                meta={"constraints": [models.UniqueConstraint(fields=["a"], name="a_unique")]},
            ),
            "odd.Thing: a_unique must begin with odd_",
        ),
        (
            lambda: table(
                id=models.BigAutoField(primary_key=True),
                a=models.IntegerField(),
                meta={"indexes": [models.Index(fields=["a"], name="a_index")]},
            ),
            "odd.Thing: a_index must begin with odd_",
        ),
        (
            lambda: table(id=models.BigAutoField(primary_key=True), a=models.IntegerField(unique=True)),
            "odd.Thing.a: use a named UniqueConstraint for unique=True",
        ),
        (
            lambda: table(
                id=models.BigAutoField(primary_key=True),
                county=models.ForeignKey(County, models.CASCADE, related_name="+"),
            ),
            "odd.Thing.county points into luoshi_tenants, which may stand in another schema",
        ),
    ],
    ids=["table", "key", "unique_together", "constraint", "index", "unique", "foreign key"],
)
@isolate_apps()
def test_a_table_that_breaks_the_house_rules(make: Any, said: str) -> None:
    assert broken(testing._check_model, make(), plugged()) == said


def test_tables_without_a_migration(every_hook: LoadedMethod, monkeypatch: pytest.MonkeyPatch) -> None:
    config = testing._app(every_hook)
    monkeypatch.setattr(config, "path", str(HERE))
    assert broken(testing.check_models, every_hook) == "tables without a migration"


def view(request: Any) -> None:
    """A view of the fixture method, for a page that nobody gated."""


view.__module__ = "luoshi_every_hook.views"


def test_a_view_outside_the_gate(every_hook: LoadedMethod) -> None:
    module = ModuleType("ungated")
    module.urlpatterns = [path("short-cut/", view)]  # type: ignore[attr-defined]
    with override_settings(ROOT_URLCONF=module):
        clear_url_caches()
        said = broken(testing.check_urls, every_hook)
    clear_url_caches()
    assert said == "short-cut/ is shown outside the gate of every-hook"


def test_a_page_without_a_name(every_hook: LoadedMethod) -> None:
    module = ModuleType("luoshi_every_hook.urls")
    module.urlpatterns = [path("nameless/", view)]  # type: ignore[attr-defined]
    assert broken(testing.check_urls, replace(every_hook, urls=module)) == "the page nameless/ has no name"


class Silent(ViewSet):
    """Names no permission."""


class Open(ViewSet):
    permission_classes = [AllowAny]


class Emptied(ViewSet):
    permission_classes: list[Any] = []


@pytest.mark.parametrize(
    ("viewset", "said"),
    [
        (Silent, "Silent names no permission"),
        (Open, "Open is open to everybody"),
        (Emptied, "Emptied is open to everybody"),
    ],
)
def test_a_viewset_that_does_not_say_who_may_use_it(viewset: type, said: str) -> None:
    method = plugged(api_routes=lambda: [ApiRoute("things", viewset, "thing")])
    assert broken(testing.check_api, method) == said


@shared_task(name="luoshi_every_hook.ungated")
def ungated() -> None:
    """A task that was not made by method_task."""


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (Schedule("luoshi_every_hook.nobody", 1), "no task is named 'luoshi_every_hook.nobody'"),
        (Schedule("luoshi_every_hook.ungated", 1), "luoshi_every_hook.ungated was not made by method_task"),
        (Schedule("celery.ping", 1), "no task is named 'celery.ping'"),
        (
            Schedule("luoshi_every_hook.count_notes", 0),
            "luoshi_every_hook.count_notes: every_minutes must be at least 1",
        ),
    ],
)
def test_a_schedule_that_is_not_gated(schedule: Schedule, said: str, every_hook: LoadedMethod) -> None:
    assert broken(testing.check_schedules, replace(every_hook, schedules=(schedule,))) == said


def test_a_task_named_by_somebody_else(every_hook: LoadedMethod) -> None:
    import_module("luoshi_every_hook.tasks")
    said = broken(testing.check_schedules, replace(every_hook, package="luoshi_refusing"))
    assert said == "luoshi_every_hook.count_notes must begin with luoshi_refusing."


def test_an_export_without_an_erasure(every_hook: LoadedMethod) -> None:
    without = tuple(hook for hook in every_hook.hooks if hook != "erase_case_data")
    assert broken(testing.check_custody, replace(every_hook, hooks=without)) == (
        "export_case_data and erase_case_data belong together"
    )


def test_records_without_custody(every_hook: LoadedMethod) -> None:
    without = tuple(hook for hook in every_hook.hooks if not hook.endswith("case_data"))
    assert broken(testing.check_custody, replace(every_hook, hooks=without)) == (
        "a method with records must implement export_case_data and erase_case_data"
    )


def test_a_hook_without_a_test(every_hook: LoadedMethod, tmp_path: Path) -> None:
    (tmp_path / "test_hooks.py").write_text(
        "def test_hook_describe_method() -> None: ...\n", encoding="utf-8"
    )
    method = replace(every_hook, hooks=("describe_method", "navigation"))
    assert broken(testing.check_hook_tests, method, tmp_path) == (
        "no test for navigation: write test_hook_navigation"
    )


def test_a_gate_that_stays_open(
    every_hook: LoadedMethod, note_table: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luoshi.methods.resolver.method_is_on", lambda slug: True)
    assert broken(testing.check_gate, every_hook).endswith("answers though the method is off")


def test_a_gate_that_stays_shut(
    every_hook: LoadedMethod, note_table: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luoshi.methods.resolver.method_is_on", lambda slug: False)
    assert broken(testing.check_gate, every_hook).endswith("does not answer though the method is on")


GOOD = Requirement("fine", True, "没有问题", "无需办理")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "reply.issue: method_broken: transition_requirements fails"),
        ([replace(GOOD, reason="fine")], "reply.issue: fine: the reason must be in Chinese"),
        ([replace(GOOD, how_to_meet="nothing")], "reply.issue: fine: how_to_meet must be in Chinese"),
    ],
)
def test_a_requirement_that_explains_nothing(county: object, answer: object, said: str) -> None:
    method = plugged(transition_requirements=lambda case: answer)
    assert broken(testing.check_requirements, method, [transition_sample()]) == said
    testing.check_requirements(plugged(transition_requirements=lambda case: [GOOD]), [transition_sample()])


def test_an_erasure_that_leaves_something(county: object) -> None:
    method = plugged(export_case_data=lambda case: {"left": 1}, erase_case_data=lambda case: None)
    assert broken(testing.check_erasure, method).startswith("after erase_case_data the export still holds")


def test_checks_leave_nothing_behind(every_hook: LoadedMethod, note_table: None) -> None:
    from luoshi.methods.models import MethodActivation

    testing.check_gate(every_hook)
    testing.check_requirements(every_hook, EVERY_ACT)
    testing.check_erasure(every_hook)
    assert MethodActivation.objects.count() == 0
