"""Processes of the product that a test starts and kills, and what must hold after each of them died."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection
from world import World, world_make

from luoshi.accounts.models import User
from luoshi.accounts.services import api_key_issue, password_set
from luoshi.audit.models import Event
from luoshi.audit.verification import audit_verify
from luoshi.lifecycle.states import SuggestionState
from luoshi.notifications.audience import TELLINGS, Happening
from luoshi.notifications.models import Notice
from luoshi.notifications.services import _assignment
from luoshi.outbox.models import Delivery, Message
from luoshi.outbox.registry import consumers_hearing, consumers_of
from luoshi.suggestions.models import Suggestion
from luoshi.suggestions.services.log import stream_key
from luoshi_site.local.home import Home, port_pick
from luoshi_site.local.programs import Child
from luoshi_site.local.valkey import ValkeyServer
from luoshi_tenants.models import County

PATIENCE = 60.0
PASSWORD = "木棉-Harbour-42"
HOST = "shidian.localhost"


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until ``condition`` holds; a test that waits in vain says for ``what``."""
    limit = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > limit:
            pytest.fail(f"waited in vain: {what}")
        time.sleep(0.05)


@dataclass
class Town:
    """A county with its people; ``user`` is the congress's office, ``key`` his key to the API."""

    county: County
    world: World
    user: User
    key: str


def town_make(county: County) -> Town:
    """People in the bound county; one can sign in."""
    world = world_make()
    user = User.objects.get(pk=world.congress.user_id)
    password_set(user=user, password=PASSWORD)
    return Town(county, world, user, api_key_issue(user=user, label="测试"))


class Processes:
    """Web servers and workers of one test. Each runs in a process group of its own, by which it is killed."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self.home = Home(directory)
        self.home.prepare()
        self.stack = stack
        self.running: list[subprocess.Popen[bytes]] = []
        self.valkey = ValkeyServer.of(self.home)
        self.port = port_pick()

    @property
    def broker(self) -> str:
        """The address of the Valkey, whether it runs or not."""
        return self.valkey.url()

    def valkey_start(self) -> None:
        """Start the Valkey at :attr:`broker`; it ends with the test."""
        child = Child.start(self.valkey.program(), self.home)
        self.stack.callback(child.stop)
        child.wait_ready()

    def _begin(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        given = connection.settings_dict
        password = quote(str(given["PASSWORD"]), safe="")
        address = f"{given['USER']}:{password}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
        environment = {
            **os.environ,
            "DATABASE_URL": f"postgres://{address}",
            "REDIS_URL": self.broker,
            "LUOSHI_HOME": str(self.home.path),
            "LUOSHI_LOCAL": "1",
            # What is keyed here is opened there.
            "LUOSHI_SECRET_KEY": settings.SECRET_KEY,
            "LUOSHI_VISIBILITY_TIMEOUT": "3",
            "PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "luoshi_site.settings",
        }
        with (self.home.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def log(self, name: str) -> str:
        """What ``name`` has said so far."""
        path = self.home.logs / f"{name}.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def worker(self) -> "subprocess.Popen[bytes]":
        """Start a Celery worker as the product does and wait until it takes tasks."""
        before = self.log("worker").count(" ready.")
        arguments = ("worker", "-P", "prefork", "-c", "1", "-l", "INFO", "-n", "test@%h")
        process = self._begin("worker", "celery", "-A", "luoshi_site", *arguments)
        until(
            lambda: self.log("worker").count(" ready.") > before or process.poll() is not None,
            f"a worker that is ready: {self.log('worker')[-2000:]}",
        )
        assert process.poll() is None, self.log("worker")[-2000:]
        return process

    def web(self) -> "subprocess.Popen[bytes]":
        """Start a web server as the product does and wait until it answers."""
        process = self._begin(
            "web",
            *("gunicorn", "luoshi_site.wsgi:application", "--bind", f"127.0.0.1:{self.port}"),
            *("--worker-class", "gthread", "--workers", "1", "--threads", "2", "--no-control-socket"),
            "--preload",
        )

        def answers() -> bool:
            with suppress(OSError, http.client.HTTPException):
                return self.ask("GET", "/healthz")[0] == 200
            return process.poll() is not None

        until(answers, f"a web server that answers: {self.log('web')[-2000:]}")
        assert process.poll() is None, self.log("web")[-2000:]
        return process

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """``kill -9`` of the process and of all that it has started."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def end(self) -> None:
        """Kill what still runs."""
        for process in list(self.running):
            if process.poll() is None:
                self.kill(process)

    def ask(self, method: str, address: str, content: str = "", **headers: str) -> tuple[int, str, str]:
        """One request to the web server: status, body, and the cookies that came with it."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            link.request(method, address, content.encode(), {"Host": HOST, **sent})
            answer = link.getresponse()
            cookies = [cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie") or []]
            return answer.status, answer.read().decode(), "; ".join(cookies)
        finally:
            link.close()

    def sign_in(self, username: str) -> str:
        """Sign in and return the session's cookie."""
        _, page, cookie = self.ask("GET", "/office/login/")
        match = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert match
        form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": match[1]}
        kind = "application/x-www-form-urlencoded"
        status, _, signed = self.ask(
            "POST", "/office/login/", urlencode(form), Cookie=cookie, Content_Type=kind
        )
        assert status == 302
        return signed

    def send(self, task: str, headers: dict[str, Any] | None = None, **arguments: Any) -> None:
        """Put a task into the queue as anybody could who reaches the broker, with no help of ours."""
        with Celery(broker=self.broker, set_as_current=False) as app:
            app.send_task(task, kwargs=arguments, headers=headers or {}, retry=False)


def told() -> Counter[tuple[int, int]]:
    """``(message, person)`` of every notice."""
    return Counter(Notice.objects.values_list("message_id", "recipient_id"))


def to_be_told() -> Counter[tuple[int, int]]:
    """``(message, person)`` as the tellings have it, one each."""
    expected = set()
    for message in Message.objects.all():
        payload = message.payload
        suggestion = Suggestion.objects.get(pk=payload["suggestion_id"])
        happening = Happening(suggestion, _assignment(payload["subject"], payload["subject_id"]))
        for telling in TELLINGS.get(f"{payload['subject']}.{payload['transition']}", ()):
            people = set(telling.audience(happening)) - {payload["actor_id"]}
            expected |= {(message.pk, user_id) for user_id in people}
    return Counter(expected)


def open_messages() -> int:
    """Messages that are not done."""
    return Message.objects.filter(done_at=None).count()


def all_is_well() -> None:
    """What must hold after whatever happened: the log is whole, each suggestion in a legal state, the one its
    last event left it in, and no message has been brought to a consumer twice."""
    report = audit_verify()
    assert report.ok, report.findings
    for suggestion in Suggestion.objects.all():
        assert suggestion.state in SuggestionState.values
        changes = [
            payload["stage"][1] if "stage" in payload else payload["target"]
            for payload in Event.objects.filter(stream__key=stream_key(suggestion.pk))
            .order_by("seq")
            .values_list("payload", flat=True)
            if "stage" in payload or (payload["subject"] == "suggestion" and payload["target"])
        ]
        assert suggestion.state == changes[-1]
    for message in Message.objects.exclude(done_at=None):
        delivered = list(Delivery.objects.filter(message=message).values_list("consumer", flat=True))
        assert len(delivered) == len(set(delivered))
        hearing = consumers_hearing(message.topic, message.payload).keys()
        # Where the message stayed open for a while, those stand there too whom it does not concern.
        assert hearing <= set(delivered) <= consumers_of(message.topic).keys()
