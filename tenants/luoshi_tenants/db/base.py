"""The database backend: one connection, bound to one county or to ``public``, and never to both.

django-tenants puts ``public`` behind the county in the search_path. A table missing in the county would
then be looked for in ``public`` without a word; here it is an error.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django_tenants.postgresql_backend import base as tenants_base


class DatabaseWrapper(tenants_base.DatabaseWrapper):
    """PostgreSQL with a search_path of exactly one schema."""

    include_public_schema = False
    _search_path_always_set = False

    def set_tenant(self, tenant: Any, include_public: bool = False) -> None:
        """Bind ``tenant`` (anything with a ``schema_name``). ``include_public`` is accepted and ignored.

        The content type cache is kept: it is separate for each schema (``luoshi_tenants.contenttypes``).
        """
        self.tenant = tenant
        self.schema_name = tenant.schema_name
        self.include_public_schema = False
        self.set_settings_schema(self.schema_name)
        self.search_path_set_schemas = None

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self._search_path_always_set:
            self.search_path_set_schemas = None
        super()._handle_search_path(cursor)

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
