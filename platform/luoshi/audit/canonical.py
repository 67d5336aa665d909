"""One spelling for each value: a digest means the same before and after a trip through the database."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = ""
"""``prev_hash`` of the first event of a stream and of the first seal."""


def canonical_json(value: Any) -> bytes:
    """UTF-8 JSON of ``value``, keys sorted, no spaces.

    Only what PostgreSQL's jsonb gives back unchanged: text without NUL, whole numbers, booleans, null, lists
    and objects with text keys. A decimal number goes in as text.

    :raises TypeError: on a float, a date, or any other type; ``ValueError`` on text that cannot be stored.
    """
    _check(value, "$")
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _check(value: Any, path: str) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError(f"{path}: text with a NUL character cannot be kept")
        value.encode()  # a lone surrogate raises UnicodeEncodeError, a ValueError
    elif value is None or isinstance(value, int):
        return
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{path}: the key {key!r} is not text")
            _check(key, path)
            _check(item, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            _check(item, f"{path}[{number}]")
    else:
        raise TypeError(f"{path}: {type(value).__name__} is not kept in the log; write it as text")


def moment_text(at: datetime) -> str:
    """``at`` in UTC to the microsecond.

    :raises ValueError: when ``at`` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("a moment in the log needs a time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def payload_digest(salt: str, payload: bytes) -> str:
    """Digest of a payload in its canonical spelling, keyed by its own random ``salt`` (hexadecimal).

    Once the salt is erased with the payload, nobody can find the payload by trying likely ones.
    """
    return hmac.new(bytes.fromhex(salt), payload, hashlib.sha256).hexdigest()


def event_hash(
    *,
    stream: str,
    seq: int,
    kind: str,
    at: datetime,
    actor_id: int | None,
    actor_role: str,
    digest: str,
    prev_hash: str,
) -> str:
    """Hash that links one event to the one before it. Covers the payload by its digest only."""
    return _hash(["event", stream, seq, kind, moment_text(at), actor_id, actor_role, digest, prev_hash])


def seal_hash(*, seq: int, at: datetime, heads: list[list[Any]], prev_hash: str) -> str:
    """Hash that links one seal to the one before it."""
    return _hash(["seal", seq, moment_text(at), heads, prev_hash])


def _hash(parts: list[Any]) -> str:
    return hashlib.sha256(canonical_json(parts)).hexdigest()
