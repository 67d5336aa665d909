"""Switching and setting: tried on the open cases without a trace, then made, and never over somebody else."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from kinds import Kinds
from method_pages import alert, buttons, form_with, section, text
from tables import dump

from luoshi.audit.models import Event
from luoshi.methods.models import MethodActivation
from luoshi.methods.options import options_validated
from luoshi.methods.services import method_disable, method_enable, method_options_set
from luoshi.suggestions.models import CaseDuty, Suggestion
from luoshi.suggestions.services.rehearsal import Effect, method_change_rehearse
from luoshi.workbench.methods_setup import views

PAGE = "/office/methods-setup/kinds/"
DEFAULT = options_validated(Kinds, {})


def get(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def post(client: Client, sent: dict[str, Any], status: int = 200) -> str:
    answer = client.post(PAGE, sent)
    assert answer.status_code == status, text(answer.content.decode())[-800:]
    return str(answer.content.decode())


def options_form(setup: Any, do: str, **changes: Any) -> dict[str, Any]:
    return {**form_with(get(setup.admin), "o.name"), "do": do, **changes}


def off_form(setup: Any) -> dict[str, Any]:
    page = get(setup.admin)
    return {**form_with("<form>" + page.split('aria-labelledby="off"')[1], "seen"), "do": "disable"}


def confirmation(shown: str) -> dict[str, Any]:
    return {**form_with(shown, "change"), "do": "confirm"}


def data() -> dict[str, Any]:
    """Every row, but of the sessions, which follow the clock."""
    return {name: rows for name, rows in dump().items() if "session" not in name}


# Trying


def test_trying_to_switch_on_shows_the_effect_and_leaves_no_trace(setup: Any) -> None:
    world = setup.cast.world
    first, _second = world.submitted(), world.submitted()
    world.registered(), world.draft()
    before = data()
    shown = post(setup.admin, options_form(setup, "enable", **{"o.contacts_needed": "2"}))
    assert data() == before
    assert MethodActivation.objects.count() == 0
    assert "登记前须沟通几次： 1 → 改为 2" in section(shown, "what")
    assert "承办单位 ：与代表沟通 2 次" in section(shown, "what")
    effect = section(shown, "effect")
    assert "本县现有在办件 4 件。其中 2 件的 2 个下一步，须先满足新的条件才能办。" in effect.replace(
        " 4 ", " 4 "
    )
    assert "登记前须沟通 2 次 怎么办：请先沟通" in effect
    assert "人大代表工委的待办“欠沟通”：0 项 → 1 项" in effect
    # Who administers the system does not read the county's business.
    assert first.title not in shown
    assert f"/office/suggestions/{first.pk}/" not in shown
    assert buttons(shown) == ["确认启用", "返回修改"]


def test_whoever_may_open_the_cases_gets_links_to_them(setup: Any, signed_in: Any) -> None:
    from luoshi.accounts.models import RoleGrant

    RoleGrant.objects.create(user_id=setup.cast.system_admin.user_id, role="congress_office")
    first = setup.cast.world.submitted()
    shown = post(setup.admin, options_form(setup, "enable"))
    assert f'href="/office/suggestions/{first.pk}/"' in shown


def test_what_was_tried_is_what_then_happens(setup: Any) -> None:
    setup.cast.world.registered()
    shown = post(setup.admin, options_form(setup, "enable", **{"o.contacts_needed": "2"}))
    assert setup.admin.post(PAGE, confirmation(shown)).headers["Location"] == PAGE
    row = MethodActivation.objects.get(slug="kinds")
    assert (row.is_enabled, row.options) == (True, {**DEFAULT, "contacts_needed": 2})
    assert row.changed_by_id == setup.cast.system_admin.user_id
    assert CaseDuty.objects.filter(owner="kinds", state="open").count() == 1
    event = Event.objects.get(stream__key="method:kinds")
    assert (event.kind, event.actor_id) == ("method.enabled", setup.cast.system_admin.user_id)
    assert "● 已启用" in text(get(setup.admin))
    assert 'data-kept="method:kinds"' not in get(setup.admin)


def test_the_page_after_a_change_lets_go_of_what_was_typed(setup: Any) -> None:
    shown = post(setup.admin, options_form(setup, "enable"))
    answer = setup.admin.post(PAGE, confirmation(shown), follow=True)
    assert 'data-kept="method:kinds"' in answer.content.decode()
    assert 'data-keep="method:kinds"' in answer.content.decode()


def test_changed_options_say_what_they_shut_and_what_they_open(setup: Any) -> None:
    method_enable(slug="kinds", options={"contacts_needed": 0}, actor=setup.cast.system_admin)
    setup.cast.world.submitted()
    before = data()
    stricter = post(setup.admin, options_form(setup, "options", **{"o.contacts_needed": "1"}))
    assert "1 件的 1 个下一步，须先满足新的条件" in section(stricter, "effect")
    assert "登记前须沟通几次： 0 → 改为 1" in section(stricter, "what")
    assert data() == before
    setup.admin.post(PAGE, confirmation(stricter))
    assert MethodActivation.objects.get().options["contacts_needed"] == 1
    looser = post(setup.admin, options_form(setup, "options", **{"o.contacts_needed": "0"}))
    assert "没有哪一件的下一步因此受阻" in section(looser, "effect")
    assert "有 1 件的 1 个下一步，不再受此工作法的条件限制" in section(looser, "effect")
    same = post(setup.admin, options_form(setup, "options", **{"o.contacts_needed": "2"}))
    assert "另有 1 个下一步，改动前后都须满足它的条件" in section(same, "effect")


def test_options_that_are_no_change_are_said_to_be_none(setup: Any) -> None:
    method_enable(slug="kinds", options=None, actor=setup.cast.system_admin)
    answer = setup.admin.post(PAGE, options_form(setup, "options"), follow=True)
    assert "没有改动：所填的与现行选项相同" in text(answer.content.decode())
    assert Event.objects.filter(stream__key="method:kinds").count() == 1


def test_switching_off_says_what_stays_and_what_opens(setup: Any) -> None:
    setup.cast.world.submitted()
    method_enable(slug="kinds", options=None, actor=setup.cast.system_admin)
    before = data()
    shown = post(setup.admin, off_form(setup))
    assert data() == before
    assert "已有记录保留，在各件的历史中仍可查看" in section(shown, "what")
    assert "有 1 件的 1 个下一步，不再受此工作法的条件限制" in section(shown, "effect")
    setup.admin.post(PAGE, confirmation(shown))
    row = MethodActivation.objects.get()
    assert (row.is_enabled, row.options) == (False, DEFAULT)
    assert buttons(get(setup.admin)) == ["看影响并启用"]


def test_every_open_case_is_counted_and_the_first_ones_are_named(
    setup: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LISTED", 3)
    monkeypatch.setattr("luoshi.suggestions.services.rehearsal.CHUNK", 2)
    row = setup.cast.world.submitted()
    Suggestion.objects.bulk_create(
        Suggestion(session=row.session, lead_deputy=row.lead_deputy, title=f"第{number}件", state=state)
        for number in range(5)
        for state in ("submitted", "withdrawn")
    )
    shown = post(setup.admin, options_form(setup, "enable"))
    effect = section(shown, "effect")
    assert "本县现有在办件 6 件。其中 6 件的 6 个下一步" in effect
    assert "逐件列出（前 3 件，共 6 件）" in effect
    assert effect.count("未编号") == 3


def test_the_queries_of_a_look_do_not_grow_with_the_cases(setup: Any) -> None:
    def rehearse() -> tuple[Effect, int]:
        with CaptureQueriesContext(connection) as captured:
            effect = method_change_rehearse(
                slug="kinds",
                change=lambda: method_enable(slug="kinds", options=None, actor=setup.cast.system_admin),
            )
        return effect, len([row for row in captured if "SAVEPOINT" not in row["sql"]])

    row = setup.cast.world.in_handling()
    few, cost = rehearse()
    Suggestion.objects.bulk_create(
        Suggestion(session=row.session, lead_deputy=row.lead_deputy, title=f"第{number}件", state="submitted")
        for number in range(60)
    )
    many, cost_of_many = rehearse()
    assert (few.cases, many.cases, many.shut.cases) == (1, 61, 60)
    assert cost == cost_of_many


def test_a_method_that_always_crashes_is_not_asked_for_ever(setup: Any) -> None:
    world = setup.cast.world
    for _ in range(4):
        world.submitted()
    setup.switch_on("kinds")
    setup.kinds.broken = True
    shown = post(setup.admin, off_form(setup))
    assert "演练中此工作法反复出错" in section(shown, "effect")
    assert "有 4 件的" in section(shown, "effect")


def test_a_method_that_cannot_be_prepared_says_so_and_nothing_is_kept(setup: Any) -> None:
    before = data()
    address = "/office/methods-setup/crashing/"
    sent = {"do": "enable", "seen": "0"}
    answer = setup.admin.post(address, sent)
    assert answer.status_code == 503
    assert "工作法“处处出错”运行出错" in alert(answer.content.decode())
    assert data() == before


# What was typed


def test_back_from_the_effect_the_form_has_what_was_typed(setup: Any) -> None:
    shown = post(setup.admin, options_form(setup, "enable", **{"o.contacts_needed": "7", "o.mode": "loose"}))
    again = post(setup.admin, {**form_with(shown, "change"), "do": "again"})
    sent = form_with(again, "o.name")
    assert (sent["o.contacts_needed"], sent["o.mode"]) == (["7"], ["loose"])
    assert buttons(again) == ["看影响并启用"]


def test_what_is_wrong_stands_at_its_field_and_everything_typed_stays(setup: Any) -> None:
    typed = {"o.contacts_needed": "十", "o.name": "", "o.notice": "<b>说明</b>", "o.phases": ["before"]}
    shown = post(setup.admin, options_form(setup, "enable", **typed), 400)
    assert alert(shown) == (
        "没有办成： 登记前须沟通几次：应为整数 名称：不能为空 您填写的内容都在下面，改正后可以再次提交。"
    )
    assert 'href="#o-contacts_needed"' in shown
    sent = form_with(shown, "o.name")
    assert {name: sent[name] for name in typed} == {
        "o.contacts_needed": ["十"],
        "o.name": [""],
        "o.notice": ["<b>说明</b>"],
        "o.phases": ["before"],
    }
    assert MethodActivation.objects.count() == 0


def test_the_page_draws_what_it_reads(setup: Any) -> None:
    """The browser's untouched form, field kinds and all, is the options in force."""
    other = {
        **DEFAULT,
        "photo": True,
        "phases": ["after"],
        "weekday": 7,
        "notice": "\n第一行\n第二行 <>&\"'",
        "until": "2026-04-28",
        "checked": False,
        "places": ["村部", "现场"],
        "window": {"number": 20, "unit": "working_day", "start": "notice"},
        "steps": [{"code": "b", "label": "座谈", "weight": 5, "strict": True}],
        "extra": {"a": 1},
    }
    method_enable(slug="kinds", options=other, actor=setup.cast.system_admin)
    stored = MethodActivation.objects.get().options
    shown = post(setup.admin, options_form(setup, "options", **{"o.limit": "4"}))
    assert json.loads(form_with(shown, "change")["options"][0]) == {**stored, "limit": 4}


def test_one_more_row_is_offered_and_what_was_typed_stays(setup: Any) -> None:
    sent = options_form(setup, "enable", **{"o.contacts_needed": "十", "more": "o.steps"})
    shown = post(setup.admin, sent)
    found = form_with(shown, "o.name")
    assert (found["o.steps.count"], found["o.steps.1.code"], found["o.contacts_needed"]) == (
        ["2"],
        [""],
        ["十"],
    )
    assert alert(shown) == ""


# Somebody else was quicker


def test_what_somebody_else_changed_since_is_told_and_nothing_is_overwritten(setup: Any) -> None:
    sent = options_form(setup, "enable", **{"o.contacts_needed": "5"})
    shown = post(setup.admin, sent)
    method_enable(slug="kinds", options={"contacts_needed": 2}, actor=setup.cast.system_admin)
    for late in (sent, confirmation(shown)):
        refused = post(setup.admin, late, 409)
        assert alert(refused).startswith("没有办成： 在您查看之后，系统管理员于 ")
        assert "启用了该工作法；请核对现在的情况后再提交" in alert(refused)
        # The form now saves options, and still has what was typed.
        assert form_with(refused, "o.name")["o.contacts_needed"] == ["5"]
        assert buttons(refused) == ["看影响并保存选项", "看影响并停用"]
    assert MethodActivation.objects.get().options["contacts_needed"] == 2
    assert Event.objects.filter(stream__key="method:kinds").count() == 1


def test_options_changed_and_a_switch_off_by_another_are_not_overrun(setup: Any) -> None:
    admin = setup.cast.system_admin
    method_enable(slug="kinds", options=None, actor=admin)
    off, sent = off_form(setup), options_form(setup, "options", **{"o.contacts_needed": "5"})
    method_options_set(slug="kinds", options={"contacts_needed": 3}, actor=admin)
    assert "修改了选项" in alert(post(setup.admin, off, 409))
    assert "修改了选项" in alert(post(setup.admin, sent, 409))
    sent = options_form(setup, "options", **{"o.contacts_needed": "5"})
    method_disable(slug="kinds", actor=admin)
    assert "停用了该工作法" in alert(post(setup.admin, sent, 409))
    assert MethodActivation.objects.get().options["contacts_needed"] == 3


# Bad input


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"do": ""}, 400),
        ({"do": "destroy"}, 400),
        ({"seen": ""}, 400),
        ({"seen": "x"}, 400),
        ({"seen": "-1"}, 400),
        ({"seen": "9" * 30}, 400),
        ({"seen": "7"}, 409),
        ({"do": "options"}, 409),
        ({"do": "disable", "seen": "7"}, 409),
        ({"do": "again", "options": "[]"}, 400),
        ({"do": "again", "options": "{"}, 400),
        ({"do": "again", "options": "[" * 100_000}, 400),
        ({"do": "again", "options": '{"stranger": 1}'}, 400),
        ({"do": "confirm"}, 400),
        ({"do": "confirm", "change": "destroy"}, 400),
        ({"do": "confirm", "change": "enable"}, 400),
        ({"do": "confirm", "change": "enable", "options": '{"share": NaN}'}, 400),
        ({"do": "confirm", "change": "enable", "options": '{"contacts_needed": 10}'}, 400),
        ({"do": "confirm", "change": "enable", "options": '{"name": "a\\u0000"}'}, 400),
        ({"do": "confirm", "change": "options", "options": "{}"}, 409),
        ({"more": "o.nothing"}, 200),
        ({"more": "\x00"}, 200),
    ],
)
def test_bad_input_is_told_in_chinese_and_writes_nothing(
    setup: Any, changes: dict[str, str], status: int
) -> None:
    before = data()
    shown = post(setup.admin, {**options_form(setup, "enable"), **changes}, status)
    if status != 200:
        assert alert(shown).startswith("没有办成： ")
    assert data() == before


def test_switching_off_what_was_never_on_is_told(setup: Any) -> None:
    before = data()
    for sent in ({"do": "disable", "seen": "0"}, {"do": "confirm", "change": "disable", "seen": "0"}):
        assert alert(post(setup.admin, sent, 409)) == "没有办成： 工作法“各式选项”没有启用，不需要停用"
    assert data() == before
