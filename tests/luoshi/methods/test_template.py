"""The template method: built and installed beside the platform's wheel it is found; in a county it works."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

TOP = Path(__file__).parents[3]
TEMPLATE = TOP / "docs" / "method-template"

FIND = """
import json, sys
import django
django.setup()
from django.apps import apps
import luoshi
from luoshi.methods.registry import registry_current
registry = registry_current()
method = registry.get("site-visit")
print(json.dumps({
    "luoshi": luoshi.__file__,
    "broken": [broken.reason for broken in registry.broken],
    "name": method.info.name,
    "distribution": method.distribution,
    "version": method.version,
    "hooks": method.hooks,
    "file": method.manager.get_plugins().pop().__file__,
    "app": apps.get_app_config("site_visit").name,
}))
"""


def pip_install(site: Path, *projects: Path) -> None:
    """Build and install without network and without looking at anything outside the given projects."""
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"),
            *("--no-build-isolation", "--no-compile", "--target", str(site), *map(str, projects)),
        ],
        check=True,
        env={
            **os.environ,
            "PIP_ROOT_USER_ACTION": "ignore",
            "PIP_NO_CACHE_DIR": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        },
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the platform's wheel and the template's, built from copies outside the repository."""
    folder = tmp_path_factory.mktemp("third-party")
    shutil.copytree(TEMPLATE, folder / "my-method")
    pip_install(folder / "site", TOP, folder / "my-method")
    return folder / "site"


def run(site: Path, *arguments: str, cwd: Path | None = None) -> str:
    """Python with ``site`` in front of everything else."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "DJANGO"))
    }
    environment |= {
        "PYTHONPATH": str(site),
        "DJANGO_SETTINGS_MODULE": "luoshi_site.settings",
        "LUOSHI_SECRET_KEY": "template-test-" + "x" * 50,
        "LUOSHI_HOME": str(site.parent / "home"),
        "LUOSHI_POOLER": "none",
    }
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env=environment, cwd=cwd or site.parent
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_method_installed_beside_the_wheel_is_found(site: Path) -> None:
    found = json.loads(run(site, "-c", FIND).splitlines()[-1])
    assert found == {
        "luoshi": str(site / "luoshi" / "__init__.py"),
        "broken": [],
        "name": "实地回访",
        "distribution": "luoshi-site-visit",
        "version": "0.1.0",
        "hooks": [
            "describe_method",
            "options_model",
            "transition_requirements",
            "navigation",
            "statistics",
            "public_columns",
            "public_column",
            "export_case_data",
            "erase_case_data",
        ],
        "file": str(site / "luoshi_site_visit" / "hooks.py"),
        "app": "luoshi_site_visit",
    }


def test_the_template_s_own_tests_pass_against_the_wheel(site: Path) -> None:
    said = run(site, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=site.parent / "my-method")
    assert "26 passed" in said
    assert "skipped" not in said


# In a county


@pytest.fixture
def visit_method(county: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The template's method as an app of this process, with its table in the county."""
    from importlib import import_module

    from django.apps import AppConfig, apps
    from django.db import connection

    from luoshi.methods.discovery import Candidate
    from luoshi.methods.registry import MethodRegistry, registry_using

    monkeypatch.syspath_prepend(str(TEMPLATE))
    config = AppConfig.create("luoshi_site_visit")
    config.apps = apps
    monkeypatch.setitem(apps.app_configs, config.label, config)
    config.import_models()
    with connection.schema_editor() as editor:
        editor.create_model(apps.get_model("site_visit", "Visit"))
    candidate = Candidate("site-visit", "luoshi_site_visit", lambda: import_module("luoshi_site_visit.hooks"))
    with registry_using(MethodRegistry.of_candidates([candidate])):
        yield


@pytest.mark.usefixtures("visit_method")
def test_the_template_keeps_the_contract_in_a_county() -> None:
    from luoshi.lifecycle.tables import ALL_TRANSITIONS
    from luoshi.methods import testing
    from luoshi.methods.types import TransitionView

    method = testing.method_installed("site-visit")
    acts = [
        TransitionView(row.subject, row.name, 1, min(row.sources, default=""), None)
        for row in ALL_TRANSITIONS
    ]
    testing.check_gate(method)
    testing.check_requirements(method, acts)
    testing.check_erasure(method)


@pytest.mark.usefixtures("visit_method")
def test_the_template_s_gate_opens_with_a_visit(county: Any) -> None:
    from luoshi_site_visit.services import visit_record

    from luoshi.accounts.actor import SYSTEM_ACTOR
    from luoshi.methods.facade import MethodExport, county_methods
    from luoshi.methods.samples import case_sample, transition_sample
    from luoshi.methods.services import method_enable
    from luoshi.methods.types import Statistic, StatisticScope

    method_enable(slug="site-visit", options=None, actor=SYSTEM_ACTOR)
    methods = county_methods(county.view)
    asked = (case_sample(), transition_sample(name="submit_review"), SYSTEM_ACTOR)
    assert [requirement.met for requirement in methods.requirements(*asked)] == [False]
    visit_record(case_id=1, visited_on=date(2025, 4, 28), finding="路面已修好", recorded_by_id=None)
    assert [requirement.met for requirement in methods.requirements(*asked)] == [True]
    assert methods.statistics(StatisticScope("17-4"))[0].figures == (Statistic("visited", "已回访件数", 1),)
    visits = {"visits": [{"visited_on": "2025-04-28", "finding": "路面已修好"}]}
    assert methods.export_case(case_sample()) == (MethodExport("site-visit", "实地回访", visits),)
    methods.erase_case(case_sample())
    assert methods.export_case(case_sample()) == ()


@pytest.mark.usefixtures("visit_method")
def test_the_template_s_column_names_public_cases_alone(county: Any) -> None:
    from luoshi_site_visit.services import visit_record
    from people import cast_make
    from public_pages import published

    from luoshi.accounts.actor import SYSTEM_ACTOR
    from luoshi.methods.models import MethodActivation
    from luoshi.methods.services import method_enable
    from luoshi.publication.columns import ShownCases, column_links, column_shown

    def shown() -> list[tuple[int, tuple[str, ...]]]:
        found = column_shown(method="site-visit", slug="visits", page=1)
        assert found is not None
        (part,) = found.parts
        assert isinstance(part, ShownCases)
        return [(row.case.publication_id, row.cells) for row in part.rows]

    c = cast_make()
    publication, _ = published(c)
    published(c)
    hidden = c.world.draft(title="关于未公开的建议")
    method_enable(slug="site-visit", options=None, actor=SYSTEM_ACTOR)
    assert column_links() == ()
    MethodActivation.objects.update(options={"public_column": True})
    assert [link.title for link in column_links()] == ["实地回访"]
    assert shown() == []
    for case_id in (publication.suggestion_id, publication.suggestion_id, hidden.pk):
        visit_record(case_id=case_id, visited_on=date(2025, 4, 28), finding="看过", recorded_by_id=None)
    assert shown() == [(publication.pk, ("2 次",))]
    assert column_shown(method="site-visit", slug="visits", page=2) is None


@pytest.mark.usefixtures("visit_method")
@pytest.mark.parametrize(
    ("visited_on", "finding", "said"),
    [
        (date(2999, 1, 1), "路面已修好", "回访日期不能晚于今天"),
        (date(2025, 4, 28), "  ", "请写明回访所见"),
        (date(2025, 4, 28), "长" * 501, "回访所见不能超过 500 个字"),
    ],
)
def test_the_template_refuses_a_wrong_visit(visited_on: date, finding: str, said: str) -> None:
    from luoshi_site_visit.models import Visit
    from luoshi_site_visit.services import visit_record

    from luoshi.errors import Invalid

    with pytest.raises(Invalid, match=said):
        visit_record(case_id=1, visited_on=visited_on, finding=finding, recorded_by_id=None)
    assert Visit.objects.count() == 0


@pytest.fixture
def pages(visit_method: None) -> Iterator[None]:
    """The template's pages on a site of their own."""
    from types import ModuleType

    from django.test import override_settings
    from django.urls import clear_url_caches, include, path

    from luoshi.methods.registry import registry_current
    from luoshi.methods.urls import method_urlpatterns

    module = ModuleType("template_test_urls")
    module.urlpatterns = [path("methods/", include(method_urlpatterns(registry_current())))]  # type: ignore[attr-defined]
    with override_settings(
        ROOT_URLCONF=module,
        LOGIN_URL="/login/",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [TEMPLATE / "luoshi_site_visit" / "templates"],
            }
        ],
    ):
        clear_url_caches()
        yield
    clear_url_caches()


@pytest.mark.usefixtures("pages")
def test_the_template_s_pages_ask_for_a_role(county: Any) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.core.exceptions import PermissionDenied
    from django.test import RequestFactory
    from luoshi_site_visit.models import Visit
    from luoshi_site_visit.views import home, visits

    from luoshi.accounts.actor import Role
    from luoshi.accounts.services import user_create

    def ask(user: Any, view: Any = home, data: dict[str, str] | None = None, **arguments: int) -> Any:
        request = RequestFactory().post("/", data) if data is not None else RequestFactory().get("/")
        request.user = user
        return view(request, **arguments)

    handler = user_create(username="handler", full_name="经办人", password=None, roles=[Role.UNIT_HANDLER])
    deputy = user_create(username="deputy", full_name="代表", password=None, roles=[Role.DEPUTY])
    assert ask(AnonymousUser()).status_code == 302
    with pytest.raises(PermissionDenied):
        ask(deputy)
    with pytest.raises(PermissionDenied):
        ask(deputy, visits, {"visited_on": "2025-04-28", "finding": "路面已修好"}, case_id=1)
    assert "还没有登记回访" in ask(handler).content.decode()
    wrong = ask(handler, visits, {"visited_on": "昨天", "finding": "路面已修好"}, case_id=1)
    assert wrong.status_code == 400
    assert "回访日期应写作 2025-04-28" in wrong.content.decode()
    assert Visit.objects.count() == 0
    right = ask(handler, visits, {"visited_on": "2025-04-28", "finding": "路面<b>已修好"}, case_id=1)
    assert (right.status_code, right.url) == (302, "/methods/site-visit/cases/1/")
    assert "路面&lt;b&gt;已修好" in ask(handler, visits, case_id=1).content.decode()
    assert "/methods/site-visit/cases/1/" in ask(handler).content.decode()
