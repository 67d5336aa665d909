"""Every public page as a reader's browser has it: for everybody, light, and the same without a script."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from audit import ARTICLE_TAGS, COLUMN_TAGS, Traffic, audit
from chromium import DESK, PHONE
from django.apps import apps
from looking import axe, sideways, too_low, unfold
from public_pages import Showcase
from stage import Stage
from wagtail.models import Page

from luoshi_cms.pages.column import PARTS


@dataclass(frozen=True)
class Kind:
    """One kind of public page: where an example stands, what answers it, and the tags it must have."""

    address: str | Callable[[Showcase], str]
    of: str
    tags: frozenset[str] = frozenset()
    status: int = 200
    framed: bool = True


def _feedback(shown: Showcase) -> str:
    return f"/feedback/{shown.publications['main'].pk}/"


def _reply(name: str) -> Callable[[Showcase], str]:
    return lambda shown: f"/jianyi/{shown.pages[name].slug}/"


COLUMN, ARTICLE = frozenset(COLUMN_TAGS), frozenset(COLUMN_TAGS | ARTICLE_TAGS)
KINDS = {
    "home": Kind("/", "HomePage"),
    "column": Kind("/jianyi/", "ColumnPage", COLUMN),
    "filtered": Kind("/jianyi/?result=resolved", "ColumnPage", COLUMN),
    "found": Kind("/jianyi/?q=太阳能路灯", "ColumnPage", COLUMN),
    "nothing found": Kind("/jianyi/?q=没有这样的词", "ColumnPage", COLUMN),
    "statistics": Kind("/jianyi/statistics/", "statistics", COLUMN),
    "embed": Kind("/jianyi/embed/", "embed", framed=False),
    "reply": Kind(_reply("main"), "ReplyPage", ARTICLE),
    "summary": Kind(_reply("summary"), "ReplyPage", ARTICLE),
    "taken down": Kind(_reply("revoked"), "ReplyPage", COLUMN, status=410),
    "method": Kind("/jianyi/gongfa/three-meetings/meetings/", "method", COLUMN),
    "asked": Kind(_feedback, "feedback"),
    "thanked": Kind(lambda shown: f"{_feedback(shown)}?said=yes", "feedback"),
    "report": Kind("/jianyi/banli-baogao/", "ReportPage", ARTICLE),
    "text": Kind("/shuoming/", "TextPage", frozenset(ARTICLE_TAGS)),
    "not there": Kind("/jianyi/no-such-page/", "404", status=404),
}
BESIDES = {"method", "feedback", "404"}
DATA = {"register.json", "register.csv", "feed.atom"}
"""Parts of the column that are no page for a reader's eye."""


def test_every_kind_of_page_is_looked_at() -> None:
    models = {
        model.__name__ for model in apps.get_app_config("luoshi_cms").get_models() if issubclass(model, Page)
    }
    assert {kind.of for kind in KINDS.values()} == models | set(PARTS) - DATA | BESIDES


@pytest.mark.parametrize("name", KINDS)
def test_a_public_page_is_for_everybody(stage: Stage, shown: Showcase, name: str) -> None:
    kind = KINDS[name]
    address = kind.address if isinstance(kind.address, str) else kind.address(shown)
    with stage.nobody(phone=True, refusals=[kind.status]) as citizen:
        page = citizen.page
        traffic = Traffic().over(page)
        answer = page.goto(address)
        assert answer is not None
        page.wait_for_load_state("networkidle")
        assert (answer.status, answer.headers["content-type"]) == (kind.status, "text/html; charset=utf-8")
        words = page.text_content("main")
        found = [*traffic.faults(), *audit(page, tags=set(kind.tags), framed=kind.framed)]
        with citizen.at_size(PHONE):
            unfold(page)
            found += [*sideways(page), *too_low(page), *axe(page)]
        with citizen.at_size(DESK):
            found += [*sideways(page), *axe(page)]
        page.goto(f"{address}{'&' if '?' in address else '?'}view=both")
        unfold(page)
        found += [f"high contrast: {fault}" for fault in (*sideways(page), *axe(page))]
    assert found == []
    plain = stage.kept("nobody", java_script_enabled=False)
    plain.watch.refusals = [kind.status]
    plain.page.goto(address)
    assert plain.page.text_content("main") == words
    plain.watch.check()
