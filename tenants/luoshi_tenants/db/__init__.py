"""The database backend (``ENGINE = "luoshi_tenants.db"``), and Django's connection under the type it has."""

from typing import TYPE_CHECKING, cast

from django import db

if TYPE_CHECKING:
    from luoshi_tenants.db.base import DatabaseWrapper

connection = cast("DatabaseWrapper", db.connection)
