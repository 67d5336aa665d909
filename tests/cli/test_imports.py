"""``luoshi import``: what a clerk sees, and that a bad file leaves nothing behind."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tables import CLOSED, HANDED_OVER, dump, table
from workbooks import repacked, workbook
from world import world_make

from luoshi.accounts.models import User
from luoshi.audit.models import Event
from luoshi.suggestions.models import Suggestion
from luoshi_tenants.context import county_context
from luoshi_tenants.models import County

CODE = "430422"
Luoshi = Callable[..., Any]


@pytest.fixture
def save(tmp_path: Path) -> Callable[[bytes], str]:
    """Writes a file and gives its path."""

    def written(content: bytes) -> str:
        path = tmp_path / "表.xlsx"
        path.write_bytes(content)
        return str(path)

    return written


def past(luoshi: Luoshi, path: str, *more: str) -> Any:
    return luoshi("import", "past", path, "--county", CODE, "--session", "17-4", *more)


def test_a_past_year(county: County, luoshi: Luoshi, save: Callable[[bytes], str]) -> None:
    world_make()
    path = save(table({}, {"办理结果": "B", "沟通人次": 3}, base=CLOSED))
    tried = past(luoshi, path, "--dry-run")
    assert (tried.code, Suggestion.objects.count()) == (0, 0)
    assert tried.out.startswith("衡南县历年建议（工作表“表”）试导入，未保存：新增 2，未变 0，转入跟踪 1\n")
    ran = past(luoshi, path, "--printed", "总数=2,A类=1")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "衡南县历年建议（工作表“表”）导入完成：新增 2，未变 0，转入跟踪 1"
    assert ran.out.splitlines()[1].startswith(
        "表中合计：总数 2，重点 0，承办单位 1，主办单位 1，沟通次数 0，沟通人次 3，"
    )
    again = past(luoshi, path)
    assert again.out.splitlines()[0] == "衡南县历年建议（工作表“表”）导入完成：新增 0，未变 2"


def test_problems_are_a_table_and_the_exit_code_is_one(
    county: County, luoshi: Luoshi, save: Callable[[bytes], str]
) -> None:
    world_make()
    before = dump()
    ran = past(
        luoshi, save(table({}, {"办理结果": "E", "交办日期": "五月"}, {"主办单位": "县水力局"}, base=CLOSED))
    )
    assert (ran.code, ran.out) == (1, "")
    lines = ran.err.splitlines()
    assert lines[:2] == ["没有导入：工作表“表”有 2 处问题，什么都没有保存。", "行\t列\t表头\t问题"]
    assert lines[2:] == [
        "3\tM\t交办日期\t不是日期：“五月”；请写成 2019-05-23 或 2019年5月23日",
        "4\tJ\t主办单位\t本县没有名为“县水力局”的单位，是不是“县水利局”；"
        "确是新的，请先导入名册，或加 --create-missing 自动新建",
    ]
    assert dump() == before


def test_what_was_made_is_listed(county: County, luoshi: Luoshi, save: Callable[[bytes], str]) -> None:
    world_make()
    path = save(table({"主办单位": "气象中心", "领衔代表": "林一", "代表团": "东乡"}, base=CLOSED))
    ran = luoshi("import", "past", path, "--county", CODE, "--session", "16-1", "--create-missing")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[2:] == [
        "自动新建的单位（1）：气象中心",
        "自动新建的代表（1）：林一（东乡）",
        "注意：新建了会议 16-1，办理年度 2019（按交办日期推定，不对的请用 --year 指定后重来）",
    ]


def test_current(county: County, luoshi: Luoshi, save: Callable[[bytes], str]) -> None:
    world_make()
    path = save(table({}, {"主办单位": None, "交办日期": None}, base=HANDED_OVER))
    ran = luoshi("import", "current", path, "--county", CODE, "--session", "17-4")
    assert (ran.code, ran.out) == (
        0,
        "衡南县在办建议（工作表“表”）导入完成：新增 2，未变 0\n"
        "表中合计：总数 2，重点 0，承办单位 1，主办单位 1\n",
    )
    assert sorted(Suggestion.objects.values_list("state", flat=True)) == ["assigned", "registered"]


def test_registers(
    county: County, luoshi: Luoshi, save: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = luoshi("import", "units", save(workbook([("名称",), ("县气象局",)])), "--county", CODE)
    assert (ran.code, ran.out) == (0, "衡南县承办单位（工作表“代表建议”）导入完成：新增 1，未变 0\n")
    rows = workbook([("姓名", "代表团", "届次"), ("林一", "东乡", 17)])
    ran = luoshi("import", "deputies", save(rows), "--county", CODE)
    assert ran.out == (
        "衡南县代表（工作表“代表建议”）导入完成：新增 1，未变 0\n注意：新建了代表团：东乡代表团\n"
    )
    rows = workbook([("登录名", "姓名", "角色", "代表"), ("linyi", "林一", "代表", "林一")])
    monkeypatch.setenv("LUOSHI_INITIAL_PASSWORD", "first-day-0000")
    ran = luoshi("import", "accounts", save(rows), "--county", CODE)
    assert ran.out == "衡南县账号（工作表“代表建议”）导入完成：新增 1，未变 0\n"
    assert "first-day" not in ran.out + ran.err
    user = User.objects.get(username="linyi")
    assert (user.check_password("first-day-0000"), user.must_change_password) == (True, True)


def test_only_the_county_that_was_named(
    two_counties: tuple[County, County], luoshi: Luoshi, save: Callable[[bytes], str]
) -> None:
    with county_context(two_counties[1]):
        world_make()
    world_make()
    path = save(table({}, base=CLOSED))
    ran = luoshi("import", "past", path, "--county", "431322", "--session", "17-4")
    assert ran.code == 0
    assert Suggestion.objects.count() == 0
    with county_context(two_counties[1]):
        assert Suggestion.objects.count() == 1


def test_an_unknown_county(county: County, luoshi: Luoshi, save: Callable[[bytes], str]) -> None:
    ran = luoshi("import", "units", save(b""), "--county", "999999")
    assert (ran.code, ran.err) == (1, "没有代码为“999999”的县，请用 luoshi county list 查看已开通的县\n")


def _bomb() -> bytes:
    return repacked(workbook(), add={"xl/media/image1.png": b"\0" * (300 * 1024 * 1024)})


def _macro() -> bytes:
    return repacked(workbook(), add={"xl/vbaProject.bin": b"macro"})


def _text() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "no workbook")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_bomb, "疑似压缩炸弹"),
        (_macro, "文件带有宏，不能导入"),
        (_text, "不是"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "这是旧版 .xls 文件"),
        (lambda: b"", "文件是空的，请重新选择文件"),
        (lambda: table({"标题": "长" * 30_000}, base=CLOSED), "有 30000 个字，最多 200 个字，请缩短"),
        (lambda: table({"主办单位": "县水利局、县教育局"}, base=CLOSED), "有多个主办单位"),
        (lambda: table({"编号": 1}, {"编号": 1}, base=CLOSED), "编号 1 与第 2 行重复"),
    ],
)
def test_bad_input_is_refused_in_words(
    county: County, luoshi: Luoshi, save: Callable[[bytes], str], content: Callable[[], bytes], said: str
) -> None:
    world_make()
    before = dump()
    ran = past(luoshi, save(content()))
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert dump() == before


def test_a_file_that_is_not_there(county: County, luoshi: Luoshi, tmp_path: Path) -> None:
    ran = past(luoshi, str(tmp_path / "没有.xlsx"))
    assert (ran.code, ran.err) == (1, "打不开文件“没有.xlsx”，请检查文件是否存在、是否正被占用\n")


def test_a_wrong_printed_number(county: County, luoshi: Luoshi, save: Callable[[bytes], str]) -> None:
    ran = past(luoshi, save(table({}, base=CLOSED)), "--printed", "总数")
    assert (ran.code, ran.err) == (1, "印制数字写法不对：“总数”，请写成 总数=149,A类=40\n")


@pytest.mark.parametrize(
    ("given", "name", "known"), [((), "命令行", False), (("--as", " U3 "), "联工委（命令行）", True)]
)
def test_the_log_says_who_ran_it(
    county: County,
    luoshi: Luoshi,
    save: Callable[[bytes], str],
    given: tuple[str, ...],
    name: str,
    known: bool,
) -> None:
    world = world_make()
    User.objects.filter(pk=world.congress.user_id).update(username="u3")
    assert past(luoshi, save(table({}, {}, base=CLOSED)), *given).code == 0
    told = Event.objects.filter(kind="suggestion.import_closed")
    assert {(event.actor_id, event.payload["actor"], event.payload["channel"]) for event in told} == {
        (world.congress.user_id if known else None, name, "import")
    }


@pytest.mark.parametrize("closed", [False, True])
def test_nobody_runs_it_under_a_name_that_is_not_here(
    county: County, luoshi: Luoshi, save: Callable[[bytes], str], closed: bool
) -> None:
    world = world_make()
    User.objects.filter(pk=world.congress.user_id).update(username="somebody", is_active=not closed)
    ran = past(luoshi, save(table({}, base=CLOSED)), "--as", "somebody" if closed else "nobody")
    name = "somebody" if closed else "nobody"
    assert (ran.code, ran.err) == (1, f"本县没有用户名为“{name}”的启用账号，请核对 --as\n")
    assert Suggestion.objects.count() == 0
