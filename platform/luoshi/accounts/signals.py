"""What accounts tell those who stand above them, in the transaction of the change itself."""

from django.dispatch import Signal

roles_changed = Signal()
"""Sent with ``user`` after a role was given to a person or taken away: rights that a library keeps for itself
follow at once, or the change does not happen."""
