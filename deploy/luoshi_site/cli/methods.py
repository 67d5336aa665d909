"""``luoshi methods``: the installed methods (工作法), the broken ones, and the counties that have them on."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from luoshi_site.cli.base import needs_database

if TYPE_CHECKING:
    from luoshi_tenants.models import County

JSON_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(methods)


@click.group("methods", invoke_without_command=True)
@click.pass_context
def methods(context: click.Context) -> None:
    """工作法：列出、启用、停用。不带子命令时列出。"""
    if context.invoked_subcommand is None:
        show()


@needs_database
def show() -> None:
    """Print one block for each method: installed, broken, or on in some county and not installed."""
    from luoshi.methods.registry import BrokenMethod, registry_current

    registry, counties = registry_current(), counties_by_method()
    usable, broken = registry.methods, registry.broken
    slugs = sorted({*counties, *(method.slug for method in usable), *(method.slug for method in broken)})
    if not slugs:
        click.echo("没有安装工作法。")
    for slug in slugs:
        method = registry.get(slug)
        if method is None:
            click.secho(f"{slug}  已在县里启用，但没有安装", fg="red")
        elif isinstance(method, BrokenMethod):
            click.secho(f"{slug}  无法使用：{method.reason}", fg="red")
        else:
            click.echo(f"{slug}  {method.info.name}：{method.info.summary}（{method.info.source}）")
            click.echo(f"  钩子：{'、'.join(method.hooks)}")
        if method is not None and method.distribution:
            click.echo(f"  安装包：{method.distribution} {method.version}")
        click.echo(f"  启用的县：{'、'.join(counties.get(slug, ())) or '无'}")


@methods.command("enable")
@click.argument("slug")
@click.option("--county", "code", required=True, help="县代码，如 430422")
@click.option("--options", "file", type=JSON_FILE, help="选项，JSON 文件；不给则用默认值")
@needs_database
def enable(slug: str, code: str, file: Path | None) -> None:
    """在一个县启用工作法 SLUG。"""
    from luoshi.accounts.actor import SYSTEM_ACTOR
    from luoshi.methods.services import method_enable
    from luoshi_tenants.context import county_context

    options = None if file is None else _options(file)
    with county_context(_county(code)) as county:
        method_enable(slug=slug, options=options, actor=SYSTEM_ACTOR)
    click.echo(f"{county.name}已启用 {slug}")


@methods.command("disable")
@click.argument("slug")
@click.option("--county", "code", required=True, help="县代码，如 430422")
@needs_database
def disable(slug: str, code: str) -> None:
    """在一个县停用工作法 SLUG；已有记录保留。"""
    from luoshi.accounts.actor import SYSTEM_ACTOR
    from luoshi.methods.services import method_disable
    from luoshi_tenants.context import county_context

    with county_context(_county(code)) as county:
        method_disable(slug=slug, actor=SYSTEM_ACTOR)
    click.echo(f"{county.name}已停用 {slug}")


def counties_by_method() -> dict[str, list[str]]:
    """Slug to the names of the counties that have it on, in the order of their codes. One query over all
    schemas.
    """
    from django.db import connection
    from psycopg import sql

    from luoshi.methods.models import MethodActivation
    from luoshi_tenants.context import public_context
    from luoshi_tenants.models import County

    found: dict[str, list[str]] = {}
    with public_context():
        names = dict(County.objects.order_by("code").values_list("schema_name", "name"))
        if not names:
            return found
        parts = [
            sql.SQL("SELECT {schema}, slug FROM {table} WHERE is_enabled").format(
                schema=sql.Literal(schema), table=sql.Identifier(schema, MethodActivation._meta.db_table)
            )
            for schema in names
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(" UNION ALL ").join(parts) + sql.SQL(" ORDER BY 1, 2"))
            for schema, slug in cursor.fetchall():
                found.setdefault(slug, []).append(names[schema])
    return found


def _county(code: str) -> "County":
    from luoshi.errors import NotFound
    from luoshi_tenants.context import public_context
    from luoshi_tenants.models import County

    with public_context():
        county = County.objects.filter(code=code).first()
    if county is None:
        raise NotFound(f"没有代码为 {code} 的县，请用 luoshi county list 查看已开通的县")
    return county


def _options(file: Path) -> dict[str, object]:
    from luoshi.errors import Invalid, Problem

    try:
        options = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Invalid([Problem("options", f"{file} 不是 UTF-8 编码的 JSON 文件：{error}")]) from error
    if not isinstance(options, dict):
        raise Invalid([Problem("options", f'{file} 的内容应为对象，如 {{"选项名": 值}}')])
    return options
