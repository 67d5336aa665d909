"""``luoshi search``: the words by which a county's suggestions are found."""

from functools import partial

import click

from luoshi_site.cli.base import needs_database
from luoshi_site.cli.counties import counties_named

EVERY = 5_000
"""Suggestions after which the progress is told."""


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(search)


@click.group("search")
def search() -> None:
    """检索：建议的检索词。"""


@search.command("rebuild")
@click.option("--county", "codes", multiple=True, metavar="CODE", help="县代码，可多次；不写则为全部的县")
@click.option("--all", "everything", is_flag=True, help="已有的检索词也全部重写，而不只是缺少或过时的")
@needs_database
def rebuild(codes: tuple[str, ...], everything: bool) -> None:
    """补写缺少或过时的检索词，分批保存；中断后再执行一次即从断处继续，重复执行没有影响。"""
    from luoshi.publication.search import public_texts_catch_up
    from luoshi.workbench.search import texts_catch_up, texts_rebuild
    from luoshi_tenants.context import county_context

    for county in counties_named(codes):
        with county_context(county):
            write = texts_rebuild if everything else texts_catch_up
            written = write(told=partial(_tell, county.name))
            public = public_texts_catch_up()
        click.echo(f"{county.name}：写入 {written} 件建议的检索词。")
        if public:
            click.echo(f"{county.name}：写入 {public} 件公开答复的检索词。")


def _tell(name: str, count: int) -> None:
    if count % EVERY == 0:
        click.echo(f"{name}：已写入 {count} 件……", err=True)
