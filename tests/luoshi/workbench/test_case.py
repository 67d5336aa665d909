"""The case page: its story in Chinese words, what comes next, whose it is, and its price."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from people import Cast
from pydantic import BaseModel
from ready import (
    READY,
    contacted,
    drafted,
    evaluated,
    handed_over,
    handling,
    merged,
    part_of,
    promised,
    replied,
    tracking,
    under_review,
)
from world import fresh

from luoshi.audit.models import Event
from luoshi.audit.services import event_append
from luoshi.lifecycle.tables import ALL_TRANSITIONS
from luoshi.suggestions.acts import ACTS
from luoshi.suggestions.models import Assignment, Contact, Promise, Reply
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.log import stream_key
from luoshi.workbench.acting.fields import label_of
from luoshi.workbench.story import TOLD, Names, event_detail

STAGES = ("handed_over", "handling", "drafted", "issued")


def page(client: Any, suggestion: Any) -> str:
    answer = client.get(f"/office/suggestions/{suggestion.pk}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def names(suggestion: Any) -> Names:
    found = Names(
        settings=county_settings(),
        parts={row.pk: row for row in Assignment.objects.filter(suggestion=suggestion)},
        letters=dict(Reply.objects.filter(suggestion=suggestion).values_list("pk", "assignment_id")),
        contacts=Contact.objects.in_bulk(),
        promises=Promise.objects.in_bulk(),
    )
    found.load()
    return found


def test_every_act_is_told_in_plain_words() -> None:
    known = {f"{row.subject.value}.{row.name}" for row in ALL_TRANSITIONS} | {"suggestion.draft"}
    assert set(TOLD) == known
    assert all(re.search(r"[\u4e00-\u9fff]", words) for words in TOLD.values())


def test_every_field_of_every_act_has_a_chinese_title() -> None:
    models: list[type[BaseModel]] = [act.input for act in ACTS.values()]
    named = {(name, label_of(name, info)) for model in models for name, info in model.model_fields.items()}
    assert [pair for pair in named if pair[1].isascii()] == []


LIVES = ("returned", "extended", "merged", "rehandled", "tracked", "promised", "published", "sent_back")


def _life(cast: Cast, name: str) -> Any:
    """Cases that between them see most acts, so that their events hold most fields."""
    w = cast.world
    if name == "returned":
        ready = READY["assignment.approve_return"](cast)
        w.act(ready.subject, "approve_return", ready.actor, **ready.data)
        return ready.subject.suggestion
    if name == "extended":
        ready = READY["assignment.consent_extension"](cast)
        w.act(ready.subject, "consent_extension", ready.actor, **ready.data)
        return ready.subject.suggestion
    if name == "merged":
        return merged(cast)
    if name == "rehandled":
        suggestion = evaluated(cast, "dissatisfied")
        w.act(suggestion, "rehandle", cast.congress, reason="未动工")
        return suggestion
    if name == "tracked":
        suggestion = tracking(cast)
        given = {"exit": "not_feasible", "explanation": "规划已取消", "deputy_view": "silent"}
        w.act(suggestion, "end_tracking", cast.congress, **given)
        return suggestion
    if name == "promised":
        reply, promise = promised(cast)
        w.act(reply, "settle_promise", cast.congress, promise=promise, kept=True, note="现场查看")
        return reply.suggestion
    if name == "published":
        ready = READY["publication.reassess"](cast)
        w.act(ready.subject, "reassess", ready.actor, **ready.data)
        return ready.subject.suggestion
    reply = under_review(cast)
    w.act(reply, "send_back", cast.government, reasons=["no_date", "too_brief"], reason="请补充")
    ask = reply.suggestion.asks.create(position=9, text="清淤")
    given = {"body": "清淤已完成。", "asks_answered": [{"ask": ask.pk, "quote": "清淤已完成"}]}
    w.act(reply, "edit", cast.lead_head, **given)
    w.act(reply, "record_promise", cast.lead_head, text="完工", responsible="李工", due_on="2030-06-30")
    return reply.suggestion


@pytest.mark.parametrize("life", LIVES)
def test_no_label_of_what_was_entered_is_a_key(cast: Cast, life: str) -> None:
    suggestion = _life(cast, life)
    known = names(suggestion)
    events = list(Event.objects.filter(stream__key=stream_key(suggestion.pk)))
    told = [row for event in events for row in event_detail(event, known)]
    assert len(told) > 5
    assert [label for label, _ in told if label.isascii() or label == "其他"] == []
    keys = re.compile(r"\b[a-z]+_[a-z_]+\b|[{}\[\]]|\b(?:True|False|None|lead|separate|unit)\b")
    assert [value for _, value in told if keys.search(value)] == []


def test_the_congress_reads_units_and_reasons_by_their_names(cast: Cast, signed_in: Any) -> None:
    suggestion = _life(cast, "sent_back")
    text = page(signed_in(cast.congress), suggestion)
    assert "没有写明完成时限；内容简单，没有实质性办法" in text
    assert "<dt>责任人</dt><dd>李工</dd>" in text
    assert f"{cast.world.roads.name} 主办" in text
    assert "<dt>退改原因</dt>" not in page(signed_in(cast.lead_head), suggestion)


def test_the_newest_stands_first_and_says_whose_part_it_was(cast: Cast, signed_in: Any) -> None:
    lead = handling(cast)
    text = page(signed_in(cast.writer), lead.suggestion)
    story = re.findall(r'<div class="wb-told"><b>([^<]+)</b>', text)
    assert story[:3] == ["县交通运输局：开始办理", "县交通运输局：记下一次与代表的沟通", "县交通运输局：签收"]
    assert story[-1] == "写了草稿"


def test_a_shut_gate_says_why_and_how_to_meet_it(cast: Cast, signed_in: Any) -> None:
    lead = part_of(handed_over(cast), cast.world.roads)
    cast.world.act(lead, "accept", cast.lead_head)
    text = page(signed_in(cast.lead_head), lead.suggestion)
    assert "✗ 开始办理前须先与代表沟通</b><br>怎么办：请先记录一次与代表的沟通" in text
    # What can never be this unit's act is not held up to it as a shut gate.
    assert "此项只针对会办单位" not in text


def test_who_has_nothing_to_do_is_told_whose_turn_it_is(cast: Cast, signed_in: Any) -> None:
    suggestion = handed_over(cast)
    assert "现在不用您办。轮到承办单位：签收、沟通。" in page(signed_in(cast.leader), suggestion)


def next_of(client: Any, suggestion: Any) -> str:
    """What stands under 下一步."""
    text = page(client, suggestion)
    return text[text.index('id="acts"') : text.index('id="clocks"')]


def test_what_the_law_shuts_is_no_next_step(cast: Cast, signed_in: Any) -> None:
    """A deputy whose suggestion is with a unit is not told 撤回 as if it were his turn."""
    shown = next_of(signed_in(cast.writer), handed_over(cast))
    assert "现在不用您办。轮到承办单位：签收、沟通。" in shown
    assert shown.index("现在不能办的（1）") < shown.index("✗ 本县规定交办前可以撤回")


def test_who_has_written_is_told_who_signs_and_who_reviews(cast: Cast, signed_in: Any) -> None:
    reply = drafted(cast)
    handler, head = signed_in(cast.lead_handler), signed_in(cast.lead_head)
    assert "轮到承办单位负责人：审签答复稿。" in next_of(handler, reply.suggestion)
    shown = next_of(head, reply.suggestion)
    assert "轮到" not in shown
    assert shown.index(">单位审签</a>") < shown.index(">修改答复稿</a>")
    cast.world.act(reply, "sign", cast.lead_head)
    assert "轮到" not in next_of(handler, reply.suggestion)
    cast.world.act(reply, "submit_review", cast.lead_handler)
    shown = next_of(handler, reply.suggestion)
    assert "现在不用您办。轮到审核机关：审核答复稿。" in shown
    assert "btn-primary" not in shown
    assert "轮到" not in next_of(signed_in(cast.government), reply.suggestion)


def test_a_unit_that_gives_back_waits_for_the_decision(cast: Cast, signed_in: Any) -> None:
    suggestion = cast.world.handed_over()
    lead = cast.world.lead(suggestion)
    cast.world.act(lead, "accept", cast.lead_head)
    cast.world.act(lead, "request_return", cast.lead_head, reason="不属本局职责")
    assert "现在不用您办。轮到审核机关：审定退办申请。" in next_of(signed_in(cast.lead_head), suggestion)
    assert "轮到" not in next_of(signed_in(cast.government), suggestion)


def test_a_deputy_is_not_told_of_a_letter_that_he_may_not_read(cast: Cast, signed_in: Any) -> None:
    reply = drafted(cast)
    Contact.objects.update(confirmed=True)
    assert "现在不用您办。轮到承办单位：办理、答复。" in next_of(signed_in(cast.writer), reply.suggestion)


def test_each_unit_shows_its_three_persons_and_its_clock(cast: Cast, signed_in: Any) -> None:
    lead = handling(cast)
    text = page(signed_in(cast.congress), lead.suggestion)
    assert re.findall(r"<dt>(主要负责人|分管负责人|经办人)</dt><dd>([^<]+)", text)[:3] == [
        ("主要负责人", lead.principal),
        ("分管负责人", lead.in_charge),
        ("经办人", lead.handler),
    ]
    clocks = text[text.index('id="clocks"') : text.index('class="wb-left"')]
    assert "主办 县交通运输局" in clocks
    assert f'<time datetime="{lead.due_on}">' in clocks


def test_asks_are_numbered_and_the_class_is_in_words(cast: Cast, signed_in: Any) -> None:
    reply = drafted(cast)
    ask = reply.suggestion.asks.create(position=1, text="清除村口淤泥")
    given = [{"ask": ask.pk, "quote": "现答复如下。"}]
    cast.world.act(reply, "edit", cast.lead_head, asks_answered=given)
    text = page(signed_in(cast.lead_head), reply.suggestion)
    assert '<li value="1">清除村口淤泥<blockquote>现答复如下。</blockquote></li>' in text
    assert "A 类：已经解决或基本解决" in text


@pytest.mark.parametrize("who", ["congress", "government", "lead_head", "writer"])
def test_ten_events_cost_as_much_as_five_hundred(cast: Cast, signed_in: Any, who: str) -> None:
    row = replied(cast)
    client = signed_in(cast.people[who])

    def price() -> int:
        page(client, row)
        with CaptureQueriesContext(connection) as queries:
            page(client, row)
        return len(queries)

    few = price()
    for _ in range(500):
        event_append(
            stream_key=stream_key(row.pk),
            kind="suggestion.remind_evaluation",
            actor_id=cast.congress.user_id,
            actor_role="congress_office",
            payload={"label": "催评", "actor": "联工委"},
        )
    assert price() == few
    assert few <= 35


def test_the_printed_case_holds_the_whole_story_and_no_chrome(cast: Cast, signed_in: Any) -> None:
    reply = drafted(cast)
    suggestion = reply.suggestion
    text = signed_in(cast.lead_head).get(f"/office/suggestions/{suggestion.pk}/print/").content.decode()
    events = Event.objects.filter(stream__key=stream_key(suggestion.pk)).count()
    assert len(re.findall(r"<td>\d{4}-\d\d-\d\d \d\d:\d\d</td>", text)) == events
    assert "现答复如下。" in text
    assert '<header class="wb-top d-print-none">' in text
    other = signed_in(cast.co_head).get(f"/office/suggestions/{suggestion.pk}/print/").content.decode()
    assert "现答复如下。" not in other  # a draft is its unit's own, on paper too
    assert signed_in(cast.stranger).get(f"/office/suggestions/{suggestion.pk}/print/").status_code == 404


def test_a_contact_that_nobody_made_is_not_asked_about(cast: Cast, signed_in: Any) -> None:
    lead = part_of(handed_over(cast), cast.world.roads)
    cast.world.act(lead, "accept", cast.lead_head)
    assert "属实吗" not in page(signed_in(cast.writer), lead.suggestion)
    lead, _ = contacted(cast, title="关于另一件事的建议")
    assert "属实吗" in page(signed_in(cast.writer), lead.suggestion)
    assert "属实吗" not in page(signed_in(cast.second), fresh(lead.suggestion))
