"""``make bench``: ratios taken side by side in one run, on a throwaway PostgreSQL of the product's own.

``make bench PARTS="provisioning door"`` runs some parts only. Absolute times depend on the machine and are
shown to judge the noise by; the ratios are what is quoted.
"""

import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support"), str(HERE.parent / "methods_fixtures")]

PARTS = (
    *("provisioning", "door", "imports", "report", "pages", "search", "public_search", "masking"),
    "public",
)


def main(wanted: list[str]) -> int:
    """Run the wanted parts, all where none is named."""
    unknown = sorted(set(wanted) - set(PARTS))
    if unknown:
        print(f"unknown: {' '.join(unknown)}; there are: {' '.join(PARTS)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="luoshi-bench-") as name:
        home = Path(name)
        home.chmod(0o711)  # started by root, PostgreSQL runs as another user
        os.environ.update(
            LUOSHI_HOME=str(home / "home"), LUOSHI_LOCAL="1", DJANGO_SETTINGS_MODULE="luoshi_site.settings"
        )
        os.environ.pop("REDIS_URL", None)
        from luoshi_site.local.postgres import embedded_postgres

        with embedded_postgres(home / "postgres", durable=False) as url:
            os.environ["DATABASE_URL"] = url
            run(wanted or list(PARTS), url)
    return 0


def run(parts: list[str], url: str) -> None:
    """Set the product up once and run each part in a county of its own."""
    import importlib

    import django

    django.setup()
    from django.db import connections

    from luoshi_tenants.provisioning.script import script_ensure
    from luoshi_tenants.provisioning.services import province_ensure
    from luoshi_tenants.provisioning.template import public_migrate

    public_migrate()
    script_ensure()
    province_ensure(code="430000", name="湖南省")
    for part in parts:
        importlib.import_module(f"bench_{part}").run(url)
    connections.close_all()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
