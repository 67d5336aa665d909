"""Switching methods on and off, and their options; every change is audited."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from luoshi_every_hook.options import EveryHookOptions

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor, Role
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed, NotFound, Problem, WrongState
from luoshi.methods.facade import county_methods
from luoshi.methods.host import MethodFailed
from luoshi.methods.markers import hookimpl
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import MethodRegistry, registry_using
from luoshi.methods.selectors import method_is_on, method_options, methods_enabled
from luoshi.methods.services import method_disable, method_enable, method_options_set, methods_set_up
from luoshi.methods.types import MethodInfo
from luoshi.tenancy import NoCounty
from luoshi_tenants.context import public_context
from luoshi_tenants.models import County, Province

ADMIN = Actor(user_id=7, name="系统管理员", roles=frozenset({Role.SYSTEM_ADMIN}))


@pytest.fixture(autouse=True)
def _county_with_fixture_methods(county: County, registry: MethodRegistry, note_table: None) -> None:
    """Every test here speaks of one county and of the fixture methods."""


def events() -> list[tuple[str, str, int | None, str]]:
    rows = Event.objects.select_related("stream").order_by("id")
    return [(row.stream.key, row.kind, row.actor_id, row.actor_role) for row in rows]


# Enable


def test_enable_stores_the_options_tells_the_method_and_is_audited() -> None:
    from luoshi_every_hook.models import Note

    activation = method_enable(slug="every-hook", options={"notes_needed": 2}, actor=ADMIN)
    activation.refresh_from_db()
    assert activation.is_enabled is True
    assert activation.options == {"notes_needed": 2, "transition": "submit_reply"}
    assert activation.changed_by_id == 7
    assert activation.enabled_at is not None
    assert methods_enabled() == {"every-hook": activation.options}
    assert list(Note.objects.values_list("kind", "text")) == [("enabled", "衡南县：系统管理员")]
    assert events() == [("method:every-hook", "method.enabled", 7, "system_admin")]
    assert json.loads(Event.objects.get().payload["options"]) == activation.options


def test_enable_without_options_takes_the_defaults() -> None:
    activation = method_enable(slug="every-hook", options=None, actor=ADMIN)
    assert activation.options == {"notes_needed": 1, "transition": "submit_reply"}


def test_enable_twice_changes_nothing() -> None:
    first = method_enable(slug="every-hook", options={"notes_needed": 2}, actor=ADMIN)
    assert method_enable(slug="every-hook", options=None, actor=SYSTEM_ACTOR) == first
    assert method_enable(slug="every-hook", options={"notes_needed": 2}, actor=SYSTEM_ACTOR) == first
    row = MethodActivation.objects.get()
    assert (row.enabled_at, row.changed_by_id, len(events())) == (first.enabled_at, 7, 1)


def test_enable_of_what_is_on_with_other_options_is_refused() -> None:
    method_enable(slug="every-hook", options=None, actor=ADMIN)
    with pytest.raises(WrongState, match="已经启用，请用“修改选项”更改设置"):
        method_enable(slug="every-hook", options={"notes_needed": 3}, actor=ADMIN)
    assert MethodActivation.objects.get().options["notes_needed"] == 1


def test_enable_again_keeps_the_options_of_before() -> None:
    method_enable(slug="every-hook", options={"notes_needed": 4}, actor=ADMIN)
    method_disable(slug="every-hook", actor=ADMIN)
    assert method_enable(slug="every-hook", options=None, actor=ADMIN).options["notes_needed"] == 4


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SYSTEM_ADMIN, Role.SYSTEM)])
def test_nobody_but_the_system_administrator_switches(role: Role) -> None:
    other = Actor(user_id=8, name="他人", roles=frozenset({role}))
    with pytest.raises(NotAllowed):
        method_enable(slug="every-hook", options=None, actor=other)
    with pytest.raises(NotAllowed):
        method_disable(slug="every-hook", actor=other)
    with pytest.raises(NotAllowed):
        method_options_set(slug="every-hook", options={}, actor=other)
    assert (MethodActivation.objects.count(), events()) == (0, [])


def test_a_method_that_the_province_does_not_allow_is_refused(county: County) -> None:
    county.province.methods_allowed = ["refusing"]
    with pytest.raises(NotAllowed, match="衡南县未获准使用工作法“every-hook”，请先向省级申请开通"):
        method_enable(slug="every-hook", options=None, actor=ADMIN)
    assert method_enable(slug="refusing", options=None, actor=ADMIN).is_enabled is True
    assert isinstance(county.province, Province)


@pytest.mark.parametrize(
    ("options", "problems"),
    [
        ({"notes_needed": 0}, (Problem("notes_needed", "至少记录几条：不能小于 1"),)),
        ({"notes_needed": "多"}, (Problem("notes_needed", "至少记录几条：应为整数"),)),
        ({"note_needed": 1}, (Problem("note_needed", "note_needed：没有这一项，请删去"),)),
    ],
)
def test_wrong_options_are_refused_in_chinese_and_nothing_is_written(
    options: dict[str, Any], problems: tuple[Problem, ...]
) -> None:
    with pytest.raises(Invalid) as raised:
        method_enable(slug="every-hook", options=options, actor=ADMIN)
    assert raised.value.problems == problems
    assert (MethodActivation.objects.count(), events()) == (0, [])


def test_a_method_without_options_takes_none() -> None:
    with pytest.raises(Invalid) as raised:
        method_enable(slug="refusing", options={"strict": True}, actor=ADMIN)
    assert raised.value.problems == (Problem("strict", "strict：此工作法没有选项，请删去"),)


def test_an_unknown_and_a_broken_method_are_refused() -> None:
    with pytest.raises(NotFound, match="没有安装工作法“nobody”"):
        method_enable(slug="nobody", options=None, actor=ADMIN)
    with pytest.raises(WrongState, match="工作法“from-the-future”无法使用：为第 99 版接口编写"):
        method_enable(slug="from-the-future", options=None, actor=ADMIN)
    assert MethodActivation.objects.count() == 0


def test_a_method_that_fails_to_prepare_is_not_switched_on() -> None:
    with pytest.raises(MethodFailed):
        method_enable(slug="crashing", options=None, actor=ADMIN)
    assert (MethodActivation.objects.count(), events()) == (0, [])


def test_no_county_no_switch() -> None:
    with public_context():
        for act in (
            lambda: method_enable(slug="every-hook", options=None, actor=ADMIN),
            lambda: method_disable(slug="every-hook", actor=ADMIN),
            lambda: method_options_set(slug="every-hook", options={}, actor=ADMIN),
            lambda: method_is_on("every-hook"),
            methods_enabled,
        ):
            with pytest.raises(NoCounty):
                act()


# Disable


def test_disable_keeps_the_row_and_the_records_tells_the_method_and_is_audited() -> None:
    from luoshi_every_hook.models import Note

    method_enable(slug="every-hook", options=None, actor=ADMIN)
    activation = method_disable(slug="every-hook", actor=ADMIN)
    activation.refresh_from_db()
    assert activation.is_enabled is False
    assert methods_enabled() == {}
    assert set(Note.objects.values_list("kind", flat=True)) == {"enabled", "disabled"}
    assert events() == [
        ("method:every-hook", "method.enabled", 7, "system_admin"),
        ("method:every-hook", "method.disabled", 7, "system_admin"),
    ]


def test_disable_twice_changes_nothing() -> None:
    method_enable(slug="every-hook", options=None, actor=ADMIN)
    method_disable(slug="every-hook", actor=ADMIN)
    method_disable(slug="every-hook", actor=ADMIN)
    assert len(events()) == 2


def test_what_was_never_on_cannot_be_switched_off() -> None:
    with pytest.raises(NotFound, match="本县没有启用过工作法“every-hook”"):
        method_disable(slug="every-hook", actor=ADMIN)


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        ("crashing", "failed"),
        ("database-breaker", "failed"),
        ("from-the-future", "missing"),
        ("gone", "missing"),
    ],
)
def test_a_bad_method_can_always_be_switched_off_which_opens_its_gates(
    slug: str, told: str, switched_on: Any
) -> None:
    assert len(switched_on(slug).slugs) == 1
    method_disable(slug=slug, actor=ADMIN)
    assert methods_enabled() == {}
    assert events() == [(f"method:{slug}", "method.disabled", 7, "system_admin")]
    assert Event.objects.get().payload == {"method": told}


# Options


def test_options_are_replaced_and_audited() -> None:
    method_enable(slug="every-hook", options={"notes_needed": 2}, actor=ADMIN)
    method_options_set(slug="every-hook", options={"transition": "close"}, actor=ADMIN)
    assert MethodActivation.objects.get().options == {"notes_needed": 1, "transition": "close"}
    payload = Event.objects.get(kind="method.options_set").payload
    assert json.loads(payload["before"])["notes_needed"] == 2
    assert json.loads(payload["after"]) == {"notes_needed": 1, "transition": "close"}
    method_options_set(slug="every-hook", options={"transition": "close"}, actor=ADMIN)
    assert Event.objects.count() == 2


def test_a_method_follows_a_change_of_its_options_or_nothing_is_changed() -> None:
    told: list[int] = []

    def enabled() -> None:
        told.append(MethodActivation.objects.get().options["notes_needed"])
        if told[-1] == 9:
            raise LookupError

    plugin = SimpleNamespace(
        describe_method=hookimpl(lambda: MethodInfo("every-hook", "全钩子工作法", "样例", "样例")),
        options_model=hookimpl(lambda: EveryHookOptions),
        method_enabled=hookimpl(enabled),
    )
    with registry_using(MethodRegistry.of_plugins({"every-hook": plugin})):
        method_enable(slug="every-hook", options={"notes_needed": 2}, actor=ADMIN)
        method_options_set(slug="every-hook", options={"notes_needed": 3}, actor=ADMIN)
        with pytest.raises(MethodFailed):
            method_options_set(slug="every-hook", options={"notes_needed": 9}, actor=ADMIN)
    assert told == [2, 3, 9]
    assert MethodActivation.objects.get().options["notes_needed"] == 3
    assert [kind for _, kind, _, _ in events()] == ["method.enabled", "method.options_set"]


def test_options_of_a_method_that_is_off_are_refused() -> None:
    with pytest.raises(WrongState, match="没有启用，请先启用再修改选项"):
        method_options_set(slug="every-hook", options={}, actor=ADMIN)


def test_wrong_options_leave_the_old_ones() -> None:
    method_enable(slug="every-hook", options={"notes_needed": 2}, actor=ADMIN)
    with pytest.raises(Invalid):
        method_options_set(slug="every-hook", options={"notes_needed": 10}, actor=ADMIN)
    assert MethodActivation.objects.get().options["notes_needed"] == 2


def test_a_method_reads_its_options_as_its_own_type() -> None:
    assert method_options(slug="every-hook", model=EveryHookOptions) == EveryHookOptions()
    method_enable(slug="every-hook", options={"notes_needed": 2}, actor=ADMIN)
    assert method_options(slug="every-hook", model=EveryHookOptions) == EveryHookOptions(notes_needed=2)


# Setting up a county


def test_a_new_county_begins_with_its_methods(county: County) -> None:
    methods_set_up(county=county.view, host="hengnan.localhost", methods=("every-hook", "refusing"))
    assert county_methods(county.view).slugs == ("every-hook", "refusing")
    assert [row[2:] for row in events()] == [(None, "system"), (None, "system")]


# Decimal options


@pytest.fixture
def decimal_method() -> Iterator[None]:
    """A method with an option that is no whole number, which the log's JSON does not take as such."""
    from luoshi.validation import Input

    class Options(Input):
        share: float = 0.5

    plugin = SimpleNamespace(
        describe_method=hookimpl(
            lambda: MethodInfo(slug="decimal", name="小数", summary="样例", source="样例")
        ),
        options_model=hookimpl(lambda: Options),
    )
    with registry_using(MethodRegistry.of_plugins({"decimal": plugin})):
        yield


@pytest.mark.usefixtures("decimal_method")
def test_an_option_may_be_a_decimal_number() -> None:
    method_enable(slug="decimal", options={"share": 0.25}, actor=ADMIN)
    assert Event.objects.get().payload["options"] == '{"share": 0.25}'


def test_every_switch_and_change_has_kept_public_pages_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Would leave a column on the public site that the county has just switched off."""
    told: list[str] = []
    monkeypatch.setattr("luoshi.methods.services.public_changed", lambda: told.append("told"))
    counts = []
    for act in (
        lambda: method_enable(slug="every-hook", options=None, actor=SYSTEM_ACTOR),
        lambda: method_enable(slug="every-hook", options=None, actor=SYSTEM_ACTOR),
        lambda: method_options_set(slug="every-hook", options={"notes_needed": 2}, actor=SYSTEM_ACTOR),
        lambda: method_disable(slug="every-hook", actor=SYSTEM_ACTOR),
        lambda: method_disable(slug="every-hook", actor=SYSTEM_ACTOR),
    ):
        act()
        counts.append(len(told))
    assert counts == [1, 1, 2, 3, 3]
