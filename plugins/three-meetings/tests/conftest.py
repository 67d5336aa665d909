"""The small county with 三见面 on, its people signed in, and the ways of a contact."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from people import Cast, cast_make
from world import contact

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor
from luoshi.accounts.models import User
from luoshi.methods.models import MethodActivation
from luoshi.methods.services import method_enable, method_options_set
from luoshi.suggestions.models import Assignment, Contact

sys.path.insert(0, str(Path(__file__).parent))

HOST = "hengnan.localhost"
SLUG = "three-meetings"


@pytest.fixture
def cast(county: object) -> Cast:
    """Everybody whom 衡南县 knows; rolled back after the test."""
    return cast_make()


@pytest.fixture
def switch(county: object) -> Callable[..., None]:
    """Switches the method on with these options, or changes them."""

    def on(**options: Any) -> None:
        if MethodActivation.objects.filter(slug=SLUG, is_enabled=True).exists():
            method_options_set(slug=SLUG, options=options, actor=SYSTEM_ACTOR)
        else:
            method_enable(slug=SLUG, options=options, actor=SYSTEM_ACTOR)

    return on


@pytest.fixture
def meet(cast: Cast) -> Callable[..., Contact]:
    """Records a contact of a part, and lets the deputy answer: ``said`` true, false or None for no answer."""

    def make(part: Assignment, phase: str, *, said: bool | None = True, **data: Any) -> Contact:
        by = data.pop("by", cast.writer)
        head = cast.world.head_of(part)
        made = cast.world.act(part, "record_contact", head, **contact(part, phase, **data)).created["contact"]
        if said is not None:
            answer: dict[str, Any] = {"contact": made}
            if by is not cast.writer:
                answer["basis"] = "确认单第1号"
            if not said:
                answer["reason"] = "当天没有见过面"
            cast.world.act(part, "confirm_contact" if said else "deny_contact", by, **answer)
        return Contact.objects.get(pk=made)

    return make


@pytest.fixture
def signed_in(county: object) -> Callable[[Actor], Client]:
    """A browser in which this person is signed in to 衡南县."""

    def client(actor: Actor) -> Client:
        made = Client(SERVER_NAME=HOST)
        made.force_login(User.objects.get(pk=actor.user_id), backend="luoshi_tenants.backends.CountyBackend")
        return made

    return client


@pytest.fixture
def browser(county: object) -> Client:
    """A browser in which nobody is signed in."""
    return Client(SERVER_NAME=HOST)
