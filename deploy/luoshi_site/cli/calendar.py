"""``luoshi county calendar``: enter a year's holidays and make-up workdays, and count the deadlines anew."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from luoshi.errors import Invalid, Problem
from luoshi_site.cli.base import needs_database
from luoshi_site.cli.counties import county_bound
from luoshi_site.cli.county import county
from luoshi_site.cli.settings import file_read

DAY = click.DateTime(["%Y-%m-%d"])


def register(group: click.Group) -> None:
    """The command hangs under ``county``, which adds itself to ``group``."""
    county.add_command(calendar)


@dataclass(frozen=True)
class Edits:
    """What is to be changed: days off and worked with their names, days to be cleared."""

    off: dict[date, str] = field(default_factory=dict)
    work: dict[date, str] = field(default_factory=dict)
    clear: list[date] = field(default_factory=list)

    def check(self, year: int) -> None:
        """Refuse days of another year, and a day that is named twice.

        :raises Invalid: naming each.
        """
        days = [*self.off, *self.work, *self.clear]
        problems = [
            Problem("day", f"{day} 不在 {year} 年，请核对") for day in sorted(set(days)) if day.year != year
        ]
        problems += [
            Problem("day", f"{day} 出现了两次，请只留一处")
            for day in sorted(set(days))
            if days.count(day) > 1
        ]
        if problems:
            raise Invalid(problems)


@click.command("calendar")
@click.argument("code")
@click.option("--year", type=click.IntRange(1950, 2200), required=True, help="年份，如 2027")
@click.option(
    "--file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help='JSON 文件：{"off": {"2027-01-01": "元旦"}, "work": {"2027-01-03": "元旦调休"}}',
)
@click.option("--off", multiple=True, type=DAY, metavar="DATE", help="放假的一天，可给多个")
@click.option("--work", multiple=True, type=DAY, metavar="DATE", help="调休上班的一天，可给多个")
@click.option("--clear", multiple=True, type=DAY, metavar="DATE", help="清除对这一天的设置，可给多个")
@click.option("--complete", is_flag=True, help="声明本年的放假安排已录入完整")
@needs_database
def calendar(
    code: str,
    year: int,
    file: Path | None,
    off: tuple[datetime, ...],
    work: tuple[datetime, ...],
    clear: tuple[datetime, ...],
    complete: bool,
) -> None:
    """县 CODE 某年的放假与调休：录入后重算进行中的期限。不带其他选项时只重算。"""
    from django.db import transaction

    from luoshi.accounts.actor import SYSTEM_ACTOR
    from luoshi.calendar.services import day_clear, day_set, year_complete
    from luoshi.suggestions.services.deadlines import deadlines_recompute

    edits = _edits(file, off, work, clear)
    edits.check(year)
    with county_bound(code) as bound:
        with transaction.atomic():
            for kind, days in (("off", edits.off), ("work", edits.work)):
                for day, name in days.items():
                    day_set(day=day, kind=kind, name=name)
            for day in edits.clear:
                day_clear(day=day)
            if complete:
                year_complete(year=year)
        counts = deadlines_recompute(actor=SYSTEM_ACTOR)
    click.echo(
        f"{bound.name} {year} 年：放假 {len(edits.off)} 天，上班 {len(edits.work)} 天，"
        f"清除 {len(edits.clear)} 天{'，已声明录入完整' if complete else ''}。"
    )
    click.echo(
        f"核对进行中的期限 {counts.clocks} 个，改变 {counts.moved} 个（{counts.suggestions} 件建议），"
        f"保留 {counts.kept} 个（已同意延期，或另行确定）。"
    )


def _edits(
    file: Path | None, off: tuple[datetime, ...], work: tuple[datetime, ...], clear: tuple[datetime, ...]
) -> Edits:
    """The days of the options and those of the file together.

    :raises Invalid: when the file is not of the form that is asked for.
    """
    given: dict[str, Any] = {} if file is None else file_read(file)
    if unknown := sorted(given.keys() - {"off", "work"}):
        raise Invalid([Problem("file", f"{file} 中只能有 off（放假）和 work（上班），没有“{unknown[0]}”")])
    days = {name: _named_days(file, name, given.get(name, {})) for name in ("off", "work")}
    for name, dates in (("off", off), ("work", work)):
        for moment in dates:
            if moment.date() in days[name]:
                raise Invalid([Problem("day", f"{moment.date()} 出现了两次，请只留一处")])
            days[name][moment.date()] = ""
    return Edits(days["off"], days["work"], [moment.date() for moment in clear])


def _named_days(file: Path | None, part: str, given: object) -> dict[date, str]:
    if not isinstance(given, dict) or not all(isinstance(name, str) for name in given.values()):
        raise Invalid([Problem("file", f'{file} 的 {part} 应为对象，如 {{"2027-01-01": "元旦"}}')])
    days: dict[date, str] = {}
    for text, name in given.items():
        try:
            days[datetime.strptime(text, "%Y-%m-%d").date()] = name  # noqa: DTZ007 - a day has no zone
        except ValueError:
            raise Invalid([Problem("file", f"{file} 中的“{text}”不是日期，应如 2027-01-01")]) from None
    return days
