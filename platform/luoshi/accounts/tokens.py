"""Signed tokens that are good in one county only."""

from datetime import timedelta
from typing import Any

from django.core import signing

from luoshi.errors import NotAllowed
from luoshi.tenancy import tenant_current


def token_sign(*, purpose: str, value: Any) -> str:
    """Sign ``value`` (JSON) for ``purpose`` in the county that is bound.

    The county's schema is part of the salt: the same text is refused in every other county, although all
    counties share one secret key.

    :raises luoshi.tenancy.NoCounty: when no county is bound.
    """
    return signing.dumps(value, salt=_salt(purpose), compress=True)


def token_read(*, purpose: str, token: str, max_age: timedelta | None = None) -> Any:
    """The value of a token that this county signed for ``purpose``, not older than ``max_age``.

    :raises luoshi.errors.NotAllowed: when it is forged, of another county or purpose, or too old.
    :raises luoshi.tenancy.NoCounty: when no county is bound.
    """
    try:
        return signing.loads(token, salt=_salt(purpose), max_age=max_age)
    except signing.SignatureExpired:
        raise NotAllowed("链接已过期，请重新获取") from None
    except signing.BadSignature:
        raise NotAllowed("链接无效，请核对是否完整，或重新获取") from None


def _salt(purpose: str) -> str:
    return f"luoshi.token:{tenant_current().schema}:{purpose}"
