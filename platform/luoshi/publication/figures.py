"""Figures of what is published: they count what is public alone, so that anybody can count it again."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from luoshi import moment
from luoshi.lifecycle.states import Grade, ResultClass
from luoshi.publication.condition import public_mains, public_rows
from luoshi.publication.facts import session_words
from luoshi.publication.values import ClassFigure, GradeFigure, PublicFigures, Share
from luoshi.statement import Statement
from luoshi.suggestions.county_settings import EvaluationsShown
from luoshi.suggestions.models import Evaluation, Promise, PublishedVersion
from luoshi.suggestions.selectors.settings import county_settings

_SESSION = {
    "code": F("suggestion__session__code"),
    "year": F("suggestion__session__year"),
    "session": F("suggestion__session__number"),
    "term": F("suggestion__session__term__number"),
}
MOST_SHARES = 200


def public_figures(session: str = "") -> PublicFigures | None:
    """The figures of ``session``, of the newest one with a public reply where none is named; without grades.

    Three queries.
    """
    newest = _counted(session)[:1]
    return next(iter(_figures(newest, newest[0].code if newest else "", grades=False)), None)


def figures_by_session() -> tuple[PublicFigures, ...]:
    """The figures of every session with a public reply, the newest first, with grades where the county
    publishes them. At most five queries."""
    return _figures(_counted(), grades=True)


@dataclass(frozen=True, slots=True)
class _Counted:
    """One session, and its public replies by result class."""

    code: str
    number: int
    year: int
    term: int
    classes: dict[str, int]


class _OfSessions:
    """A statement for all sessions, and the same one for a single session. ``write`` makes the query from the
    condition that its rows have to meet, and from its other variables."""

    def __init__(self, write: Callable[..., QuerySet[Any, Any]], **variables: type) -> None:
        self._all = Statement(lambda **values: write(Q(), **values), **variables)
        self._one = Statement(
            lambda session, **values: write(Q(suggestion__session__code=session), **values),
            session=str,
            **variables,
        )

    def rows(self, session: str, **values: Any) -> list[dict[str, Any]]:
        """The rows of ``session``, of all of them where it is empty. One query."""
        return self._one.rows({"session": session, **values}) if session else self._all.rows(values)


def _counted_rows(of_sessions: Q) -> QuerySet[Any, Any]:
    rows = public_mains().filter(of_sessions).order_by().values(**_SESSION, meaning=F("reply__result_class"))
    counted: QuerySet[Any, Any] = rows.annotate(count=Count("pk")).values(*_SESSION, "meaning", "count")
    return counted


_COUNTED = _OfSessions(_counted_rows)


def _counted(session: str = "") -> list[_Counted]:
    """The sessions with a public reply, the newest first. One query."""
    found: dict[str, _Counted] = {}
    for row in _COUNTED.rows(session):
        one = _Counted(row["code"], row["session"], row["year"], row["term"], {})
        found.setdefault(one.code, one).classes[row["meaning"]] = row["count"]
    return sorted(found.values(), key=lambda one: (one.term, one.number), reverse=True)


def _figures(sessions: Sequence[_Counted], session: str = "", *, grades: bool) -> tuple[PublicFigures, ...]:
    """The figures of ``sessions``: all of them, or ``session`` alone."""
    if not sessions:
        return ()
    resolved = {row["code"]: row["count"] for row in _RESOLVED.rows(session)}
    promises = _promises(session)
    graded = _grades() if grades else {}
    return tuple(
        PublicFigures(
            session_code=one.code,
            session_name=session_words(one.term, one.number),
            year=one.year,
            replies=sum(one.classes.values()),
            classes=_classes(one.classes),
            resolved=resolved.get(one.code, 0),
            promises=promises[one.code].get("all", 0),
            promises_kept=promises[one.code].get("kept", 0),
            promises_late=promises[one.code].get("late", 0),
            promises_broken=promises[one.code].get("broken", 0),
            grades=tuple(graded.get(one.code, ())),
        )
        for one in sessions
    )


def shares(by: str, session: str) -> tuple[Share, ...]:
    """Public replies of ``session`` by ``unit`` or ``category``, the most frequent first. One query.

    ``resolved`` counts replies here, earlier rounds included: it is what one unit has answered.
    """
    value, label = {
        "unit": (F("reply__assignment__unit_id"), F("reply__assignment__unit__name")),
        "category": (F("suggestion__category"), F("suggestion__category")),
    }[by]
    rows = (
        public_mains()
        .filter(suggestion__session__code=session)
        .order_by()
        .values(value=value, label=label)
        .annotate(count=Count("pk"), resolved=Count("pk", filter=Q(reply__result_class=ResultClass.RESOLVED)))
    )
    found = rows.order_by("-count", "label")[:MOST_SHARES]
    return tuple(
        Share(str(row["value"]), row["label"] or "未分类", row["count"], row["resolved"]) for row in found
    )


def _classes(counts: dict[str, int]) -> tuple[ClassFigure, ...]:
    known = [
        ClassFigure(row.value, str(row.label), counts[row.value]) for row in ResultClass if row in counts
    ]
    return (*known, ClassFigure("", "未标明类别", counts[""])) if counts.get("") else tuple(known)


def _resolved_rows(of_sessions: Q) -> QuerySet[Any, Any]:
    """Suggestions by session whose newest public round is of no other class than 已解决或基本解决: neither a
    first reply that was rejected counts, nor one of two leads' alone."""
    short = (
        public_mains()
        .filter(suggestion=OuterRef("suggestion_id"), reply__round__gte=OuterRef("reply__round"))
        .exclude(reply__result_class=ResultClass.RESOLVED)
    )
    return (
        public_mains()
        .filter(of_sessions, ~Exists(short), reply__result_class=ResultClass.RESOLVED)
        .order_by()
        .values(code=F("suggestion__session__code"))
        .annotate(count=Count("suggestion_id", distinct=True))
    )


_RESOLVED = _OfSessions(_resolved_rows)


def _promise_rows(of_sessions: Q, today: date) -> QuerySet[Any, Any]:
    """Published promises by session, those of supplements included: all that were there when the version was
    approved, which has them."""
    newest = PublishedVersion.objects.filter(publication__reply=OuterRef("reply_id")).order_by("-number")
    return (
        Promise.objects.filter(
            of_sessions,
            reply__publications__in=public_rows(),
            created_at__lte=Subquery(newest.values("made_at")[:1]),
        )
        .order_by()
        .values(code=F("suggestion__session__code"))
        .annotate(
            all=Count("pk"),
            kept=Count("pk", filter=Q(state=Promise.State.KEPT)),
            broken=Count("pk", filter=Q(state=Promise.State.BROKEN)),
            late=Count("pk", filter=Q(state=Promise.State.OPEN, due_on__lt=today)),
        )
    )


_PROMISES = _OfSessions(_promise_rows, today=date)


def _promises(session: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _PROMISES.rows(session, today=moment.today()):
        found[row["code"]] = {name: row[name] for name in ("all", "kept", "broken", "late")}
    return found


def _grades() -> dict[str, list[GradeFigure]]:
    """How often each grade was given to a public reply's round, where the county publishes grades."""
    settings, found = county_settings(), defaultdict[str, list[GradeFigure]](list)
    if settings.publish_evaluations != EvaluationsShown.GRADES:
        return found
    of_public = public_mains().filter(suggestion=OuterRef("suggestion_id"), reply__round=OuterRef("round"))
    rows = (
        Evaluation.objects.filter(Exists(of_public))
        .order_by()
        .values("axis", "grade", code=F("suggestion__session__code"))
        .annotate(count=Count("pk"))
    )
    counts = {(row["code"], row["axis"], row["grade"]): row["count"] for row in rows}
    for code in {key[0] for key in counts}:
        found[code] = [
            GradeFigure(axis.label, str(grade.label), count)
            for axis in settings.axes
            for grade in Grade
            if (count := counts.get((code, axis.code, grade.value)))
        ]
    return found
