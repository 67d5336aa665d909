"""What a person typed into a form whose login had ended: kept, and given back after the next login.

A form carries who it was made for, signed by the product, with the county. Only to that person, in that
county, on that browser, is the text given back; it lies in the session, in the county's own schema, until it
is sent again or the session ends.
"""

from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from luoshi.accounts.actor import Actor
from luoshi.accounts.models import User
from luoshi.tenancy import NoCounty, tenant_current

FIELD = "typed_by"
LIMIT = 400_000
"""Characters of one form that are kept, encoded as it was sent: more than the longest reply."""
MOST = 3
"""Forms that one session keeps; the oldest one gives way."""
_SALT = "luoshi.workbench.kept"
_SESSION = "kept_typed"
_AGE = 24 * 3600
_UNKEPT = (FIELD, "csrfmiddlewaretoken")


def typed_by(actor: Actor) -> str:
    """The mark that a form carries: made in this county for this person."""
    return signing.dumps([tenant_current().schema, actor.user_id], salt=_SALT)


def typed_keep(request: HttpRequest) -> str | None:
    """Keep a form that was refused because its login has ended; the address where its person goes on.

    ``None`` where nothing is kept: a form without a mark or of another person, one that was sent from
    elsewhere, or one that is too long. Nothing of the form has any effect.
    """
    user_id = _made_for(request)
    data = request.POST.copy()
    for name in _UNKEPT:
        data.pop(name, None)
    text = data.urlencode()
    signed_in = request.user.pk if isinstance(request.user, User) else None
    if user_id is None or len(text) > LIMIT or signed_in not in (None, user_id):
        return None
    waiting = [row for row in _waiting(request) if row["path"] != request.path]
    row = {"path": request.path, "user": user_id, "schema": tenant_current().schema, "text": text}
    request.session[_SESSION] = [*waiting, row][-MOST:]
    if signed_in is not None:
        return request.path
    return f"{reverse('office-login')}?{urlencode({'next': request.path}, safe='/')}"


def _made_for(request: HttpRequest) -> int | None:
    """Whose form it is, where the product made it in this county and a page of this host sent it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin" or not request.POST.get(FIELD):
        return None
    if request.headers.get("X-Requested-With"):  # a script keeps its text itself
        return None
    try:
        schema, user_id = signing.loads(request.POST[FIELD], salt=_SALT, max_age=_AGE)
        return int(user_id) if schema == tenant_current().schema else None
    except (signing.BadSignature, NoCounty, TypeError, ValueError):
        return None


def typed_take(request: HttpRequest, actor: Actor) -> QueryDict | None:
    """What this person had typed into the form of this address; it stays until :func:`typed_done`."""
    for row in _waiting(request):
        mine = row["user"] == actor.user_id and row["schema"] == tenant_current().schema
        if mine and row["path"] == request.path:
            return QueryDict(row["text"])
    return None


def typed_done(request: HttpRequest) -> None:
    """Forget what was kept for this address: it has been sent."""
    left = [row for row in _waiting(request) if row["path"] != request.path]
    if len(left) != len(_waiting(request)):
        request.session[_SESSION] = left


def typed_others_drop(request: HttpRequest, user_id: int) -> None:
    """Forget what other persons had typed on this browser: somebody else has signed in."""
    left = [row for row in _waiting(request) if row["user"] == user_id]
    if len(left) != len(_waiting(request)):
        request.session[_SESSION] = left


def typed_waits(request: HttpRequest) -> bool:
    """Whether something waits on this browser for its person to sign in."""
    return bool(_waiting(request))


def _waiting(request: HttpRequest) -> list[dict[str, Any]]:
    return list(request.session.get(_SESSION, []))
