"""The engine of a county's sessions (``SESSION_ENGINE``): Django's own, which every request begins with."""

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from luoshi.statement import Rows

_RUNNING: Rows[Session] = Rows(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), key=str, now=datetime
)


class SessionStore(db.SessionStore):
    """In the tables of the county that is bound. What Django's store has written is read here as well: the
    name of the class, which salts it, is the same.
    """

    def _get_session_from_db(self) -> Session | None:
        row = _RUNNING.first(key=self.session_key, now=timezone.now())
        if row is None:
            self._session_key = None
        return row
