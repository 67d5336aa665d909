"""``luoshi doctor``: is this installation well? One line for each thing that was looked at."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from luoshi_site.cli import base
from luoshi_site.cli.counties import counties_named
from luoshi_site.local.home import LocalProblem

if TYPE_CHECKING:
    from luoshi_site.doctor.line import Line

COLOURS = {"正常": "green", "注意": "yellow", "异常": "red"}


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(doctor)


@click.command("doctor")
@click.option("--county", "codes", multiple=True, metavar="CODE", help="只检查这些县，可给多个；不给则全部")
def doctor(codes: tuple[str, ...]) -> int:
    """检查系统是否正常：逐项列出正常、注意或异常。有异常时以 1 退出。"""
    from luoshi_site.doctor.line import Level, Line

    seen: Counter[str] = Counter()

    def say(line: Line) -> None:
        seen[line.level.value] += 1
        click.secho(str(line), fg=COLOURS[line.level.value])

    try:
        with base.database():
            for line in _lines(codes):
                say(line)
    except LocalProblem as problem:
        say(Line(Level.ERROR, "系统", problem.message))
    click.echo("，".join(f"{level.value} {seen[level.value]} 项" for level in Level))
    return 1 if seen[Level.ERROR.value] else 0


def _lines(codes: tuple[str, ...]) -> "Iterator[Line]":
    from luoshi_site.doctor import counties, machine
    from luoshi_site.doctor.line import Level

    yield machine.key_line()
    yield machine.media_line()
    yield machine.broker_line()
    yield from machine.methods_lines()
    database = machine.database_line()
    yield database
    if database.level is Level.OK:
        yield machine.separation_line()
        chosen = counties_named(codes)
        yield counties.ids_line()
        yield from counties.counties_lines(chosen)
