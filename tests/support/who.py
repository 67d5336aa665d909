"""Asks the rules of accounts by the names that the tables of the tests use."""

from typing import Any

from luoshi.accounts.actor import SYSTEM_ACTOR, Role
from luoshi.accounts.rules import may, target_of


def decided(office: Any, permission: str, actor: str, target: str, role: Role | None = None) -> bool:
    """What the rules say of the person ``actor`` (or the operator) about ``target`` (or nobody)."""
    who = SYSTEM_ACTOR if actor == "operator" else office.actor(actor)
    whom = None if target == "none" else target_of(getattr(office, target), role)
    return may(permission, who, whom)
