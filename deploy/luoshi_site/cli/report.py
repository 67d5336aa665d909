"""``luoshi report``: the statistics of one session of one county."""

import json
from typing import TYPE_CHECKING

import click

from luoshi_site.cli.base import needs_database
from luoshi_site.cli.counties import county_bound

if TYPE_CHECKING:
    from luoshi.methods.types import Statistic
    from luoshi.statistics.report import SessionReport


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(report)


@click.command("report")
@click.option("--county", "code", required=True, metavar="CODE", help="县代码，如 430422")
@click.option("--session", required=True, help="届-次，如 17-4")
@click.option(
    "--kind",
    type=click.Choice(["suggestion", "proposal"]),
    default="suggestion",
    help="suggestion 代表建议，proposal 政协提案",
)
@click.option(
    "--body",
    type=click.Choice(["county", "township"]),
    default="county",
    help="county 县级人大受理的，township 乡镇人大主席团受理的",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，含每项的口径")
@needs_database
def report(code: str, session: str, kind: str, body: str, as_json: bool) -> None:
    """一个届次的办理情况统计。各项互相矛盾的，另在错误输出中逐条指出。"""
    from luoshi.lifecycle.states import CongressBody, ItemKind
    from luoshi.statistics.report import session_report

    with county_bound(code):
        made = session_report(
            session_code=session.strip(), item_kind=ItemKind(kind), congress_body=CongressBody(body)
        )
    if as_json:
        click.echo(json.dumps(made.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in _lines(made):
            click.echo(line)
    for contradiction in made.contradictions:
        click.echo(f"数字矛盾：{contradiction}", err=True)


def _lines(made: "SessionReport") -> list[str]:
    """The figures that people ask for first."""
    lines = [
        f"{made.county_name} {made.session_name} 办理情况（截至 {made.as_of}）",
        f"提出 {made.total} 件：大会 {made.in_session}，闭会 {made.between_sessions}；"
        f"个人 {made.individual}，联名 {made.joint}，代表团 {made.delegation}；"
        f"撤回 {made.withdrawn}，并案 {made.merged}，重点 {made.key.count}",
        f"交办 {made.handed_over} 件，已答复 {made.replied} 件，答复率 {_percent(made.reply_rate)}，"
        f"办结 {made.closed} 件（跟踪中 {made.tracking}，未听到代表评价 {made.closed_unheard}），"
        f"办成 {made.resolved} 件（单位自报A类 {made.self_reported_resolved}，"
        f"相差 {made.resolved_difference}）",
        f"承办单位 {made.units.distinct} 个：主办 {made.units.lead}，分办 {made.units.separate}，"
        f"会办 {made.units.co}",
        f"类别（有类别 {made.classes.base} 件，无类别 {made.classes.unclassified} 件）：",
        *(
            f"  {item.code} {item.label}：{item.count} 件，{_percent(item.percent)}"
            for item in made.classes.items
        ),
    ]
    if made.classes.note:
        lines.append(f"  {made.classes.note}")
    for axis in made.evaluations.values():
        lines.append(f"{axis.label}（收回 {axis.base} 件，未评价 {axis.not_evaluated} 件）：")
        lines += [f"  {item.label}：{item.count} 件，{_percent(item.percent)}" for item in axis.items]
        if axis.unheard_after_rehandling or axis.by_proxy:
            lines.append(f"  其中重办后未再评价 {axis.unheard_after_rehandling} 件，代录 {axis.by_proxy} 件")
    contacts = made.contacts
    lines.append(
        f"沟通 {_count(contacts.records)} 次、{_count(contacts.person_times)} 人次，"
        f"沟通率 {_percent(contacts.contact_rate)}，面商率 {_percent(contacts.face_to_face_rate)}，"
        f"代表确认率 {_percent(contacts.confirmed_rate)}，代表否认 {_count(contacts.denied)} 次"
    )
    lines += [
        f"{method.name}：{method.failure}"
        if method.failure
        else f"{method.name}：" + "，".join(_figure(figure) for figure in method.figures)
        for method in made.methods
    ]
    return lines


def _figure(figure: "Statistic") -> str:
    """A count as it is; a rate with what it is of."""
    if figure.denominator is None:
        return f"{figure.label} {figure.value}"
    return f"{figure.label} {_percent(figure.value)}（{_count(figure.numerator)}/{figure.denominator}）"


def _percent(value: str | None) -> str:
    return "无记录" if value is None else f"{value}%"


def _count(value: int | None) -> str:
    return "未记录" if value is None else str(value)
