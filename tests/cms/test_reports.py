"""The yearly report: its figures are taken once, shown with it, and decide what the statistics tell."""

import json
from typing import Any

import pytest
from django.test import Client
from forms import forms_of
from people import Cast, cast_make
from ready import evaluated, handed_over

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.publication.yearly import year_figures_take
from luoshi.suggestions.services.settings import county_settings_apply
from luoshi_cms.models import ColumnPage, ReportPage

HOST = "hengnan.localhost"
BACKEND = "luoshi_tenants.backends.CountyBackend"


def closed(c: Cast) -> None:
    """A suggestion carried to its end."""
    c.world.act(evaluated(c), "close", c.congress)


@pytest.fixture
def c(county: object) -> Cast:
    """Two suggestions handed over, one of them closed."""
    cast = cast_make()
    closed(cast)
    handed_over(cast)
    return cast


@pytest.fixture
def editor(c: Cast) -> Client:
    from luoshi.accounts.models import User

    client = Client(SERVER_NAME=HOST)
    client.force_login(User.objects.get(pk=c.editor.user_id), backend=BACKEND)
    return client


def write(editor: Client, address: str, **typed: Any) -> Any:
    """Fill in the editor's form as it stands at ``address`` and save it."""
    page = editor.get(address)
    assert page.status_code == 200
    form = next(form for form in forms_of(page.content.decode()) if "session" in form.sends)
    block = {
        "key": "a",
        "type": "unstyled",
        "text": "总体情况",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [],
    }
    body = json.dumps({"blocks": [block], "entityMap": {}})
    return editor.post(address, {**form.sends, "body": [body], **typed})


def add(editor: Client, **typed: Any) -> Any:
    address = f"/cms/pages/add/luoshi_cms/reportpage/{ColumnPage.objects.get().pk}/"
    return write(editor, address, title="办理情况报告", slug="baogao", **typed)


def test_the_figures_are_taken_with_the_first_save_and_stay(editor: Client, c: Cast, at: Any) -> None:
    assert add(editor, session="17-4").status_code == 302
    page = ReportPage.objects.get()
    year = page.get_latest_revision_as_object().year
    assert (year.total, year.replied, year.closed, year.resolved) == (2, 1, 1, 1)
    closed(c)
    address = f"/cms/pages/{page.pk}/edit/"
    write(editor, address, title="办理情况报告（修订）")
    assert ReportPage.objects.get().get_latest_revision_as_object().year == year
    write(editor, address, take_figures="on")
    assert ReportPage.objects.get().get_latest_revision_as_object().year.total == 3


def test_a_session_that_the_county_does_not_have_is_refused(editor: Client) -> None:
    answer = add(editor, session="17-9")
    assert answer.status_code == 200
    assert "本县没有“17-9”这一届次，请填写届次编号，如 17-4" in answer.content.decode()
    assert ReportPage.objects.count() == 0


def test_the_statistics_tell_a_year_from_when_its_report_is_public(editor: Client, c: Cast, at: Any) -> None:
    reader = at(HOST)
    add(editor, session="17-4")
    page = ReportPage.objects.get()
    assert "全年办理情况" not in reader.get("/jianyi/statistics/").content.decode()
    assert reader.get("/jianyi/baogao/").status_code == 404
    page.get_latest_revision().publish()
    shown = reader.get("/jianyi/statistics/").content.decode()
    row = shown.split("全年办理情况表")[1].split("<tbody>")[1].split("</tr>")[0]
    assert "<td>2</td><td>1</td><td>1</td><td>1</td>" in row
    assert 'href="/jianyi/baogao/"' in row
    report = reader.get("/jianyi/baogao/").content.decode()
    assert "<dt>办成</dt><dd>1 件（100.00%）</dd>" in report
    closed(c)
    assert reader.get("/jianyi/statistics/").content.decode() == shown
    page.refresh_from_db()
    page.unpublish()
    assert "全年办理情况" not in reader.get("/jianyi/statistics/").content.decode()


def test_a_year_tells_its_day_and_what_has_no_class(c: Cast, at: Any) -> None:
    kept = year_figures_take("17-4")
    assert kept is not None
    figures = {**kept, "as_of": "2026-04-28"}
    page = ReportPage(title="报告", slug="baogao", session="17-4", figures=figures, body="<p>正文</p>")
    ColumnPage.objects.get().add_child(instance=page).save_revision().publish()
    shown = at(HOST).get("/jianyi/statistics/").content.decode()
    assert "：2 件</h3>" in shown
    assert "无结果类别 <b>1</b>" in shown
    assert "<td>2026年4月28日</td>" in shown


def test_a_county_may_keep_the_grades_of_a_year_to_itself(c: Cast) -> None:
    taken = year_figures_take("17-4")
    county_settings_apply(data={"publish_year_grades": False}, actor=SYSTEM_ACTOR)
    without = year_figures_take("17-4")
    assert taken is not None
    assert sum(row["count"] for row in taken["grades"]) > 0
    assert without == {**taken, "grades": []}


def test_the_newest_report_of_a_session_counts_and_sessions_stand_in_their_order(c: Cast, at: Any) -> None:
    column = ColumnPage.objects.get()
    kept = year_figures_take("17-4")
    assert kept is not None
    for slug, code, total in (("a", "17-9", 1), ("b", "17-10", 2), ("c", "17-9", 3)):
        figures = {**kept, "session_code": code, "session_name": code, "total": total}
        page = ReportPage(title=slug, slug=slug, session=code, figures=figures, body="<p>正文</p>")
        column.add_child(instance=page).save_revision().publish()
    shown = at(HOST).get("/jianyi/statistics/").content.decode()
    rows = shown.split("全年办理情况表")[1].split("<tbody>")[1].split("</tbody>")[0].split("</tr>")[:-1]
    assert [row.split("<th")[1].split(">")[1].split("<")[0] for row in rows] == ["17-10", "17-9"]
    assert ['href="/jianyi/c/"' in row for row in rows] == [False, True]
