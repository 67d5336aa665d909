"""Who is told of what. Each app registers its consumers in ``AppConfig.ready``; nothing is found by magic."""

from collections.abc import Callable, Mapping
from typing import Any

Consumer = Callable[[Mapping[str, Any], int], None]
"""Called as ``run(payload, message_id)``. What it writes to the database happens exactly once; what it does
outside (a mail, a file) at least once, so it uses ``message_id`` to recognise a repetition."""

_consumers: dict[str, dict[str, Consumer]] = {}


def consumer(topic: str, name: str, run: Consumer) -> None:
    """Have ``run`` called for each message of ``topic``. ``name`` is kept in the database: never rename it.

    Registering the same function again changes nothing.

    :raises ValueError: when another function already goes by this name for this topic.
    """
    named = _consumers.setdefault(topic, {})
    if named.setdefault(name, run) is not run:
        raise ValueError(f"the outbox topic {topic!r} already has a consumer named {name!r}")


def consumers_of(topic: str) -> dict[str, Consumer]:
    """The consumers of ``topic`` by name, in the order of their registration."""
    return dict(_consumers.get(topic, {}))


def topics_heard() -> tuple[str, ...]:
    """The topics that have a consumer."""
    return tuple(_consumers)
