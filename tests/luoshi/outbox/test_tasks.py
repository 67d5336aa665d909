"""The thin way from Celery into the outbox and the seals."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from luoshi.audit.models import Seal
from luoshi.audit.services import event_append
from luoshi.audit.tasks import seal
from luoshi.outbox import registry, tasks
from luoshi.outbox.drain import DrainResult
from luoshi.outbox.models import Message
from luoshi.outbox.services import message_add


def test_names_are_what_the_schedule_calls() -> None:
    assert (tasks.drain.name, tasks.prune.name, seal.name) == ("outbox.drain", "outbox.prune", "audit.seal")


def test_drain_task_drains(county: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_listeners", {})
    sent: list[str] = []
    monkeypatch.setattr(tasks.drain, "delay", lambda: sent.append("again"))
    Message.objects.all().delete()
    message_add(topic="t", payload={})
    tasks.drain.apply(throw=True)
    assert Message.objects.get().done_at is not None
    assert sent == []
    monkeypatch.setattr(tasks, "outbox_drain", lambda: DrainResult(200, 0, 0, more=True))
    tasks.drain.apply(throw=True)
    assert sent == ["again"]


def test_prune_task_keeps_thirty_days(county: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_listeners", {})
    Message.objects.all().delete()
    now = timezone.now()
    for days in (29, 31):
        Message.objects.create(topic="t", payload={"days": days}, done_at=now - timedelta(days=days))
    Message.objects.create(topic="t", payload={"days": "open"}, created_at=now - timedelta(days=400))
    assert tasks.prune.apply(throw=True).result == 1
    assert [row.payload["days"] for row in Message.objects.order_by("id")] == [29, "open"]


def test_kick_sends_once_and_does_not_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.drain, "apply_async", lambda **options: sent.append(options))
    tasks.drain_kick()
    assert sent == [{"retry": False}]


def test_seal_task_seals(county: Any) -> None:
    seal.apply(throw=True)
    before = Seal.objects.count()
    event_append(stream_key="suggestion:1", kind="k", actor_id=None, actor_role="system", payload={})
    seal.apply(throw=True)
    seal.apply(throw=True)
    assert Seal.objects.count() == before + 1
