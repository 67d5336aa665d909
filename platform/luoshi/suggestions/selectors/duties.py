"""What methods ask of a person and what they have marked, for start pages and lists.

A method that the county has off is silent here: its rows stay and are not shown.
"""

from dataclasses import dataclass

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from luoshi.accounts.actor import Actor, Role
from luoshi.lifecycle.states import RecipientSystem
from luoshi.methods.models import MethodActivation
from luoshi.suggestions.models import CaseDuty, CaseFlag, Clock

OVERSEERS = (Role.CONGRESS_OFFICE, Role.SECRETARIAT, Role.GOVERNMENT_OFFICE)
READS_FLAGS = (Role.CONGRESS_OFFICE, Role.SECRETARIAT)


@dataclass(frozen=True, slots=True)
class Worklist:
    """One kind of thing that methods ask for. ``own``: this person's turn; else somebody's whom he oversees.

    ``debtor``: who owes it, in Chinese. ``is_flag``: a mark, not a duty.
    """

    owner: str
    kind: str
    title: str
    own: bool
    debtor: str = ""
    is_flag: bool = False

    @property
    def key(self) -> str:
        """Its name in an address."""
        return f"{self.owner}:{'flag:' if self.is_flag else ''}{self.kind}"

    def condition(self, actor: Actor) -> Q:
        """The suggestions in it, as a condition on suggestions."""
        if self.is_flag:
            marked = CaseFlag.objects.filter(suggestion=OuterRef("pk"), owner=self.owner, kind=self.kind)
            return Q(Exists(marked))
        owed = duties_shown(actor).filter(suggestion=OuterRef("pk"), owner=self.owner, kind=self.kind)
        return Q(Exists(owed.filter(owed_by_q(actor)) if self.own else owed))


def duties_shown(actor: Actor) -> QuerySet[CaseDuty]:
    """The open duties that this person owes or oversees, of methods that are on."""
    shown = owed_by_q(actor)
    if actor.has(*OVERSEERS):
        shown |= Q(pk__isnull=False)
    return CaseDuty.objects.filter(shown, state=CaseDuty.State.OPEN, owner__in=_on())


def owed_by_q(actor: Actor) -> Q:
    """Whether a duty is this person's own turn."""
    mine = Q(pk__in=[])
    if actor.has(Role.UNIT_HEAD, Role.UNIT_HANDLER) and actor.unit_ids:
        mine |= Q(owed_by=Clock.Debtor.UNIT, assignment__unit_id__in=actor.unit_ids)
    if actor.has(Role.DEPUTY) and actor.deputy_ids:
        mine |= Q(owed_by=Clock.Debtor.DEPUTY, suggestion__lead_deputy_id__in=actor.deputy_ids)
    government = Q(suggestion__recipient_system=RecipientSystem.GOVERNMENT)
    if actor.has(Role.CONGRESS_OFFICE):
        mine |= Q(owed_by=Clock.Debtor.CONGRESS_OFFICE)
        mine |= Q(owed_by=Clock.Debtor.REVIEWING_OFFICE) & ~government
    if actor.has(Role.GOVERNMENT_OFFICE):
        mine |= Q(owed_by=Clock.Debtor.REVIEWING_OFFICE) & government
    return mine


def worklists_of(actor: Actor) -> tuple[Worklist, ...]:
    """The worklists that have something in them for this person. One query, for the congress two."""
    found: dict[tuple[str, str], Worklist] = {}
    rows = duties_shown(actor).annotate(own=ExpressionWrapper(owed_by_q(actor), BooleanField()))
    groups = rows.order_by("owner", "kind", "own").values_list("owner", "kind", "title", "owed_by", "own")
    for owner, kind, title, debtor, own in groups.distinct():
        found[(owner, kind)] = Worklist(owner, kind, title, own, Clock.Debtor(debtor).label)
    marks: list[Worklist] = []
    if actor.has(*READS_FLAGS):
        flags = CaseFlag.objects.filter(owner__in=_on()).order_by("owner", "kind", "title")
        marks = [
            Worklist(owner, kind, title, own=False, is_flag=True)
            for owner, kind, title in flags.values_list("owner", "kind", "title").distinct()
        ]
    return (*found.values(), *marks)


def worklist_find(actor: Actor, key: str) -> Worklist | None:
    """The worklist of this name in an address, if this person has something in it."""
    if ":" not in key:
        return None
    return next((row for row in worklists_of(actor) if row.key == key), None)


def flags_of(case_id: int, actor: Actor) -> list[CaseFlag]:
    """The marks on a case that this person may read, of methods that are on. One query, none for others."""
    if not actor.has(*READS_FLAGS):
        return []
    return list(CaseFlag.objects.filter(suggestion_id=case_id, owner__in=_on()).order_by("owner", "kind"))


def _on() -> "QuerySet[MethodActivation, str]":
    return MethodActivation.objects.filter(is_enabled=True).values_list("slug", flat=True)
