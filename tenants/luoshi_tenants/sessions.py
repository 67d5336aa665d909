"""Sessions of a province's host, and which store fits a request."""

from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.utils import timezone

from luoshi_tenants.models import Province, ProvinceSession


class ProvinceSessionStore(SessionStore):
    """Sessions in ``public``, each bound to one province: a key from another province finds nothing."""

    def __init__(self, session_key: str | None = None, *, province: Province) -> None:
        super().__init__(session_key)
        self.province = province

    @classmethod
    def get_model_class(cls) -> type[ProvinceSession]:
        return ProvinceSession

    def _get_session_from_db(self) -> ProvinceSession | None:
        row = ProvinceSession.objects.filter(
            session_key=self.session_key, province=self.province, expire_date__gt=timezone.now()
        ).first()
        if row is None:
            self._session_key = None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> ProvinceSession:
        row = super().create_model_instance(data)
        assert isinstance(row, ProvinceSession)
        row.province = self.province
        return row


class PlaceSessionMiddleware(SessionMiddleware):
    """Django's session middleware, with the store that fits the host. Stands behind ``PlaceMiddleware``."""

    def process_request(self, request: HttpRequest) -> None:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        province: Province | None = getattr(request, "province", None)
        store: SessionBase
        if province is not None:
            store = ProvinceSessionStore(key, province=province)
        else:
            store = self.SessionStore(key)
        request.session = store
