"""Who may sign in where: a county's people at the county's hosts, a province's staff at the province's."""

from typing import Any

from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest

from luoshi.accounts.models import User
from luoshi.statement import Rows
from luoshi.tenancy import PUBLIC_SCHEMA
from luoshi_tenants.db import connection
from luoshi_tenants.models import Province, ProvinceStaff

# Every page of everybody begins with it.
_BY_ID: Rows[User] = Rows(lambda pk: User.objects.filter(pk=pk), pk=int)


class CountyBackend(ModelBackend):
    """Django's own check, against the accounts of the county that is bound; nobody where none is."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if connection.schema_name == PUBLIC_SCHEMA:
            return None
        return super().authenticate(request, username=username, password=password, **kwargs)

    def get_user(self, user_id: int) -> User | None:
        if connection.schema_name == PUBLIC_SCHEMA:
            return None
        user = _BY_ID.first(pk=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class ProvinceBackend(BaseBackend):
    """Staff of the province whose host was asked."""

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> AbstractBaseUser | None:
        province: Province | None = getattr(request, "province", None)
        if province is None or username is None or password is None:
            return None
        staff = ProvinceStaff.objects.filter(province=province, username=username.strip().lower()).first()
        if staff is None:
            make_password(password)  # as slow as a real check, so that names cannot be found out by timing
            return None
        return staff if staff.check_password(password) and staff.is_active else None

    def get_user(  # type: ignore[override]
        self, user_id: int
    ) -> AbstractBaseUser | None:
        if connection.schema_name != PUBLIC_SCHEMA:
            return None
        return ProvinceStaff.objects.filter(pk=user_id, is_active=True).first()
