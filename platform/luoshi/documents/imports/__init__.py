"""Workbooks into the county's tables: all of a file, or nothing and every problem by row and column."""

from luoshi.documents.imports.accounts import accounts_import
from luoshi.documents.imports.current import current_import
from luoshi.documents.imports.deputies import deputies_import
from luoshi.documents.imports.past import past_import
from luoshi.documents.imports.report import ImportRefused, ImportReport
from luoshi.documents.imports.units import units_import

__all__ = [
    "ImportRefused",
    "ImportReport",
    "accounts_import",
    "current_import",
    "deputies_import",
    "past_import",
    "units_import",
]
