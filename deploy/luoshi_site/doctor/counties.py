"""How each county stands. What is wrong in one hides nothing of another."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F, Min
from django.utils import timezone
from psycopg import sql

from luoshi.audit.canonical import seal_hash
from luoshi.audit.models import Event, Seal
from luoshi.audit.selectors import seal_last
from luoshi.calendar.models import CalendarYear
from luoshi.methods.facade import county_methods
from luoshi.outbox.selectors import messages_open, messages_stuck
from luoshi.suggestions.models import Clock
from luoshi.tenancy import tenant_current
from luoshi.workbench.search import texts_behind
from luoshi_site.doctor.line import Level, Line
from luoshi_tenants.context import county_context, public_context
from luoshi_tenants.db import connection
from luoshi_tenants.models import County
from luoshi_tenants.provisioning.digest import migration_leaves
from luoshi_tenants.provisioning.services import IncompleteSchemaError, tables_verify

IDLE_AFTER = timedelta(minutes=10)
"""Background work is done every minute; what lies this long tells that no worker runs."""
LOST_AFTER = timedelta(days=1)

IDS_DIGEST = sql.SQL("""
    SELECT {code}, md5(concat(
        (SELECT string_agg(concat_ws(' ', id, app_label, model), ',' ORDER BY id)
         FROM {schema}.django_content_type), ';',
        (SELECT string_agg(concat_ws(' ', id, content_type_id, codename), ',' ORDER BY id)
         FROM {schema}.auth_permission)))
""")

Verdict = tuple[Level, str]


def counties_lines(counties: Iterable[County]) -> Iterator[Line]:
    """Every check of every one of the ``counties``, in their order."""
    leaves = migration_leaves()
    for county in counties:
        level, message = _tables(county, leaves)
        yield Line(level, f"{_name(county)} 数据表", message)
        if level is Level.OK:
            yield from _county_lines(county)


def ids_line() -> Line:
    """Content types and permissions have the same ids in every county, as the common script gives them."""
    with public_context(), connection.cursor() as cursor:
        counties = list(County.objects.order_by("code"))
        if len(counties) < 2:
            return Line(Level.OK, "各县编号", "只有一个县，无需比较" if counties else "还没有开通县")
        statement = sql.SQL(" UNION ALL ").join(
            IDS_DIGEST.format(code=sql.Literal(county.code), schema=sql.Identifier(county.schema_name))
            for county in counties
        )
        try:
            with transaction.atomic():
                cursor.execute(statement)
                digests = dict(cursor.fetchall())
        except DatabaseError as error:
            return Line(Level.ERROR, "各县编号", f"无法比较：{str(error).splitlines()[0]}")
    common = Counter(digests[county.code] for county in counties).most_common(1)[0][0]
    others = [_name(county) for county in counties if digests[county.code] != common]
    if others:
        return Line(
            Level.WARNING, "各县编号", f"{'、'.join(others)} 的内容类型或权限编号与其他县不同，请查明来历"
        )
    return Line(Level.OK, "各县编号", f"{len(counties)} 个县的内容类型与权限编号一致")


def _county_lines(county: County) -> Iterator[Line]:
    """What is in a county whose tables are as the code needs them."""
    checks: list[tuple[str, Callable[[], Verdict]]] = [("工作法", _methods), ("日历", _calendar)]
    if county.is_active:  # background work leaves a suspended county alone
        checks += [("待发消息", _outbox), ("检索", _search), ("审计日志", _audit)]
    with county_context(county):
        for subject, check in checks:
            try:
                with transaction.atomic():
                    level, message = check()
            except DatabaseError as error:
                level, message = Level.ERROR, f"无法检查：{str(error).splitlines()[0]}"
            yield Line(level, f"{_name(county)} {subject}", message)


def _tables(county: County, leaves: Sequence[tuple[str, str]]) -> Verdict:
    """Every table is there, and no migration of the code is missing."""
    try:
        with public_context():
            tables_verify(county.schema_name)
    except IncompleteSchemaError as error:
        return Level.ERROR, f"{error}；请执行 luoshi migrate，仍不齐全时从备份恢复"
    with county_context(county):
        applied = set(MigrationRecorder(connection).applied_migrations())
    if not applied.issuperset(leaves):
        return Level.ERROR, "落后于程序，请执行 luoshi migrate"
    return Level.OK, "齐全，与程序一致"


def _methods() -> Verdict:
    """Each enabled method is there, fits, and finds nothing wrong with itself."""
    red: list[str] = []
    yellow: list[str] = []
    fine: list[str] = []
    for health in county_methods(tenant_current()).health():
        notes = "，".join(note.message for note in health.notes if note.level != "ok")
        told = f"{health.name}（{health.slug}）{notes}"
        if health.is_red:
            red.append(told)
        elif notes:
            yellow.append(told)
        else:
            fine.append(health.name)
    if red or yellow:
        return Level.ERROR if red else Level.WARNING, "；".join((*red, *yellow))
    return Level.OK, f"已启用 {'、'.join(fine)}" if fine else "没有启用"


def _outbox() -> Verdict:
    """No message fails again and again, and none lies about because nobody brings it."""
    first = messages_stuck().first()
    if first is not None:
        error = next(iter(first.last_error.splitlines()), "")
        return Level.ERROR, (
            f"{messages_stuck().count()} 条一再失败；最早的是 {first}，已失败 {first.attempts} 次：{error}"
        )
    waiting = messages_open().filter(available_at__lt=timezone.now() - IDLE_AFTER).count()
    if waiting:
        return Level.WARNING, f"{waiting} 条等待处理已超过 {_words(IDLE_AFTER)}，请检查后台进程是否在运行"
    return Level.OK, "没有积压"


def _audit() -> Verdict:
    """The last seal is whole, and nothing waits for one. The full proof is ``luoshi audit verify``."""
    last = seal_last()
    if last is not None and not _whole(last):
        return Level.ERROR, f"第 {last.seq} 次封存与其摘要不符，请执行 luoshi audit verify 逐条核验"
    oldest = Event.objects.filter(
        stream__head_seq__gt=F("stream__sealed_seq"), seq=F("stream__sealed_seq") + 1
    ).aggregate(at=Min("at"))["at"]
    sealed = "还没有封存过" if last is None else f"最近封存于 {timezone.localtime(last.at):%Y-%m-%d %H:%M}"
    if oldest is not None and timezone.now() - oldest > IDLE_AFTER:
        lost = timezone.now() - oldest > LOST_AFTER
        waits = _words(LOST_AFTER if lost else IDLE_AFTER)
        return (
            Level.ERROR if lost else Level.WARNING,
            f"{sealed}，有事件等待封存已超过 {waits}，请检查后台进程是否在运行",
        )
    return Level.OK, sealed


def _whole(seal: Seal) -> bool:
    try:
        return seal.hash == seal_hash(seq=seal.seq, at=seal.at, heads=seal.heads, prev_hash=seal.prev_hash)
    except (TypeError, ValueError):
        return False  # a changed value that no seal of ours can hold


def _calendar() -> Verdict:
    """No running clock leans on a year whose holidays are not entered."""
    years: Counter[int] = Counter()
    running = Clock.objects.filter(state=Clock.State.RUNNING).exclude(unseeded_years="")
    for text in running.values_list("unseeded_years", flat=True):
        years.update(int(year) for year in text.split("、"))
    if not years:
        return Level.OK, "进行中的期限所需的年份均已录入"
    entered = set(CalendarYear.objects.filter(is_complete=True).values_list("year", flat=True))
    told = [
        f"{year} 年已录入，但 {count} 个进行中的期限尚未重算"
        if year in entered
        else f"{year} 年的节假日尚未录入，影响 {count} 个进行中的期限"
        for year, count in sorted(years.items())
    ]
    return Level.WARNING, f"{'；'.join(told)}。请用 luoshi county calendar 录入并重算"


def _search() -> Verdict:
    """Every suggestion that is not of this very moment has its words, cut by the rules that hold."""
    behind = texts_behind().filter(created_at__lt=timezone.now() - IDLE_AFTER).count()
    if behind:
        return Level.WARNING, f"{behind} 件建议的检索词缺少或过时，检索不到；请执行 luoshi search rebuild"
    return Level.OK, "检索词齐全"


def _name(county: County) -> str:
    return f"{county.code} {county.name}"


def _words(time: timedelta) -> str:
    minutes = int(time.total_seconds()) // 60
    return f"{minutes // 1440} 天" if minutes >= 1440 else f"{minutes} 分钟"
