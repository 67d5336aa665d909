"""A publication that the office has sent to the editors, with its page under review."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from people import Cast, cast_make
from ready import WITH_EDITOR, at_publication

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor, Role
from luoshi.accounts.models import User
from luoshi.accounts.services import user_create
from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import Publication
from luoshi.suggestions.services.settings import county_settings_apply
from luoshi_cms.models import ReplyPage
from luoshi_cms.workflow.services import Seen

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

BACKEND = "luoshi_tenants.backends.CountyBackend"


@dataclass
class Site:
    """The people, and one publication of which ``page`` is under review."""

    cast: Cast
    publication_id: int

    @property
    def publication(self) -> Publication:
        return Publication.objects.get(pk=self.publication_id)

    @property
    def page(self) -> ReplyPage:
        return ReplyPage.objects.get(publication_id=self.publication_id)

    @property
    def seen(self) -> Seen:
        """What a reviewer has before him now."""
        return Seen(self.page.latest_revision_id, self.page.approved_digest)

    @property
    def step(self) -> str:
        """Where the review is: a step's name, or the state of the last review."""
        state = self.page.workflow_states.order_by("-created_at", "-pk").first()
        if state is None:
            return "none"
        return state.current_task_state.task.name if state.status == "in_progress" else state.status

    def user(self, actor: Actor) -> User:
        return User.objects.get(pk=actor.user_id)

    @property
    def reviewers(self) -> tuple[User, User, User]:
        c = self.cast
        return self.user(c.first_reviewer), self.user(c.second_reviewer), self.user(c.final_reviewer)

    def client(self, user: User) -> Client:
        client = Client(SERVER_NAME="hengnan.localhost")
        client.force_login(user, backend=BACKEND)
        return client

    def everyone(self, *roles: Role) -> User:
        """Somebody new who holds ``roles``."""
        return user_create(
            username=f"p{User.objects.count()}",
            full_name="多面手",
            password=None,
            roles=roles,
            must_change_password=False,
        )

    def office(self, act: str, **data: Any) -> None:
        """Let the reviewing office decide; the site has not heard of it yet."""
        self.cast.world.act(self.publication, act, self.cast.government, **data)

    def together(self) -> None:
        """Let the county allow one person several steps."""
        county_settings_apply(data={"separate_site_reviewers": False}, actor=SYSTEM_ACTOR)


def drain() -> None:
    """Bring everything to the consumers, and let none of them have failed."""
    result = outbox_drain(limit=1000)
    assert (result.failed, result.waiting) == (0, 0)


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[Site]:
    """Walked there once for all tests of a module."""
    from django.db import transaction

    from luoshi_tenants.context import county_context
    from luoshi_tenants.models import County

    with django_db_blocker.unblock(), transaction.atomic():
        with county_context(County.objects.get(code="430422")):
            cast = cast_make()
            site = Site(cast, at_publication(cast, *WITH_EDITOR).pk)
            drain()
            yield site
        transaction.set_rollback(True)


@pytest.fixture
def site(ground: Site) -> Iterator[Site]:
    """What a test does is undone after it."""
    from django.db import transaction

    with transaction.atomic():
        yield ground
        transaction.set_rollback(True)


@pytest.fixture
def bring() -> Callable[[], None]:
    """Brings the office's decisions to the site."""
    return drain
