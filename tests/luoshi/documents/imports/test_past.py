"""A past year comes in as it is printed: nothing invented, nothing twice, nothing overwritten."""

from datetime import date

import pytest
from tables import CLOSED, OFFICE, dump, past, past_table, told
from world import World

from luoshi.audit.models import Event
from luoshi.audit.verification import audit_verify
from luoshi.documents.imports import ImportRefused
from luoshi.suggestions.models import (
    Assignment,
    Clock,
    Contact,
    CoSignature,
    Deputy,
    Evaluation,
    ImportedFigures,
    Reply,
    Session,
    Suggestion,
    Unit,
)
from luoshi.suggestions.services.door import transition_perform
from luoshi.suggestions.services.settings import county_settings_apply
from luoshi.suggestions.services.units import unit_rename

FULL = {
    "内容": "村口常淹。\n一、修建涵洞。\n二、明确管护。",
    "类别": "水利",
    "提案类型": "联名",
    "提出时段": "闭会",
    "附议代表": "石小川",
    "会办单位": "县教育局",
    "办理结果": "B类",
    "办理态度评价": "满意",
    "办理结果评价": "基本满意",
    "沟通次数": 2,
    "沟通人次": 3,
    "重点": "是",
    "领办领导": "副县长",
    "督办领导": "副主任",
    "是否公开": "否",
    "备注": "见附件",
}


def test_a_full_row(world: World) -> None:
    report = past(FULL)
    assert (report.created, report.unchanged, report.tracked, report.dry_run) == (1, 0, 1, False)
    made = Suggestion.objects.get()
    assert (
        made.number, made.title, made.category, made.proposer_kind, made.raised_when, made.state, made.round,
        made.is_imported, made.class_code, made.result_class, made.is_key, made.handling_leader,
        made.supervising_leader, made.wants_publication, made.note, made.handed_over_on, made.replied_on,
        made.closed_on, made.submitted_at, made.registered_on, made.lead_deputy, made.delegation,
    ) == (
        1, "关于修建村口涵洞的建议", "水利", "joint", "between_sessions", "tracking", 1,
        True, "B", "in_progress", True, "副县长",
        "副主任", False, "见附件", date(2019, 5, 23), date(2019, 8, 1),
        None, None, None, world.deputy, world.delegation,
    )  # fmt: skip
    assert list(made.asks.values_list("position", "text")) == [(1, "修建涵洞。"), (2, "明确管护。")]
    assert list(CoSignature.objects.values_list("deputy", "state", "answered_at")) == [
        (world.other_deputy.pk, "confirmed", None)
    ]
    assert list(Assignment.objects.order_by("pk").values_list("unit", "role", "state", "accepted_at")) == [
        (world.water.pk, "lead", "done", None),
        (world.schools.pk, "co", "done", None),
    ]
    assert list(Reply.objects.values_list("class_code", "state", "issued_on", "body", "is_imported")) == [
        ("B", "issued", date(2019, 8, 1), "", True)
    ]
    grades = Evaluation.objects.order_by("axis").values_list("axis", "grade", "is_imported")
    assert list(grades) == [("process", "satisfied", True), ("result", "basically_satisfied", True)]
    figures = ImportedFigures.objects.values_list("contact_records", "contact_person_times")
    assert list(figures) == [(2, 3)]
    assert (Contact.objects.count(), Clock.objects.count()) == (0, 0)
    events = Event.objects.filter(stream__key=f"suggestion:{made.pk}").order_by("seq")
    assert [(event.kind, (event.payload or {})["channel"]) for event in events] == [
        ("suggestion.draft", "import"),
        ("suggestion.import_closed", "import"),
        ("suggestion.track", "import"),
    ]
    assert (events[1].payload or {})["gates"] == "not_applicable_imported"
    assert audit_verify().ok


def test_what_is_resolved_is_closed_and_what_has_no_grade_is_not_evaluated(world: World) -> None:
    report = past({"办理结果评价": None}, {"办理结果": "已经解决或基本解决"}, {"办理结果": "ａ"})
    assert (report.created, report.tracked) == (3, 0)
    assert list(Suggestion.objects.order_by("number").values_list("state", "class_code")) == [
        ("closed", "A"),
        ("closed", "A"),
        ("closed", "A"),
    ]
    assert list(Evaluation.objects.values_list("suggestion__number", flat=True).order_by("pk")) == [2, 3]
    assert (report.totals["办理结果满意"], report.totals["办理结果未评价"]) == (2, 1)
    assert ImportedFigures.objects.filter(contact_records=None, contact_person_times=None).count() == 3


def test_a_grade_of_a_past_year_keeps_nothing_from_being_tracked(world: World) -> None:
    assert past({"办理结果": "C", "办理结果评价": "不满意"}).tracked == 1
    assert Suggestion.objects.get().state == "tracking"


def test_several_that_answer_separately(world: World) -> None:
    past({"主办单位": "县水利局", "分办单位": "县教育局"})
    assert list(Assignment.objects.order_by("pk").values_list("unit__name", "role")) == [
        ("县水利局", "separate"),
        ("县教育局", "separate"),
    ]
    assert Reply.objects.count() == 2
    assert Suggestion.objects.count() == 1


def test_a_court_s_item_is_not_the_government_s(world: World) -> None:
    Unit.objects.create(name="县人民法院", system="court")
    past({"主办单位": "县人民法院"})
    assert Suggestion.objects.get().recipient_system == "court"


def test_a_delegation_s_own_suggestion(world: World) -> None:
    past({"领衔代表": None, "提案类型": "代表团", "代表团": "云集镇代表团"})
    made = Suggestion.objects.get()
    assert (made.lead_deputy, made.delegation, made.proposer_kind) == (None, world.delegation, "delegation")


def test_the_same_file_twice_changes_nothing(world: World) -> None:
    rows = ({**FULL}, {"办理结果": "C"}, {"分办单位": "县教育局、县交通运输局", "主办单位": None})
    past(*rows)
    before = dump()
    report = past(*rows)
    assert (report.created, report.unchanged, report.tracked) == (0, 3, 0)
    assert dump() == before


def test_names_written_otherwise_change_nothing(world: World) -> None:
    world.water.short_name = "水利局"
    world.water.save()
    past({**FULL, "会办单位": "县教育局、县交通运输局"})
    before = dump()
    again = {**FULL, "主办单位": "水利局", "会办单位": "县交通运输局，县教育局", "办理结果": "b"}
    report = past(again)
    assert (report.created, report.unchanged) == (0, 1)
    assert dump() == before


def test_a_row_that_says_something_else_now_is_told_and_not_written(world: World) -> None:
    past({}, {})
    before = dump()
    with pytest.raises(ImportRefused) as refused:
        past({}, {"标题": "关于别的事的建议", "办理结果": "B", "主办单位": "县教育局", "沟通人次": 4})
    tail = "；导入不会覆盖，请核对后在表中改正或删去这一行"
    head = "第2号已在系统中，这一项不同：系统中为"
    assert told(refused.value) == [
        (3, "B", "标题", f"{head}“关于修建村口涵洞的建议”，表中为“关于别的事的建议”{tail}"),
        (3, "J", "主办单位", f"{head}“县水利局”，表中为“县教育局”{tail}"),
        (3, "O", "办理结果", f"{head}“A”，表中为“B”{tail}"),
        (3, "S", "沟通人次", f"{head}“空”，表中为“4”{tail}"),
    ]
    assert dump() == before


def test_a_number_that_another_suggestion_bears(world: World) -> None:
    past({})
    before = dump()
    with pytest.raises(ImportRefused) as refused:
        past({"标题": "关于别的事的建议", "领衔代表": "石小川", "办理结果": "B"})
    message = (
        "第1号已是《关于修建村口涵洞的建议》的编号，与表中的《关于别的事的建议》不是同一件；"
        "请核对编号，以及导入的是不是这次会议"
    )
    assert told(refused.value) == [(2, "A", "编号", message)]
    assert dump() == before


def test_a_live_case_is_not_taken_for_a_past_one(world: World) -> None:
    live = world.registered()
    with pytest.raises(ImportRefused) as refused:
        past({})
    message = f"第1号是办理中的《{live.title}》，不能作为历年办结件再导入，请核对编号"
    assert told(refused.value) == [(2, "A", "编号", message)]


def test_a_dry_run_says_what_a_run_says_and_leaves_nothing(world: World) -> None:
    before = dump()
    rows = ({**FULL, "附议代表": "石小川（云集镇）"}, {"主办单位": "县气象局", "领衔代表": "林一"})
    tried = past(*rows, dry_run=True, create_missing=True, session_code="16-1")
    assert dump() == before
    really = past(*rows, create_missing=True, session_code="16-1", dry_run=False)
    assert tried.dry_run
    assert (tried.created, tried.tracked, tried.new_units, tried.new_deputies, tried.notes, tried.totals) == (
        really.created, really.tracked, really.new_units, really.new_deputies, really.notes, really.totals
    )  # fmt: skip
    with pytest.raises(ImportRefused):
        past({"办理结果": "Z"}, dry_run=True)


def test_all_problems_at_once_and_nothing_written(world: World) -> None:
    other = world.delegation.__class__.objects.create(term=world.session.term, name="东乡代表团")
    Deputy.objects.create(delegation=other, name="田禾苗")
    before = dump()
    with pytest.raises(ImportRefused) as refused:
        past(
            {},  # good, and yet not written
            {"主办单位": "县水力局"},
            {"领衔代表": "田禾苗", "代表团": None},
            {"领衔代表": "田禾庙"},
            {"领衔代表": "石小川", "代表团": "东乡"},
            {"办理结果": "E"},
            {"交办日期": "五月"},
            {"主办单位": "县水利局、县教育局"},
            {"主办单位": None},
            {"附议代表": "田禾苗（云集镇）", "提案类型": None, "代表团": None, "领衔代表": "石小川、林一"},
            {"答复日期": date(2018, 1, 1)},
            {"编号": 1},
            {"标题": "长" * 30_000},
            {"交办日期": date(2099, 1, 1), "答复日期": None},
            {"交办日期": None, "答复日期": None, "办理结果": None},
        )
    create = "；确是新的，请先导入名册，或加 --create-missing 自动新建"
    letters = (
        "A（已经解决或基本解决）、B（正在解决或列入计划逐步解决）、C（因条件限制待以后解决）、D（留作参考）"
    )
    assert told(refused.value) == [
        (3, "J", "主办单位", f"本县没有名为“县水力局”的单位，是不是“县水利局”{create}"),
        (
            4,
            "G",
            "领衔代表",
            "有 2 位代表名为“田禾苗”，分别在：东乡、云集镇；请写成“姓名（代表团）”",
        ),
        (5, "G", "领衔代表", f"第17届没有名为“田禾庙（云集镇）”的代表，是不是“田禾苗”{create}"),
        (6, "G", "领衔代表", "“东乡”代表团没有“石小川”，本届名为“石小川”的在：云集镇"),
        (7, "O", "办理结果", f"本县的结果分类没有“E”，可填：{letters}"),
        (8, "M", "交办日期", "不是日期：“五月”；请写成 2019-05-23 或 2019年5月23日"),
        (9, "J", "主办单位", "有多个主办单位；主办只能有一个，几个单位分别答复的请填入“分办单位”"),
        (10, "J", "主办单位", "历年办结件要写主办单位，几个单位分别答复的写分办单位"),
        (11, "G", "领衔代表", "只能写一位领衔代表，其余的请填入“附议代表”"),
        (12, "N", "答复日期", "答复日期 2018-01-01 早于交办日期 2019-05-23，请核对"),
        (13, "A", "编号", "编号 1 与第 2 行重复"),
        (14, "B", "标题", "有 30000 个字，最多 200 个字，请缩短"),
        (15, "M", "交办日期", "日期 2099-01-01 晚于今天，请核对"),
        (
            16,
            "O",
            "办理结果",
            "答复日期和办理结果都没有填，看不出已经答复代表；请补填一项",
        ),
    ]
    assert dump() == before


def test_one_and_the_same_twice_in_a_row(world: World) -> None:
    world.water.short_name = "水利局"
    world.water.save()
    with pytest.raises(ImportRefused) as refused:
        past(
            {"会办单位": "水利局"},
            {"附议代表": "石小川、石小川（云集镇）", "代表团": None},
            {"附议代表": "田禾苗（云集镇）", "代表团": None},
        )
    again = "与领衔代表或另一位附议代表是同一人，请删去"
    assert told(refused.value) == [
        (2, "L", "会办单位", "“水利局”就是“县水利局”，在这一行已经写过，请删去一个"),
        (3, "H", "附议代表", f"“石小川”{again}"),
        (4, "H", "附议代表", f"“田禾苗”{again}"),
    ]


def test_a_short_name_that_could_be_two_is_not_guessed(world: World) -> None:
    Unit.objects.filter(pk__in=[world.water.pk, world.schools.pk]).update(short_name="局")
    with pytest.raises(ImportRefused) as refused:
        past({"主办单位": "局"})
    assert told(refused.value) == [(2, "J", "主办单位", "简称“局”可能是：县水利局、县教育局，请写全称")]


def test_a_unit_counts_on_the_day_of_the_hand_over(world: World) -> None:
    """HN-25: the old name before the reform, the new one after it."""
    new = unit_rename(unit=world.water, name="县水务局", on=date(2020, 3, 1), actor=world.system)
    past({})
    assert Assignment.objects.get().unit == world.water
    with pytest.raises(ImportRefused) as refused:
        past(
            {},
            {"主办单位": "县水务局"},
            {"交办日期": date(2021, 5, 1), "答复日期": None},
        )
    assert told(refused.value) == [
        (
            3,
            "J",
            "主办单位",
            "“县水务局”自 2020-03-01 启用，2019-05-23 还没有这个单位，请改填当时的单位",
        ),
        (4, "J", "主办单位", "“县水利局”已于 2020-02-29 停用，后为“县水务局”，请改填"),
    ]
    past({}, {"主办单位": "县水务局", "交办日期": date(2021, 5, 1), "答复日期": None})
    assert Assignment.objects.order_by("-pk")[0].unit == new


def test_a_one_axis_county(world: World) -> None:
    axes = [{"code": "overall", "label": "总体"}]
    county_settings_apply(data={"axes": axes}, actor=world.system)
    with pytest.raises(ImportRefused) as refused:
        past({"办理态度评价": "满意"})
    message = "本县只评价：总体；请清空这一列，或者换一列填写"
    assert told(refused.value) == [(2, "P", "办理态度评价", message)]
    past({})
    assert list(Evaluation.objects.values_list("axis", "grade")) == [("overall", "satisfied")]


def test_the_county_s_own_letters(world: World) -> None:
    """C9: a letter means what this county's scheme says, here C is reference only."""
    scheme = [
        {"code": "甲", "label": "已办", "result_class": "resolved"},
        {"code": "C", "label": "留作参考", "result_class": "reference_only"},
    ]
    county_settings_apply(data={"result_scheme": scheme}, actor=world.system)
    past({"办理结果": "甲"}, {"办理结果": "C"}, {"办理结果": "已办"})
    assert list(Suggestion.objects.order_by("number").values_list("result_class", "state")) == [
        ("resolved", "closed"),
        ("reference_only", "tracking"),
        ("resolved", "closed"),
    ]


def test_missing_names_are_made_and_listed_where_asked(world: World) -> None:
    report = past(
        {"主办单位": "县气象局", "会办单位": "县水利管理局", "领衔代表": "林一（东乡）", "代表团": None},
        {"主办单位": "县气象局", "领衔代表": "林一（东乡）", "代表团": "东乡", "附议代表": "田禾苗（东乡）"},
        create_missing=True,
    )
    assert report.new_units == ("县气象局", "县水利管理局")
    assert report.new_deputies == ("林一（东乡）", "田禾苗（东乡）")
    assert report.notes == (
        "新建的单位“县水利管理局”与“县水利局”名称相近，请核对是否同一单位",
        "新建的代表“田禾苗（东乡）”与“云集镇”的代表同名，请核对是否同一人",
    )
    made = Deputy.objects.get(name="林一")
    assert (made.delegation.name, made.delegation.term.number) == ("东乡代表团", 17)
    before = dump()
    with pytest.raises(ImportRefused) as refused:
        past({}, {}, {"领衔代表": "王二", "代表团": None}, create_missing=True)
    assert told(refused.value)[-1] == (
        4,
        "G",
        "领衔代表",
        "没有名为“王二”的代表；要自动新建，请写成“姓名（代表团）”",
    )
    assert dump() == before


def test_the_session_is_made_and_said(world: World) -> None:
    report = past({"主办单位": "县水利局"}, session_code="16-2", create_missing=True)
    session = Session.objects.get(code="16-2")
    assert (session.year, session.number, session.term.number) == (2019, 2, 16)
    assert report.notes[0] == (
        "新建了会议 16-2，办理年度 2019（按交办日期推定，不对的请用 --year 指定后重来）"
    )
    again = past({}, session_code="16-3", create_missing=True, year=2020)
    assert again.notes[0] == "新建了会议 16-3，办理年度 2020"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"session_code": "十七四"}, "会议写法不对：“十七四”，请写成“届-次”，如 17-4"),
        ({"year": 2020}, "17-4 的办理年度是 2026，不是 2020，请核对"),
        (
            {"session_code": "16-1"},
            "本县还没有 16-1 这次会议，表中也没有交办日期；请用 --year 写明办理年度",
        ),
    ],
)
def test_a_session_that_cannot_be(world: World, options: dict[str, object], message: str) -> None:
    from luoshi.errors import Invalid

    before = dump()
    with pytest.raises(Invalid) as refused:
        past({"交办日期": None}, **options)
    assert refused.value.message == message
    assert dump() == before


def test_printed_numbers_are_held_beside_the_table(world: World) -> None:
    rows = ({"沟通次数": 1, "沟通人次": 2}, {"办理结果": "B"})
    before = dump()
    with pytest.raises(ImportRefused) as refused:
        past(*rows, printed={"总数": 2, "A类": 2, "沟通人次": 2, "满意": 2})
    assert [cell.message for cell in refused.value.cells][:1] == ["“A类”印制为 2，表中合计为 1，请核对"]
    assert refused.value.cells[1].message.startswith("没有名为“满意”的合计，可核对：总数、重点、承办单位、")
    assert dump() == before
    assert past(*rows, printed={"总数": 2, "A类": 1, "沟通人次": 2}).created == 2


def test_what_the_door_refuses_is_told_by_row(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A problem that only the act itself finds is collected like all others; the rest is tried as well."""
    from luoshi.documents.imports import past as module
    from luoshi.errors import Invalid, Problem

    def refuses(**given: object) -> object:
        data = given["data"]
        if given["transition"] == "import_closed" and isinstance(data, dict) and data["number"] != 2:
            raise Invalid([Problem("class_code", "门不开")])
        return transition_perform(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "transition_perform", refuses)
    before = dump()
    with pytest.raises(ImportRefused) as refused:
        past({}, {}, {})
    assert told(refused.value) == [(2, "O", "办理结果", "门不开"), (4, "O", "办理结果", "门不开")]
    assert dump() == before


def test_who_may_not_is_refused(world: World) -> None:
    from dataclasses import replace

    from luoshi.accounts.actor import Role

    before = dump()
    for role in (Role.UNIT_HEAD, Role.GOVERNMENT_OFFICE, Role.SITE_EDITOR):
        with pytest.raises(ImportRefused) as refused:
            past({}, actor=replace(OFFICE, roles=frozenset({role})))
        assert told(refused.value) == [(2, "", "", "只有代表或受理机关可以起草建议")]
    assert dump() == before


def test_the_digest_knows_neither_place_nor_order() -> None:
    from luoshi.documents.imports.suggestions import row_digest

    one, other = (
        past_table({"会办单位": "甲局、乙局"}).rows[0],
        past_table({}, {"会办单位": "乙局、甲局"}).rows[1],
    )
    assert one.row != other.row
    assert row_digest(one) != row_digest(other)  # another number
    same = past_table({"编号": 9}, {"会办单位": "乙局、甲局", "编号": 1}).rows[1]
    assert row_digest(one) == row_digest(same)
    assert (
        len({row_digest(past_table({key: None}).rows[0]) for key in ("答复日期", "办理结果", "代表团")}) == 3
    )
    assert CLOSED["办理结果"] == "A"
