"""``luoshi report``: figures of one county on the command line."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from world import World, world_make

from luoshi.accounts.actor import Channel
from luoshi_tenants.context import county_context
from luoshi_tenants.models import County

HENGNAN, XINHUA = "430422", "431322"


def past(world: World, number: int, class_code: str = "A", grade: str = "satisfied") -> None:
    world.act(
        world.draft(title=f"历年建议{number}"),
        "import_closed",
        replace(world.system, channel=Channel.IMPORT),
        number=number,
        units=[{"unit": world.roads.pk, "role": "lead"}],
        class_code=class_code,
        grades=[{"axis": "result", "grade": grade}],
        contact_person_times=2,
        source_digest=hashlib.sha256(str(number).encode()).hexdigest(),
    )


def test_the_report_as_json_is_of_the_county_that_was_asked_for(
    two_counties: tuple[County, County], luoshi: Callable[..., Any]
) -> None:
    past(world_make(), 1)
    with county_context(two_counties[1]):
        world = world_make()
        past(world, 1, "B")
        past(world, 2, "B", "basically_satisfied")
    ran = luoshi("report", "--county", XINHUA, "--session", "17-4", "--json")
    assert (ran.code, ran.err) == (0, "")
    made = json.loads(ran.out)
    assert (made["county"], made["session"], made["total"], made["closed"]) == (XINHUA, "17-4", 2, 2)
    assert [(item["code"], item["percent"]) for item in made["classes"]["items"]][:2] == [
        ("A", "0.00"),
        ("B", "100.00"),
    ]
    assert made["contacts"]["person_times"] == 4
    assert made["contacts"]["records"] is None
    assert made["definitions"]["reply_rate"]["denominator"] == "已交办件数"
    assert json.loads(luoshi("report", "--county", HENGNAN, "--session", "17-4", "--json").out)["total"] == 1


def test_a_contradiction_stands_beside_the_report_and_not_in_its_json(
    county: County, luoshi: Callable[..., Any]
) -> None:
    past(world_make(), 1, "")
    ran = luoshi("report", "--county", HENGNAN, "--session", "17-4", "--json")
    assert ran.code == 0
    assert len(json.loads(ran.out)["contradictions"]) == 2
    assert [line[:5] for line in ran.err.splitlines()] == ["数字矛盾："] * 2


def test_the_report_to_read(county: County, luoshi: Callable[..., Any]) -> None:
    world = world_make()
    for number, code in ((1, "A"), (2, "B"), (3, "C")):
        past(world, number, code)
    lines = luoshi("report", "--county", HENGNAN, "--session", "17-4").out.splitlines()
    assert lines[0].startswith("衡南县 第17届第4次会议（2026年度） 办理情况（截至 ")
    assert lines[2] == (
        "交办 3 件，已答复 3 件，答复率 100.00%，办结 3 件（跟踪中 0，未听到代表评价 0），"
        "办成 1 件（单位自报A类 1，相差 0）"
    )
    assert "  A 已经解决或基本解决：1 件，33.33%" in lines
    assert "  因四舍五入，各项百分比合计为 99.99%，不等于 100%" in lines
    assert lines[-1] == (
        "沟通 未记录 次、6 人次，沟通率 100.00%，面商率 无记录，代表确认率 无记录，代表否认 未记录 次"
    )


def test_proposals_are_another_report(county: County, luoshi: Callable[..., Any]) -> None:
    past(world_make(), 1)
    ran = luoshi("report", "--county", HENGNAN, "--session", "17-4", "--kind", "proposal", "--json")
    made = json.loads(ran.out)
    assert (made["total"], made["item_kind"]) == (0, "proposal")
    assert [(row["item_kind"], row["total"]) for row in made["apart"]] == [("suggestion", 1)]


def test_an_unknown_session_or_county_is_told(county: County, luoshi: Callable[..., Any]) -> None:
    ran = luoshi("report", "--county", HENGNAN, "--session", "17-9", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "本县没有“17-9”这一届次，本县尚未建立任何届次\n"
    world_make()
    assert luoshi("report", "--county", HENGNAN, "--session", "17-9").err == (
        "本县没有“17-9”这一届次，可选：17-4\n"
    )
    ran = luoshi("report", "--county", "999999", "--session", "17-4", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "没有代码为“999999”的县，请用 luoshi county list 查看已开通的县\n"
    assert luoshi("report", "--session", "17-4").code == 2
