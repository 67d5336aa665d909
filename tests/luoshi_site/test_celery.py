"""The schedule: what the core does again and again, and what methods add."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from celery.schedules import crontab

sys.path.insert(0, str(Path(__file__).parents[1] / "methods_fixtures"))

from luoshi.methods.registry import LoadedMethod, MethodRegistry, registry_using
from luoshi.methods.types import Schedule
from luoshi_site import celery

COUNT = "luoshi_every_hook.count_notes"


@pytest.fixture
def every_hook() -> LoadedMethod:
    import_module("luoshi_every_hook.tasks")
    registry = MethodRegistry.of_plugins({"every-hook": import_module("luoshi_every_hook.hooks")})
    return registry.methods[0]


@pytest.fixture(autouse=True)
def _schedule_restored() -> Iterator[None]:
    yield
    celery.app.conf.beat_schedule = celery.SCHEDULE


def entry(minutes: int, jitter: int) -> dict[str, object]:
    return {
        "task": "tenants.fan_out",
        "schedule": minutes * 60.0,
        "kwargs": {"task_name": COUNT, "jitter_seconds": jitter, "expires": minutes * 60},
        "options": {"expires": minutes * 60},
    }


def test_the_schedule_of_a_method_is_a_line_for_every_county(every_hook: LoadedMethod) -> None:
    with registry_using(MethodRegistry([every_hook])):
        assert celery.methods_entries() == {f"every-hook:{COUNT}": entry(60, 600)}
        celery.app.loader.import_default_modules()
        assert celery.app.conf.beat_schedule == {**celery.SCHEDULE, f"every-hook:{COUNT}": entry(60, 600)}
    with registry_using(MethodRegistry()):
        celery.app.loader.import_default_modules()
        assert celery.app.conf.beat_schedule == celery.SCHEDULE


def test_a_short_interval_is_spread_over_half_of_it(every_hook: LoadedMethod) -> None:
    often = replace(every_hook, schedules=(Schedule(COUNT, 3),))
    with registry_using(MethodRegistry([often])):
        assert celery.methods_entries() == {f"every-hook:{COUNT}": entry(3, 90)}


@pytest.mark.parametrize(
    "wrong", [Schedule(COUNT, 0), Schedule("luoshi_every_hook.nobody", 5), Schedule("outbox.drain", 5)]
)
def test_a_task_that_is_not_gated_or_not_there_is_left_out(
    wrong: Schedule, every_hook: LoadedMethod, caplog: pytest.LogCaptureFixture
) -> None:
    good = Schedule(COUNT, 60)
    with registry_using(MethodRegistry([replace(every_hook, schedules=(wrong, good))])):
        assert celery.methods_entries() == {f"every-hook:{COUNT}": entry(60, 600)}
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.ERROR, f"method every-hook: {wrong!r} is left out of the schedule")
    ]


def test_beat_has_the_lines_when_it_begins(tmp_path: Path) -> None:
    """A process of its own, in beat's own order: load, then take the schedule."""
    program = """
import sys
sys.path.insert(0, sys.argv[1])
from importlib import import_module
from luoshi_site.celery import app
import luoshi.methods.discovery as discovery
from luoshi.methods.discovery import Candidate
import django
django.setup()
import luoshi.methods.registry as registry
import_module("luoshi_every_hook.tasks")
loaded = registry.MethodRegistry.of_plugins({"every-hook": import_module("luoshi_every_hook.hooks")})
with registry.registry_using(loaded):
    from celery.apps.beat import Beat
    beat = Beat(app=app, schedule=sys.argv[2], quiet=True)
    beat.init_loader()
    service = beat.Service(app=app, schedule_filename=sys.argv[2])
    print(sorted(name for name in service.scheduler.schedule if not name.startswith("celery.")))
    service.sync()
"""
    fixtures = str(Path(__file__).parents[1] / "methods_fixtures")
    done = subprocess.run(
        [sys.executable, "-c", program, fixtures, str(tmp_path / "beat")],
        capture_output=True,
        text=True,
        env={**os.environ, "LUOSHI_LOCAL": "1", "LUOSHI_HOME": str(tmp_path)},
    )
    assert done.stdout.strip() == str(sorted([*celery.SCHEDULE, f"every-hook:{COUNT}"])), done.stderr


def test_done_messages_are_pruned_at_three_at_night() -> None:
    line = celery.SCHEDULE["outbox.prune"]
    assert (line["task"], line["kwargs"]["task_name"]) == ("tenants.fan_out", "outbox.prune")
    assert line["schedule"] == crontab(hour=3, minute=0)
    assert celery.app.conf.timezone == "Asia/Shanghai"
