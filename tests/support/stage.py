"""A county that is really there, served by the product's own web server and worker, for browser tests."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import ready
from chromium import chromium, window
from django.contrib.auth.hashers import make_password
from failing import PASSWORD, Processes
from hands import Person
from people import Cast, cast_make
from playwright.sync_api import Browser

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor
from luoshi.accounts.models import ApiKey, User
from luoshi.accounts.services import api_key_issue, invitation_issue
from luoshi.notifications.models import Notice
from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import Publication
from luoshi_tenants.context import county_context
from luoshi_tenants.models import County
from luoshi_tenants.provisioning.services import county_create, county_drop

HOST = "wutai.localhost"
CODE = "430997"


class Stage:
    """One county, one web server, one Chromium for all browser tests of a process.

    ``ids`` are those of a replied case and of what its deputy owns, named as in ``endpoints``.
    """

    def __init__(self, path: str, unblock: Callable[[], Any]) -> None:
        self._stack = ExitStack()
        self._unblock = unblock
        with ExitStack() as stack:  # what was started ends, should a later step fail
            directory = Path(tempfile.mkdtemp(prefix="luoshi-browser-"))
            directory.chmod(0o711)
            stack.callback(shutil.rmtree, directory, ignore_errors=True)
            with unblock():
                self.county = county_create(code=CODE, name="舞台县", province_code="430000", hosts=[HOST])
                stack.callback(self._drop)
                with county_context(self.county):
                    self.cast, self.ids = _furnish()
            self.processes = Processes(directory, stack)
            self.processes.valkey_start()
            stack.callback(self.processes.end)
            self.processes.web()
            self.base = f"http://{HOST}:{self.processes.port}"
            self.browser: Browser = stack.enter_context(chromium(path))
            self._worker: Any = None
            self._stack = stack.pop_all()

    def close(self) -> None:
        """End everything and drop the county."""
        self._stack.close()

    def _drop(self) -> None:
        from django.db import connection

        with self._unblock():
            connection.close()
            county_drop(self.county)

    @contextmanager
    def data(self) -> Iterator[County]:
        """The county's tables, for a look behind the pages.

        The driver keeps an event loop in this thread, for which Django takes it for asynchronous code.
        """
        before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        try:
            with self._unblock(), county_context(self.county):
                yield self.county
        finally:
            if before is None:
                del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
            else:
                os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before

    def worker(self) -> None:
        """Let effects take place from now on: a real worker."""
        if self._worker is None:
            self._worker = self.processes.worker()

    @contextmanager
    def nobody(self, *, phone: bool = False, **options: Any) -> Iterator[Person]:
        """A browser in which nobody has signed in."""
        with window(self.browser, self.base, phone=phone, **options) as (context, watch):
            yield Person(context.new_page(), watch)

    @contextmanager
    def person(self, name: str, *, phone: bool = False, **options: Any) -> Iterator[Person]:
        """A browser in which ``name`` of the cast has signed in, as people do."""
        with self.nobody(phone=phone, **options) as person:
            person.sign_in(self.username(name), PASSWORD)
            yield person

    def username(self, name: str) -> str:
        """What ``name`` of the cast types at the sign-in."""
        actor: Actor = self.cast.people[name]
        return self._usernames[actor.user_id]

    @property
    def _usernames(self) -> dict[int, str]:
        if not hasattr(self, "_names"):
            with self.data():
                self._names: dict[int, str] = dict(User.objects.values_list("pk", "username"))
        return self._names


def _furnish() -> tuple[Cast, dict[str, Any]]:
    """Everybody, and a case at each stage; the last one replied, with a proposal to publish it."""
    cast = cast_make()
    User.objects.update(password=make_password(PASSWORD))
    ready.draft(cast, title="关于村口路灯的建议")
    ready.co_signing(cast)
    ready.stages_keep(cast)
    publication: Publication = ready.proposed(cast, title="关于疏通村口涵洞的建议", asks=["清淤", "限高警示"])
    outbox_drain(limit=10_000)
    writer = User.objects.get(pk=cast.writer.user_id)
    newcomer = User.objects.create(username="newcomer", full_name="新来的人")
    token, _ = invitation_issue(user=newcomer, actor=SYSTEM_ACTOR)
    api_key_issue(user=writer, label="测试")
    reply = publication.reply
    return cast, {
        "suggestion": publication.suggestion_id,
        "assignment": reply.assignment_id,
        "reply": reply.pk,
        "publication": publication.pk,
        "notice": Notice.objects.filter(recipient=writer).latest("pk").pk,
        "key": ApiKey.objects.get(user=writer).pk,
        "person": newcomer.pk,
        "token": token,
    }
