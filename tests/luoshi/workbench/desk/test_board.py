"""预交办: the columns, moving a card, two offices at once, and what it costs."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from people import Cast
from world import fresh

from luoshi.suggestions.models import Proposal, Suggestion, Unit

BOARD = "/office/desk/pre-assignment/"
COLUMN = re.compile(r'<h2 id="column-([a-z0-9]+)">([^<]*) <span class="wb-n">(\d+)</span>')
CARD = re.compile(r'name="card" value="(\d+:\d+:[^"]*)"')
WHO = ("writer", "congress", "secretariat", "government", "lead_head", "leader", "editor", "system_admin")


def columns(client: Client, **asked: Any) -> dict[str, int]:
    """How many cards stand in each column."""
    text = client.get(BOARD, asked).content.decode()
    return {label: int(count) for _, label, count in COLUMN.findall(text)}


def cards(client: Client, row: Suggestion) -> dict[int, str]:
    """The cards of a suggestion as forms name them, by unit."""
    found = CARD.findall(client.get(BOARD).content.decode())
    return {int(card.split(":")[1]): card for card in found if card.startswith(f"{row.pk}:")}


def proposals(row: Suggestion) -> dict[int, str]:
    """Roles by unit."""
    return dict(Proposal.objects.filter(suggestion=row).values_list("unit_id", "role"))


@pytest.mark.parametrize("who", WHO)
def test_the_board_is_open_to_the_two_offices_alone(cast: Cast, signed_in: Any, who: str) -> None:
    row = cast.world.registered()
    client = signed_in(cast.people[who])
    is_open = who in ("congress", "government")
    assert client.get(BOARD).status_code == (200 if is_open else 404)
    sent = {"card": f"{row.pk}:0:", "to": cast.world.roads.pk, "role": "lead", "how": "move"}
    assert client.post(BOARD, sent).status_code == (302 if is_open else 404)
    assert fresh(row).state == ("pre_assigned" if is_open else "registered")


def test_a_card_for_each_unit_and_what_is_unsettled_apart(cast: Cast, signed_in: Any, proposed: Any) -> None:
    first, second = proposed(2)
    cast.world.registered(title="关于绿化的建议")
    cast.world.act(
        first,
        "object",
        cast.lead_head,
        unit=cast.world.roads.pk,
        reason="不属本局职责",
        suggested_unit=cast.world.schools.pk,
    )
    client = signed_in(cast.government)
    assert columns(client) == {"待分办": 1, "改办协调会议程": 1, "县交通运输局": 1, "县水利局": 1}
    assert columns(client, show=cast.world.schools.pk)["县教育局"] == 0
    text = client.get(BOARD).content.decode()
    assert "不属本局职责" in text
    assert set(cards(client, second)) == {cast.world.roads.pk, cast.world.water.pk}
    [agree] = re.findall(r'name="agree" value="([^"]*)">改由县教育局主办<', text)
    assert client.post(BOARD, {"agree": agree}).status_code == 302
    assert proposals(first) == {cast.world.schools.pk: "lead"}


def test_ticked_cards_go_to_a_unit(cast: Cast, signed_in: Any) -> None:
    rows = [cast.world.registered(title=f"关于第{number}件事的建议") for number in (1, 2, 3)]
    client = signed_in(cast.congress)
    ticked = [cards(client, row)[0] for row in rows[:2]]
    answer = client.post(BOARD, {"card": ticked, "to": cast.world.roads.pk, "role": "lead", "how": "move"})
    assert (answer.status_code, answer["Location"]) == (302, BOARD)
    assert "已把 2 件分给县交通运输局（主办）" in client.get(BOARD).content.decode()
    assert [fresh(row).state for row in rows] == ["pre_assigned", "pre_assigned", "registered"]
    assert [proposals(row) for row in rows] == [{cast.world.roads.pk: "lead"}] * 2 + [{}]


def test_a_card_moves_changes_its_role_gets_company_and_loses_it(
    cast: Cast, signed_in: Any, proposed: Any
) -> None:
    [row] = proposed(1)
    roads, water, schools = cast.world.roads.pk, cast.world.water.pk, cast.world.schools.pk
    client = signed_in(cast.government)
    for unit, how, to, role, wanted in (
        (roads, "move", schools, "lead", {schools: "lead"}),
        (schools, "add", water, "co", {schools: "lead", water: "co"}),
        (water, "move", roads, "co", {schools: "lead", roads: "co"}),
        (roads, "move", roads, "separate", {schools: "lead", roads: "separate"}),
        (schools, "drop", "", "lead", {roads: "separate"}),
    ):
        sent = {"card": cards(client, row)[unit], "how": how, "to": to, "role": role}
        assert client.post(BOARD, sent).status_code == 302, how
        assert proposals(row) == wanted


def test_a_combination_that_cannot_go_says_so_on_its_card(cast: Cast, signed_in: Any, proposed: Any) -> None:
    [row] = proposed(1)
    client = signed_in(cast.government)
    sent = {
        "card": cards(client, row)[cast.world.roads.pk],
        "how": "move",
        "to": cast.world.water.pk,
        "role": "co",
    }
    client.post(BOARD, sent)
    assert "▲ 请选择一个主办单位，或两个以上分办单位" in client.get(BOARD).content.decode()


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"to": "R", "how": "move"}, 409, "还没有勾选建议"),
        ({"card": "C", "how": "move"}, 409, "请选择分给哪个单位"),
        ({"card": "C", "how": "drop"}, 409, "至少要留一个拟承办单位"),
        ({"card": "C", "how": "add", "to": "R"}, 409, "该单位已在本件的拟承办单位之列"),
        ({"card": "C", "how": "move", "to": "999999"}, 409, "本县没有编号为 999999 的承办单位"),
        ({"card": "999999:0:", "how": "move", "to": "R"}, 409, "没有这件建议，或不由您分办"),
    ],
)
def test_what_cannot_be_done_is_said_and_stays_ticked(
    cast: Cast, signed_in: Any, proposed: Any, sent: dict[str, str], status: int, words: str
) -> None:
    [row] = proposed(1)
    client = signed_in(cast.government)
    card = cards(client, row)[cast.world.roads.pk]
    given = {
        name: {"C": card, "R": str(cast.world.roads.pk)}.get(value, value) for name, value in sent.items()
    }
    answer = client.post(BOARD, {**given, "role": "lead"})
    text = answer.content.decode()
    assert (answer.status_code, words in text) == (status, True)
    assert (f'value="{card}" checked' in text) is (given.get("card") == card)
    assert proposals(row) == {cast.world.roads.pk: "lead"}


def test_two_offices_at_once(cast: Cast, signed_in: Any, proposed: Any) -> None:
    """Both have the same card before them; the second is told who was faster, and nothing is lost."""
    [row] = proposed(1)
    first, second = signed_in(cast.government), signed_in(cast.congress)
    card = cards(first, row)[cast.world.roads.pk]
    first.post(BOARD, {"card": card, "how": "move", "to": cast.world.water.pk, "role": "lead"})
    answer = second.post(BOARD, {"card": card, "how": "move", "to": cast.world.schools.pk, "role": "lead"})
    assert answer.status_code == 409
    assert "分办方案已有变动，请看过现在的方案再改；最近一次操作：政府办 于 " in answer.content.decode()
    assert proposals(row) == {cast.world.water.pk: "lead"}


def test_a_case_handed_over_meanwhile_is_told_of(cast: Cast, signed_in: Any, proposed: Any) -> None:
    [row] = proposed(1)
    client = signed_in(cast.government)
    card = cards(client, row)[cast.world.roads.pk]
    cast.world.act(row, "hand_over", cast.congress, units=[{"unit": cast.world.roads.pk, "role": "lead"}])
    answer = client.post(BOARD, {"card": card, "how": "move", "to": cast.world.water.pk, "role": "lead"})
    assert answer.status_code == 409
    assert "建议现为“已交办”，不能“预分办”；最近一次操作：联工委 于 " in answer.content.decode()


def test_two_cards_of_one_suggestion_move_together(cast: Cast, signed_in: Any, proposed: Any) -> None:
    row = proposed(2)[1]
    client = signed_in(cast.government)
    both = list(cards(client, row).values())
    sent = {"card": both, "how": "move", "to": cast.world.schools.pk, "role": "separate"}
    answer = client.post(BOARD, sent)
    # The first goes; the second would be the same unit twice, and says so.
    assert "该单位已在本件的拟承办单位之列" in answer.content.decode()
    assert proposals(row) == {cast.world.schools.pk: "separate", cast.world.water.pk: "co"}


def test_what_goes_to_a_court_is_the_congresss(cast: Cast, signed_in: Any) -> None:
    row = cast.world.registered(title="关于诉讼服务的建议", recipient_system="court")
    court = Unit.objects.create(name="县人民法院", system="court")
    office, congress = signed_in(cast.government), signed_in(cast.congress)
    assert (columns(office)["待分办"] if columns(office) else 0, columns(congress)["待分办"]) == (0, 1)
    sent = {"card": f"{row.pk}:0:", "how": "move", "to": court.pk, "role": "lead"}
    assert office.post(BOARD, sent).status_code == 409
    assert fresh(row).state == "registered"
    assert congress.post(BOARD, sent).status_code == 302
    assert proposals(row) == {court.pk: "lead"}


def test_a_script_gets_the_page_with_the_reason(cast: Cast, signed_in: Any, proposed: Any) -> None:
    """htmx shows nothing of a failed answer: what it swaps in comes as a good one."""
    proposed(1)
    answer = signed_in(cast.government).post(BOARD, {"how": "move"}, headers={"HX-Request": "true"})
    assert (answer.status_code, "还没有勾选建议" in answer.content.decode()) == (200, True)


def test_on_a_phone_one_column_is_shown(cast: Cast, signed_in: Any, proposed: Any) -> None:
    proposed(1)
    client = signed_in(cast.government)
    for asked, wanted in (({}, cast.world.roads.pk), ({"column": "agenda"}, "agenda")):
        text = client.get(BOARD, asked).content.decode()
        shown = re.findall(r'class="desk-column desk-chosen[^"]*" aria-labelledby="column-([a-z0-9]+)"', text)
        assert shown == [str(wanted)]
        assert f'<option value="{wanted}" selected>' in text


@pytest.mark.parametrize("address", [BOARD, "/office/desk/hand-over/", "/office/desk/registration/"])
def test_the_price_is_the_same_for_ten_and_for_two_hundred(cast: Cast, signed_in: Any, address: str) -> None:
    client = signed_in(cast.congress)
    spent = []
    for count in (10, 200):
        fill(cast, count)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        spent.append(len(queries))
    assert spent[0] == spent[1] <= 20


def fill(cast: Cast, count: int) -> None:
    """So many submitted, registered and pre-assigned suggestions, past the door: a page is measured here."""
    start = Suggestion.objects.count()
    rows = Suggestion.objects.bulk_create(
        Suggestion(
            session=cast.world.session,
            lead_deputy=cast.world.deputy,
            delegation=cast.world.delegation,
            title=f"关于修建第{start + at}座水库的建议",
            number=None if at % 3 == 0 else start + at,
            state=("submitted", "registered", "pre_assigned")[at % 3],
        )
        for at in range(count * 3)
    )
    Proposal.objects.bulk_create(
        Proposal(suggestion=row, unit=unit, role=role)
        for row in rows
        if row.state == "pre_assigned"
        for unit, role in ((cast.world.roads, "lead"), (cast.world.water, "co"))
    )
