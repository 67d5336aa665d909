"""A county that is really there, served by the product's own processes: what browser tests play on."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import ready
from chromium import chromium, window
from django.contrib.auth.hashers import make_password
from failing import PASSWORD, Processes
from hands import Person
from people import Cast, cast_make
from playwright.sync_api import Browser
from uploads import units_file
from workbooks import workbook

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor
from luoshi.accounts.models import User
from luoshi.accounts.services import api_key_issue, invitation_issue
from luoshi.methods.services import method_enable
from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import Publication
from luoshi.workbench.desk.batches import NewItem, batch_run, batch_start
from luoshi.workbench.importing.jobs import import_begin
from luoshi.workbench.importing.kinds import KINDS
from luoshi.workbench.models import DeskBatch
from luoshi_cms.models import ReplyPage
from luoshi_tenants.context import county_context, public_context
from luoshi_tenants.models import County, ProvinceSession
from luoshi_tenants.provisioning.services import county_create, county_drop
from luoshi_three_meetings.services import slip_issue

HOST = "wutai.localhost"
CODE = "430996"


class Stage:
    """One county, one web server, one Chromium for all browser tests of a process.

    ``ids`` are those of a replied case and of what its deputy owns, named as in ``endpoints``.
    """

    def __init__(self, path: str, unblock: Callable[[], Any]) -> None:
        self._stack = ExitStack()
        self._unblock = unblock
        self._cookies: dict[str, Any] = {}
        self._kept: dict[tuple[str, bool], Person] = {}
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
            with public_context():  # who only looks at a province's sign-in has a session there
                ProvinceSession.objects.all().delete()

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

    @contextmanager
    def seen_by(self, name: str, *, phone: bool = False, **options: Any) -> Iterator[Person]:
        """A browser with an earlier sign-in of ``name``, or nobody's; cheaper than signing in each time."""
        with self.nobody(phone=phone, **options) as person:
            if name != "nobody":
                if name not in self._cookies:
                    with self.person(name) as signed:
                        self._cookies[name] = signed.page.context.cookies()
                person.page.context.add_cookies(self._cookies[name])
            yield person

    def kept(self, name: str, *, java_script_enabled: bool = True) -> Person:
        """Somebody's browser that stays open for the next who looks: a phone that can be unfolded to a desk.

        Whoever uses it checks its ``watch`` himself.
        """
        key = (name, java_script_enabled)
        if key not in self._kept:
            seen = self.seen_by(name, phone=True, java_script_enabled=java_script_enabled)
            self._kept[key] = self._stack.enter_context(seen)
        return self._kept[key]

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


TO_ACCEPT, TO_WRITE, TO_GRADE = "关于亮化江堤的建议", "关于加固校门的建议", "关于更换水表的建议"
"""Cases put aside for the keyboard: to be accepted, to be answered, to be evaluated."""
TO_PUBLISH = "关于加装公交站台雨棚的建议"
"""A case that waits for the site's first reviewer."""


def _furnish() -> tuple[Cast, dict[str, Any]]:
    """Everybody, and cases at every stage at which a page looks different; ids by what stands there."""
    cast = cast_make()
    User.objects.update(password=make_password(PASSWORD))
    ready.stages_keep(cast)
    # A kept case is everybody's: whoever moves one on takes another, by its title.
    reviewed = ready.under_review(cast, title="关于增设斑马线的建议")
    returning = ready.return_requested(cast, title="关于修缮文化馆的建议")
    unhappy = ready.evaluated(cast, "dissatisfied", title="关于整治占道停车的建议")
    tracked = ready.tracking(cast, title="关于改造老旧管网的建议")
    checked = ready.at_publication(
        cast, *ready.CHECKED, title="关于村民李小明（电话13800001234）反映的积水的建议"
    )
    waiting = ready.at_publication(cast, *ready.WITH_EDITOR, title="关于补种行道树的建议")
    ready.at_publication(cast, *ready.WITH_EDITOR, title=TO_PUBLISH)
    publication: Publication = ready.proposed(cast, title="关于疏通村口涵洞的建议", asks=["清淤", "限高警示"])
    handed = ready.handed_over(cast, title=TO_ACCEPT)
    ready.handling(cast, title=TO_WRITE, asks=["加固", "照明"])
    ready.replied(cast, title=TO_GRADE)
    contacted, contact = ready.contacted(cast, title="关于新建停车场的建议")
    extending = ready.accepted(cast, title="关于拓宽机耕道的建议")
    until = extending.due_on + timedelta(days=30)
    cast.world.act(extending, "request_extension", cast.lead_head, until=until, reason="涉及面广")
    batch, _ = batch_start(
        kind=DeskBatch.Kind.HAND_OVER,
        actor=cast.congress,
        once="batch",
        items=[NewItem(handed.pk, {"units": []})],
    )
    batch_run(batch_id=batch.pk)
    files = units_file("县林业局"), workbook([["天气"], ["晴"]], name="承办单位")
    imports = [
        import_begin(
            info=KINDS["units"], file_name="单位.xlsx", body=body, options={}, actor=cast.system_admin
        )
        for body in files
    ]
    method_enable(slug="three-meetings", options=None, actor=SYSTEM_ACTOR)
    slip = slip_issue(contact_id=contact, actor=cast.congress, days=30)
    outbox_drain(limit=10_000)
    writer = User.objects.get(pk=cast.writer.user_id)
    newcomer = User.objects.create(username="newcomer", full_name="新来的人")
    token, _ = invitation_issue(user=newcomer, actor=SYSTEM_ACTOR)
    api_key_issue(user=writer, label="测试")
    rows = {
        "site_page": ReplyPage.objects.get(publication_id=waiting.pk),
        "draft": ready.draft(cast, title="关于村口路灯的建议", asks=["安装", "管护"]),
        "co_signing": ready.co_signing(cast),
        "submitted": ready.submitted(cast),
        "registered": ready.registered(cast),
        "pre_assigned": ready.pre_assigned(cast),
        "handed_over": ready.handed_over(cast),
        "pending": ready.part_of(ready.handed_over(cast), cast.world.roads),
        "accepted": ready.accepted(cast),
        "extending": extending,
        "contacted": contacted,
        "returning": returning,
        "handling": ready.handling(cast),
        "drafted": ready.drafted(cast),
        "reviewed": reviewed,
        "unhappy": unhappy,
        "tracking": tracked,
        "suggestion": publication.suggestion,
        "assignment": publication.reply.assignment,
        "reply": publication.reply,
        "publication": publication,
        "checked": checked,
        "person": newcomer,
        "case_contacted": contacted.suggestion,
        "case_handling": ready.handling(cast).suggestion,
        "batch": batch,
        "import": imports[0],
        "refused_import": imports[1],
    }
    ids = {name: row.pk for name, row in rows.items()}
    return cast, {**ids, "contact": contact, "slip": slip.token, "token": token}
