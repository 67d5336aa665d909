"""Django's own management commands, on the database that the ``luoshi`` command would use."""

import sys

from luoshi.errors import Refusal
from luoshi_site.cli.base import database


def main() -> None:
    """Run a management command. Exits with 1 and a message where no database can be had."""
    try:
        with database():
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except Refusal as refusal:
        sys.stderr.write(refusal.message + "\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
