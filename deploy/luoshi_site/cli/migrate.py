"""``luoshi migrate``: bring the database up to the code."""

import click

from luoshi.errors import Refusal
from luoshi_site.cli.base import needs_database


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(migrate)


@click.command("migrate")
@click.option(
    "--keep-going", is_flag=True, help="有县没有成功时仍以 0 退出（本机启动时用：一个县不应拦住其他县）"
)
@needs_database
def migrate(keep_going: bool) -> None:
    """更新数据库结构：公共部分与落后的各县；已是最新的不变，中断后可重来。"""
    from luoshi_tenants.models import CountyMigration
    from luoshi_tenants.provisioning.upgrade import counties_migrate

    failed = 0
    for code, row in counties_migrate().items():
        if row.status == CountyMigration.Status.DONE:
            click.echo(f"  {code} 已更新")
        else:
            failed += 1
            click.echo(f"  {code} 没有成功：{row.error}", err=True)
    if failed and not keep_going:
        raise Refusal(
            f"{failed} 个县没有更新成功，原因见上。其余各县不受影响；改正后再次执行 luoshi migrate 即可。"
        )
