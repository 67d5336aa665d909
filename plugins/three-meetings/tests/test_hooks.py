"""Each hook of the method."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from meeting_steps import at_work, drafted, issue, to_evaluated
from people import Cast
from ready import accepted, evaluated, handed_over, part_of
from world import fresh

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.methods.facade import county_methods, method_obligations
from luoshi.methods.samples import actor_sample, case_sample, transition_sample
from luoshi.methods.services import method_disable, method_options_set
from luoshi.methods.types import MethodInfo, NavigationItem, Obligation, StatisticScope
from luoshi.suggestions.models import CaseDuty, CaseFlag, Contact
from luoshi.suggestions.selectors.cases import case_rows, case_view, case_views
from luoshi.suggestions.selectors.duties import worklists_of
from luoshi.tenancy import tenant_current
from luoshi_three_meetings import hooks, services
from luoshi_three_meetings.options import ThreeMeetingsOptions

Switch = Callable[..., None]
Meet = Callable[..., Any]


def test_hook_describe_method() -> None:
    info = hooks.describe_method()
    assert isinstance(info, MethodInfo)
    assert (info.slug, info.name) == ("three-meetings", "三见面")


def test_hook_options_model() -> None:
    assert hooks.options_model() is ThreeMeetingsOptions
    options = ThreeMeetingsOptions()
    assert (options.before.value, options.after.value, options.face_to_face) == ("gate", "gate", 1)
    assert options.confirmation is True


def test_hook_obligations(county: object) -> None:
    said = method_obligations(
        slug="three-meetings",
        options={"before": "watch", "after": "off", "photo_wanted": True, "confirmation": False},
    )
    assert said.items == (
        Obligation("主办、分办单位", "与代表完成“办前见面”并登记，没有时提醒", "单位审签答复之前"),
        Obligation("主办、分办单位", "与代表完成“办中见面”并登记，没有就不能往下办", "单位审签答复之前"),
        Obligation("主办、分办单位", "至少当面沟通 1 次", "单位审签答复之前"),
        Obligation("主办、分办单位", "登记时附上照片", "每次见面之后"),
        Obligation("人大代表工委", "查看不属实的见面和办结时三见面不齐的件", "随时"),
    )
    asked = method_obligations(slug="three-meetings", options={}).items
    assert [row.who for row in asked].count("领衔代表") == 1


def test_hook_check_method(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch()

    def notes() -> list[str]:
        (health,) = county_methods(tenant_current()).health()
        assert health.is_red is False
        return [note.message for note in health.notes]

    made = meet(accepted(cast), "before", said=None)
    assert notes() == []
    Contact.objects.filter(pk=made.pk).update(recorded_at=timezone.now() - timedelta(days=31))
    assert notes() == ["有 1 次登记超过 30 天没有代表的答复，请县人大打印确认单或与代表联系"]
    switch(before="off", during="off", after="off", confirmation=False)
    assert notes() == ["三个阶段都设为不要求，“三见面”不起作用"]


def owed(cast: Cast) -> list[tuple[str, str]]:
    rows = CaseDuty.objects.filter(state="open").order_by("suggestion_id", "key")
    return list(rows.values_list("key", "label"))


def test_hook_method_enabled(cast: Cast, switch: Switch) -> None:
    """Switched on in the middle of the year, it knows at once what is owed; and again when options change."""
    accepted(cast)
    accepted(cast)
    handed_over(cast)
    assert owed(cast) == []
    switch(before="off")
    assert owed(cast) == [("during", "办中见面（未登记）")] * 2
    switch(during="off")
    assert owed(cast) == [("before", "办前见面（未登记）")] * 2


def test_hook_transition_requirements(county: object, switch: Switch) -> None:
    switch()
    asked = {"case": case_sample(), "actor": actor_sample()}
    other = transition_sample(name="issue")
    assert list(hooks.transition_requirements(transition=other, **asked)) == []
    closing = transition_sample(subject="suggestion", name="close", source="evaluated", target="closed")
    (requirement,) = hooks.transition_requirements(transition=closing, **asked)
    assert (requirement.code, requirement.met) == ("met_after", False)
    imported = {**asked, "case": case_sample(imported=True)}
    assert list(hooks.transition_requirements(transition=closing, **imported)) == []


def test_hook_record_transition(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch()
    lead = accepted(cast)
    assert owed(cast) == [("before", "办前见面（未登记）"), ("during", "办中见面（未登记）")]
    meet(lead, "before", said=None)
    assert owed(cast)[0] == ("before", "办前见面（已登记，尚不算数）")
    meet(lead, "before", said=False)
    assert owed(cast)[0] == ("before", "办前见面（已登记，尚不算数）")
    meet(lead, "before")
    assert owed(cast) == [("during", "办中见面（未登记）")]
    (worklist,) = worklists_of(cast.lead_head)
    assert (worklist.key, worklist.title, worklist.own) == ("three-meetings:owed", "欠见面", True)
    method_disable(slug="three-meetings", actor=SYSTEM_ACTOR)
    assert worklists_of(cast.lead_head) == ()


def test_a_case_closed_without_all_three_is_marked_for_the_congress(cast: Cast, switch: Switch) -> None:
    """JY-10: an item closed with fewer than three feedback points is flagged."""
    switch(name="三反馈", before="watch", during="watch", after="watch", face_to_face=0)
    suggestion = to_evaluated(cast, drafted(cast, at_work(cast)))
    cast.world.act(suggestion, "close", cast.congress)
    (flag,) = CaseFlag.objects.all()
    assert (flag.title, flag.explanation) == (
        "办结时三反馈不齐",
        "缺 县交通运输局：办前见面；县交通运输局：办中见面；县交通运输局：办后见面",
    )
    assert owed(cast) == []
    assert [row.title for row in worklists_of(cast.congress)] == ["办结时三反馈不齐"]
    assert worklists_of(cast.lead_head) == ()


def test_hook_navigation(cast: Cast, switch: Switch) -> None:
    items = hooks.navigation()
    assert all(isinstance(item, NavigationItem) for item in items)
    assert [(item.label, item.url_name) for item in items] == [("欠见面", "home"), ("见面确认", "mine")]
    switch(meeting="走访")
    methods = county_methods(tenant_current())
    labels = [item.label for menu in methods.navigation(cast.lead_head) for item in menu.items]
    labels += [item.label for menu in methods.navigation(cast.writer) for item in menu.items]
    assert labels == ["欠走访", "走访确认"]
    assert "deputy" not in next(iter(items)).roles


def test_hook_case_panels(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch(name="三访", before_word="办前走访")
    lead = accepted(cast)
    meet(lead, "before", said=False)
    meet(lead, "during", by=cast.congress)
    case = case_view(fresh(lead.suggestion))
    methods = county_methods(tenant_current())
    shown = {}
    for who in ("lead_head", "congress", "writer", "government"):
        (panel,) = methods.panels(case, getattr(cast, who))
        assert (panel.title, panel.failure) == ("三访", "")
        shown[who] = panel.html
    assert [who for who in shown if "代表说不属实" in shown[who]] == ["congress", "writer"]
    assert all("工作人员代录的确认" in html and "办前走访" in html for html in shown.values())
    assert [who for who in shown if "登记一次" in shown[who]] == ["lead_head"]
    assert "当天没有见过面" not in "".join(shown.values())
    assert methods.panels(case_sample(imported=True), cast.congress) == ()


def test_a_case_is_the_same_read_alone_among_others_or_from_rows_at_hand(cast: Cast, meet: Meet) -> None:
    case = evaluated(cast)
    meet(part_of(case, cast.world.roads), "after", by=cast.congress)
    other = accepted(cast).suggestion
    alone = case_view(fresh(case))
    assert (len(alone.assignments), len(alone.contacts), len(alone.replies)) == (2, 2, 1)
    assert len(alone.evaluations) == 2
    assert alone == case_views([fresh(other), fresh(case)])[1] == case_view(fresh(case), case_rows(case))


def test_a_panel_costs_no_query_of_its_own(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch()
    lead = accepted(cast)
    meet(lead, "before", said=None)
    case, methods = case_view(fresh(lead.suggestion)), county_methods(tenant_current())
    methods.panels(case, cast.congress)
    with CaptureQueriesContext(connection) as queries:
        methods.panels(case, cast.congress)
    assert [row["sql"] for row in queries if "SAVEPOINT" not in row["sql"]] == []


def figures(scope: StatisticScope) -> dict[str, tuple[Any, Any, Any]]:
    (part,) = county_methods(tenant_current()).statistics(scope)
    assert part.failure == ""
    return {row.code: (row.value, row.numerator, row.denominator) for row in part.figures}


def test_hook_statistics(cast: Cast, switch: Switch, meet: Meet) -> None:
    """Counted by hand: four handed over, three with a contact that stands, two of them face to face."""
    switch(face_to_face=0)
    first, second, third, fourth = (accepted(cast) for _ in range(4))
    meet(first, "before")
    meet(first, "during", mode="phone")
    meet(second, "before", by=cast.congress)
    meet(third, "before", mode="phone", said=None)
    meet(fourth, "before", said=False)
    assert figures(StatisticScope("17-4")) == {
        "contact_rate": ("75.00", 3, 4),
        "face_to_face_rate": ("50.00", 2, 4),
        "confirmed_rate": ("40.00", 2, 5),
        "proxy_confirmed_rate": ("20.00", 1, 5),
        "denied_rate": ("20.00", 1, 5),
        "complete_rate": (None, 0, 0),
    }


def test_statistics_count_the_parts_that_have_all_three(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch(before="watch", during="watch", after="watch", face_to_face=0)
    for met in (True, False):
        lead = at_work(cast)
        if met:
            meet(lead, "before")
            meet(lead, "during")
        issue(cast, drafted(cast, lead))
    assert figures(StatisticScope("17-4"))["complete_rate"] == ("50.00", 1, 2)


def test_statistics_cost_the_same_however_many_cases(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch()
    spent = []
    for _ in range(2):
        meet(accepted(cast), "before")
        with CaptureQueriesContext(connection) as queries:
            figures(StatisticScope("17-4"))
        spent.append(len(queries))
    assert spent[0] == spent[1]


def test_hook_export_case_data(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch()
    lead = accepted(cast)
    case = case_view(fresh(lead.suggestion))
    assert hooks.export_case_data(case) == {}
    made = meet(lead, "before", said=None)
    issued = services.slip_issue(contact_id=made.pk, actor=cast.congress, days=3)
    (slip,) = hooks.export_case_data(case)["slips"]
    assert (slip["contact"], slip["deputy"], slip["used_at"]) == (made.pk, cast.writer.deputy_id, None)
    assert set(slip) == {
        "contact",
        "deputy",
        "issued_as",
        "issued_at",
        "expires_at",
        "used_at",
        "revoked_at",
    }
    assert issued.slip.token_digest not in str(slip)


def test_hook_erase_case_data(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch()
    kept = []
    for _ in range(2):
        lead = accepted(cast)
        made = meet(lead, "before", said=None)
        services.slip_issue(contact_id=made.pk, actor=cast.congress, days=3)
        kept.append(case_view(fresh(lead.suggestion)))
    for _ in range(2):
        hooks.erase_case_data(kept[0])
    assert hooks.export_case_data(kept[0]) == {}
    assert len(hooks.export_case_data(kept[1])["slips"]) == 1


def test_options_refuse_what_says_a_thing_twice(county: object) -> None:
    import pytest

    from luoshi.errors import Invalid

    with pytest.raises(Invalid, match="同一项只能选一次"):
        method_obligations(slug="three-meetings", options={"modes": ["visit", "visit"]})


def test_changing_options_is_for_the_administrator_and_leaves_the_records(cast: Cast, switch: Switch) -> None:
    switch()
    accepted(cast)
    before = CaseDuty.objects.count()
    method_options_set(
        slug="three-meetings",
        options={"before": "off", "during": "off", "after": "off"},
        actor=SYSTEM_ACTOR,
    )
    assert (CaseDuty.objects.count(), owed(cast)) == (before, [])
