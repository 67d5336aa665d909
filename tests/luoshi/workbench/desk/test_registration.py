"""批量登记: who may, what is shown, and that each suggestion is registered by itself and once."""

import re
from typing import Any

import pytest
from django.test import Client
from people import Cast
from world import fresh

from luoshi.notifications.models import Notice
from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import Suggestion
from luoshi.workbench.desk.records import DeskBatch, DeskItem

CHOOSE, CONFIRM = "/office/desk/registration/", "/office/desk/registration/confirm/"
HIDDEN = re.compile(r'<input type="hidden" name="(once|i)" value="([^"]*)">')


def shown(client: Client, rows: list[Suggestion]) -> dict[str, Any]:
    """What the page of confirmation would send."""
    answer = client.get(CONFIRM, {"i": [row.pk for row in rows]})
    assert answer.status_code == 200
    pairs = HIDDEN.findall(answer.content.decode())
    return {
        "once": next(value for name, value in pairs if name == "once"),
        "i": [value for name, value in pairs if name == "i"],
    }


def results(batch: DeskBatch) -> list[tuple[str, str]]:
    """State and words of each item, in order."""
    return list(batch.items.values_list("state", "message"))


OPEN = {"congress", "secretariat"}
WHO = (
    "writer",
    "congress",
    "secretariat",
    "presidium",
    "government",
    "lead_head",
    "leader",
    "editor",
    "system_admin",
)


@pytest.mark.parametrize("who", WHO)
def test_the_pages_are_open_to_whoever_registers_and_shut_to_others(
    cast: Cast, signed_in: Any, who: str
) -> None:
    cast.world.submitted()
    client = signed_in(cast.people[who])
    wanted = 200 if who in OPEN else 404
    for address in (CHOOSE, CONFIRM, "/office/desk/registration/entry/"):
        assert client.get(address).status_code == wanted, address
    assert client.post(CONFIRM, {"once": "x"}).status_code == (400 if who in OPEN else 404)
    menu = client.get("/office/").content.decode()
    assert (f'<a href="{CHOOSE}"' in menu) is (who in OPEN)


def test_ten_are_registered_with_two_clicks(cast: Cast, signed_in: Any, submitted: Any) -> None:
    rows = submitted(10)
    client = signed_in(cast.congress)
    page = client.get(CHOOSE).content.decode()
    assert page.count('name="i"') == 10
    answer = client.get(CONFIRM, {"all": "1"})
    text = answer.content.decode()
    assert "<b>10</b> 件，编号从 <b>第1号</b> 到 <b>第10号</b>" in text
    assert {fresh(row).number for row in rows} == {None}  # looking registers nothing
    pairs = HIDDEN.findall(text)
    sent = {"once": pairs[0][1], "i": [value for name, value in pairs if name == "i"]}
    answer = client.post(CONFIRM, sent, follow=True)
    assert "登记 10 件：全部办成" in answer.content.decode()
    assert [fresh(row).number for row in rows] == list(range(1, 11))
    assert {fresh(row).state for row in rows} == {"registered"}


def test_what_fails_stops_no_other_and_is_told_by_name(cast: Cast, signed_in: Any, submitted: Any) -> None:
    first, taken, gone, last = submitted(4)
    client = signed_in(cast.secretariat)
    sent = shown(client, [first, taken, gone, last])
    other = cast.world.submitted(title="关于另一件事的建议")
    cast.world.act(other, "register", cast.congress, number=2)
    cast.world.act(gone, "withdraw", cast.writer, reason="情况已变化")
    answer = client.post(CONFIRM, sent, follow=True)
    batch = DeskBatch.objects.get()
    states = results(batch)
    assert [state for state, _ in states] == ["done", "failed", "failed", "done"]
    assert states[1][1] == "第2号已是《关于另一件事的建议》的编号，请换一个编号"
    assert states[2][1].startswith("建议现为“已撤回”，不能“受理编号”；最近一次操作：田禾苗 于 ")
    assert states[2][1].endswith("“撤回”")
    text = answer.content.decode()
    assert "办成 2 件，2 件没有办成" in text
    assert states[1][1] in text
    assert "编号 3 因此空出" in text  # 2 is borne by another one
    assert [fresh(row).number for row in (first, taken, gone, last)] == [1, None, None, 4]


def test_the_same_form_sent_twice_is_one_batch(cast: Cast, signed_in: Any, submitted: Any) -> None:
    rows = submitted(3)
    client = signed_in(cast.congress)
    sent = shown(client, rows)
    first, second = client.post(CONFIRM, sent), client.post(CONFIRM, sent)
    assert (first.status_code, second.status_code, first["Location"]) == (302, 302, second["Location"])
    assert DeskBatch.objects.count() == 1
    assert DeskItem.objects.filter(state="done").count() == 3
    assert [fresh(row).number for row in rows] == [1, 2, 3]


def test_nothing_chosen_and_nothing_known_is_refused(cast: Cast, signed_in: Any, submitted: Any) -> None:
    [row] = submitted(1)
    client = signed_in(cast.congress)
    for sent, words in (
        ({"once": "a"}, "还没有选择建议"),
        ({"i": f"{row.pk}:1"}, "这张表单已失效"),
        ({"once": "a", "i": ["999999999:1"]}, "有您无权查看的"),
        ({"once": "a", "i": [f"{row.pk}:1", f"{row.pk}:2"]}, "有重复"),
    ):
        answer = client.post(CONFIRM, sent)
        assert answer.status_code == 400
        assert words in answer.content.decode()
    assert DeskBatch.objects.count() == 0
    assert fresh(row).state == "submitted"


def test_a_right_that_was_taken_meanwhile_is_gone(cast: Cast, submitted: Any) -> None:
    """A batch that a worker does later is done by the rights of that moment."""
    from luoshi.accounts.models import RoleGrant
    from luoshi.workbench.desk.batches import NewItem, batch_run, batch_start

    rows = submitted(2)
    items = [NewItem(row.pk, {"number": at}) for at, row in enumerate(rows, 1)]
    batch, _ = batch_start(kind=DeskBatch.Kind.REGISTER, actor=cast.secretariat, once="o", items=items)
    RoleGrant.objects.filter(user_id=cast.secretariat.user_id).delete()
    assert batch_run(batch_id=batch.pk, limit=1).left == 1
    assert results(batch)[0] == ("failed", "没有这件建议，或您无权查看")
    batch.started_by.is_active = False
    batch.started_by.save()
    assert batch_run(batch_id=batch.pk).left == 0
    assert results(batch)[1][1].startswith("经办人的账号已停用")
    assert {fresh(row).state for row in rows} == {"submitted"}


def test_an_unexpected_failure_stops_no_other(
    cast: Cast, signed_in: Any, submitted: Any, monkeypatch: Any
) -> None:
    from luoshi.workbench.desk import batches

    rows = submitted(3)
    sent = shown(signed_in(cast.congress), rows)
    real = batches.transition_perform

    def failing(**given: Any) -> Any:
        if given["subject"].pk == rows[1].pk:
            real(**given)
            raise ZeroDivisionError
        return real(**given)

    monkeypatch.setattr(batches, "transition_perform", failing)
    signed_in(cast.congress).post(CONFIRM, sent)
    assert [state for state, _ in results(DeskBatch.objects.get())] == ["done", "failed", "done"]
    assert [fresh(row).state for row in rows] == ["registered", "submitted", "registered"]


def test_kinds_and_bodies_are_numbered_apart(cast: Cast, signed_in: Any) -> None:
    cast.world.registered()
    plain = cast.world.submitted(title="关于修渠的建议")
    proposal = cast.world.submitted(title="关于植树的提案", item_kind="proposal")
    text = signed_in(cast.congress).get(CONFIRM, {"all": 1}).content.decode()
    assert "17-4 代表建议（县级人大）：<b>1</b> 件，编号从 <b>第2号</b> 到 <b>第2号</b>" in text
    assert "17-4 政协提案（县级人大）：<b>1</b> 件，编号从 <b>第1号</b> 到 <b>第1号</b>" in text
    assert set(HIDDEN.findall(text)[1:]) == {("i", f"{plain.pk}:2"), ("i", f"{proposal.pk}:1")}


def test_an_earlier_one_of_the_same_matter_stands_beside(cast: Cast, signed_in: Any) -> None:
    earlier = cast.world.registered(title="关于修建云集镇跨河大桥的建议")
    cast.world.registered(title="关于增加学前教育投入的建议")
    cast.world.submitted(title="关于尽快修建云集镇跨河大桥的建议")
    text = signed_in(cast.congress).get(CHOOSE).content.decode()
    found = re.findall(r'<a class="desk-similar" href="/office/suggestions/(\d+)/"><b>([^<]*)</b>', text)
    assert found == [(str(earlier.pk), "17-4 第1号")]


def test_each_deputy_is_told_once_of_all_his(cast: Cast, signed_in: Any, submitted: Any) -> None:
    rows = submitted(3)
    client = signed_in(cast.congress)
    client.post(CONFIRM, shown(client, rows))
    outbox_drain()
    [notice] = Notice.objects.filter(kind="suggestion.register")
    assert notice.recipient_id == cast.writer.user_id
    assert notice.text == "3 件建议（第 1、2、3 号）：已受理编号"
    batch = DeskBatch.objects.get()
    writer = signed_in(cast.writer)
    answer = writer.post(f"/office/notices/{notice.pk}/")
    assert answer["Location"] == f"/office/suggestions/?batch={batch.pk}"
    listed = writer.get(answer["Location"]).context["found"]
    assert {row.pk for row in listed.rows} == {row.pk for row in rows}
    assert signed_in(cast.stranger).get(answer["Location"]).context["found"].total == 0


PAPER = {
    "title": "关于硬化通村公路的建议",
    "content": "雨天难行。",
    "asks": "硬化三公里\n安装护栏",
    "raised_when": "in_session",
    "checked": "on",
}
ENTRY = "/office/desk/registration/entry/"


def test_paper_ones_are_written_down_one_after_the_other(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretariat)
    for number in (1, 2):
        sent = {**PAPER, "lead_deputy": cast.writer.deputy_id, "deputies": cast.second.deputy_id}
        once = HIDDEN.findall(client.get(ENTRY).content.decode())[0][1]
        answer = client.post(ENTRY, {**sent, "once": once, "then": "next"}, follow=True)
        assert answer.request["PATH_INFO"] == ENTRY
        assert "已录入《关于硬化通村公路的建议》" in answer.content.decode()
        assert Suggestion.objects.filter(state="submitted").count() == number
        client.post(ENTRY, {**sent, "once": once, "then": "next"})  # a double click
        assert Suggestion.objects.count() == number
    row = Suggestion.objects.order_by("pk")[0]
    assert [ask.text for ask in row.asks.all()] == ["硬化三公里", "安装护栏"]
    assert row.co_signatures.get().deputy_id == cast.second.deputy_id
    assert (row.proposer_kind, row.lead_deputy_id) == ("joint", cast.writer.deputy_id)


def test_an_unchecked_paper_leaves_nothing_and_keeps_the_text(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.congress)
    sent = {name: value for name, value in PAPER.items() if name != "checked"}
    answer = client.post(ENTRY, {**sent, "once": "o", "lead_deputy": cast.writer.deputy_id})
    assert answer.status_code == 400
    text = answer.content.decode()
    assert re.findall(r"<li>([^<]*“已核对”)</li>", text) == [
        "请核对本件只提一件事、不属不予受理情形，然后勾选最下面的“已核对”"
    ]
    assert "雨天难行。" in text
    assert (Suggestion.objects.count(), DeskBatch.objects.count()) == (0, 0)


def test_an_empty_paper_is_told_everything_at_once(cast: Cast, signed_in: Any) -> None:
    answer = signed_in(cast.congress).post(ENTRY, {"once": "o"})
    assert answer.status_code == 400
    text = answer.content.decode()
    said = re.findall(r"<li>([^<]+)</li>", text[text.index('role="alert"') : text.index("您填写的内容")])
    assert said == [
        "领衔代表：此项必填",
        "标题：此项必填",
        "请核对本件只提一件事、不属不予受理情形，然后勾选最下面的“已核对”",
    ]


def test_what_was_registered_leads_on_to_whoever_assigns(cast: Cast, signed_in: Any) -> None:
    for who, leads in (("congress", True), ("secretariat", False)):
        client = signed_in(cast.people[who])
        sent = shown(client, [cast.world.submitted()])
        text = client.post(CONFIRM, sent, follow=True).content.decode()
        assert ('href="/office/desk/pre-assignment/">去预交办</a>' in text) == leads, who
