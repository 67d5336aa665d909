"""Static files as a browser gets them, in production and in a local start: compressed, kept for ever."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

NAMES = (
    "workbench/vendor/tabler.min.css",
    "workbench/vendor/htmx.min.js",
    "workbench/workbench.css",
    "workbench/workbench.js",
)
FIRST = 400_000
ASK = """
import json, sys
import django
django.setup()
from django.core.management import call_command
from django.templatetags.static import static
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware
early, *names = sys.argv[1:]
before = {name: static(name) for name in names} if early == "early" else {}
call_command("collectstatic", interactive=False, verbosity=0)
serve = WhiteNoiseMiddleware(lambda request: None)
told = {}
for name in names:
    url = static(name)
    answer = serve(RequestFactory().get(url, headers={"Accept-Encoding": "gzip"}))
    told[name] = [url, len(b"".join(answer.streaming_content)), dict(answer.items())]
print(json.dumps([before, told]))
"""
PRODUCTION = {"LUOSHI_SECRET_KEY": "abcdefghij" * 6, "LUOSHI_POOLER": "none"}
SETTINGS = {"production": PRODUCTION, "local": {"LUOSHI_LOCAL": "1"}}


def asked(home: Path, place: str, *, early: bool) -> Any:
    """What a process of its own says of the files, before it has collected them (where ``early``) and after:
    the tests' own settings hash nothing.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LUOSHI_")}
    given = {
        "DJANGO_SETTINGS_MODULE": "luoshi_site.settings",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        "LUOSHI_HOME": str(home),
        **SETTINGS[place],
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK, "early" if early else "after", *NAMES],
        env={**kept, **given},
        check=True,
        capture_output=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def compressed_and_kept(told: dict[str, tuple[str, int, dict[str, str]]]) -> None:
    """Each file has a name with a hash, comes compressed, and may be kept for ever."""
    assert told.keys() == set(NAMES)
    for name, (url, _, headers) in told.items():
        stem, ending = name.rsplit(".", 1)
        assert re.fullmatch(rf"/static/{re.escape(stem)}\.[0-9a-f]{{12}}\.{ending}", url)
        assert headers["Content-Encoding"] == "gzip"
        assert headers["Cache-Control"] == "max-age=315360000, public, immutable"
        assert headers["Vary"] == "Accept-Encoding"
    assert sum(size for _, size, _ in told.values()) < FIRST


def test_what_every_page_loads_is_compressed_and_kept_for_ever(tmp_path: Path) -> None:
    _, told = asked(tmp_path, "production", early=False)
    compressed_and_kept(told)


def test_a_local_start_serves_plain_names_until_it_has_collected(tmp_path: Path) -> None:
    before, told = asked(tmp_path, "local", early=True)
    assert before == {name: f"/static/{name}" for name in NAMES}
    compressed_and_kept(told)
