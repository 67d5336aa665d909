"""One more county: our provisioning, psql running the same script, and replaying the migrations."""

import itertools
import subprocess
import tempfile
from pathlib import Path

from timing import heading, in_turns, row

from luoshi_site.local.postgres import binaries_find
from luoshi_tenants.context import public_context
from luoshi_tenants.db import connection
from luoshi_tenants.provisioning.script import script_ensure
from luoshi_tenants.provisioning.services import county_create
from luoshi_tenants.provisioning.template import schema_migrate

ROUNDS = 5


def run(url: str) -> None:
    """Print the two ratios of the product's promise."""
    heading("开通一个县（每轮各一次，交替进行）")
    numbers = itertools.count(910_001)
    script, _ = script_ensure()
    psql = binaries_find().directory / "psql"

    def ours() -> None:
        code = str(next(numbers))
        county_create(code=code, name="测速县", province_code="430000", hosts=[f"c{code}.localhost"])

    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "county.sql"

        def by_psql() -> None:
            schema = f"psql_{next(numbers)}"
            begin = f'BEGIN;\nCREATE SCHEMA "{schema}";\nSET LOCAL search_path TO "{schema}";\n'
            file.write_text(f"{begin}{script}\nCOMMIT;\n")
            subprocess.run(
                [psql, "-q", "-X", "-v", "ON_ERROR_STOP=1", "-f", file, url],
                check=True,
                stdout=subprocess.DEVNULL,
            )

        pair = in_turns(ROUNDS, ours=ours, psql=by_psql)

    def replay() -> None:
        schema = f"replay_{next(numbers)}"
        with public_context(), connection.cursor() as cursor:
            cursor.execute(f'CREATE SCHEMA "{schema}"')
        schema_migrate(schema)

    slow = in_turns(1, ours=ours, replay=replay)
    row("county_create", f"{pair['ours'].median * 1000:.0f} ms")
    row("psql 执行同一脚本", f"{pair['psql'].median * 1000:.0f} ms")
    row("重放迁移", f"{slow['replay'].median * 1000:.0f} ms")
    row("county_create ÷ psql", f"{pair['ours'].median / pair['psql'].median:.2f}", "至多 1.50")
    row("重放迁移 ÷ county_create", f"{slow['replay'].median / slow['ours'].median:.1f}", "至少 20")
