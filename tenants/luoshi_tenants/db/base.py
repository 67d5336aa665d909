"""The database backend: one connection, bound to one county or to ``public``, and never to both.

django-tenants puts ``public`` behind the county in the search_path. A table missing in the county would
then be looked for in ``public`` without a word; here it is an error.

Upstream says SET search_path with each binding and after each rollback to a savepoint, needed or not. Here,
inside a transaction, it is said when the server stands elsewhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django_tenants.postgresql_backend import base as tenants_base
from psycopg.pq import TransactionStatus


class DatabaseWrapper(tenants_base.DatabaseWrapper):
    """PostgreSQL with a search_path of exactly one schema.

    ``search_path_set_schemas`` is what the server's search_path is known to be, ``None`` where it is not.
    """

    include_public_schema = False
    _search_path_always_set = False
    search_path_set_schemas: list[str] | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._at_savepoint: dict[str, list[str] | None] = {}  # search_path_set_schemas when each one was made
        super().__init__(*args, **kwargs)

    def set_tenant(self, tenant: Any, include_public: bool = False) -> None:
        """Bind ``tenant`` (anything with a ``schema_name``). ``include_public`` is accepted and ignored.

        The content type cache is kept: it is separate for each schema (``luoshi_tenants.contenttypes``).
        Outside of a transaction (at the start of a request or a task) nothing is taken as known.
        """
        self.tenant = tenant
        self.schema_name = tenant.schema_name
        self.include_public_schema = False
        self.set_settings_schema(self.schema_name)
        if not self.in_atomic_block:
            self.search_path_set_schemas = None

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self._search_path_always_set or self.search_path_set_schemas != [self.schema_name]:
            self.search_path_set_schemas = None
        super()._handle_search_path(cursor)

    def _savepoint(self, sid: str) -> None:
        super()._savepoint(sid)
        self._at_savepoint[sid] = self.search_path_set_schemas

    def _savepoint_commit(self, sid: str) -> None:
        super()._savepoint_commit(sid)
        self._at_savepoint.pop(sid, None)

    def savepoint_rollback(self, sid: str) -> None:
        """The server's search_path is again what it was when the savepoint was made."""
        super().savepoint_rollback(sid)
        self.search_path_set_schemas = self._at_savepoint.get(sid)

    def commit(self) -> None:
        """PostgreSQL answers the COMMIT of a failed transaction with a rollback, which takes a SET back."""
        failed = (
            self.connection is not None
            and self.connection.info.transaction_status == TransactionStatus.INERROR
        )
        super().commit()
        self._at_savepoint.clear()
        if failed:
            self.search_path_set_schemas = None

    def rollback(self) -> None:
        """The server's search_path is not known afterwards."""
        self._at_savepoint.clear()
        super().rollback()

    def close(self) -> None:
        """A new connection knows nothing of this one's savepoints."""
        self._at_savepoint.clear()
        super().close()

    @contextmanager
    def search_path_always_set(self) -> Iterator[None]:
        """For migrations: issue SET search_path with every cursor, whatever TENANT_LIMIT_SET_CALLS says."""
        before = self._search_path_always_set
        self._search_path_always_set = True
        try:
            yield
        finally:
            self._search_path_always_set = before
            self.search_path_set_schemas = None
