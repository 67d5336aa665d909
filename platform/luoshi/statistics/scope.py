"""What a report speaks of: one session, one kind of item, one congress, up to one day."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from luoshi.errors import NotFound
from luoshi.lifecycle.states import CongressBody, ItemKind, RecipientSystem
from luoshi.suggestions.county_settings import CountySettings, KeyCounting
from luoshi.suggestions.models import Session
from luoshi.suggestions.selectors.settings import county_settings


@dataclass(frozen=True, slots=True)
class Scope:
    """The suggestions that the figures are of. ``as_of``: the day up to which lateness is judged.

    ``recipient_system``: only what is for the government, the court or another system; all where ``None``.
    """

    session: Session
    settings: CountySettings
    as_of: date
    item_kind: ItemKind = ItemKind.SUGGESTION
    congress_body: CongressBody = CongressBody.COUNTY
    recipient_system: RecipientSystem | None = None

    @property
    def key_outside(self) -> bool:
        """True where the county counts its key items beside the total (XH-04)."""
        return self.settings.key_counting == KeyCounting.OUTSIDE

    def of_suggestion(self, prefix: str = "") -> Q:
        """The suggestions of this scope, numbered or not. ``prefix``: the way to the suggestion."""
        if self.recipient_system is None:
            return self.of_kind(prefix)
        return self.of_kind(prefix) & Q(**{f"{prefix}recipient_system": self.recipient_system})

    def of_kind(self, prefix: str = "") -> Q:
        """The suggestions of the same kind and congress, whatever system they are for."""
        return Q(
            **{
                f"{prefix}session": self.session,
                f"{prefix}item_kind": self.item_kind,
                f"{prefix}congress_body": self.congress_body,
            }
        )

    def counted(self, prefix: str = "") -> Q:
        """The suggestions that stand in the total: registered, and not a key item that is counted apart."""
        return self.of_suggestion(prefix) & self.in_total(prefix)

    def in_total(self, prefix: str = "") -> Q:
        """Whether a suggestion of whatever kind stands in its kind's total."""
        registered = Q(**{f"{prefix}number__isnull": False})
        return registered & Q(**{f"{prefix}is_key": False}) if self.key_outside else registered


def scope_find(
    *,
    session_code: str,
    item_kind: ItemKind = ItemKind.SUGGESTION,
    congress_body: CongressBody = CongressBody.COUNTY,
    recipient_system: RecipientSystem | None = None,
    as_of: date | None = None,
) -> Scope:
    """The scope of the session with this code in the bound county. Two queries.

    :param recipient_system: only what is for this system; all where left out.
    :param as_of: today where left out.
    :raises NotFound: the county has no such session; the message names those it has.
    """
    session = Session.objects.select_related("term").filter(code=session_code).first()
    if session is None:
        known = "、".join(Session.objects.order_by("term__number", "number").values_list("code", flat=True))
        has = f"，可选：{known}" if known else "，本县尚未建立任何届次"
        raise NotFound(f"本县没有“{session_code}”这一届次{has}")
    return Scope(
        session,
        county_settings(),
        as_of or timezone.localdate(),
        item_kind,
        congress_body,
        recipient_system,
    )
