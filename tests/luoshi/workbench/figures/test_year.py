"""A whole session on the statistics page: behind every figure stands the list that has exactly so many."""

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from figures_read import PAGE, links, listed, read
from people import Cast, cast_make
from year import past_make, year_make

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.errors import NotFound
from luoshi.lifecycle.states import CongressBody, RecipientSystem
from luoshi.statistics.lists import figure_list
from luoshi.statistics.report import SessionReport, session_report
from luoshi.statistics.scope import scope_find
from luoshi.suggestions.models import Evaluation, Suggestion
from luoshi.workbench.figures import rules
from luoshi.workbench.figures.asked import Wanted
from luoshi.workbench.figures.charts import WIDTH
from luoshi.workbench.figures.page import Figure, Figures
from luoshi.workbench.search import texts_rebuild

SignedIn = Callable[[Any], Client]
EMPTY = {
    "classes.D.reference_only",
    "classes.D.reference_only.closed",
    "deadlines.extended",
    "delegation",
    "evaluations.process.basically_satisfied",
    "evaluations.process.first_round.basically_satisfied",
    "evaluations.process.without_proxy.basically_satisfied",
    "government.classes.D.reference_only",
    "merged_delivery.evaluated",
}
"""What the session of ``year`` has none of."""
SEES = {"congress", "secretariat", "government", "leader", "committee", "presidium"}


@pytest.fixture(scope="module")
def year(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """A session with something under nearly every figure, made once for this file, then rolled back."""
    from luoshi_tenants.context import county_context
    from luoshi_tenants.models import County

    with django_db_blocker.unblock(), county_context(County.objects.get(code="430422")), transaction.atomic():
        made = cast_make()
        year_make(made.world)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def signed_in(year: Cast) -> SignedIn:
    """A client of 衡南县 in which this person is signed in; what it writes goes with the session."""

    def client(actor: Any) -> Client:
        made = Client(SERVER_NAME="hengnan.localhost")
        made.force_login(User.objects.get(pk=actor.user_id), backend="luoshi_tenants.backends.CountyBackend")
        return made

    return client


def numbers(report: SessionReport, actor_sees: bool = True, **scope: Any) -> dict[str, Figure]:
    wanted = Wanted("17-4", **scope)
    made = Figures(report, wanted.scope(), wanted, actor_sees)
    figures = [figure for _, _, rows, _ in made.sections() for figure in rows]
    units = [figure for unit in made.units() for figure in unit.figures]
    return {figure.code: figure for figure in (*figures, *units)}


def price(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_every_figure_on_the_page_is_a_link_to_a_list_of_exactly_so_many(
    year: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(year.congress)
    text = read(client, PAGE)
    found = links(text)
    lists = {address: listed(client, address) for address in {address for address, _, _ in found}}
    assert [(code, lists[address]) for address, code, _ in found] == [
        (code, number) for _, code, number in found
    ]
    codes = {code for _, code, _ in found}
    assert len(codes) > 110
    assert {
        "total",
        "contacts.person_times",
        "contacts.denied",
        "promises.due",
        "units.distinct",
        "units.parts.co",
        "conversions.in_progress.resolved",
        "evaluations.result.without_proxy.satisfied",
    } - codes == {"promises.due"}


def test_no_figure_of_the_page_is_without_a_link(year: Cast, signed_in: SignedIn) -> None:
    """Every number in a column of figures stands in a link; else it says that nothing was recorded."""
    text = read(signed_in(year.congress), PAGE)
    cells = re.findall(r'<td class="wb-num"[^>]*>(.*?)</td>', text, re.S)
    bare = [cell for cell in cells if "data-figure" not in cell and cell.strip() not in ("0", "—")]
    assert [cell for cell in bare if "没有记录" not in cell] == []


def test_the_figures_that_must_not_be_zero_are_not(year: Cast) -> None:
    """A list of none equals a figure of none: that proves little, so nearly everything is there."""
    figures = numbers(session_report(session_code="17-4"))
    zero = {code for code, figure in figures.items() if figure.value == 0 and not code.startswith("units.")}
    assert zero == EMPTY
    assert len(figures) - len(zero) > 100


def test_the_page_shows_what_the_report_says(year: Cast) -> None:
    report = session_report(session_code="17-4")
    figures = numbers(report)
    assert (figures["total"].value, figures["replied"].share) == (report.total, report.reply_rate)
    assert figures["resolved"].share == report.resolved_rate
    assert figures["deadlines.on_time"].share == report.deadlines.on_time_rate
    assert figures["contacts.contacted"].share == report.contacts.contact_rate
    assert figures["contacts.face_to_face"].share == report.contacts.face_to_face_rate
    assert figures["contacts.confirmed_records"].share == report.contacts.confirmed_rate
    assert figures["contacts.person_times"].share == report.contacts.mean_person_times
    assert figures["promises.kept"].share == report.promises.kept_rate
    assert figures["key.count"].share == report.key.percent_of_total
    axis = report.evaluations["result"]
    assert figures["evaluations.result.received"].share == axis.received_percent
    assert figures["evaluations.result.satisfied"].share == axis.satisfied_percent
    first = figures["evaluations.result.first_round.satisfied"]
    assert first.share == axis.first_round.satisfied_percent
    for item in report.classes.items:
        assert figures[f"classes.{item.code}.{item.result_class}"].share == item.percent
    for row in report.government.classes:
        assert figures[f"government.classes.{row.code}.{row.result_class}"].share == row.percent


def test_every_line_has_its_meaning(year: Cast) -> None:
    figures = numbers(session_report(session_code="17-4"))
    silent = {code for code, figure in figures.items() if not figure.meaning}
    assert {code for code in silent if not re.match(r"units\.\d+\.", code)} == set()


def test_one_system_by_itself(year: Cast, signed_in: SignedIn) -> None:
    system = RecipientSystem.COURT
    client = signed_in(year.congress)
    found = links(read(client, f"{PAGE}?system={system.value}"))
    lists = {address: listed(client, address) for address in {address for address, _, _ in found}}
    assert [lists[address] for address, _, _ in found] == [number for _, _, number in found]
    total = Suggestion.objects.filter(
        number__isnull=False, recipient_system=system, congress_body="county"
    ).count()
    assert {code: number for _, code, number in found}["total"] == total
    assert session_report(session_code="17-4", recipient_system=system).methods == ()


def test_the_townships_own_are_counted_apart(year: Cast, signed_in: SignedIn) -> None:
    client = signed_in(year.congress)
    text = read(client, f"{PAGE}?body=township")
    assert {code: number for _, code, number in links(text)}["total"] == 1
    address = next(address for address, code, _ in links(text) if code == "total")
    assert parse_qs(urlsplit(address).query)["body"] == ["township"]
    assert listed(client, address) == 1
    assert "另行统计的" in read(client, PAGE)


def test_a_figure_in_the_list_of_suggestions_can_be_filtered_further(year: Cast, signed_in: SignedIn) -> None:
    client = signed_in(year.congress)
    texts_rebuild()
    whole = listed(client, "/office/suggestions/?session=17-4&figure=closed")
    part = listed(client, "/office/suggestions/?session=17-4&figure=closed&q=历年")
    assert (0 < part < whole) is True
    text = read(client, "/office/suggestions/?session=17-4&figure=closed")
    assert '<input type="hidden" name="figure" value="closed">' in text
    assert f'<a href="{PAGE}">返回 17-4 统计</a>' in text
    own = f"figure=units.{year.world.roads.pk}.lead&session=17-4"
    for address in (own, "figure=nonsense&session=17-4", "figure=closed&session=16-9", "figure=closed"):
        assert listed(client, f"/office/suggestions/?{address}") == 0


@pytest.mark.parametrize(
    "code",
    [
        "",
        "nonsense",
        "units.1.nonsense",
        "units.99999999999999999999.late",
        "units.x.done",
        "conversions.resolved",
        "conversions.x.y",
        "classes.A.nonsense",
        "classes..resolved",
        "evaluations.result.received.satisfied",
        "evaluations.result.first_round",
        "evaluations.result.first_round.nonsense",
        "evaluations.result.by_proxy.satisfied",
        "x" * 200,
    ],
)
def test_an_unknown_figure_is_404(year: Cast, signed_in: SignedIn, code: str) -> None:
    with pytest.raises(NotFound):
        figure_list(scope_find(session_code="17-4"), code)
    client = signed_in(year.congress)
    read(client, f"{PAGE}list/?figure={code}", 404)
    assert listed(client, f"/office/suggestions/?session=17-4&figure={code or 'x'}") == 0


def test_a_chart_is_a_drawing_with_words_and_parts_that_fill_it(year: Cast) -> None:
    wanted = Wanted("17-4")
    from luoshi.workbench.figures.page import beside

    made = Figures(wanted.report(), wanted.scope(), wanted, True)
    charts = {section.key: section.chart for section in beside(made, None, shown=True)}
    assert {key for key, chart in charts.items() if chart} == {
        "handed",
        "deadlines",
        "classes",
        "evaluation-process",
        "evaluation-result",
    }
    for key, chart in charts.items():
        if chart is not None:
            assert abs(sum(part.width for part in chart.parts) - WIDTH) < 1, key
            assert len({part.pattern for part in chart.parts}) == len(chart.parts), key
            assert all(f"{part.label} {part.count}" in chart.told for part in chart.parts), key


def test_who_sees_the_statistics(year: Cast, signed_in: SignedIn) -> None:
    for name, actor in year.people.items():
        if name in ("system", "importer"):
            continue
        client = signed_in(actor)
        status = 200 if name in SEES else 403
        for address in ("", "report.xlsx", "report.json", "list/?figure=promises.total"):
            assert (name, client.get(PAGE + address).status_code) == (name, status)
        assert (name, client.get("/office/statistics/").status_code) == (name, 302 if name in SEES else 403)
        # Who works on the public site alone begins there; the list has the same menu.
        menu = 'href="/office/statistics/"' in read(client, "/office/suggestions/")
        assert (name, menu) == (name, name in SEES)


def test_a_figure_in_the_address_shows_nothing_to_whom_it_is_shut(year: Cast, signed_in: SignedIn) -> None:
    own = Suggestion.objects.filter(evaluations__isnull=False).distinct().count()
    assert own > 0
    for name in ("writer", "lead_head"):
        assert listed(signed_in(getattr(year, name)), "/office/suggestions/?session=17-4") > 0
        for code in ("total", "evaluations.result.dissatisfied"):
            address = f"/office/suggestions/?session=17-4&figure={code}"
            assert (name, listed(signed_in(getattr(year, name)), address)) == (name, 0)


def test_the_presidium_sees_the_townships_alone(year: Cast, signed_in: SignedIn) -> None:
    client = signed_in(year.presidium)
    for query in ("?body=county", "?body=township", ""):
        found = links(read(client, PAGE + query))
        assert {code: number for _, code, number in found}["total"] == 1
    shown = {address: number for address, _, number in found}
    assert {address: listed(client, address) for address in shown} == shown
    assert "另行统计的" not in read(client, PAGE)
    assert json.loads(read(client, f"{PAGE}report.json"))["apart"] == []
    assert rules.bodies_of(year.presidium) == (CongressBody.TOWNSHIP,)


def test_grades_are_not_for_the_government_while_the_session_runs(year: Cast, signed_in: SignedIn) -> None:
    client = signed_in(year.government)
    text = read(client, PAGE)
    found = links(text)
    assert links(read(signed_in(year.leader), PAGE)) == found
    codes = {code for _, code, _ in found}
    assert {code for code in codes if rules.list_tells_grades(code)} == set()
    assert "不满意" not in text
    assert "满意率" not in text
    shown = {address: number for address, _, number in found}
    assert {address: listed(client, address) for address in shown} == shown
    data = json.loads(read(client, f"{PAGE}report.json"))
    assert data["evaluations"] == {}
    assert (data["true_satisfaction"], "resolved" in data, "denied" in data["contacts"]) == ({}, False, False)
    assert [row["code"] for row in data["checks"] if rules.tells_grades(row["code"])] == []
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}report.xlsx").content))
    assert "不满意" not in {cell for row in book["统计"].iter_rows(values_only=True) for cell in row}
    for code in ("evaluations.result.dissatisfied", "resolved", "contacts.contacted", "contacts.denied"):
        assert listed(client, f"/office/suggestions/?session=17-4&figure={code}") == 0
        read(client, f"{PAGE}list/?figure={code}", 404)


def test_the_json_is_the_reports_own(year: Cast, signed_in: SignedIn) -> None:
    client = signed_in(year.congress)
    answer = client.get(f"{PAGE}report.json")
    assert json.loads(answer.content) == session_report(session_code="17-4").as_json()
    assert answer["Content-Type"] == "application/json"
    township = json.loads(client.get(f"{PAGE}report.json?body=township").content)
    assert township == session_report(session_code="17-4", congress_body=CongressBody.TOWNSHIP).as_json()


def test_the_workbook_has_the_figures_of_the_page(year: Cast, signed_in: SignedIn) -> None:
    client = signed_in(year.congress)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}report.xlsx").content))
    rows = list(book["统计"].iter_rows(values_only=True))
    report = session_report(session_code="17-4")
    assert rows[0] == ("部分", "项目", "数", "单位", "占比（%）", "占什么", "分母", "口径")
    by_label = {row[1]: row for row in rows[1:]}
    assert by_label["提出总数"][2] == report.total
    assert by_label["已答复（答复率）"][2:7] == (
        report.replied,
        "件",
        report.reply_rate,
        "已交办",
        report.handed_over,
    )
    units = {row[0]: row[1:] for row in list(book["各单位"].iter_rows(values_only=True))[1:]}
    assert units == {
        row.name: (row.items, row.lead, row.separate, row.co, row.done, row.late)
        for row in report.units.table
    }
    compared = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}report.xlsx?with=17-4").content))
    assert next(compared["统计"].iter_rows(values_only=True)) == rows[0]


def test_the_grades_of_the_year_are_of_both_kinds(year: Cast) -> None:
    """The fixture itself: by the deputy, by proxy, of a past year."""
    assert set(Evaluation.objects.values_list("by_proxy", "is_imported")) == {
        (False, False),
        (True, False),
        (False, True),
    }
    assert replace(year.congress, roles=frozenset({Role.LEADER})).has(*rules.SEES_STATISTICS)


def test_the_pages_ask_the_same_however_much_there_is(year: Cast, signed_in: SignedIn) -> None:
    client = signed_in(year.congress)
    addresses = [
        PAGE,
        f"{PAGE}list/?figure=contacts.records",
        f"{PAGE}list/?figure=units.lead",
        "/office/suggestions/?session=17-4&figure=closed",
        "/office/suggestions/?session=17-4&figure=evaluations.result.satisfied",
        f"{PAGE}list/?figure=units.{year.world.roads.pk}.lead",
        f"{PAGE}list/?figure=units.{year.world.roads.pk}.late",
    ]
    before = {address: (price(client, address), price(client, address))[1] for address in addresses}
    with transaction.atomic():
        for number in range(1, 61):
            past_make(year.world, 2000 + number, "A", "satisfied", contact_records=1, contact_person_times=1)
        after = {address: price(client, address) for address in addresses}
        transaction.set_rollback(True)
    assert after == before
    assert {address: cost for address, cost in before.items() if cost > 15 and address != PAGE} == {}
    assert before[PAGE] <= 30
