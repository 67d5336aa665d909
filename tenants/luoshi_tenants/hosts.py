"""Which county or province a host name stands for.

A cell has some hundred hosts, so each process keeps all of them: a known host costs no query, and a
stranger's host costs at most one query in ``RELOAD_ON_MISS_SECONDS``, however many of them are tried.
"""

import threading
import time
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import DisallowedHost
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from django.http.request import split_domain_port

from luoshi_tenants.context import public_context
from luoshi_tenants.models import City, County, Domain, Province

SNAPSHOT_SECONDS = 30.0
RELOAD_ON_MISS_SECONDS = 2.0

Place = County | Province


@dataclass(frozen=True, slots=True)
class _Snapshot:
    taken_at: float
    places: dict[str, Place]


_lock = threading.Lock()
_snapshot: _Snapshot | None = None


def host_of(request: HttpRequest) -> str:
    """The request's host without port and trailing dot, in lower case; empty where it is no host name at all.

    Only ``Host`` counts: ``X-Forwarded-Host`` can be sent by anybody.
    """
    try:
        return split_domain_port(request.get_host())[0]
    except DisallowedHost:
        return ""


def host_normalize(host: str) -> str:
    """A host name as it is stored: ASCII (punycode), lower case, no trailing dot.

    :raises ValueError: when it is no host name (blank, with a port, with illegal characters).
    """
    ascii_host = host.strip().rstrip(".").lower().encode("idna").decode("ascii")
    domain, port = split_domain_port(ascii_host)
    if not domain or port or domain != ascii_host or len(domain) > 253:
        raise ValueError(f"{host!r} is not a host name")
    return domain


def place_find(host: str) -> Place | None:
    """The county or province that answers at ``host`` (as :func:`host_of` gives it), or ``None``."""
    if not host:
        return None
    snapshot = _snapshot
    now = time.monotonic()
    if snapshot is None or now - snapshot.taken_at > SNAPSHOT_SECONDS:
        snapshot = _load()
    place = snapshot.places.get(host)
    if place is None and now - snapshot.taken_at > RELOAD_ON_MISS_SECONDS:
        place = _load().places.get(host)
    return place


def snapshot_forget(**_: Any) -> None:
    """Read the hosts anew with the next request of this process."""
    global _snapshot
    with _lock:
        _snapshot = None


def _load() -> _Snapshot:
    global _snapshot
    taken_at = time.monotonic()
    with public_context():
        rows = list(
            Domain.objects.select_related("county", "county__province", "county__city", "province").order_by(
                "id"
            )
        )
    places: dict[str, Place] = {}
    for row in rows:
        place = row.county or row.province
        if place is not None:
            places[row.host] = place
    loaded = _Snapshot(taken_at, places)
    with _lock:
        _snapshot = loaded
    return loaded


def signals_connect() -> None:
    """Forget the snapshot whenever something it holds is written in this process."""
    for model in (Domain, County, Province, City):
        post_save.connect(snapshot_forget, sender=model, dispatch_uid=f"hosts-save-{model.__name__}")
        post_delete.connect(snapshot_forget, sender=model, dispatch_uid=f"hosts-delete-{model.__name__}")
