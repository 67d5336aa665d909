"""What methods ask of whom, and what they show on the case page: good, bad and missing ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from odd_method import one_hook

from luoshi.errors import Invalid
from luoshi.methods.facade import CountyMethods, MethodObligations, MethodPanel, method_obligations
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import MethodRegistry, registry_using
from luoshi.methods.samples import actor_sample, case_sample, transition_sample
from luoshi.methods.types import Obligation, Panel

SwitchedOn = Callable[..., CountyMethods]
CASE, ACTOR, SUBMIT = case_sample(), actor_sample(), transition_sample(name="submit_reply")
BAD = ("crashing", "database-breaker", "half-way")
NAMES = {"crashing": "处处出错", "half-way": "半途而废"}


def failed(slug: str) -> str:
    return f"工作法“{NAMES[slug]}”运行出错"


def database_works() -> bool:
    """True where the transaction still takes statements."""
    return MethodActivation.objects.count() >= 0


# Obligations


def test_obligations_follow_the_options_though_the_method_is_off(
    county: object, registry: MethodRegistry
) -> None:
    assert method_obligations(slug="every-hook", options={"notes_needed": 2}) == MethodObligations(
        "every-hook", "全钩子工作法", (Obligation("承办单位", "写至少 2 条记录", "提交之前"),)
    )
    assert method_obligations(slug="refusing", options={}).items == ()


def test_obligations_that_cannot_be_had_say_so(county: object, registry: MethodRegistry) -> None:
    for slug in ("crashing", "half-way"):
        assert method_obligations(slug=slug, options={}) == MethodObligations(
            slug, NAMES[slug], (), failed(slug)
        )
    assert method_obligations(slug="gone", options={}).failure == "工作法“gone”已启用，但本平台没有安装"
    with pytest.raises(Invalid):
        method_obligations(slug="every-hook", options={"notes_needed": 50})


@pytest.mark.parametrize("answer", [None, ["先做"], [Obligation("承办单位", "", "随时")]], ids=repr)
def test_an_obligation_that_says_too_little_is_a_failure(answer: object, county: object) -> None:
    with registry_using(one_hook("obligations", lambda options: answer)):
        assert method_obligations(slug="odd", options={}).failure == "工作法“怪答”运行出错"


# Panels


@pytest.fixture
def templates(settings: Any) -> None:
    """The templates of the fixture methods."""
    fixtures = Path(__file__).parents[2] / "methods_fixtures"
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [str(fixtures / "luoshi_every_hook" / "templates")]}
    ]


def test_panels_are_rendered_and_a_failing_one_spoils_nobody(
    switched_on: SwitchedOn, templates: None
) -> None:
    methods = switched_on(*BAD, "every-hook", "refusing")
    assert methods.panels(CASE, ACTOR) == (
        MethodPanel("crashing", "处处出错", "", "暂时无法显示"),
        MethodPanel("database-breaker", "破坏事务", "", "暂时无法显示"),
        MethodPanel("every-hook", "记录", "<ul></ul><p>经办人</p>\n"),
        MethodPanel("half-way", "半途而废", "", "暂时无法显示"),
    )
    assert database_works()


def test_what_a_panel_shows_is_escaped(switched_on: SwitchedOn, templates: None) -> None:
    methods = switched_on("every-hook")
    methods.record(CASE, SUBMIT, {"note": "<b>"})
    (panel,) = methods.panels(CASE, ACTOR)
    assert panel.html == "<ul><li>&lt;b&gt;</li></ul><p>经办人</p>\n"


@pytest.mark.parametrize(
    "panel",
    ["每", Panel("别人的", "every-hook/panel.html"), Panel("没有", "odd/none.html")],
    ids=["no panel", "another's template", "no template"],
)
def test_a_panel_that_cannot_be_shown_says_so(panel: object, odd: Any, templates: None) -> None:
    methods = odd("case_panels", lambda case, actor: [panel])
    assert methods.panels(CASE, ACTOR) == (MethodPanel("odd", "怪答", "", "暂时无法显示"),)
