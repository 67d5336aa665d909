"""``luoshi export-site``: a county's public site as a folder of files."""

from pathlib import Path

import click

from luoshi_site.cli.base import needs_database
from luoshi_site.cli.counties import county_bound

EVERY = 500
"""Pages after which the progress is told."""


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(export_site)


@click.command("export-site")
@click.option("--county", "code", required=True, metavar="CODE", help="县代码，如 430422")
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    help="写入的文件夹：不存在的、空的，或本县以前的导出（整个换成新的）",
)
@click.option(
    "--base-url", "live", default="", help="在线网站的网址：检索等要服务器的功能链接到那里；不写则不提供"
)
@click.option(
    "--site-url",
    "home",
    default="",
    help="这个文件夹对外的网址：站点地图、订阅和公开数据中写完整网址用；不写则写相对地址",
)
@needs_database
def export_site(code: str, folder: Path, live: str, home: str) -> None:
    """把一个县的公开网站导出为静态文件，任何网页服务器都可以直接发布。中途失败时，原有的导出保持原样。"""
    from luoshi_cms.export.services import site_export

    with county_bound(code) as county:
        done = site_export(folder=folder, live=live.strip(), home=home.strip(), told=_tell)
    click.echo(
        f"{county.name}：已导出 {done.files} 个文件到 {folder}，"
        f"其中网页 {done.pages} 个（撤下说明 {done.stones} 个）。"
    )
    if done.lost:
        click.echo(f"有 {done.lost} 处链接指向不公开或不存在的页面，已去掉链接。", err=True)
    for address in done.failed:
        click.echo(f"工作法栏目 {address} 现在无法显示，导出的页面上写明了这一点。", err=True)


def _tell(pages: int) -> None:
    if pages % EVERY == 0:
        click.echo(f"已导出 {pages} 个网页……", err=True)
