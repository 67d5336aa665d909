"""Two people switch the same method at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from luoshi.accounts.actor import Actor, Role
from luoshi.audit.models import Event
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import MethodRegistry
from luoshi.methods.services import method_enable
from luoshi_tenants.context import carry_county


def test_two_people_enable_at_once_and_one_row_and_one_event_remain(
    transactional_county: Any, registry: MethodRegistry
) -> None:
    start = Barrier(2)

    def enable(user_id: int) -> int | None:
        start.wait()
        actor = Actor(user_id=user_id, name="系统管理员", roles=frozenset({Role.SYSTEM_ADMIN}))
        return method_enable(slug="refusing", options=None, actor=actor).changed_by_id

    with ThreadPoolExecutor(2) as pool:
        answers = [waiting.result() for waiting in [pool.submit(carry_county(enable), who) for who in (7, 8)]]
    row = MethodActivation.objects.get()
    assert row.is_enabled is True
    assert answers == [row.changed_by_id, row.changed_by_id]
    assert [(event.kind, event.actor_id) for event in Event.objects.all()] == [
        ("method.enabled", row.changed_by_id)
    ]
