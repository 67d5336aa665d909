"""``luoshi import``: a county's workbooks, all of a file or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from luoshi_site.cli.base import needs_database

if TYPE_CHECKING:
    from luoshi.accounts.actor import Actor, Role
    from luoshi.documents.imports import ImportRefused, ImportReport

Command = Callable[..., Any]
COMMAND_LINE = "命令行"
"""Who acted, where nobody is named."""
INITIAL_VARIABLE = "LUOSHI_INITIAL_PASSWORD"


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(imports)


@click.group("import")
def imports() -> None:
    """导入 Excel 工作簿（*.xlsx）：整个文件全部导入，有一处错误就都不导入。"""


def _for_a_county(command: Command) -> Command:
    """The arguments that every import has."""
    for option in (
        click.option("--dry-run", is_flag=True, help="试导入：检查全部内容，不保存"),
        click.option(
            "--as", "by", metavar="USERNAME", help="由谁执行：本县的用户名，记入日志；不写则记“命令行”"
        ),
        click.option("--county", "code", required=True, metavar="CODE", help="县代码，如 430422"),
        click.argument("file", type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


def _for_a_session(command: Command) -> Command:
    """The arguments of both imports of suggestions."""
    for option in (
        click.option("--create-missing", is_flag=True, help="自动新建名册里没有的单位与代表，并列出"),
        click.option("--year", type=int, help="新会议的办理年度；不写时按交办日期推定"),
        click.option("--session", required=True, help="届-次，如 17-4；还没有的会议会新建"),
    ):
        command = option(command)
    return command


_update = click.option("--update", is_flag=True, help="与名册不同的内容以表为准")


@imports.command("units")
@_for_a_county
@_update
@needs_database
def units(file: Path, code: str, dry_run: bool, by: str | None, update: bool) -> None:
    """承办单位名册。"""
    from luoshi.documents.imports import units_import
    from luoshi.documents.spreadsheets import read_units

    with _county(code) as name, _told():
        report = units_import(parsed=read_units(file), actor=_register(by), update=update, dry_run=dry_run)
    _tell(name, "承办单位", report)


@imports.command("deputies")
@_for_a_county
@_update
@needs_database
def deputies(file: Path, code: str, dry_run: bool, by: str | None, update: bool) -> None:
    """代表名册。"""
    from luoshi.documents.imports import deputies_import
    from luoshi.documents.spreadsheets import read_deputies

    with _county(code) as name, _told():
        report = deputies_import(
            parsed=read_deputies(file), actor=_register(by), update=update, dry_run=dry_run
        )
    _tell(name, "代表", report)


@imports.command("accounts")
@_for_a_county
@click.option(
    "--initial-password",
    envvar=INITIAL_VARIABLE,
    prompt="初始密码",
    prompt_required=False,
    hide_input=True,
    help=f"新账号的初始密码，首次登录须修改；只写选项不写值时询问，也可用环境变量 {INITIAL_VARIABLE}",
)
@needs_database
def accounts(file: Path, code: str, dry_run: bool, by: str | None, initial_password: str | None) -> None:
    """账号、角色与所在单位。不给初始密码的，设置密码之前不能登录。"""
    from luoshi.documents.imports import accounts_import
    from luoshi.documents.spreadsheets import read_accounts

    with _county(code) as name, _told():
        report = accounts_import(
            parsed=read_accounts(file),
            actor=_register(by),
            initial_password=initial_password or None,
            dry_run=dry_run,
        )
    _tell(name, "账号", report)


@imports.command("current")
@_for_a_county
@_for_a_session
@needs_database
def current(
    file: Path, code: str, dry_run: bool, by: str | None, session: str, year: int | None, create_missing: bool
) -> None:
    """在办建议：逐件登记、编号、交办。"""
    from luoshi.documents.imports import current_import
    from luoshi.documents.spreadsheets import read_suggestions

    with _county(code) as name, _told():
        report = current_import(
            parsed=read_suggestions(file),
            session_code=session.strip(),
            year=year,
            actor=_office(by),
            create_missing=create_missing,
            dry_run=dry_run,
        )
    _tell(name, "在办建议", report)


@imports.command("past")
@_for_a_county
@_for_a_session
@click.option("--printed", help="报告印制的数字，与表中合计不符就不导入，如 总数=149,A类=40")
@needs_database
def past(
    file: Path,
    code: str,
    dry_run: bool,
    by: str | None,
    session: str,
    year: int | None,
    create_missing: bool,
    printed: str | None,
) -> None:
    """历年已办结的建议。"""
    from luoshi.documents.imports import past_import
    from luoshi.documents.imports.totals import printed_parse
    from luoshi.documents.spreadsheets import read_suggestions

    with _county(code) as name, _told():
        report = past_import(
            parsed=read_suggestions(file),
            session_code=session.strip(),
            year=year,
            actor=_office(by),
            create_missing=create_missing,
            dry_run=dry_run,
            printed=printed_parse(printed) if printed else None,
        )
    _tell(name, "历年建议", report)


@contextmanager
def _county(code: str) -> Iterator[str]:
    """Bind the county for the block; gives its name.

    :raises luoshi.errors.NotFound: where no such county has been onboarded.
    """
    from luoshi.errors import NotFound
    from luoshi_tenants.context import county_context, public_context
    from luoshi_tenants.models import County

    with public_context():
        county = County.objects.filter(code=code).first()
    if county is None:
        raise NotFound(f"没有代码为“{code}”的县，请用 luoshi county list 查看已开通的县")
    with county_context(county):
        yield county.name


@contextmanager
def _told() -> Iterator[None]:
    """Print what was refused as a table on stderr and end with exit code 1."""
    from luoshi.documents.imports import ImportRefused

    try:
        yield
    except ImportRefused as refused:
        _tell_refused(refused)
        click.get_current_context().exit(1)


def _tell_refused(refused: "ImportRefused") -> None:
    sheet = refused.cells[0].sheet if refused.cells else ""
    click.echo(f"没有导入：工作表“{sheet}”有 {len(refused.cells)} 处问题，什么都没有保存。", err=True)
    click.echo("行\t列\t表头\t问题", err=True)
    for cell in refused.cells:
        place = str(cell.row) if cell.row else ""
        click.echo(f"{place}\t{cell.column}\t{cell.header}\t{cell.message}", err=True)


def _tell(county: str, what: str, report: "ImportReport") -> None:
    head = "试导入，未保存" if report.dry_run else "导入完成"
    counts = [f"新增 {report.created}", f"未变 {report.unchanged}"]
    if report.changed:
        counts.insert(1, f"补充或修改 {report.changed}")
    if report.tracked:
        counts.append(f"转入跟踪 {report.tracked}")
    click.echo(f"{county}{what}（工作表“{report.sheet}”）{head}：{'，'.join(counts)}")
    if report.totals:
        click.echo("表中合计：" + "，".join(f"{name} {number}" for name, number in report.totals.items()))
    for title, names in (("自动新建的单位", report.new_units), ("自动新建的代表", report.new_deputies)):
        if names:
            click.echo(f"{title}（{len(names)}）：{'、'.join(names)}")
    for note in report.notes:
        click.echo(f"注意：{note}")


def _register(by: str | None) -> "Actor":
    """Whoever runs the command line keeps the registers with the system's right; ``by`` tells who it was."""
    from luoshi.accounts.actor import Role

    return _actor(by, Role.SYSTEM)


def _office(by: str | None) -> "Actor":
    """Suggestions are registered and handed over by the congress's office; the channel says how."""
    from luoshi.accounts.actor import Role

    return _actor(by, Role.CONGRESS_OFFICE)


def _actor(by: str | None, role: "Role") -> "Actor":
    """The command line itself, or the person of this county who says to run it: the log shows both.

    :raises luoshi.errors.NotFound: where nobody here has this user name, or the account is closed.
    """
    from luoshi.accounts.actor import Actor, Channel
    from luoshi.accounts.models import User
    from luoshi.errors import NotFound

    if by is None:
        return Actor(user_id=None, name=COMMAND_LINE, roles=frozenset({role}), channel=Channel.IMPORT)
    user = User.objects.filter(username=User.normalize_username(by), is_active=True).first()
    if user is None:
        raise NotFound(f"本县没有用户名为“{by}”的启用账号，请核对 --as")
    name = f"{user.full_name}（{COMMAND_LINE}）"
    return Actor(user_id=user.pk, name=name, roles=frozenset({role}), channel=Channel.IMPORT)
