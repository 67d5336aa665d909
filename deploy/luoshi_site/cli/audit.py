"""``luoshi audit``: prove that the log still says what was written."""

import click

from luoshi_site.cli.base import needs_database
from luoshi_site.cli.counties import counties_named


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(audit)


@click.group("audit")
def audit() -> None:
    """审计日志。"""


@audit.command("verify")
@click.option("--county", "codes", multiple=True, metavar="CODE", help="县代码，可给多个")
@click.option("--all", "every", is_flag=True, help="核验全部县")
def verify(codes: tuple[str, ...], every: bool) -> int:
    """核验审计日志：逐条重算每条链、每次封存的摘要，并核对评价和公开版与日志是否一致。

    有问题时逐条列出，并以 1 退出；与批准时不符的公开版停止公开。"""
    if every == bool(codes):
        raise click.UsageError("请用 --county CODE 指明一个或几个县，或用 --all 核验全部县（二者选一）。")
    return _verify(codes)


@needs_database
def _verify(codes: tuple[str, ...]) -> int:
    from luoshi.audit.verification import audit_verify
    from luoshi.publication.soundness import versions_verify
    from luoshi.suggestions.selectors.evaluations import evaluations_verify
    from luoshi_tenants.context import county_context

    failed = 0
    for county in counties_named(codes):
        with county_context(county):
            report = audit_verify()
            beside = [*evaluations_verify(), *versions_verify()]
        click.echo(
            f"{county.code} {county.name}：链 {report.streams} 条，事件 {report.events} 条"
            f"（内容依规清除 {report.erased} 条），封存 {report.seals} 次，"
            + (
                "未发现问题。"
                if report.ok and not beside
                else f"发现问题 {report.findings_total + len(beside)} 处："
            )
        )
        for finding in report.findings:
            click.echo(f"  {finding}")
        if report.findings_total > len(report.findings):
            click.echo(f"  ……其余 {report.findings_total - len(report.findings)} 处未列出。")
        for problem in beside:
            click.echo(f"  {problem}")
        failed += not report.ok or bool(beside)
    return 1 if failed else 0
