"""Who is told of what. Each app registers its consumers in ``AppConfig.ready``; nothing is found by magic."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

Payload = Mapping[str, Any]
Consumer = Callable[[Payload, int], None]
"""Called as ``run(payload, message_id)``. What it writes to the database happens exactly once; what it does
outside (a mail, a file) at least once, so it uses ``message_id`` to recognise a repetition."""

Hears = Callable[[Payload], bool]
"""Whether a message concerns a consumer at all. Looks at the payload alone: no query, no clock."""


class Listener(NamedTuple):
    """A consumer, and what it hears; ``None``: every message of its topic."""

    run: Consumer
    hears: Hears | None


_listeners: dict[str, dict[str, Listener]] = {}


def consumer(topic: str, name: str, run: Consumer, *, hears: Hears | None = None) -> None:
    """Have ``run`` called for each message of ``topic``. ``name`` is kept in the database: never rename it.

    Registering the same functions again changes nothing.

    :param hears: which messages of the topic it is called for; left out, all. Each turn of a consumer is a
        transaction of its own, so one that would only look and go costs as much as one that works.
    :raises ValueError: when other functions already go by this name for this topic.
    """
    listener = Listener(run, hears)
    if _listeners.setdefault(topic, {}).setdefault(name, listener) != listener:
        raise ValueError(f"the outbox topic {topic!r} already has a consumer named {name!r}")


def consumers_of(topic: str) -> dict[str, Consumer]:
    """The consumers of ``topic`` by name, in the order of their registration."""
    return {name: listener.run for name, listener in _listeners.get(topic, {}).items()}


def consumers_hearing(topic: str, payload: Payload) -> dict[str, Consumer]:
    """Those of the consumers of ``topic`` whom a message with this payload concerns, in the same order.

    One that cannot say whether it does fails in its turn, like any other failure: it holds up nobody else.
    """
    hearing: dict[str, Consumer] = {}
    for name, listener in _listeners.get(topic, {}).items():
        try:
            if listener.hears is None or listener.hears(payload):
                hearing[name] = listener.run
        except Exception as error:
            hearing[name] = partial(_fail, error)
    return hearing


def _fail(error: Exception, payload: Payload, message_id: int) -> None:
    raise error


def topics_heard() -> tuple[str, ...]:
    """The topics that have a consumer."""
    return tuple(_listeners)
