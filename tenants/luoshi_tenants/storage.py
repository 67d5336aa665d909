"""Where a county's files lie: below a directory of its own, named by its schema."""

from typing import Any

from django_tenants.files.storage import TenantFileSystemStorage

from luoshi.tenancy import PUBLIC_SCHEMA, NoCounty
from luoshi_tenants.db import connection


class CountyFileSystemStorage(TenantFileSystemStorage):  # type: ignore[misc]
    """Files of the county that is bound. Without one there is no directory to write to."""

    @property
    def base_location(self) -> str:
        """``MEDIA_ROOT/<schema>``.

        :raises NoCounty: when no county is bound.
        """
        if connection.schema_name == PUBLIC_SCHEMA:
            raise NoCounty("文件必须存放在某个县的范围内")
        return str(super().base_location)

    def _clear_cached_properties(self, setting: str, **kwargs: Any) -> None:
        """Follow a changed MEDIA_ROOT: the library remembers the first one for good."""
        super()._clear_cached_properties(setting, **kwargs)
        if setting == "MEDIA_ROOT":
            self.__dict__.pop("relative_media_root", None)
