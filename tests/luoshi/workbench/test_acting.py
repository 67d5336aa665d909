"""Every act of a suggestion's life done through the pages, by the person whose act it is."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rendition_read import form
from world import World, fresh, world_make

from luoshi.accounts.actor import Actor
from luoshi.accounts.models import User
from luoshi.lifecycle.tables import ALL_TRANSITIONS
from luoshi.suggestions.acts import ACTS
from luoshi.suggestions.models import Evaluation, Publication, Reply, Suggestion
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.workbench.acting.fields import About, form_fields


@pytest.fixture
def world(county: object) -> World:
    """People, units and a session of the bound county; rolled back after the test."""
    return world_make()


class Desk:
    """One person at the workbench of 衡南县."""

    def __init__(self, client: Client, actor: Actor) -> None:
        self.client = client
        client.force_login(User.objects.get(pk=actor.user_id), backend=_backend())

    def path(self, subject: Any, name: str) -> str:
        """Address of an act."""
        return f"/office/acts/{type(subject).__name__.lower()}/{subject.pk}/{name}/"

    def get(self, subject: Any, name: str) -> Any:
        """Open the form."""
        return self.client.get(self.path(subject, name))

    def post(self, subject: Any, name: str, **typed: Any) -> Any:
        """Open the form, type and send it, as a browser would."""
        page = self.get(subject, name)
        assert page.status_code == 200, (name, page.status_code)
        once = re.search(r'name="once" value="([^"]+)"', page.content.decode())
        assert once is not None
        return self.client.post(self.path(subject, name), {"once": once[1], **typed})

    def does(self, subject: Any, name: str, **typed: Any) -> None:
        """Do an act that succeeds."""
        answer = self.post(subject, name, **typed)
        text = re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())[:600]
        assert answer.status_code == 302, (name, answer.status_code, text)


def _backend() -> str:
    from django.conf import settings

    return next(name for name in settings.AUTHENTICATION_BACKENDS if "rovince" not in name)


@pytest.fixture
def desk(world: World, at: Callable[[str], Client]) -> Callable[[Actor], Desk]:
    """``desk(world.congress).does(suggestion, "register")``."""
    return lambda actor: Desk(at("hengnan.localhost"), actor)


def test_a_life_through_the_pages(world: World, desk: Callable[[Actor], Desk]) -> None:
    deputy, congress = desk(world.writer), desk(world.congress)
    government, head = desk(world.government), desk(world.roads_head)
    suggestion = world.draft()
    deputy.does(suggestion, "edit", title="关于疏通村口涵洞的建议", asks="清淤\n限高警示")
    assert [ask.text for ask in fresh(suggestion).asks.all()] == ["清淤", "限高警示"]
    deputy.does(suggestion, "submit", one_matter="on", exclusions_acknowledged="on")
    congress.does(suggestion, "register")
    roads = str(world.roads.pk)
    congress.does(suggestion, "hand_over", **{"units.unit": [roads, ""], "units.role": ["lead", "co"]})
    lead = world.lead(suggestion)
    trio = re.findall(
        r'name="(principal|in_charge|handler)"[^>]* value="([^"]*)"',
        head.get(lead, "accept").content.decode(),
    )
    assert trio == [(name, getattr(world.roads, name)) for name in ("principal", "in_charge", "handler")]
    head.does(lead, "accept")
    shut = head.get(lead, "start")
    assert "请先记录一次与代表的沟通" in shut.content.decode()
    today = lead.handed_over_on.isoformat()
    meeting = {"phase": "before", "mode": "visit", "held_on": today, "persons": "经办人", "summary": "看现场"}
    head.does(lead, "record_contact", person_times="2", **meeting)
    contact = lead.contacts.get()
    deputy.does(lead, "confirm_contact", contact=str(contact.pk))
    head.does(lead, "start")
    begun = head.post(lead, "draft_reply")
    reply = Reply.objects.get(assignment=lead)
    assert begun["Location"] == head.path(reply, "edit")  # an empty letter is there to be written
    head.does(reply, "edit", body="现答复如下。", class_code="A")
    head.does(reply, "sign")
    head.does(reply, "submit_review")
    government.does(reply, "send_back", reason="未写完成时间")
    assert "现答复如下。" in head.get(reply, "edit").content.decode()
    head.does(reply, "edit", body="年底前完成，现答复如下。", class_code="A")
    head.does(reply, "sign")
    head.does(reply, "submit_review")
    government.does(reply, "approve")
    head.does(reply, "issue", document_number="×函〔2026〕1号")
    grades = {f"grades.{axis}": "dissatisfied" for axis in ("process", "result")}
    reasons = {f"grades.{axis}.reason": "没有动工" for axis in ("process", "result")}
    deputy.does(suggestion, "evaluate", **grades, **reasons)
    congress.does(suggestion, "rehandle", ground="grade", reason="请现场核实")
    second = world.lead(suggestion)
    world.begin(second, world.roads_head)
    again = world.reply_issue(second, "A")
    deputy.does(suggestion, "evaluate", **{f"grades.{axis}": "satisfied" for axis in ("process", "result")})
    congress.does(suggestion, "close")
    head.does(again, "propose_publication", mode="full", ground="涉及公共利益")
    publication = Publication.objects.get(reply=again)
    head.does(publication, "check_secrecy")
    masked = form(html.unescape(government.get(publication, "confirm_rendition").content.decode()))
    government.does(publication, "confirm_rendition", **masked)
    government.does(publication, "approve")
    done = fresh(suggestion)
    assert (done.state, done.round, done.title) == ("closed", 2, "关于疏通村口涵洞的建议")
    assert Evaluation.objects.filter(suggestion=suggestion, round=2, grade="satisfied").count() == 2


def test_what_was_typed_survives_a_refusal(world: World, desk: Callable[[Actor], Desk]) -> None:
    suggestion = world.replied()
    typed = {"grades.process": "dissatisfied", "grades.result": "satisfied", "grades.result.reason": "修好了"}
    answer = desk(world.writer).post(suggestion, "evaluate", **typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "评为不满意的，请写明理由" in page
    assert 'value="dissatisfied" checked' in page
    assert "修好了" in page
    assert fresh(suggestion).state == "replied"


def test_the_same_form_sent_twice_is_done_once(world: World, desk: Callable[[Actor], Desk]) -> None:
    suggestion = world.submitted()
    congress = desk(world.congress)
    congress.get(suggestion, "register")
    typed = {"once": "same-form-sent-twice", "number": "7"}
    answers = [congress.client.post(congress.path(suggestion, "register"), typed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert fresh(suggestion).number == 7


def test_who_comes_second_is_told_and_keeps_the_text(world: World, desk: Callable[[Actor], Desk]) -> None:
    suggestion = world.submitted()
    congress = desk(world.congress)
    congress.get(suggestion, "not_accept")
    world.act(suggestion, "register", world.congress)
    typed = {"once": "late", "exclusion": "no_content", "note": "没有具体内容，请补充"}
    answer = congress.client.post(congress.path(suggestion, "not_accept"), typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "最近一次操作：联工委" in page
    assert "没有具体内容，请补充" in page


def test_nobody_reaches_an_act_that_is_not_his(world: World, desk: Callable[[Actor], Desk]) -> None:
    suggestion = world.handed_over()
    lead = world.lead(suggestion)
    assert desk(world.water_head).get(lead, "accept").status_code == 404
    assert desk(world.writer).get(lead, "accept").status_code == 404
    assert desk(world.congress).get(suggestion, "vanish").status_code == 404
    answer = desk(world.writer).client.post(f"/office/acts/assignment/{lead.pk}/accept/", {"once": "x"})
    assert answer.status_code == 403
    assert fresh(lead).state == "pending"


def test_the_case_page_offers_what_one_may_do(world: World, desk: Callable[[Actor], Desk]) -> None:
    suggestion = world.handed_over()
    lead = world.lead(suggestion)
    page = desk(world.roads_head).client.get(f"/office/suggestions/{suggestion.pk}/").content.decode()
    offered = re.findall(r'href="/office/acts/([^"]+)/"', page)
    assert offered == [f"assignment/{lead.pk}/accept"]
    deputy = desk(world.writer).client.get(f"/office/suggestions/{suggestion.pk}/").content.decode()
    assert f"/office/acts/suggestion/{suggestion.pk}/withdraw/" in deputy


def test_a_unit_does_not_learn_that_the_deputy_denied(world: World, desk: Callable[[Actor], Desk]) -> None:
    suggestion = world.in_handling()
    lead = world.lead(suggestion)
    contact = lead.contacts.get()
    world.act(lead, "deny_contact", world.writer, contact=contact.pk, reason="当天没有人来过")
    path = f"/office/suggestions/{suggestion.pk}/"
    unit = desk(world.roads_head).client.get(path).content.decode()
    assert "不属实" not in unit
    assert "当天没有人来过" not in unit
    congress = desk(world.congress).client.get(path).content.decode()
    assert "当天没有人来过" in congress


OWN_PAGE = {"publication.confirm_rendition"}
"""Acts that have a page made for them instead of a form made from their input."""


@pytest.mark.parametrize(
    "row", [row for row in ALL_TRANSITIONS if row.permission not in OWN_PAGE], ids=lambda row: row.permission
)
def test_every_act_has_a_form(world: World, row: Any) -> None:
    suggestion = world.draft()
    about = About(suggestion, suggestion, county_settings())
    fields = form_fields(ACTS[(row.subject, row.name)].input, about, None)
    assert all(re.search(r"[\u4e00-\u9fff]", field.label) for field in fields), [f.label for f in fields]
    assert Suggestion.objects.count() == 1


def test_a_form_says_what_an_empty_field_means_and_the_door_does_so(
    world: World, desk: Callable[[Actor], Desk]
) -> None:
    world.act(world.submitted(), "register", world.congress, number=7)
    suggestion = world.submitted()
    office = desk(world.congress)
    page = office.get(suggestion, "register").content.decode()
    hints = re.findall(r'name="(\w+)" id="f-\1" aria-describedby="f-\1-hint"', page)
    told = re.findall(r'<p class="wb-sub" id="f-(\w+)-hint">([^<]+)</p>', page)
    assert hints == ["number", "registered_on"]
    assert told == [("number", "留空则接在本次会议最大的编号之后"), ("registered_on", "留空即今天")]
    office.does(suggestion, "register", number="", registered_on="")
    row = fresh(suggestion)
    assert (row.number, row.registered_on) == (8, timezone.localdate())


def test_a_deputy_writes_on_the_phone(world: World, desk: Callable[[Actor], Desk]) -> None:
    client = desk(world.writer).client
    refused = client.post("/office/draft/", {"title": "", "content": "村口没有路灯"})
    assert refused.status_code == 400
    assert "村口没有路灯" in refused.content.decode()
    made = client.post("/office/draft/", {"title": "关于安装路灯的建议", "asks": "安装\n管护"})
    suggestion = Suggestion.objects.get()
    assert made["Location"] == f"/office/draft/{suggestion.pk}/"
    assert (suggestion.lead_deputy, suggestion.state) == (world.deputy, "draft")
    assert [ask.text for ask in suggestion.asks.all()] == ["安装", "管护"]
    assert desk(world.roads_head).client.get("/office/draft/").status_code == 404


def test_an_office_writes_down_what_a_deputy_brings(world: World, desk: Callable[[Actor], Desk]) -> None:
    typed = {"title": "关于安装路灯的建议", "lead_deputy": str(world.other_deputy.pk)}
    desk(world.congress).client.post("/office/draft/", typed)
    assert Suggestion.objects.get().lead_deputy == world.other_deputy
