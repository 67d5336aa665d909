"""PostgreSQL is killed in the middle of an act: after its restart all of the act is there, or nothing."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import Error, connection
from failing import Town, all_is_well, town_make, until

from luoshi.audit.models import Event
from luoshi.lifecycle.states import SuggestionState
from luoshi.outbox import kick
from luoshi.outbox.models import Message
from luoshi.suggestions.models import PerformedAct, Suggestion
from luoshi.suggestions.services.door import Outcome
from luoshi.suggestions.services.log import stream_key
from luoshi_site.local.home import Home
from luoshi_site.local.postgres import PostgresServer, postgres_place
from luoshi_site.local.processes import processes_in
from luoshi_site.local.programs import Child

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

pytestmark = pytest.mark.local


class Server:
    """A PostgreSQL of this test alone, as safe as a real one, that can be killed."""

    def __init__(self, directory: Path) -> None:
        home = Home(directory)
        home.prepare()
        self.server: PostgresServer = postgres_place(home, durable=True)
        self.child = self._start()

    def _start(self) -> Child:
        child = Child.start(self.server.program(), self.server.home)
        child.wait_ready()
        return child

    def kill(self) -> None:
        """``kill -9`` of the postmaster. Its backends notice by themselves, each when it next waits."""
        os.kill(self.child.popen.pid, signal.SIGKILL)

    def kill_and_wait(self) -> None:
        """As :meth:`kill`, until nothing of it runs any more."""
        self.kill()
        self._wait_gone()

    def restart(self) -> None:
        """Recover and accept connections again."""
        connection.close()
        self._wait_gone()
        self.child = self._start()

    def _wait_gone(self) -> None:
        self.child.popen.wait()
        until(lambda: processes_in(self.server.home.postgres) == [], "the end of its backends")


@pytest.fixture
def server(directory: Path, django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[Server]:
    """Bound to the connection of this thread in place of the session's own server."""
    import environ

    with django_db_blocker.unblock():
        before = dict(connection.settings_dict)
        connection.close()
        started = Server(directory)
        parts = environ.Env.db_url_config(started.server.dsn())
        connection.settings_dict.update(
            {key: parts.get(key) or "" for key in ("NAME", "HOST", "PORT", "USER", "PASSWORD")}
        )
        try:
            yield started
        finally:
            connection.close()
            connection.settings_dict.update(before)
            connection.set_schema_to_public()
            started.child.stop()


@pytest.fixture
def town(server: Server) -> Iterator[Town]:
    """A county on the server that will be killed."""
    from luoshi_tenants.context import county_context
    from luoshi_tenants.provisioning.script import script_ensure
    from luoshi_tenants.provisioning.services import county_create, province_ensure
    from luoshi_tenants.provisioning.template import public_migrate

    public_migrate()
    script_ensure()
    province_ensure(code="430000", name="湖南省", hosts=["hunan.localhost"])
    county = county_create(code="430998", name="试点县", province_code="430000", hosts=["shidian.localhost"])
    with county_context(county):
        yield town_make(county)


def traces(suggestion: Suggestion, key: str) -> dict[str, bool]:
    """Each of the four things that registering leaves behind."""
    return {
        "state": Suggestion.objects.get(pk=suggestion.pk).state == SuggestionState.REGISTERED,
        "event": Event.objects.filter(
            stream__key=stream_key(suggestion.pk), kind="suggestion.register"
        ).exists(),
        "message": Message.objects.filter(
            payload__suggestion_id=suggestion.pk, payload__transition="register"
        ).exists(),
        "key": PerformedAct.objects.filter(suggestion=suggestion, key=key).exists(),
    }


def before_write(number: int, strike: Callable[[], None]) -> tuple[Callable[..., Any], list[str]]:
    """A wrapper that strikes just before the ``number``-th statement that writes, and what was written."""
    written: list[str] = []

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "WITH")):
            written.append(sql[:60])
            if len(written) == number:
                strike()
        return execute(sql, params, many, context)

    return wrapper, written


def test_an_act_on_a_server_that_dies_is_done_whole_or_not_at_all(
    server: Server, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the first, a middle and the last write of an act, then just after its commit, and then
    once more at a moment that nobody chose."""
    for _ in range(2):  # the first one of a county also writes what the later ones find
        suggestion = town.world.submitted()
        counting, written = before_write(0, server.kill_and_wait)
        with connection.execute_wrapper(counting):
            register(town, suggestion, "k")
    steps = len(written)
    assert steps >= 4, written
    for number in (1, steps // 2 + 1, steps, 0):
        suggestion = town.world.submitted(title=f"关于第{number}步的建议")
        if number:
            striking, written = before_write(number, server.kill_and_wait)
            with pytest.raises(Error), connection.execute_wrapper(striking):
                register(town, suggestion, "k")
            assert len(written) == number
        else:
            with monkeypatch.context() as patch:
                patch.setattr(kick, "_kick", server.kill_and_wait)
                register(town, suggestion, "k")
        server.restart()
        assert traces(suggestion, "k") == dict.fromkeys(("state", "event", "message", "key"), number == 0)
        all_is_well()
        assert register(town, suggestion, "k").repeated is (number == 0)
        assert all(traces(suggestion, "k").values())

    waiting = [town.world.submitted(title=f"关于第{number}件事的建议") for number in range(40)]
    murderer = threading.Timer(0.15, server.kill)
    murderer.start()
    finished = []
    with suppress(Error):
        for suggestion in waiting:
            register(town, suggestion, "k")
            finished.append(suggestion.pk)
    murderer.join()
    server.restart()
    for suggestion in waiting:
        found = set(traces(suggestion, "k").values())
        assert len(found) == 1, suggestion.title
        assert suggestion.pk not in finished or found == {True}  # what was answered is kept
    all_is_well()
    for suggestion in waiting:
        register(town, suggestion, "k")
        assert all(traces(suggestion, "k").values())
    all_is_well()


def register(town: Town, suggestion: Suggestion, key: str) -> Outcome:
    """Register ``suggestion`` through the door."""
    return town.world.act(suggestion, "register", town.world.congress, key=key)
