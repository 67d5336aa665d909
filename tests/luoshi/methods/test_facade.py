"""The façade of one county over good and bad methods, on a real database."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from luoshi_every_hook.options import EveryHookOptions

from luoshi.accounts.actor import Role
from luoshi.errors import Invalid, Problem, WrongState
from luoshi.methods.facade import (
    CALL_THE_ADMINISTRATOR,
    CountyMethods,
    MethodExport,
    MethodHealth,
    MethodNavigation,
    MethodStatistics,
    county_methods,
    county_methods_rehearsed,
)
from luoshi.methods.host import MethodFailed
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import MethodRegistry, registry_using
from luoshi.methods.samples import actor_sample, case_sample, event_sample, transition_sample
from luoshi.methods.selectors import method_options, method_options_asked
from luoshi.methods.types import (
    HealthNote,
    NavigationItem,
    Requirement,
    Statistic,
    StatisticScope,
)
from luoshi.tenancy import NoCounty
from luoshi_tenants.context import county_context, public_context

SwitchedOn = Callable[..., CountyMethods]

CASE = case_sample()
SUBMIT = transition_sample(name="submit_reply")
ACTOR = actor_sample()
SCOPE = StatisticScope(session="17-4")

BAD = ("crashing", "database-breaker", "half-way")
NAMES = {"crashing": "处处出错", "database-breaker": "破坏事务", "half-way": "半途而废"}


def broken(slug: str, reason: str) -> Requirement:
    return Requirement("method_broken", False, reason, CALL_THE_ADMINISTRATOR, owner=slug, broken=True)


def failed(slug: str) -> str:
    return f"工作法“{NAMES[slug]}”运行出错"


UNMET_NOTES = Requirement(
    "notes_written", False, "本县要求至少有 1 条记录，现有 0 条", "请先在建议页补充记录", owner="every-hook"
)


def database_works() -> bool:
    """True where the transaction still takes statements."""
    return MethodActivation.objects.count() >= 0


# No county, no method


def test_without_a_county_nothing_is_asked(db: None, registry: MethodRegistry, two_counties: Any) -> None:
    view = two_counties[0].view
    with public_context(), pytest.raises(NoCounty):
        county_methods(view)


def test_another_county_than_the_bound_one_is_an_error(two_counties: Any) -> None:
    with pytest.raises(NoCounty):
        county_methods(two_counties[1].view)


def test_a_county_knows_only_its_own_switches(two_counties: Any, switched_on: SwitchedOn) -> None:
    assert switched_on("every-hook").slugs == ("every-hook",)
    with county_context(two_counties[1]):
        assert county_methods(two_counties[1].view).slugs == ()


def test_a_county_without_methods_costs_one_query_and_no_savepoint(
    switched_on: SwitchedOn, django_assert_num_queries: Any
) -> None:
    MethodActivation.objects.create(slug="refusing", is_enabled=False)
    with django_assert_num_queries(1):
        methods = switched_on()
    with django_assert_num_queries(0):
        assert methods.requirements(CASE, SUBMIT, ACTOR) == ()
        assert methods.problems(CASE, SUBMIT, {}) == ()
        methods.record(CASE, SUBMIT, {})
        methods.done(event_sample(), slug="refusing")
        assert methods.navigation(ACTOR) == ()
        assert methods.statistics(SCOPE) == ()
        assert methods.export_case(CASE) == ()
        assert methods.health() == ()


# Requirements


def test_requirements_of_a_good_and_a_refusing_method(switched_on: SwitchedOn) -> None:
    methods = switched_on("refusing", "every-hook")
    assert methods.requirements(CASE, SUBMIT, ACTOR) == (
        UNMET_NOTES,
        Requirement("never", False, "此样例从不放行", "停用此样例", owner="refusing"),
        Requirement("always", True, "此条总是满足", "无需办理", owner="refusing"),
    )


def test_a_gate_opens_when_its_requirement_is_met(switched_on: SwitchedOn) -> None:
    methods = switched_on("every-hook")
    methods.record(CASE, transition_sample(name="record_contact"), {"note": "已到现场"})
    (requirement,) = methods.requirements(CASE, SUBMIT, ACTOR)
    assert requirement.met is True


@pytest.mark.parametrize("slug", BAD)
def test_a_bad_method_keeps_the_gate_shut_and_spoils_nobody(
    slug: str, switched_on: SwitchedOn, caplog: pytest.LogCaptureFixture
) -> None:
    methods = switched_on(slug, "every-hook", "refusing")
    expected = {
        slug: [broken(slug, failed(slug))],
        "every-hook": [UNMET_NOTES],
        "refusing": [
            Requirement("never", False, "此样例从不放行", "停用此样例", owner="refusing"),
            Requirement("always", True, "此条总是满足", "无需办理", owner="refusing"),
        ],
    }
    assert methods.requirements(CASE, SUBMIT, ACTOR) == tuple(
        requirement for name in sorted(expected) for requirement in expected[name]
    )
    assert database_works()
    assert connection.needs_rollback is False
    logged = [record for record in caplog.records if record.name == "luoshi.methods"]
    assert [(record.levelno, record.args) for record in logged] == [
        (logging.ERROR, (slug, "transition_requirements", "c430422"))
    ]
    assert logged[0].exc_info is not None


def test_all_bad_methods_together_leave_the_transaction_usable(switched_on: SwitchedOn) -> None:
    methods = switched_on(*BAD, "every-hook")
    assert methods.requirements(CASE, SUBMIT, ACTOR) == (
        broken("crashing", failed("crashing")),
        broken("database-breaker", failed("database-breaker")),
        UNMET_NOTES,
        broken("half-way", failed("half-way")),
    )
    assert database_works()


def test_without_the_savepoint_a_database_error_would_abort_the_transaction(county: object) -> None:
    """Why the savepoint is there: this is what the guard prevents."""
    from luoshi_database_breaker.hooks import bad_sql

    with transaction.atomic():
        with suppress(DatabaseError):
            bad_sql()
        with pytest.raises(DatabaseError):
            database_works()
        transaction.set_rollback(True)


def test_the_bound_county_outlives_a_database_error(switched_on: SwitchedOn) -> None:
    switched_on("database-breaker").requirements(CASE, SUBMIT, ACTOR)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        assert cursor.fetchone() == ("c430422",)


def test_a_missing_method_keeps_the_gate_shut(switched_on: SwitchedOn) -> None:
    methods = switched_on("gone", "every-hook")
    assert methods.requirements(CASE, SUBMIT, ACTOR) == (
        UNMET_NOTES,
        broken("gone", "工作法“gone”已启用，但本平台没有安装"),
    )


def test_an_incompatible_method_keeps_the_gate_shut(switched_on: SwitchedOn) -> None:
    methods = switched_on("from-the-future")
    assert methods.requirements(CASE, SUBMIT, ACTOR) == (
        broken(
            "from-the-future",
            "工作法“from-the-future”已启用，但无法使用："
            "为第 99 版接口编写，本平台为第 1 版，请升级工作法或平台",
        ),
    )


def test_stored_options_that_no_longer_fit_keep_the_gate_shut(switched_on: SwitchedOn) -> None:
    methods = switched_on("every-hook", no_longer_known=1)
    assert methods.requirements(CASE, SUBMIT, ACTOR) == (
        broken("every-hook", "工作法“全钩子工作法”运行出错"),
    )


def test_options_of_the_county_reach_the_hook(switched_on: SwitchedOn) -> None:
    methods = switched_on("every-hook", notes_needed=3, transition="close")
    assert methods.requirements(CASE, SUBMIT, ACTOR) == ()
    (requirement,) = methods.requirements(CASE, transition_sample(name="close"), ACTOR)
    assert requirement.reason == "本县要求至少有 3 条记录，现有 0 条"


def test_a_hook_reads_its_options_without_a_query(odd: Any, django_assert_num_queries: Any) -> None:
    def requirements(case: object) -> list[Requirement]:
        return [replace(GOOD, reason=method_options(slug="odd", model=EveryHookOptions).transition)]

    methods = odd("transition_requirements", requirements)
    with django_assert_num_queries(2):  # the savepoint and its end
        (requirement,) = methods.requirements(CASE, SUBMIT, ACTOR)
    assert requirement.reason == "submit_reply"
    with django_assert_num_queries(1):
        assert method_options(slug="odd", model=EveryHookOptions) == EveryHookOptions()
    with django_assert_num_queries(0):
        assert method_options_asked(slug="odd", model=EveryHookOptions) == EveryHookOptions()


def test_a_menu_speaks_in_the_county_s_words_without_a_query(
    odd: Any, django_assert_num_queries: Any
) -> None:
    def navigation() -> list[NavigationItem]:
        wanted = method_options_asked(slug="odd", model=EveryHookOptions).notes_needed
        other = method_options_asked(slug="other", model=EveryHookOptions).notes_needed
        return [NavigationItem(f"欠 {wanted} 条，{other} 条", "home")]

    MethodActivation.objects.filter(slug="odd").update(options={"notes_needed": 4})
    methods = odd("navigation", navigation)
    with django_assert_num_queries(2):  # the savepoint and its end
        (menu,) = methods.navigation(ACTOR)
    assert menu.items == (NavigationItem("欠 4 条，1 条", "home"),)


def test_a_method_is_asked_with_options_that_are_not_saved(switched_on: SwitchedOn) -> None:
    tenant = switched_on("every-hook", "refusing", notes_needed=1).tenant
    asked = county_methods_rehearsed(tenant, slug="every-hook", options={"notes_needed": 5})
    assert asked.requirements(CASE, SUBMIT, ACTOR) == (
        replace(UNMET_NOTES, reason="本县要求至少有 5 条记录，现有 0 条"),
    )
    with pytest.raises(Invalid):
        county_methods_rehearsed(tenant, slug="every-hook", options={"notes_needed": 50})


# Wrong answers


GOOD = Requirement("fine", True, "没有问题", "无需办理")


@pytest.mark.parametrize(
    "answer",
    [
        None,
        True,
        "met",
        {"met": True},
        [True],
        [GOOD, "met"],
        [None],
        [Problem("", "不是条件")],
        [Requirement("truthy", "no", "像真的一样", "无需办理")],  # type: ignore[arg-type]
        [Requirement("silent", True, "", "无需办理")],
        [Requirement("silent", False, "没有说怎么办", "")],
        [Requirement("", True, "没有代号", "无需办理")],
    ],
    ids=repr,
)
def test_a_requirement_of_the_wrong_type_keeps_the_gate_shut(answer: object, odd: Any) -> None:
    methods = odd("transition_requirements", lambda case, transition, actor: answer)
    assert methods.requirements(CASE, SUBMIT, ACTOR) == (broken("odd", "工作法“怪答”运行出错"),)


def test_a_requirement_of_the_right_type_passes_the_same_check(odd: Any) -> None:
    methods = odd("transition_requirements", lambda case, transition, actor: iter([GOOD]))
    assert methods.requirements(CASE, SUBMIT, ACTOR) == (
        Requirement("fine", True, "没有问题", "无需办理", owner="odd"),
    )


def test_a_method_cannot_pass_its_requirement_off_as_another_s(odd: Any) -> None:
    borrowed = Requirement("fine", True, "没有问题", "无需办理", owner="core", broken=True)
    methods = odd("transition_requirements", lambda case, transition, actor: [borrowed])
    (requirement,) = methods.requirements(CASE, SUBMIT, ACTOR)
    assert (requirement.owner, requirement.broken) == ("odd", False)


def test_a_swallowed_database_error_keeps_the_gate_shut(odd: Any) -> None:
    from luoshi_database_breaker.hooks import bad_sql

    def swallow(case: object) -> object:
        try:
            bad_sql()
        except DatabaseError:
            return []
        return None

    methods = odd("transition_requirements", swallow)
    assert methods.requirements(CASE, SUBMIT, ACTOR) == (broken("odd", "工作法“怪答”运行出错"),)
    assert database_works()


def test_a_transaction_marked_for_rollback_in_silence_is_a_failure(odd: Any) -> None:
    methods = odd("record_transition", lambda case: transaction.set_rollback(True))
    with pytest.raises(MethodFailed):
        methods.record(CASE, SUBMIT, {})
    assert database_works()
    assert connection.needs_rollback is False


def test_outside_a_transaction_a_database_error_spoils_nobody(
    transactional_county: Any, fixture_registry: MethodRegistry
) -> None:
    from django.utils import timezone

    for slug in ("database-breaker", "refusing"):
        MethodActivation.objects.create(slug=slug, is_enabled=True, enabled_at=timezone.now())
    with registry_using(fixture_registry):
        methods = county_methods(transactional_county.view)
        assert connection.in_atomic_block is False
        assert [(r.owner, r.met, r.broken) for r in methods.requirements(CASE, SUBMIT, ACTOR)] == [
            ("database-breaker", False, True),
            ("refusing", False, False),
            ("refusing", True, False),
        ]
    assert database_works()


# Problems


def test_problems_of_all_methods(switched_on: SwitchedOn) -> None:
    methods = switched_on(*BAD, "every-hook", "refusing", "gone")
    assert methods.problems(CASE, SUBMIT, {"note": "长" * 201}) == (
        Problem("", f"{failed('crashing')}。{CALL_THE_ADMINISTRATOR}"),
        Problem("", f"{failed('database-breaker')}。{CALL_THE_ADMINISTRATOR}"),
        Problem("note", "记录不能超过 200 个字"),
        Problem("", f"工作法“gone”已启用，但本平台没有安装。{CALL_THE_ADMINISTRATOR}"),
        Problem("", f"{failed('half-way')}。{CALL_THE_ADMINISTRATOR}"),
        Problem("note", "此样例认为一切输入都不对"),
    )
    assert database_works()


def test_no_problem_is_found_in_good_input(switched_on: SwitchedOn) -> None:
    assert switched_on("every-hook").problems(CASE, SUBMIT, {"note": "短"}) == ()


def test_a_method_cannot_change_the_data_of_the_others(odd: Any) -> None:
    def meddle(case: object, data: dict[str, object]) -> tuple[()]:
        data["note"] = "改过了"
        return ()

    data = {"note": "原样"}
    assert len(odd("validate_transition", meddle).problems(CASE, SUBMIT, data)) == 1
    assert data == {"note": "原样"}


# Records


def test_records_are_written_in_the_caller_s_transaction(switched_on: SwitchedOn) -> None:
    from luoshi_every_hook.models import Note

    methods = switched_on("every-hook")
    with transaction.atomic():
        methods.record(CASE, SUBMIT, {"note": "已到现场"})
        transaction.set_rollback(True)
    assert Note.objects.count() == 0
    methods.record(CASE, SUBMIT, {"note": "已到现场"})
    assert list(Note.objects.values_list("case_id", "kind", "text")) == [(1, "record", "已到现场")]


@pytest.mark.parametrize("slug", ["crashing", "database-breaker", "gone", "from-the-future"])
def test_a_raising_record_rolls_everything_back(slug: str, switched_on: SwitchedOn) -> None:
    from luoshi_every_hook.models import Note

    methods = switched_on("every-hook", slug)

    def act() -> None:
        with transaction.atomic():
            Note.objects.create(case_id=1, kind="core", text="核心写入的状态")
            methods.record(CASE, SUBMIT, {"note": "已到现场"})

    with pytest.raises(MethodFailed) as raised:
        act()
    assert (raised.value.slug, raised.value.hook, raised.value.status) == (slug, "record_transition", 503)
    assert Note.objects.count() == 0
    assert database_works()


def test_a_record_that_is_a_generator_would_never_run_and_is_refused(odd: Any) -> None:
    def record(case: object) -> Iterator[None]:
        yield

    with pytest.raises(MethodFailed):
        odd("record_transition", record).record(CASE, SUBMIT, {})


def test_what_a_method_refuses_is_told_in_its_own_words(odd: Any) -> None:
    def record(case: object) -> None:
        raise WrongState("该次回访已经登记")

    with pytest.raises(MethodFailed) as raised:
        odd("record_transition", record).record(CASE, SUBMIT, {})
    assert raised.value.message == "工作法“怪答”运行出错：该次回访已经登记"


# After the commit


def test_an_event_reaches_the_named_method_alone_and_may_come_twice(switched_on: SwitchedOn) -> None:
    from luoshi_every_hook.models import Note

    methods = switched_on("crashing", "every-hook")
    for _ in range(2):
        methods.done(event_sample(sequence=7), slug="every-hook")
    assert list(Note.objects.values_list("case_id", "kind", "sequence")) == [(1, "done", 7)]
    with pytest.raises(MethodFailed):
        methods.done(event_sample(sequence=7), slug="crashing")
    assert database_works()


def test_an_event_for_a_method_that_is_off_is_silent(switched_on: SwitchedOn) -> None:
    switched_on("every-hook").done(event_sample(), slug="crashing")


# Declarations


def test_navigation_of_one_method_is_not_spoilt_by_others(switched_on: SwitchedOn) -> None:
    assert switched_on(*BAD, "every-hook", "gone").navigation(ACTOR) == (
        MethodNavigation("every-hook", "全钩子工作法", (NavigationItem("全部记录", "home"),)),
    )
    assert database_works()


def test_navigation_is_shown_to_its_roles_alone(odd: Any) -> None:
    item = NavigationItem("督办", "home", roles=frozenset({"leader"}))
    methods = odd("navigation", lambda: [item])
    assert methods.navigation(actor_sample(roles=frozenset({Role.UNIT_HANDLER}))) == ()
    assert methods.navigation(actor_sample(roles=frozenset({Role.LEADER}))) == (
        MethodNavigation("odd", "怪答", (item,)),
    )


def test_statistics_show_a_failure_in_the_place_of_the_figures(switched_on: SwitchedOn) -> None:
    methods = switched_on(*BAD, "every-hook", "refusing")
    methods_without_the_crashing = (
        MethodStatistics("crashing", "处处出错", (), failed("crashing")),
        MethodStatistics("database-breaker", "破坏事务", (), failed("database-breaker")),
        MethodStatistics("every-hook", "全钩子工作法", (Statistic("notes", "记录数", 0),)),
        MethodStatistics("half-way", "半途而废", (), failed("half-way")),
    )
    assert methods.statistics(SCOPE) == methods_without_the_crashing
    assert database_works()


def test_a_statistic_that_is_not_json_is_a_failure(odd: Any) -> None:
    methods = odd("statistics", lambda tenant: [Statistic("set", "集合", {1})])
    assert methods.statistics(SCOPE) == (MethodStatistics("odd", "怪答", (), "工作法“怪答”运行出错"),)


# Custody


def test_export_and_erasure_are_symmetric(switched_on: SwitchedOn) -> None:
    methods = switched_on("every-hook", "refusing")
    methods.record(CASE, SUBMIT, {"note": "一"})
    methods.record(case_sample(id=2), SUBMIT, {"note": "别的建议"})
    assert methods.export_case(CASE) == (MethodExport("every-hook", "全钩子工作法", {"notes": ["一"]}),)
    methods.erase_case(CASE)
    assert methods.export_case(CASE) == ()
    assert methods.export_case(case_sample(id=2)) == (
        MethodExport("every-hook", "全钩子工作法", {"notes": ["别的建议"]}),
    )


def test_an_export_shows_a_failure_in_the_place_of_the_records(switched_on: SwitchedOn) -> None:
    methods = switched_on("crashing", "database-breaker", "every-hook")
    assert methods.export_case(CASE) == (
        MethodExport("crashing", "处处出错", {}, failed("crashing")),
        MethodExport("database-breaker", "破坏事务", {}, failed("database-breaker")),
    )
    assert database_works()


@pytest.mark.parametrize("answer", [None, ["records"], {"set": {1}}], ids=repr)
def test_an_export_that_is_no_json_mapping_is_a_failure(answer: object, odd: Any) -> None:
    (export,) = odd("export_case_data", lambda case: answer).export_case(CASE)
    assert export == MethodExport("odd", "怪答", {}, "工作法“怪答”运行出错")


def test_a_failing_erasure_rolls_everything_back(switched_on: SwitchedOn) -> None:
    from luoshi_every_hook.models import Note

    methods = switched_on("every-hook", "half-way")
    methods.record(CASE, SUBMIT, {"note": "一"})
    MethodActivation.objects.create(slug="gone", is_enabled=False)
    with pytest.raises(MethodFailed) as raised, transaction.atomic():
        methods.erase_case(CASE)
    assert raised.value.slug == "gone"
    assert Note.objects.count() == 1


def test_an_erasure_reaches_the_records_of_a_method_that_is_off(switched_on: SwitchedOn) -> None:
    from luoshi_every_hook.models import Note

    methods = switched_on("every-hook")
    methods.record(CASE, SUBMIT, {"note": "一"})
    MethodActivation.objects.update(is_enabled=False)
    off = county_methods(methods.tenant)
    assert off.slugs == ()
    assert off.export_case(CASE) == ()
    off.erase_case(CASE)
    assert Note.objects.count() == 0


# Health


def test_health_is_red_for_what_is_missing_incompatible_or_crashing(switched_on: SwitchedOn) -> None:
    methods = switched_on("crashing", "every-hook", "from-the-future", "gone", "refusing")
    health = methods.health()
    assert [(note.slug, note.is_red) for note in health] == [
        ("crashing", True),
        ("every-hook", False),
        ("from-the-future", True),
        ("gone", True),
        ("refusing", False),
    ]
    assert health[0] == MethodHealth(
        "crashing", "处处出错", (HealthNote("error", "工作法“处处出错”运行出错"),)
    )
    assert health[1] == MethodHealth(
        "every-hook", "全钩子工作法", (HealthNote("warning", "衡南县还没有任何记录"),)
    )
    assert health[3].notes == (HealthNote("error", "工作法“gone”已启用，但本平台没有安装"),)


def test_health_names_options_that_no_longer_fit(switched_on: SwitchedOn) -> None:
    (health,) = switched_on("every-hook", notes_needed=99).health()
    assert health.notes[0] == HealthNote("error", "保存的选项不合要求：至少记录几条：不能大于 9")


def test_health_warns_of_a_method_that_the_province_allows_no_longer(switched_on: SwitchedOn) -> None:
    methods = switched_on("refusing")
    methods.tenant = replace(methods.tenant, methods_allowed=frozenset())
    (health,) = methods.health()
    assert health.notes == (HealthNote("warning", "省级已不再允许本县使用该工作法"),)


def test_an_unknown_level_is_a_failure(odd: Any) -> None:
    (health,) = odd("check_method", lambda tenant: [HealthNote("fine", "不错")]).health()
    assert health.notes == (HealthNote("error", "工作法“怪答”运行出错"),)


def test_an_export_is_a_copy(odd: Any) -> None:
    held: Mapping[str, Any] = {"list": [1]}
    (export,) = odd("export_case_data", lambda case: held).export_case(CASE)
    assert export.data == held
    assert export.data is not held
