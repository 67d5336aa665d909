"""``luoshi collect-static``: a step of the local start."""

import click

from luoshi_site.cli.base import django_setup


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(collect_static)


@click.command("collect-static", hidden=True)
def collect_static() -> None:
    """收集并压缩网页所用的样式与脚本（luoshi up 的一步）。"""
    django_setup()
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
