"""``luoshi up``: start everything on this machine."""

import click

from luoshi_site.local.environment import web_host, web_port
from luoshi_site.local.home import Home
from luoshi_site.local.supervisor import tell
from luoshi_site.local.up import up


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(up_command)


@click.command("up")
def up_command() -> int:
    """启动数据库、任务队列、网站、后台任务与定时任务，Ctrl-C 全部停止。"""
    return up(Home.from_environment(), tell, farewell=farewell)


def farewell() -> str:
    """What to do next, once it is ready. Counties answer at their own hosts, so no address is named here."""
    return f"落实已启动，监听 {web_host()}:{web_port()}；各县（市）按各自的网址访问。用 Ctrl-C 停止。"
