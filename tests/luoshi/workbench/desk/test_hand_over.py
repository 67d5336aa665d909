"""交办会: the table, the summary, the batch, one notice for each person, and what may go wrong meanwhile."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from people import Cast
from world import World, fresh

from luoshi import moment
from luoshi.notifications.models import Notice
from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import Assignment, Suggestion, Unit, UnitMember
from luoshi.workbench.desk.batches import AT_ONCE, NewItem, batch_run, batch_start, batches_still
from luoshi.workbench.desk.records import DeskBatch, DeskItem
from luoshi.workbench.tasks import desk_batch, desk_batches_resume

TABLE, CONFIRM = "/office/desk/hand-over/", "/office/desk/hand-over/confirm/"
HIDDEN = re.compile(r'<input type="hidden" name="(once|on|i)" value="([^"]*)">')
SHARE = re.compile(r'<th scope="row">([^<]*)</th>' + r'<td class="wb-num" data-label="[^"]*">(\d+)</td>' * 4)
LETTER = re.compile(
    r'batch=\d+&amp;unit=\d+">([^<]*)</a></th><td class="wb-num" data-label="件数">(\d+)</td>'
)
WHO = ("writer", "congress", "secretariat", "government", "lead_head", "leader", "editor", "system_admin")


def shown(client: Client, rows: list[Suggestion], **asked: Any) -> dict[str, Any]:
    """What the page of confirmation would send."""
    answer = client.get(CONFIRM, {"i": [row.pk for row in rows], **asked})
    assert answer.status_code == 200
    pairs = HIDDEN.findall(answer.content.decode())
    one = dict(pairs)
    return {"once": one["once"], "on": one["on"], "i": [value for name, value in pairs if name == "i"]}


@pytest.mark.parametrize("who", WHO)
def test_the_pages_are_open_to_the_two_offices_alone(
    cast: Cast, signed_in: Any, proposed: Any, who: str
) -> None:
    rows = proposed(1)
    sent = shown(signed_in(cast.congress), rows)
    client = signed_in(cast.people[who])
    is_open = who in ("congress", "government")
    for address in (TABLE, CONFIRM):
        assert client.get(address).status_code == (200 if is_open else 404)
    assert client.post(CONFIRM, sent).status_code == (302 if is_open else 404)
    assert fresh(rows[0]).state == ("assigned" if is_open else "pre_assigned")
    batch = DeskBatch.objects.first()
    if batch is not None:
        for other, status in (
            ("congress", 200),
            ("government", 200),
            ("secretariat", 404),
            ("lead_head", 404),
        ):
            assert (
                signed_in(cast.people[other]).get(f"/office/desk/batches/{batch.pk}/").status_code == status
            )


def test_one_summary_before_and_letters_at_the_end(cast: Cast, signed_in: Any, proposed: Any) -> None:
    rows = proposed(4)
    client = signed_in(cast.government)
    assert client.get(TABLE).content.decode().count('name="i"') == 4
    day = moment.today()
    text = client.get(CONFIRM, {"i": [row.pk for row in rows], "on": day}).content.decode()
    assert f"<b>4</b> 件建议，<b>{day}</b> 交办给 <b>2</b> 个单位" in text
    assert SHARE.findall(text) == [("县交通运输局", "4", "0", "0", "4"), ("县水利局", "0", "0", "2", "2")]
    assert {fresh(row).state for row in rows} == {"pre_assigned"}  # looking hands nothing over
    sent = {**shown(client, rows, on=day), "document_number": "×人〔2026〕7号", "requirement": "三个月内办结"}
    answer = client.post(CONFIRM, sent, follow=True)
    text = answer.content.decode()
    assert "交办 4 件：全部办成" in text
    assert LETTER.findall(text) == [("县交通运输局", "4"), ("县水利局", "2")]
    assert {(fresh(row).state, fresh(row).handover_document) for row in rows} == {
        ("assigned", "×人〔2026〕7号")
    }
    assert set(Assignment.objects.values_list("requirement", flat=True)) == {"三个月内办结"}
    parts = Assignment.objects.values_list("role", "due_on").distinct()
    due = dict(parts)
    foreseen = client_dues(signed_in(cast.congress), cast, proposed)
    assert due == foreseen


def client_dues(client: Client, cast: Cast, proposed: Any) -> dict[str, date]:
    """The deadlines that the table foresees for today."""
    proposed(2)
    line = client.get(TABLE).context["going"][1]
    return {"lead": line.reply_due, "co": line.opinion_due}


def test_a_day_in_the_past_moves_the_deadlines_and_one_to_come_is_refused(
    cast: Cast, signed_in: Any, proposed: Any
) -> None:
    rows = proposed(1)
    client = signed_in(cast.congress)
    today = moment.today()
    before = today - timedelta(days=30)
    due = {day: client.get(TABLE, {"on": day}).context["going"][0].reply_due for day in (before, today)}
    assert due[before] < due[today]
    sent = shown(client, rows, on=before)
    later = client.post(CONFIRM, {**sent, "on": today + timedelta(days=1)})
    assert (later.status_code, "交办日期不能晚于今天" in later.content.decode()) == (400, True)
    wrong = client.post(CONFIRM, {**sent, "on": "2026-02-31", "requirement": "务必见面"})
    text = wrong.content.decode()
    assert (wrong.status_code, "不是可用的日期" in text, "务必见面" in text) == (400, True, True)
    assert fresh(rows[0]).state == "pre_assigned"
    client.post(CONFIRM, sent)
    part = Assignment.objects.get()
    assert (part.handed_over_on, part.due_on) == (before, due[before])


def test_what_cannot_go_is_said_before(cast: Cast, signed_in: Any, proposed: Any) -> None:
    roads, water = cast.world.roads.pk, cast.world.water.pk
    fine, headless, gone, court = proposed(4)
    new = cast.world.registered(title="关于绿化的建议")
    cast.world.act(headless, "pre_assign", cast.government, units=[{"unit": water, "role": "co"}])
    cast.world.act(
        gone, "pre_assign", cast.government, units=[{"unit": cast.world.schools.pk, "role": "lead"}]
    )
    Unit.objects.filter(pk=cast.world.schools.pk).update(valid_to=moment.today() - timedelta(days=1))
    Suggestion.objects.filter(pk=court.pk).update(recipient_system="court")
    client = signed_in(cast.congress)
    rows = [fine, headless, gone, court, new]
    plan = client.get(CONFIRM, {"i": [row.pk for row in rows]}).context["plan"]
    assert [line.suggestion.pk for line in plan.going] == [fine.pk]
    words = {line.suggestion.pk: line.problems for line in plan.staying}
    assert words == {
        headless.pk: ("请选择一个主办单位，或两个以上分办单位",),
        gone.pk: (f"县教育局在 {moment.today()} 不在有效期内，请改选机构改革后的单位",),
        court.pk: ("县交通运输局属“政府”系统，本件交办对象为“法院”",),
        new.pk: ("还没有预分办，请先到预交办分给单位",),
    }
    # The door says the same of each, whoever asks it without having looked.
    units = {fine.pk: [[roads, "lead", False]], headless.pk: [[water, "co", False]]}
    units |= {gone.pk: [[cast.world.schools.pk, "lead", False]], new.pk: []}
    units[court.pk] = [[roads, "lead", False], [water, "co", False]]
    items = [NewItem(row.pk, {"units": units[row.pk]}) for row in rows]
    batch, _ = batch_start(kind=DeskBatch.Kind.HAND_OVER, actor=cast.congress, once="o", items=items)
    batch_run(batch_id=batch.pk)
    assert list(batch.items.values_list("state", flat=True)) == ["done", *["failed"] * 4]


def test_a_methods_gate_is_said_before(cast: Cast, signed_in: Any, proposed: Any, monkeypatch: Any) -> None:
    from luoshi.methods.facade import CountyMethods
    from luoshi.methods.types import Requirement
    from luoshi.workbench.desk import meeting

    first, second = proposed(2)

    def ask(self: Any, case: Any, transition: Any, actor: Any) -> tuple[Requirement, ...]:
        assert transition.name == "hand_over"
        return (Requirement("x", case.id == first.pk, "缺预审会纪要", "请先上传纪要"),)

    monkeypatch.setattr(CountyMethods, "requirements", ask)
    monkeypatch.setattr(meeting, "county_methods", lambda tenant: CountyMethods(tenant, ("some",), None))
    plan = signed_in(cast.congress).get(CONFIRM, {"i": [first.pk, second.pk]}).context["plan"]
    assert [line.suggestion.pk for line in plan.going] == [first.pk]
    assert [line.problems for line in plan.staying] == [("缺预审会纪要。请先上传纪要",)]


def test_each_person_is_told_once_however_many_there_are(cast: Cast, signed_in: Any, proposed: Any) -> None:
    rows = proposed(3)
    outbox_drain()
    client = signed_in(cast.congress)
    client.post(CONFIRM, shown(client, rows))
    outbox_drain()
    told = Notice.objects.filter(kind="suggestion.hand_over")
    assert {notice.recipient.full_name: notice.text for notice in told.select_related("recipient")} == {
        "交通局长": "3 件建议（第 1、2、3 号）：已交办您单位，请签收",
        "交通经办": "3 件建议（第 1、2、3 号）：已交办您单位，请签收",
        "水利局长": "第2号《关于拓宽第2条路的建议》：已交办您单位，请签收",
        "水利经办": "第2号《关于拓宽第2条路的建议》：已交办您单位，请签收",
        "田禾苗": "3 件建议（第 1、2、3 号）：已交有关单位办理",
    }
    one = told.get(recipient_id=cast.co_head.user_id)
    assert (one.suggestion_id, one.query) == (rows[1].pk, "")
    batch = DeskBatch.objects.get()
    many = told.get(recipient_id=cast.lead_head.user_id)
    assert (many.suggestion_id, many.query) == (None, f"batch={batch.pk}")
    listed = signed_in(cast.lead_head).post(f"/office/notices/{many.pk}/", follow=True).context["found"]
    assert {row.pk for row in listed.rows} == {row.pk for row in rows}
    # Brought once more, nobody hears it twice; and a single hand-over is told as ever.
    from luoshi.outbox.models import Message
    from luoshi.workbench.desk.digest import batch_told

    message = Message.objects.get(topic="workbench.desk_batch_done")
    batch_told(message.payload, message.pk)
    assert told.count() == 5
    [single] = proposed(1)
    cast.world.act(single, "hand_over", cast.congress, units=[{"unit": cast.world.roads.pk, "role": "lead"}])
    outbox_drain()
    assert Notice.objects.filter(kind="suggestion.hand_over", suggestion=single).count() == 3


def test_nobody_is_told_of_a_batch_in_which_nothing_was_done(
    cast: Cast, signed_in: Any, proposed: Any
) -> None:
    rows = proposed(1)
    client = signed_in(cast.congress)
    sent = shown(client, rows)
    cast.world.act(rows[0], "withdraw", cast.writer, reason="不再需要")
    outbox_drain()
    before = Notice.objects.count()
    client.post(CONFIRM, sent)
    assert DeskItem.objects.get().state == "failed"
    outbox_drain()
    assert Notice.objects.count() == before


def test_the_same_form_sent_twice_hands_over_once(cast: Cast, signed_in: Any, proposed: Any) -> None:
    rows = proposed(2)
    client = signed_in(cast.government)
    sent = shown(client, rows)
    first, second = client.post(CONFIRM, sent), client.post(CONFIRM, sent)
    assert first["Location"] == second["Location"]
    assert Assignment.objects.count() == 3
    assert DeskBatch.objects.count() == 1


def test_a_single_act_in_between_is_told_by_name(cast: Cast, signed_in: Any, proposed: Any) -> None:
    handed, moved, objected, fine = proposed(4)
    client = signed_in(cast.congress)
    sent = shown(client, [handed, moved, objected, fine])
    cast.world.act(
        handed, "hand_over", cast.government, units=[{"unit": cast.world.roads.pk, "role": "lead"}]
    )
    cast.world.act(
        moved, "pre_assign", cast.government, units=[{"unit": cast.world.schools.pk, "role": "lead"}]
    )
    cast.world.act(objected, "object", cast.lead_head, unit=cast.world.roads.pk, reason="不属本局")
    client.post(CONFIRM, sent)
    rows = dict(DeskItem.objects.values_list("suggestion_id", "message"))
    assert rows[handed.pk].startswith("建议现为“已交办”，不能“交办”；最近一次操作：政府办 于 ")
    assert rows[moved.pk].startswith(
        "分办方案在确认之后有变动，没有交办，请核对后另行交办；最近一次操作：政府办"
    )
    assert rows[objected.pk].endswith("“提出异议”")
    assert rows[fine.pk] == ""
    assert [fresh(row).state for row in (handed, moved, objected, fine)] == [
        "assigned",
        "pre_assigned",
        "pre_assigned",
        "assigned",
    ]


def test_two_offices_with_the_same_table(cast: Cast, signed_in: Any, proposed: Any) -> None:
    rows = proposed(2)
    congress, office = signed_in(cast.congress), signed_in(cast.government)
    first, second = shown(congress, rows), shown(office, rows)
    congress.post(CONFIRM, first)
    text = office.post(CONFIRM, second, follow=True).content.decode()
    assert "办成 0 件，2 件没有办成" in text
    assert "最近一次操作：联工委 于 " in text
    assert Assignment.objects.count() == 3
    late = office.get(CONFIRM, {"i": [row.pk for row in rows]}).content.decode()
    assert "有 2 件已不在待交办之列" in late


def test_what_goes_to_a_court_is_the_congresss(cast: Cast, signed_in: Any, proposed: Any) -> None:
    court = Unit.objects.create(name="县人民法院", system="court")
    row = cast.world.registered(title="关于诉讼服务的建议", recipient_system="court")
    cast.world.act(row, "pre_assign", cast.congress, units=[{"unit": court.pk, "role": "lead"}])
    assert len(signed_in(cast.government).get(TABLE).context["going"]) == 0
    assert signed_in(cast.government).get(CONFIRM, {"i": row.pk}).context["gone"] == 1
    assert [line.suggestion.pk for line in signed_in(cast.congress).get(TABLE).context["going"]] == [row.pk]


def test_an_objection_is_shown_and_not_ticked_beforehand(cast: Cast, signed_in: Any, proposed: Any) -> None:
    first, second = proposed(2)
    cast.world.act(first, "object", cast.lead_head, unit=cast.world.roads.pk, reason="不属本局")
    page = signed_in(cast.congress).get(TABLE)
    assert page.context["ticked"] == {second.pk}
    assert "县交通运输局有异议：不属本局" in page.content.decode()


def big(cast: Cast, count: int) -> list[Suggestion]:
    """So many, registered past the door: what is tried here is the hand-over."""
    from luoshi.suggestions.models import Proposal

    rows = Suggestion.objects.bulk_create(
        Suggestion(
            session=cast.world.session,
            lead_deputy=cast.world.deputy,
            title=f"关于修建第{number}座水库的建议",
            number=number,
            state="pre_assigned",
        )
        for number in range(1, count + 1)
    )
    Proposal.objects.bulk_create(Proposal(suggestion=row, unit=cast.world.roads, role="lead") for row in rows)
    return rows


def test_more_than_a_page_does_itself_with_its_progress(cast: Cast, signed_in: Any) -> None:
    rows = big(cast, 49)
    client = signed_in(cast.congress)
    answer = client.post(CONFIRM, shown(client, rows))
    page = answer["Location"]
    batch = DeskBatch.objects.get()
    assert DeskItem.objects.filter(state="waiting").count() == 49  # left to a worker
    text = client.get(page).content.decode()
    assert "已办 <b>0</b> / 49 件，还剩 <b>49</b> 件" in text
    assert f'hx-get="{page}" hx-trigger="every 2s"' in text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in text
    # One go of the worker, then one who presses the button, then the worker to the end.
    assert batch_run(batch_id=batch.pk, limit=10).left == 39
    text = client.get(page).content.decode()
    assert "已办 <b>10</b> / 49 件，还剩 <b>39</b> 件" in text
    assert 'max="49" value="10"' in text
    assert "现在由本页办" not in text  # it moves
    DeskBatch.objects.update(touched_at=moment.now() - timedelta(minutes=1))
    assert [
        "现在由本页办" in signed_in(who).get(page).content.decode()
        for who in (cast.congress, cast.government)
    ] == [
        True,
        False,
    ]
    assert signed_in(cast.government).post(page).status_code == 404
    client.post(page)
    assert DeskItem.objects.filter(state="done").count() == 10 + AT_ONCE
    while batch_run(batch_id=batch.pk, limit=10).left:
        pass
    text = client.get(page).content.decode()
    assert "交办 49 件：全部办成" in text
    assert "hx-trigger" not in text
    assert Suggestion.objects.filter(state="assigned").count() == 49
    assert Assignment.objects.count() == 49
    outbox_drain(limit=1000)
    heads = Notice.objects.filter(recipient_id=cast.lead_head.user_id)
    assert [notice.text for notice in heads] == [
        "49 件建议（第 1、2、3、4、5、6、7、8、9、10、11、12 号等）：已交办您单位，请签收"
    ]


def test_the_task_goes_on_where_another_stopped(cast: Cast, monkeypatch: Any) -> None:
    """Redelivered, resumed by the sweep, or run twice: each suggestion is handed over once."""
    rows = big(cast, 5)
    items = [NewItem(row.pk, {"units": [[cast.world.roads.pk, "lead", False]]}) for row in rows]
    batch, _ = batch_start(kind=DeskBatch.Kind.HAND_OVER, actor=cast.congress, once="o", items=items)
    assert batch_run(batch_id=batch.pk, limit=2).left == 3
    assert batches_still() == []
    DeskBatch.objects.update(touched_at=moment.now() - timedelta(minutes=5))
    assert batches_still() == [batch.pk]
    sent: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr(desk_batch, "delay", sent.append)
        assert desk_batches_resume.apply().get() == 1
    assert sent == [batch.pk]
    for _ in range(2):
        desk_batch.apply((batch.pk,)).get()
    assert DeskBatch.objects.get().finished_at is not None
    assert Assignment.objects.count() == 5
    from luoshi.outbox.models import Message

    assert Message.objects.filter(topic="workbench.desk_batch_done").count() == 1
    assert batches_still() == []


def test_too_many_at_once_are_refused(cast: Cast, signed_in: Any) -> None:
    rows = big(cast, 301)
    client = signed_in(cast.congress)
    page = client.get(TABLE)
    assert (len(page.context["going"]), "一次显示编号在前的 300 件" in page.content.decode()) == (300, True)
    units = f"{cast.world.roads.pk}-lead-0"
    sent = {"once": "o", "on": moment.today(), "i": [f"{row.pk}:{units}" for row in rows]}
    answer = client.post(CONFIRM, sent)
    assert (answer.status_code, "一次最多办理 300 件" in answer.content.decode()) == (400, True)
    assert DeskBatch.objects.count() == 0


def test_a_unit_without_people_gets_its_letter(cast: Cast, signed_in: Any) -> None:
    world: World = cast.world
    row = world.registered()
    UnitMember.objects.filter(unit=world.roads).delete()
    world.act(row, "pre_assign", cast.government, units=[{"unit": world.roads.pk, "role": "lead"}])
    client = signed_in(cast.congress)
    text = client.post(CONFIRM, shown(client, [row]), follow=True).content.decode()
    assert LETTER.findall(text) == [("县交通运输局", "1")]
