"""``luoshi doctor``: each check when all is well, and when it is not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from luoshi.audit.models import Seal
from luoshi.audit.services import event_append, heads_seal
from luoshi.calendar.models import CalendarYear
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import BrokenMethod, MethodRegistry, registry_using
from luoshi.outbox.models import Message
from luoshi.suggestions.models import Clock, Suggestion
from luoshi.workbench.search import texts_behind, texts_write
from luoshi_site.cli import run
from luoshi_site.doctor import machine
from luoshi_site.local.home import LocalProblem
from luoshi_tenants.context import county_context

Says = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def counties(two_counties: Any, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Any]:
    """Two counties with nothing in them, on the test's own database, with a local installation's settings."""
    monkeypatch.setattr("luoshi_site.cli.base.database", nullcontext)
    settings.LOCAL = True
    for county in two_counties:
        with county_context(county), connection.cursor() as cursor:
            cursor.execute("DELETE FROM audit_event; DELETE FROM audit_stream; DELETE FROM audit_seal")
            Message.objects.all().delete()
            MethodActivation.objects.all().delete()
    with registry_using(MethodRegistry()):
        yield two_counties


@pytest.fixture
def says(capsys: pytest.CaptureFixture[str]) -> Says:
    """The lines of a run that begin with ``subject``, after asserting the exit code."""

    def look(subject: str, *arguments: str, code: int = 0) -> list[str]:
        assert run(["doctor", *arguments]) == code
        lines = capsys.readouterr().out.splitlines()
        assert lines[-1].startswith("正常 ")
        return [line for line in lines[:-1] if line[4:].startswith(subject)]

    return look


def test_all_is_well(counties: Any, capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    assert run(["doctor"]) == 0
    version = connection.connection.info.server_version
    assert capsys.readouterr().out.splitlines() == [
        "正常  密钥：已设置",
        f"正常  附件目录：{settings.MEDIA_ROOT} 可以写入",
        "注意  消息队列：没有运行；luoshi up 会启动它，在此之前后台任务不会执行",
        "正常  工作法：没有安装",
        f"正常  数据库：PostgreSQL {version // 10000}.{version % 10000}",
        "正常  各县隔离：缓存、会话与数据库连接均分县",
        "正常  各县编号：2 个县的内容类型与权限编号一致",
        *(
            f"正常  {county} {line}"
            for county in ("430422 衡南县", "431322 新化县")
            for line in (
                "数据表：齐全，与程序一致",
                "工作法：没有启用",
                "日历：进行中的期限所需的年份均已录入",
                "待发消息：没有积压",
                "检索：检索词齐全",
                "审计日志：还没有封存过",
            )
        ),
        "正常 18 项，注意 1 项，异常 0 项",
    ]


def test_one_county_alone(says: Says) -> None:
    assert says("431322", "--county", "431322") != []
    assert says("430422", "--county", "431322") == []


def test_a_county_that_is_not_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--county", "999999"]) == 1
    assert capsys.readouterr().err == "没有开通代码为 999999 的县，可用 luoshi county list 查看。\n"


# --- the machine ----------------------------------------------------------------------------------------


def test_a_database_that_does_not_answer(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    def shut() -> None:
        raise OperationalError("connection refused\nIs the server running?")

    with monkeypatch.context() as patch:
        patch.setattr(machine.connection, "ensure_connection", shut)
        lines = says("", code=1)
    assert lines[-1] == "异常  数据库：没有应答，请检查 DATABASE_URL 与数据库服务：connection refused"
    assert [line for line in lines if "各县" in line or "43" in line] == []


def test_an_old_database(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "OLDEST_POSTGRESQL", 99)
    (line,) = says("数据库", code=1)
    assert line.startswith("异常  数据库：PostgreSQL ")
    assert line.endswith(" 过旧，请升级到 99 或更新的版本")


def test_what_cannot_even_start(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def broken() -> Iterator[None]:
        raise LocalProblem("数据库结构不全，请先执行 luoshi migrate：no table\nLINE 1:  SELECT")
        yield

    monkeypatch.setattr("luoshi_site.cli.base.database", broken)
    assert says("", code=1) == [
        "异常  系统：数据库结构不全，请先执行 luoshi migrate：no table LINE 1: SELECT"
    ]


def test_a_pooler_in_the_wrong_mode(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    processes = iter(range(100))
    monkeypatch.setattr("luoshi_tenants.checks.server_process", lambda: next(processes))
    assert says("各县隔离", code=1) == [
        "异常  各县隔离：LUOSHI_POOLER=none，但相邻的事务落在不同的数据库进程上：连接池处于事务模式"
    ]


def test_a_cache_that_counties_share(says: Says, settings: Any) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "shared": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    }
    (line,) = says("各县隔离", code=1)
    assert line.startswith("异常  各县隔离：CACHES['shared'] 没有设置 KEY_FUNCTION")


@pytest.mark.parametrize(
    ("local", "url", "level", "said"),
    [
        (True, "", "注意", "没有运行；luoshi up 会启动它，在此之前后台任务不会执行"),
        (False, "", "异常", "没有设置 REDIS_URL，后台任务不会执行"),
        (False, "redis://127.0.0.1:1/0", "异常", "没有应答，请检查 REDIS_URL 与服务："),
        (True, "redis://127.0.0.1:1/0", "异常", "没有应答，请检查 REDIS_URL 与服务："),
        (False, "memory://", "正常", "有应答"),
    ],
)
def test_the_broker(
    local: bool,
    url: str,
    level: str,
    said: str,
    says: Says,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.LOCAL, settings.REDIS_URL = local, url
    if url:
        connect = machine.app.connection_for_write
        monkeypatch.setattr(
            machine.app, "connection_for_write", lambda **options: connect(url=url, **options)
        )
    (line,) = says("消息队列", code=int(level == "异常"))
    assert line.startswith(f"{level}  消息队列：{said}")


def test_files_cannot_be_stored(says: Says, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "new" / "media")
    assert says("附件目录") == [f"正常  附件目录：{tmp_path}/new/media 可以写入"]
    assert not (tmp_path / "new").exists()
    (tmp_path / "new").write_text("a file")
    assert says("附件目录", code=1) == [
        f"异常  附件目录：{tmp_path}/new/media 不能写入，请检查 {tmp_path}/new 的属主与权限"
    ]


@pytest.mark.parametrize("key", ["k" * 60, "abcdefgh" * 6])
def test_a_weak_key(key: str, says: Says, settings: Any) -> None:
    settings.SECRET_KEY = key
    assert says("密钥", code=1) == ["异常  密钥：LUOSHI_SECRET_KEY 太短或太简单，请换成 50 个以上的随机字符"]


def test_installed_methods(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "methods_fixtures"))
    usable = MethodRegistry.of_plugins({"refusing": import_module("luoshi_refusing.hooks")})
    with registry_using(usable):
        assert says("工作法") == ["正常  工作法：已安装 一票否决"]
    with registry_using(MethodRegistry(usable.methods, [BrokenMethod("future", "接口太新")])):
        assert says("工作法") == ["注意  工作法 future：已安装，但无法使用：接口太新"]


# --- a county -------------------------------------------------------------------------------------------


def test_a_table_is_missing(counties: Any, says: Says) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE c431322.outbox_delivery")
    assert says("431322", code=1) == [
        "异常  431322 新化县 数据表：县模式 c431322 缺少数据表：outbox_delivery；"
        "请执行 luoshi migrate，仍不齐全时从备份恢复"
    ]
    assert len(says("430422", code=1)) == 6


def test_a_county_that_is_behind(counties: Any, says: Says) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM c431322.django_migrations WHERE app = 'outbox'")
    assert says("431322", code=1) == ["异常  431322 新化县 数据表：落后于程序，请执行 luoshi migrate"]


def test_a_county_that_cannot_be_read_hides_no_other(
    counties: Any, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE c430422.outbox_message RENAME COLUMN attempts TO tries")
    lines = says("43", code=1)
    assert [line for line in lines if not line.startswith("正常")] == [
        "异常  430422 衡南县 待发消息：无法检查：column outbox_message.attempts does not exist"
    ]
    assert len(lines) == 12


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE django_content_type SET model = 'x' WHERE id = (SELECT min(id) FROM django_content_type)",
        "UPDATE auth_permission SET codename = 'x' WHERE id = (SELECT max(id) FROM auth_permission)",
    ],
)
def test_ids_that_differ(change: str, counties: Any, says: Says) -> None:
    with county_context(counties[1]), connection.cursor() as cursor:
        cursor.execute(change)
    assert says("各县编号") == ["注意  各县编号：431322 新化县 的内容类型或权限编号与其他县不同，请查明来历"]


def test_methods_that_are_missing_crash_or_warn(
    counties: Any, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "methods_fixtures"))
    usable = MethodRegistry.of_plugins(
        {slug: import_module(f"luoshi_{slug}.hooks") for slug in ("refusing", "crashing")}
    )
    for slug in ("refusing", "gone"):
        MethodActivation.objects.create(slug=slug, is_enabled=True, enabled_at=timezone.now())
    MethodActivation.objects.create(slug="crashing", is_enabled=False)
    with registry_using(MethodRegistry(usable.methods, [BrokenMethod("gone", "接口太新")])):
        assert says("430422 衡南县 工作法", code=1) == [
            "异常  430422 衡南县 工作法：gone（gone）工作法“gone”已启用，但无法使用：接口太新"
        ]
        MethodActivation.objects.filter(slug="gone").delete()
        assert says("430422 衡南县 工作法") == ["正常  430422 衡南县 工作法：已启用 一票否决"]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE public.luoshi_tenants_province SET methods_allowed = '[\"another\"]'")
        assert says("430422 衡南县 工作法") == [
            "注意  430422 衡南县 工作法：一票否决（refusing）省级已不再允许本县使用该工作法"
        ]
        MethodActivation.objects.filter(slug="crashing").update(is_enabled=True, enabled_at=timezone.now())
        (line,) = says("430422 衡南县 工作法", code=1)
        assert line.startswith("异常  430422 衡南县 工作法：")


def test_messages_that_fail_and_messages_that_lie_about(counties: Any, says: Says) -> None:
    now = timezone.now()
    lying = Message.objects.create(topic="t", key="k", payload={}, available_at=now - timedelta(minutes=9))
    assert says("430422 衡南县 待发消息") == ["正常  430422 衡南县 待发消息：没有积压"]
    Message.objects.update(available_at=now - timedelta(minutes=11))
    assert says("430422 衡南县 待发消息") == [
        "注意  430422 衡南县 待发消息：1 条等待处理已超过 10 分钟，请检查后台进程是否在运行"
    ]
    Message.objects.update(attempts=4)
    assert says("430422 衡南县 待发消息")[0].startswith("注意")
    Message.objects.update(attempts=5, last_error="notices: ValueError: 坏了\nanother")
    assert says("430422 衡南县 待发消息", code=1) == [
        f"异常  430422 衡南县 待发消息：1 条一再失败；最早的是 t k #{lying.pk}，已失败 5 次："
        "notices: ValueError: 坏了"
    ]
    assert says("431322 新化县 待发消息", code=1) == ["正常  431322 新化县 待发消息：没有积压"]


def event(age: timedelta) -> None:
    event_append(
        stream_key="suggestion:1",
        kind="k",
        actor_id=None,
        actor_role="system",
        payload={},
        at=timezone.now() - age,
    )


def sealed_now() -> str:
    last = Seal.objects.order_by("-seq")[0]
    return f"最近封存于 {timezone.localtime(last.at):%Y-%m-%d %H:%M}"


def test_seals(counties: Any, says: Says) -> None:
    subject = "430422 衡南县 审计日志"
    event(timedelta(minutes=5))
    assert says(subject) == [f"正常  {subject}：还没有封存过"]
    heads_seal()
    assert says(subject) == [f"正常  {subject}：{sealed_now()}"]
    event(timedelta(minutes=11))
    assert says(subject) == [
        f"注意  {subject}：{sealed_now()}，有事件等待封存已超过 10 分钟，请检查后台进程是否在运行"
    ]
    heads_seal()
    event(timedelta(hours=25))
    (line,) = says(subject, code=1)
    assert line == f"异常  {subject}：{sealed_now()}，有事件等待封存已超过 1 天，请检查后台进程是否在运行"


@pytest.mark.parametrize("heads", ["[]", "[1.5]"])
def test_a_seal_that_was_changed(heads: str, counties: Any, says: Says) -> None:
    event(timedelta(0))
    heads_seal()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_seal SET heads = %s::jsonb", [heads])
    assert says("430422 衡南县 审计日志", code=1) == [
        "异常  430422 衡南县 审计日志：第 1 次封存与其摘要不符，请执行 luoshi audit verify 逐条核验"
    ]


def test_a_suspended_county_has_no_background_work(counties: Any, says: Says) -> None:
    event(timedelta(days=30))
    Message.objects.create(topic="t", payload={}, available_at=timezone.now() - timedelta(days=30))
    assert len(says("430422", code=1)) == 6
    with connection.cursor() as cursor:
        cursor.execute("UPDATE public.luoshi_tenants_county SET is_active = false WHERE code = '430422'")
    assert [line.split("：")[0] for line in says("430422")] == [
        "正常  430422 衡南县 数据表",
        "正常  430422 衡南县 工作法",
        "正常  430422 衡南县 日历",
    ]


def test_suggestions_without_words_are_told_of_once_they_are_not_new(counties: Any, says: Says) -> None:
    from world import world_make

    world = world_make()
    old, new = world.draft(), world.draft()
    subject = "430422 衡南县 检索"
    assert says(subject) == [f"正常  {subject}：检索词齐全"]
    Suggestion.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(minutes=11))
    assert says(subject) == [
        f"注意  {subject}：1 件建议的检索词缺少或过时，检索不到；请执行 luoshi search rebuild"
    ]
    texts_write(suggestion_ids=[old.pk])
    assert says(subject) == [f"正常  {subject}：检索词齐全"]
    assert [row.pk for row in texts_behind()] == [new.pk]


def test_years_that_running_clocks_need(counties: Any, says: Says) -> None:
    from world import world_make

    world = world_make()
    suggestion = world.handed_over()
    Clock.objects.filter(suggestion=suggestion).update(unseeded_years="")
    subject = "430422 衡南县 日历"
    assert says(subject) == [f"正常  {subject}：进行中的期限所需的年份均已录入"]
    clock = Clock.objects.filter(suggestion=suggestion, kind="lead_reply")
    clock.update(unseeded_years="2098、2099")
    CalendarYear.objects.create(year=2098, is_complete=True)
    assert says(subject) == [
        f"注意  {subject}：2098 年已录入，但 1 个进行中的期限尚未重算；"
        "2099 年的节假日尚未录入，影响 1 个进行中的期限。请用 luoshi county calendar 录入并重算"
    ]
    clock.update(state="met", ended_on=timezone.localdate())
    assert says(subject) == [f"正常  {subject}：进行中的期限所需的年份均已录入"]
