"""这个答复回答了问题吗: what readers say of a published reply. Counted, shown, and nobody is remembered.

A reader is told from another by a digest of address and browser under a key that changes every day. The cache
holds it until the day ends; it is never written to the database. Whoever shares address and browser with
another is taken for the same reader; whoever changes the browser counts three times: it is a hint, and called
one.
"""

import ipaddress
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from enum import StrEnum

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, OuterRef, Subquery, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from luoshi import moment
from luoshi.errors import Invalid, NotFound, Problem
from luoshi.publication.condition import public_rows
from luoshi.publication.models import CitizenFeedback
from luoshi.publication.values import FeedbackCount
from luoshi.suggestions.models import PublishedVersion
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.tenancy import tenant_current

PER_ADDRESS_AND_VERSION = 3
"""Answers of one address to one version in a day: what a browser calls itself is for everybody to choose."""
PER_ADDRESS = 20
"""Answers of one address in a day over all pages: an office or a household may share one."""
PER_VERSION = 500
"""Answers to one published version in a day, whoever gives them."""


class Counted(StrEnum):
    """What became of a reader's answer."""

    YES = "counted"
    AGAIN = "again"
    TOO_MANY = "many"
    AWAY = "away"


def feedback_give(
    *, publication_id: int, answered: bool, reason: str = "", address: str, agent: str = ""
) -> Counted:
    """Count one reader's answer to the newest version of a public reply.

    One answer of a reader to a version in a day; at most :data:`PER_ADDRESS_AND_VERSION`, :data:`PER_ADDRESS`
    and :data:`PER_VERSION`. Without the cache nothing is counted, for then nobody could be told from another.

    :param reason: of ``CitizenFeedback.Reason``; dropped where the reply answers the question.
    :param address: where the request comes from. :param agent: what the browser calls itself.
    :raises NotFound: it is not public, or the county does not ask.
    :raises Invalid: a reason that is not on the list.
    """
    if reason not in ("", *CitizenFeedback.Reason.values):
        raise Invalid([Problem("reason", "请从所列原因中选择")])
    version = PublishedVersion.objects.filter(publication__in=public_rows().filter(pk=publication_id))
    version_id = version.order_by("-number").values_list("pk", flat=True).first()
    if version_id is None or not county_settings().citizen_feedback:
        raise NotFound("没有这个页面")
    counted = _admitted(version_id, address, agent)
    if counted is Counted.YES:
        _count(version_id, answered, "" if answered else reason)
    return counted


def feedback_of(publication_ids: Iterable[int]) -> dict[int, FeedbackCount]:
    """What readers have said of the newest version of each, where they have said anything. One query."""
    newest = PublishedVersion.objects.filter(publication=OuterRef("version__publication")).order_by("-number")
    rows = (
        CitizenFeedback.objects.filter(
            version__publication__in=list(publication_ids), version=Subquery(newest.values("pk")[:1])
        )
        .values_list("version__publication_id", "answered")
        .annotate(total=Sum("count"))
    )
    found: dict[int, dict[bool, int]] = {}
    for publication_id, answered, total in rows:
        found.setdefault(publication_id, {})[answered] = total
    return {pk: FeedbackCount(said.get(True, 0), said.get(False, 0)) for pk, said in found.items()}


@transaction.atomic
def _count(version_id: int, answered: bool, reason: str) -> None:
    row, is_new = CitizenFeedback.objects.get_or_create(
        version_id=version_id, day=moment.today(), answered=answered, reason=reason, defaults={"count": 1}
    )
    if not is_new:
        CitizenFeedback.objects.filter(pk=row.pk).update(count=F("count") + 1)


def _admitted(version_id: int, address: str, agent: str) -> Counted:
    day, left = moment.today(), _left_of_the_day()
    place = _place(address)
    prefix = f"feedback:{day.isoformat()}"
    reader = f"{prefix}:{version_id}:{_digest(f'{place}|{agent}')}"
    if not cache.add(reader, 1, left):
        return Counted.AGAIN if cache.get(reader) else Counted.AWAY
    limits = (
        (f"{prefix}:{version_id}:from:{_digest(place)}", PER_ADDRESS_AND_VERSION),
        (f"{prefix}:from:{_digest(place)}", PER_ADDRESS),
        (f"{prefix}:{version_id}", PER_VERSION),
    )
    for key, most in limits:
        cache.add(key, 0, left)
        try:
            if cache.incr(key) > most:
                return Counted.TOO_MANY
        except ValueError:  # gone in between, or the cache is away
            return Counted.AWAY
    return Counted.YES


def _place(address: str) -> str:
    """The address as one counts it: of IPv6 the network that a household is given."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)


def _digest(text: str) -> str:
    """Good for this county and this day; nobody without the product's key can make or reverse it."""
    salt = f"luoshi.feedback.{tenant_current().schema}.{moment.today().isoformat()}"
    return salted_hmac(salt, text, algorithm="sha256").hexdigest()[:32]


def _left_of_the_day() -> int:
    """Seconds until the day ends."""
    now = timezone.localtime(moment.now())
    end = timezone.make_aware(datetime.combine(now.date() + timedelta(days=1), time.min))
    return max(1, int((end - now).total_seconds()))
