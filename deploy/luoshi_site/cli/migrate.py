"""``luoshi migrate``: bring the database up to the code."""

import click

from luoshi_site.cli.base import needs_database


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(migrate)


@click.command("migrate")
@needs_database
def migrate() -> None:
    """更新数据库结构：公共部分与落后的各县；已是最新的不变。"""
    from luoshi_tenants.provisioning.template import public_migrate

    public_migrate()
