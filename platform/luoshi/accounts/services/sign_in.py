"""The way in: failures are counted before the password is looked at, names and addresses alike.

The count stands in the county's database. When it cannot be read or written nobody signs in. An unknown
name is counted, locked and answered like a known one.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from luoshi.accounts.actor import Actor, Channel
from luoshi.accounts.digests import county_digest
from luoshi.accounts.events import SIGN_IN_STREAM, account_event, user_stream
from luoshi.accounts.models import SignInThrottle, User
from luoshi.accounts.selectors import policy_current
from luoshi.accounts.throttle import attempt_count, attempt_forget

_NAME, _ADDRESS = "sign_in_name", "sign_in_address"
KEPT = timedelta(days=2)


@transaction.atomic
def sign_in_begin(*, username: str, address: str) -> datetime | None:
    """Count one attempt. Returns until when the name or the address is locked, ``None`` if it may go on."""
    policy = policy_current()
    now = timezone.now()
    limits = {
        county_digest(_NAME, User.normalize_username(username)): policy.failures,
        county_digest(_ADDRESS, address): policy.address_failures,
    }
    rows = _rows(sorted(limits), now)
    until = attempt_count(rows, limits, timedelta(seconds=policy.lock_seconds), now)
    _save(rows)
    return until


@transaction.atomic
def sign_in_failed(*, username: str, address: str) -> None:
    """Tell the log of a failure; under a name that nobody has, without the name."""
    user = User.objects.filter(username=User.normalize_username(username)).first()
    locked = SignInThrottle.objects.filter(
        subject=county_digest(_NAME, User.normalize_username(username)), locked_until__gt=timezone.now()
    ).exists()
    account_event(
        stream=user_stream(user) if user else SIGN_IN_STREAM,
        kind="account.sign_in_failed",
        actor=Actor(user_id=None, name="", roles=frozenset(), channel=Channel.WEB),
        payload={"address": address, "locked": locked},
    )


@transaction.atomic
def sign_in_succeeded(*, user: User, address: str) -> None:
    """Forget the failures under the name, take this attempt off the address, tell the log.

    A password older than the county allows has to be changed before anything else.
    """
    policy = policy_current()
    now = timezone.now()
    name, place = county_digest(_NAME, user.username), county_digest(_ADDRESS, address)
    rows = _rows(sorted({name, place}), now)
    attempt_forget(rows, name)
    _save(rows)
    old = (
        SignInThrottle.objects.select_for_update(skip_locked=True)
        .filter(first_at__lt=now - KEPT)
        .values_list("pk", flat=True)[:100]
    )
    SignInThrottle.objects.filter(pk__in=list(old)).delete()
    changed_at = user.password_changed_at or user.created_at
    if policy.max_age_days and now - changed_at > timedelta(days=policy.max_age_days):
        user.must_change_password = True
        user.save(update_fields=["must_change_password"])
    actor = Actor(user_id=user.pk, name=user.full_name, roles=frozenset(), channel=Channel.WEB)
    account_event(
        stream=user_stream(user), kind="account.signed_in", actor=actor, payload={"address": address}
    )


def _save(rows: list[SignInThrottle]) -> None:
    SignInThrottle.objects.bulk_update(rows, ["failures", "first_at", "locked_until"])


def _rows(subjects: list[str], now: datetime) -> list[SignInThrottle]:
    """The rows of ``subjects``, made where missing, locked in one order: two attempts cannot deadlock."""
    SignInThrottle.objects.bulk_create(
        [SignInThrottle(subject=subject, first_at=now) for subject in subjects], ignore_conflicts=True
    )
    return list(SignInThrottle.objects.select_for_update().filter(subject__in=subjects).order_by("subject"))
