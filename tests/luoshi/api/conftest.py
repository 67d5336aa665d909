"""People of the small county with keys of their own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from world import World, world_make

from luoshi.accounts.actor import Actor
from luoshi.accounts.models import User
from luoshi.accounts.services import api_key_issue


@pytest.fixture
def world(county: object) -> World:
    """People, units and a session of the bound county; rolled back after the test."""
    return world_make()


class Caller:
    """One person calling the API of 衡南县 with his own key."""

    def __init__(self, client: Client, key: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {key}"}

    def get(self, path: str) -> Any:
        """GET below /api/v1/."""
        return self.client.get(f"/api/v1/{path}", headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST JSON below /api/v1/."""
        return self.client.post(
            f"/api/v1/{path}",
            {} if body is None else body,
            content_type="application/json",
            headers={**self.headers, **headers},
        )


@pytest.fixture
def calling(world: World, at: Callable[[str], Client]) -> Callable[[Actor], Caller]:
    """``calling(world.congress).get("suggestions/")``."""

    def of(actor: Actor) -> Caller:
        key = api_key_issue(user=User.objects.get(pk=actor.user_id), label="测试")
        return Caller(at("hengnan.localhost"), key)

    return of
