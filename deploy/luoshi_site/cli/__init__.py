"""The ``luoshi`` command.

Every module of ``MODULES`` is imported at every call, so it imports models and services inside its commands.
It adds its commands by ``register(group)``. What reads or writes the database is decorated with
``luoshi_site.cli.base.needs_database``.
"""

import sys
from collections.abc import Sequence

import click

from luoshi.errors import Refusal
from luoshi_site.cli import (
    audit,
    calendar,
    county,
    demo,
    doctor,
    export_site,
    imports,
    methods,
    migrate,
    report,
    search,
    settings,
    static,
    up,
)

MODULES = (
    up,
    static,
    demo,
    migrate,
    county,
    settings,
    calendar,
    imports,
    search,
    report,
    export_site,
    audit,
    methods,
    doctor,
)
"""Every module that adds commands, in the order of the help."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="luoshi", prog_name="luoshi", message="%(prog)s %(version)s")
def luoshi() -> None:
    """落实：代表建议办理平台。"""


for _module in MODULES:
    _module.register(luoshi)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 refused with a message, 2 wrongly called, 130 interrupted."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code. What a person should read is never a traceback."""
    try:
        result = luoshi.main(arguments, prog_name="luoshi", standalone_mode=False)
    except Refusal as refusal:
        click.echo(refusal.message, err=True)
        return 1
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断。", err=True)
        return 130
    return result if isinstance(result, int) else 0
