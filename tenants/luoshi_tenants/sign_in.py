"""The way in to a province: failures are counted before the password is looked at, as in a county.

The count stands in ``public``. When it cannot be read or written nobody signs in. A province has no audit
log of its own; what happens is told to the process's log, without the name of nobody.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from luoshi.accounts.digests import key_digest
from luoshi.accounts.policy import AccountPolicy
from luoshi.accounts.throttle import attempt_count, attempt_forget
from luoshi_tenants.context import public_context
from luoshi_tenants.models import Province, ProvinceStaff, ProvinceThrottle

logger = logging.getLogger(__name__)
KEPT = timedelta(days=2)
POLICY = AccountPolicy()
"""A province has no rules of its own: those that a county begins with."""


def province_sign_in_begin(*, province: Province, username: str, address: str) -> datetime | None:
    """Count one attempt. Returns until when the name or the address is locked, ``None`` if it may go on."""
    limits = {
        _name(province, username): POLICY.failures,
        _address(province, address): POLICY.address_failures,
    }
    with public_context(), transaction.atomic():
        now = timezone.now()
        rows = _rows(sorted(limits), now)
        until = attempt_count(rows, limits, timedelta(seconds=POLICY.lock_seconds), now)
        _save(rows)
    return until


def province_sign_in_failed(*, province: Province, username: str, address: str) -> None:
    """Tell the log of a failure; under a name that nobody has, without the name: it may be a password."""
    with public_context():
        staff = ProvinceStaff.objects.filter(province=province, username=_spelled(username)).first()
    known = staff.pk if staff else "nobody"
    logger.warning("province %s: sign-in failed, staff %s, from %s", province.code, known, address)


def province_sign_in_succeeded(*, staff: ProvinceStaff, address: str) -> None:
    """Forget the failures under the name, take this attempt off the address."""
    name = _name(staff.province, staff.username)
    with public_context(), transaction.atomic():
        now = timezone.now()
        rows = _rows(sorted({name, _address(staff.province, address)}), now)
        attempt_forget(rows, name)
        _save(rows)
        old = ProvinceThrottle.objects.select_for_update(skip_locked=True).filter(first_at__lt=now - KEPT)
        ProvinceThrottle.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:100])).delete()
    logger.info("province %s: staff %s signed in from %s", staff.province.code, staff.pk, address)


def _spelled(username: str) -> str:
    return username.strip().lower()


def _name(province: Province, username: str) -> str:
    return key_digest(f"{province.code}:sign_in_name:{_spelled(username)}")


def _address(province: Province, address: str) -> str:
    return key_digest(f"{province.code}:sign_in_address:{address}")


def _rows(subjects: list[str], now: datetime) -> list[ProvinceThrottle]:
    """The rows of ``subjects``, made where missing, locked in one order: two attempts cannot deadlock."""
    ProvinceThrottle.objects.bulk_create(
        [ProvinceThrottle(subject=subject, first_at=now) for subject in subjects], ignore_conflicts=True
    )
    return list(ProvinceThrottle.objects.select_for_update().filter(subject__in=subjects).order_by("subject"))


def _save(rows: list[ProvinceThrottle]) -> None:
    ProvinceThrottle.objects.bulk_update(rows, ["failures", "first_at", "locked_until"])
