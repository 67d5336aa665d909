"""What an address of the statistics asks for: which session, which kind, which congress, which system."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from luoshi.accounts.actor import Actor
from luoshi.errors import NotFound
from luoshi.lifecycle.states import CongressBody, ItemKind, RecipientSystem
from luoshi.statistics.lists import FigureList, figure_list
from luoshi.statistics.methods import METHODS
from luoshi.statistics.report import SessionReport, session_report
from luoshi.statistics.scope import Scope, scope_find
from luoshi.workbench.figures.rules import (
    bodies_of,
    list_tells_grades,
    may_see_statistics,
    sees_grades,
)

CODES = 120
"""Characters of a figure's code that are read."""
DEAR = ("units.", METHODS)
"""Figures whose list costs more queries than the list of suggestions may."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The scope of one page, as its address says it. ``system``: ``None`` for all."""

    session: str
    kind: ItemKind = ItemKind.SUGGESTION
    body: CongressBody = CongressBody.COUNTY
    system: RecipientSystem | None = None

    @classmethod
    def read(cls, session: str, given: Mapping[str, Any], actor: Actor) -> "Wanted":
        """The scope that the address names; an unknown word is as if it were not there."""
        bodies = bodies_of(actor)
        kind, body, system = (str(given.get(name) or "") for name in ("kind", "body", "system"))
        return cls(
            session=session,
            kind=ItemKind(kind) if kind in ItemKind.values else ItemKind.SUGGESTION,
            body=CongressBody(body) if body in bodies else bodies[0],
            system=RecipientSystem(system) if system in RecipientSystem.values else None,
        )

    @property
    def values(self) -> dict[str, str]:
        """What of it stands in the query; what is usual is left out."""
        given = {
            "kind": "" if self.kind == ItemKind.SUGGESTION else self.kind.value,
            "body": "" if self.body == CongressBody.COUNTY else self.body.value,
            "system": "" if self.system is None else self.system.value,
        }
        return {name: value for name, value in given.items() if value}

    def page(self, **more: str) -> str:
        """Address of the statistics page."""
        query = urlencode({**self.values, **{name: value for name, value in more.items() if value}})
        return reverse("office-statistics", args=[self.session]) + (f"?{query}" if query else "")

    def list(self, code: str, measure: str = "件") -> str:
        """Address of the list behind a figure: of suggestions, or of what they have of something."""
        if measure == "件" and not code.startswith(DEAR):
            query = {"session": self.session, **self.values, "figure": code}
            return f"{reverse('office-suggestions')}?{urlencode(query)}"
        query = {**self.values, "figure": code}
        return f"{reverse('office-statistics-list', args=[self.session])}?{urlencode(query)}"

    def at(self, session: str) -> "Wanted":
        """The same of another session."""
        return replace(self, session=session)

    def scope(self) -> Scope:
        """The scope. Two queries.

        :raises NotFound: there is no such session.
        """
        return scope_find(
            session_code=self.session,
            item_kind=self.kind,
            congress_body=self.body,
            recipient_system=self.system,
        )

    def report(self) -> SessionReport:
        """The figures.

        :raises NotFound: there is no such session.
        """
        return session_report(
            session_code=self.session,
            item_kind=self.kind,
            congress_body=self.body,
            recipient_system=self.system,
        )


def behind(actor: Actor, wanted: Wanted, code: str) -> FigureList:
    """The list behind a figure for this person.

    :raises NotFound: no figure has this code, there is no such session, or it is not this person's to see.
    """
    code = code[:CODES]
    if not may_see_statistics(actor) or (list_tells_grades(code) and not sees_grades(actor)):
        raise NotFound("没有这一统计项，或它的名单只有人大可以查看")
    return figure_list(wanted.scope(), code)


@dataclass(frozen=True, slots=True)
class Behind:
    """A figure whose list the list of suggestions shows. ``rows``: the condition on suggestions.

    ``figure`` is ``None`` where there is none of this code, or its list is not this person's to read.
    """

    rows: Q
    figure: FigureList | None
    page: str


def behind_asked(actor: Actor, values: Mapping[str, str]) -> Behind | None:
    """The figure that an address of the list names; ``None`` where it names none. Two queries.

    Units' and methods' figures have a list of their own (:meth:`Wanted.list`): here they would cost too many
    queries.
    """
    if not values.get("figure"):
        return None
    if values["figure"].startswith(DEAR):
        return Behind(Q(pk__in=[]), None, "")
    wanted = Wanted.read(values.get("session", ""), values, actor)
    try:
        found = behind(actor, wanted, values["figure"])
    except NotFound:
        return Behind(Q(pk__in=[]), None, "")
    return Behind(Q(pk__in=found.rows.values("pk")), found, wanted.page())
