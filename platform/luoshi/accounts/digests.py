"""Digests of secrets that are long and random, so that no slow hash is needed."""

import hashlib

from luoshi.tenancy import tenant_current


def key_digest(raw: str) -> str:
    """SHA-256 of a key. The key has 256 random bits."""
    return hashlib.sha256(raw.encode()).hexdigest()


def county_digest(purpose: str, raw: str) -> str:
    """SHA-256 of ``raw`` for ``purpose`` in the county that is bound: another county's digest differs.

    :raises luoshi.tenancy.NoCounty: when no county is bound.
    """
    return key_digest(f"{tenant_current().schema}:{purpose}:{raw}")
