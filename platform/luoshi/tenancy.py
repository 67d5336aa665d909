"""The county that the current work is bound to, as a value.

The platform knows no province and no tenancy library: whoever composes the product binds a county to the
database connection, and everything here asks through :func:`tenant_current`.
"""

from dataclasses import dataclass

from django.db import connection

PUBLIC_SCHEMA = "public"


class NoCounty(RuntimeError):  # noqa: N818 - says what is missing
    """Work that belongs to a county was started without one. Never caught to mean "all counties"."""


@dataclass(frozen=True, slots=True)
class TenantView:
    """One county (县) or city without counties (不设区县的市), as the platform and the methods may know it.

    ``schema``: PostgreSQL schema, ``c`` and the code. ``code``: six digits of GB/T 2260.
    ``level``: ``county`` or ``city``. ``methods_allowed``: slugs that the province lets this county
    switch on; ``None`` where the province sets no limit.
    """

    schema: str
    code: str
    name: str
    level: str = "county"
    province_code: str = ""
    methods_allowed: frozenset[str] | None = None


def tenant_current() -> TenantView:
    """The county bound to this thread's connection.

    :raises NoCounty: when the connection stands in the public schema or was bound without a county.
    """
    tenant = getattr(connection, "tenant", None)
    view = getattr(tenant, "view", None)
    if getattr(connection, "schema_name", PUBLIC_SCHEMA) == PUBLIC_SCHEMA or not isinstance(view, TenantView):
        raise NoCounty("此操作必须在某个县的范围内进行")
    return view
