"""What methods ask and show in the workbench: worklists with their figures, panels on the case."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from ready import Cast, handed_over, issued, part_of
from world import contact

from luoshi.methods.markers import hookimpl
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import MethodRegistry, registry_using
from luoshi.methods.types import Actor, CaseView, MethodInfo, Panel
from luoshi.suggestions.models import Clock
from luoshi.suggestions.services.duties import DutyAsked, duty_open, flag_set
from luoshi.workbench.listing import Asked, suggestions_list
from luoshi.workbench.selectors import start_page

OWNER = "some-method"
TODAY = date(2026, 3, 2)


@contextmanager
def method_on(**hooks: Callable[..., Any]) -> Iterator[None]:
    about = hookimpl(lambda: MethodInfo(OWNER, "某工作法", "样例", "样例"))
    plugin = SimpleNamespace(describe_method=about, **{name: hookimpl(hook) for name, hook in hooks.items()})
    MethodActivation.objects.update_or_create(
        slug=OWNER, defaults={"is_enabled": True, "enabled_at": timezone.now()}
    )
    with registry_using(MethodRegistry.of_plugins({OWNER: plugin})):
        yield


def owed(cast: Cast) -> int:
    """A case for which the roads office owes a meeting; its id."""
    case = handed_over(cast)
    part = part_of(case, cast.world.roads).pk
    duty = DutyAsked("meet", "欠见面", "办前见面", Clock.Debtor.UNIT, assignment_id=part)
    duty_open(case_id=case.pk, owner=OWNER, duty=duty, on=TODAY)
    return case.pk


def test_what_a_method_asks_is_a_figure_of_the_start_page_with_its_list(cast: Cast) -> None:
    with method_on():
        made = {owed(cast), owed(cast)}
        handed_over(cast)
        unit = start_page(cast.lead_head, TODAY)
        (row,) = [row for row in unit.owed if row.duty.label == "欠见面"]
        assert (row.count, row.duty.who) == (2, "代表")
        found = suggestions_list(cast.lead_head, Asked.read({"todo": row.duty.key}), TODAY)
        assert {shown.pk for shown in found.rows} == made
        office = start_page(cast.government, TODAY)
        (row,) = [row for row in office.waits if row.duty.label == "欠见面"]
        assert (row.count, row.duty.who) == (2, "承办单位")
        assert all(row.duty.label != "欠见面" for row in start_page(cast.co_head, TODAY).owed)
        unknown = suggestions_list(cast.co_head, Asked.read({"todo": row.duty.key}), TODAY)
        assert unknown.rows == []


def test_a_mark_is_a_figure_for_the_congress(cast: Cast) -> None:
    with method_on():
        case = handed_over(cast)
        flag_set(case_id=case.pk, owner=OWNER, kind="short", title="缺回访", explanation="缺一次", on=TODAY)
        (row,) = [row for row in start_page(cast.congress, TODAY).waits if row.duty.label == "缺回访"]
        assert row.count == 1
        for who in (cast.government, cast.lead_head):
            start = start_page(who, TODAY)
            assert all(row.duty.label != "缺回访" for row in (*start.owed, *start.waits))


def test_a_mark_stands_on_the_page_of_its_case_for_the_congress(cast: Cast, signed_in: Any) -> None:
    case = handed_over(cast)
    mark: dict[str, Any] = {"kind": "short", "title": "缺回访", "explanation": "缺一次", "on": TODAY}
    flag_set(case_id=case.pk, owner=OWNER, **mark)
    told = "<b>缺回访</b>：缺一次"

    def pages() -> list[bool]:
        readers = (cast.congress, cast.government, cast.lead_head, cast.writer)
        answers = [signed_in(who).get(f"/office/suggestions/{case.pk}/") for who in readers]
        return [told in answer.content.decode() for answer in answers]

    with method_on():
        assert pages() == [True, False, False, False]
        MethodActivation.objects.filter(slug=OWNER).update(is_enabled=False)
        assert pages() == [False, False, False, False]


def test_a_denied_meeting_waits_for_the_congress_until_the_case_has_ended(cast: Cast) -> None:
    """Also one after the reply: what the deputy denies then would otherwise be seen by nobody."""
    lead = part_of(issued(cast).suggestion, cast.world.roads)
    made = cast.world.act(lead, "record_contact", cast.lead_head, **contact(lead, "after")).created["contact"]
    cast.world.act(lead, "deny_contact", cast.writer, contact=made, reason="没有来过")

    def waiting() -> list[int]:
        return [row.count for row in start_page(cast.congress, TODAY).owed if row.duty.key == "denied"]

    assert waiting() == [1]
    cast.world.evaluate(lead.suggestion, "satisfied")
    cast.world.act(lead.suggestion, "close", cast.congress)
    assert waiting() == []


def test_the_start_page_and_list_stay_within_their_queries(cast: Cast, signed_in: Any) -> None:
    with method_on():
        owed(cast)
        spent = []
        for who in (cast.lead_head, cast.congress):
            client = signed_in(who)
            for page, most in (("/office/", 20), (f"/office/suggestions/?todo={OWNER}:meet", 15)):
                client.get(page)
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(page).status_code == 200
                spent.append((who.name, page, len(queries) <= most, len(queries)))
        assert [row for row in spent if not row[2]] == []


@pytest.fixture
def templates(settings: Any, tmp_path: Any) -> None:
    (tmp_path / OWNER).mkdir()
    (tmp_path / OWNER / "panel.html").write_text("<p>{{ title }}，{{ reader }}</p>", encoding="utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [str(tmp_path)]}]


def test_a_method_shows_a_panel_on_the_case_page(cast: Cast, signed_in: Any, templates: None) -> None:
    asked: list[str] = []

    def case_panels(case: CaseView, actor: Actor) -> list[Panel]:
        asked.append(actor.name)
        return [Panel("见面", f"{OWNER}/panel.html", {"title": case.title, "reader": actor.name})]

    with method_on(case_panels=case_panels):
        case = handed_over(cast)
        text = signed_in(cast.lead_head).get(f"/office/suggestions/{case.pk}/").content.decode()
    assert f"<p>{case.title}，{cast.lead_head.name}</p>" in text
    assert asked == [cast.lead_head.name]


def test_a_panel_that_fails_spoils_no_page(
    cast: Cast, signed_in: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def case_panels(case: CaseView, actor: Actor) -> list[Panel]:
        raise LookupError("nothing to show")

    with method_on(case_panels=case_panels):
        case = handed_over(cast)
        answer = signed_in(cast.lead_head).get(f"/office/suggestions/{case.pk}/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert ("某工作法</h2>" in text, text.count("暂时无法显示")) == (True, 1)
    assert [record.args[1] for record in caplog.records if record.name == "luoshi.methods"] == ["case_panels"]
