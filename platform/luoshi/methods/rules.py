"""Who may switch methods."""

from luoshi.accounts.actor import Actor, Role


def may_switch_methods(actor: Actor) -> bool:
    """The county's system administrator; the system itself while a county is set up."""
    return actor.has(Role.SYSTEM_ADMIN, Role.SYSTEM)
