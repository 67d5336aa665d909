"""The two secrets of a slip: made, bound to county, contact and deputy, and compared. None is ever stored."""

import secrets
import unicodedata
from dataclasses import dataclass

from django.utils.crypto import constant_time_compare, salted_hmac

from luoshi.tenancy import tenant_current

CODE_DIGITS = 8
_SALT = "luoshi_three_meetings.slip"


@dataclass(frozen=True, slots=True)
class Secret:
    """What a slip's bearer shows: the slip's number, and what only he knows."""

    slip_id: int
    text: str


def token_new() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def code_new() -> str:
    """Eight digits: short enough for paper; guesses are counted and lock the slip."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def secret_join(slip_id: int, text: str) -> str:
    """As it stands in a link or on paper."""
    return f"{slip_id}-{text}"


def secret_split(given: str) -> Secret | None:
    """The parts of what was shown, full-width or not; ``None`` for what cannot be a secret."""
    number, _, text = unicodedata.normalize("NFKC", given).strip().partition("-")
    if not (number.isascii() and number.isdigit() and len(number) <= 18 and 0 < len(text) <= 100):
        return None
    return Secret(int(number), text)


def secret_digest(kind: str, text: str, *, contact_id: int, deputy_id: int) -> str:
    """Keyed digest: the same text is another county's, contact's or deputy's no more.

    Keyed, because eight digits would be found by trying from a plain digest.
    """
    bound = f"{kind}:{tenant_current().schema}:{contact_id}:{deputy_id}:{text}"
    return salted_hmac(_SALT, bound, algorithm="sha256").hexdigest()


def secret_matches(kind: str, text: str, digest: str, *, contact_id: int, deputy_id: int) -> bool:
    """Whether ``text`` is what ``digest`` was made of, for this contact and deputy of this county."""
    return constant_time_compare(
        secret_digest(kind, text, contact_id=contact_id, deputy_id=deputy_id), digest
    )
