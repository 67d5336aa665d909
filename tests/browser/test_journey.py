"""One suggestion's whole life in the browser, deputies and handlers on a phone, offices at a desk."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from hands import Person
from playwright.sync_api import expect
from stage import Stage

from luoshi.suggestions.models import Assignment, Contact, Evaluation, Suggestion

TITLE = "关于整修云集桥头积水路段的建议"
ROADS, WATER, SCHOOLS = "县交通运输局", "县水利局", "县教育局"


@dataclass
class Everybody:
    """Those whose acts they are, each in a browser of his own."""

    deputy: Person
    congress: Person
    government: Person
    schools: Person
    roads_head: Person
    roads: Person
    water: Person


@pytest.fixture
def everybody(stage: Stage) -> Iterator[Everybody]:
    """Deputy and handlers at 375 px with a finger, offices and heads at 1440 px with a mouse."""
    stage.worker()
    with ExitStack() as stack:

        def person(name: str, phone: bool = False) -> Person:
            return stack.enter_context(stage.person(name, phone=phone))

        yield Everybody(
            deputy=person("writer", phone=True),
            congress=person("congress"),
            government=person("government"),
            schools=person("outside_handler", phone=True),
            roads_head=person("lead_head"),
            roads=person("lead_handler", phone=True),
            water=person("co_handler", phone=True),
        )


def test_a_suggestion_from_the_first_word_to_the_end(stage: Stage, everybody: Everybody) -> None:
    deputy, congress, government = everybody.deputy, everybody.congress, everybody.government
    schools, head, roads, water = everybody.schools, everybody.roads_head, everybody.roads, everybody.water

    # 提 → 受理 → 预分办 → 交办
    deputy.writes(TITLE, "下雨就积水，学生绕行。", ["清淤", "抬高路面"])
    deputy.submits(TITLE)
    congress.registers(TITLE)
    government.pre_assigns(TITLE, {SCHOOLS: "主办", WATER: "会办"})
    congress.hands_over(TITLE)

    # 签收 → 退办 → 改办
    schools.accepts(TITLE)
    schools.asks_to_return(TITLE, "道路不归本单位管", ROADS)
    government.moves_to(TITLE, {ROADS: "主办"}, "道路归交通部门")
    roads.accepts(TITLE)

    # 见面 → 会办 → 拟稿 → 审核退改 → 答复: the county has 三见面 on, so that two stand before the reply
    roads.records_meeting(TITLE, "办前", "看了现场，代表要求雨季前完工")
    deputy.confirms_meeting(TITLE)
    roads.starts(TITLE)
    roads.records_meeting(TITLE, "办中", "商量了抬高多少")
    deputy.confirms_meeting(TITLE)
    water.accepts(TITLE)
    water.gives_opinion(TITLE, "排水沟由我局清淤")
    roads.drafts(TITLE, "现答复如下：拟抬高路面。", "A")
    head.signs(TITLE)
    roads.sends_for_review(TITLE)
    government.sends_back(TITLE, "没有写完成时间")
    roads.redrafts(TITLE, "现答复如下：六月底前抬高路面。", "A")
    head.signs(TITLE)
    roads.sends_for_review(TITLE)
    government.passes(TITLE)
    roads.issues(TITLE, "交函〔2026〕7号")

    # 评价不满意 → 重新办理 → 满意 → 办结, before which one more
    deputy.evaluates(TITLE, "不满意", "到现在没有动工")
    congress.orders_again(TITLE, {ROADS: "主办"}, "请到现场核实")
    roads.accepts(TITLE)
    roads.records_meeting(TITLE, "办前", "一同查看")
    deputy.confirms_meeting(TITLE)
    roads.starts(TITLE)
    roads.records_meeting(TITLE, "办中", "看了抬高的路面")
    deputy.confirms_meeting(TITLE)
    roads.drafts(TITLE, "路面已经抬高。", "A")
    head.signs(TITLE)
    roads.sends_for_review(TITLE)
    government.passes(TITLE)
    roads.issues(TITLE, "交函〔2026〕19号")
    roads.records_meeting(TITLE, "办后", "一同验收")
    deputy.confirms_meeting(TITLE)
    deputy.evaluates(TITLE, "满意")
    congress.closes(TITLE)
    for person in (deputy, congress, roads):
        person.open_case(TITLE)
        expect(person.state).to_have_text("办结")

    with stage.data():
        row = Suggestion.objects.get(title=TITLE)
        assert (row.state, row.round, row.number is not None) == ("closed", 2, True)
        parts = Assignment.objects.filter(suggestion=row).order_by("round", "pk")
        told = [(part.round, part.unit.name, part.role, part.state) for part in parts]
        assert told == [
            (1, SCHOOLS, "lead", "reassigned"),
            (1, WATER, "co", "done"),
            (1, ROADS, "lead", "done"),
            (2, ROADS, "lead", "done"),
        ]
        assert set(Contact.objects.filter(suggestion=row).values_list("confirmed", flat=True)) == {True}
        grades = Evaluation.objects.filter(suggestion=row).order_by("round", "axis")
        assert [(row.round, row.axis, row.grade) for row in grades] == [
            (1, "process", "dissatisfied"),
            (1, "result", "dissatisfied"),
            (2, "process", "satisfied"),
            (2, "result", "satisfied"),
        ]
