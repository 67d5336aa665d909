"""A row that an act may change: what it was, and writing only what has become different."""

from copy import deepcopy
from typing import Any

from django.db.models import Model


class Held:
    """``row`` as it stands in the database when this is made, under a lock that keeps it so."""

    def __init__(self, row: Model) -> None:
        self.row = row
        self._before = self._values()

    def save(self) -> None:
        """Write the columns that have changed since; nothing at all where none has.

        Most acts change one or two columns of a case, or none, and its long texts need not be sent for that.
        """
        now = self._values()
        changed = [name for name, value in now.items() if value != self._before[name]]
        if changed:
            self.row.save(update_fields=changed)
            self._before = now

    def _values(self) -> dict[str, Any]:
        names = [field.attname for field in self.row._meta.concrete_fields]
        return {name: _copied(getattr(self.row, name)) for name in names}


def _copied(value: Any) -> Any:
    """What is changed in its place is kept as it is now."""
    return deepcopy(value) if isinstance(value, list | dict) else value
