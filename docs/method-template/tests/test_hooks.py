"""Each hook of the method, without a database: what the selectors read is put in their place."""

from typing import Any

import pytest
from luoshi_site_visit import hooks, selectors, services
from luoshi_site_visit.options import SiteVisitOptions

from luoshi.methods.samples import actor_sample, case_sample, tenant_sample, transition_sample
from luoshi.methods.types import (
    CaseRow,
    ColumnCases,
    ColumnContent,
    MethodInfo,
    NavigationItem,
    Requirement,
    Statistic,
    StatisticScope,
)


@pytest.fixture
def visits(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Says how many visits there are, and how many the county asks for."""

    def say(made: int, needed: int = 1) -> None:
        monkeypatch.setattr(selectors, "options", lambda: SiteVisitOptions(visits_needed=needed))
        monkeypatch.setattr(selectors, "visits_count", lambda *, case_id: made)

    return say


def asked(name: str, subject: str = "reply") -> list[Requirement]:
    transition = transition_sample(subject=subject, name=name)
    return list(
        hooks.transition_requirements(case=case_sample(), transition=transition, actor=actor_sample())
    )


def test_hook_describe_method() -> None:
    assert hooks.describe_method() == MethodInfo("site-visit", "实地回访", "答复前到现场看一看", "样例")


def test_hook_options_model() -> None:
    assert hooks.options_model() is SiteVisitOptions


@pytest.mark.parametrize(
    ("made", "needed", "met"), [(0, 1, False), (1, 1, True), (1, 2, False), (2, 2, True)]
)
def test_hook_transition_requirements(made: int, needed: int, met: bool, visits: Any) -> None:
    visits(made, needed)
    (requirement,) = asked("submit_review")
    assert requirement.met is met
    assert requirement.reason == f"本县要求报送审核前至少实地回访 {needed} 次，现有 {made} 次"


def test_other_acts_are_let_through(visits: Any) -> None:
    visits(0)
    assert asked("issue") == []
    assert asked("submit_review", subject="suggestion") == []


def test_hook_navigation() -> None:
    assert hooks.navigation() == [NavigationItem("实地回访", "home")]


def test_hook_statistics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "cases_visited_count", lambda: 3)
    figures = hooks.statistics(tenant=tenant_sample(), scope=StatisticScope("17-4"))
    assert figures == [Statistic("visited", "已回访件数", 3)]


def test_hook_public_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    def titles(**chosen: bool) -> list[str]:
        options = SiteVisitOptions(**chosen)
        monkeypatch.setattr(hooks, "method_options_asked", lambda *, slug, model: options)
        return [column.title for column in hooks.public_columns()]

    assert (titles(), titles(public_column=True)) == ([], ["实地回访"])


def test_hook_public_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "replies_visited", lambda *, page: ([(7, 2)], 1))
    rows = (CaseRow(7, ("2 次",)),)
    asked = {"tenant": tenant_sample(), "slug": "visits"}
    assert hooks.public_column(**asked, page=1) == ColumnContent(
        (ColumnCases("到现场看过的", ("实地回访",), rows),)
    )
    assert hooks.public_column(**asked, page=2) is None


def test_hook_export_case_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "visits_export", lambda *, case_id: [{"finding": f"第{case_id}件"}])
    assert hooks.export_case_data(case_sample(id=4)) == {"visits": [{"finding": "第4件"}]}
    monkeypatch.setattr(selectors, "visits_export", lambda *, case_id: [])
    assert hooks.export_case_data(case_sample()) == {}


def test_hook_erase_case_data(monkeypatch: pytest.MonkeyPatch) -> None:
    erased: list[int] = []
    monkeypatch.setattr(services, "visits_erase", lambda *, case_id: erased.append(case_id))
    hooks.erase_case_data(case_sample(id=4))
    assert erased == [4]
