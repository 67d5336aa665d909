"""Who sees the methods' page: the system administrator, and who reads the log of what he does."""

from luoshi.accounts.actor import Actor
from luoshi.accounts.rules import may
from luoshi.methods.rules import may_switch_methods


def may_see_methods(actor: Actor) -> bool:
    """The audit administrator reads the history, which stands in the log, and changes nothing."""
    return may_switch_methods(actor) or may("audit_read", actor)
