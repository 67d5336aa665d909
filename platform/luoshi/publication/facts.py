"""How a published reply is read: one query with every fact by name, and the value that is made of a row.

Only what is named here is ever fetched. The suggestion's own text, the letter as it was issued, the contents
of contacts and the reasons of evaluations are never read, so that nothing can put them on a page.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from luoshi import moment
from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import (
    AssignmentRole,
    ContactPhase,
    Grade,
    ItemKind,
    ProposerKind,
    RaisedWhen,
    ResultClass,
)
from luoshi.publication.values import PublicCase, PublicFile, PublicPromise, Step
from luoshi.suggestions.county_settings import CountySettings, EvaluationsShown
from luoshi.suggestions.models import (
    Assignment,
    Contact,
    CountySettingsVersion,
    Evaluation,
    Promise,
    Publication,
    PublishedVersion,
)
from luoshi.suggestions.rendition import content_digest

logger = logging.getLogger(__name__)

_COLUMNS = {
    "number": F("suggestion__number"),
    "item_kind": F("suggestion__item_kind"),
    "proposer_kind": F("suggestion__proposer_kind"),
    "raised_when": F("suggestion__raised_when"),
    "category": F("suggestion__category"),
    "registered_on": F("suggestion__registered_on"),
    "handed_over_on": F("suggestion__handed_over_on"),
    "session_code": F("suggestion__session__code"),
    "session_year": F("suggestion__session__year"),
    "session_number": F("suggestion__session__number"),
    "term_number": F("suggestion__session__term__number"),
    "deputy_name": F("suggestion__lead_deputy__name"),
    "deputy_delegation": F("suggestion__lead_deputy__delegation__name"),
    "delegation_name": F("suggestion__delegation__name"),
    "reply_kind": F("reply__kind"),
    "reply_round": F("reply__round"),
    "reply_class_code": F("reply__class_code"),
    "reply_result_class": F("reply__result_class"),
    "issued_on": F("reply__issued_on"),
    "assignment_id": F("reply__assignment_id"),
    "part_handed_over_on": F("reply__assignment__handed_over_on"),
    "unit_id": F("reply__assignment__unit_id"),
    "unit_name": F("reply__assignment__unit__name"),
}


def session_words(term: int, number: int) -> str:
    """A session in words."""
    return f"第{term}届第{number}次会议"


def facts_read(rows: QuerySet[Publication]) -> QuerySet[Publication, dict[str, Any]]:
    """``rows`` as dictionaries of everything that :func:`case_make` needs; still one query."""
    suggestion, of_round = OuterRef("suggestion_id"), OuterRef("reply__round")
    newest = PublishedVersion.objects.filter(publication=OuterRef("pk")).order_by("-number")
    helpers = Assignment.objects.filter(suggestion=suggestion, round=of_round, role=AssignmentRole.CO)
    # Of the unit that replies, and confirmed: what nobody has answered yet is no fact.
    contacts = Contact.objects.filter(
        assignment=OuterRef("reply__assignment_id"), round=of_round, confirmed=True
    )
    promises = Promise.objects.filter(reply=OuterRef("reply_id"))
    grades = Evaluation.objects.filter(suggestion=suggestion, round=of_round)
    read: QuerySet[Publication, dict[str, Any]] = rows.annotate(
        **{f"fact_{name}": column for name, column in _COLUMNS.items()},
        fact_version=Subquery(
            newest.values(
                found=JSONObject(
                    id="id",
                    number="number",
                    content="content",
                    digest="digest",
                    made_at="made_at",
                    correction_reason="correction_reason",
                )
            )[:1]
        ),
        fact_helpers=ArraySubquery(
            helpers.exclude(state__in=sorted(GONE)).order_by("pk").values_list("unit__name")
        ),
        fact_contacts=ArraySubquery(
            contacts.order_by("held_on", "pk").values(found=JSONObject(phase="phase", on="held_on"))
        ),
        fact_promises=ArraySubquery(
            promises.order_by("pk").values(
                found=JSONObject(id="id", state="state", due_on="due_on", settled_on="settled_on")
            )
        ),
        fact_grades=ArraySubquery(
            grades.order_by("pk").values(found=JSONObject(axis="axis", grade="grade", at="created_at"))
        ),
        fact_settings=Subquery(CountySettingsVersion.objects.order_by("-version").values("data")[:1]),
    ).values(
        "pk",
        "published_on",
        "suggestion_id",
        "vouched_digest",
        *(f"fact_{name}" for name in _COLUMNS),
        *(f"fact_{name}" for name in ("version", "helpers", "contacts", "promises", "grades", "settings")),
    )
    return read


def cases_make(rows: Iterable[Mapping[str, Any]]) -> list[PublicCase]:
    """The cases of ``rows``, without those whose version is not what its digest says."""
    settings: dict[int, CountySettings] = {}
    return [case for row in rows if (case := case_make(row, settings)) is not None]


def case_make(
    row: Mapping[str, Any], known: dict[int, CountySettings] | None = None, *, vouched: bool = True
) -> PublicCase | None:
    """The case of one row of :func:`facts_read`.

    ``None``, and an error in the log, where there is no version, its content is not what its digest says, or
    the publication vouches for another one: nobody is shown what nobody has approved.

    :param known: settings parsed for an earlier row of the same query.
    :param vouched: ``False`` for reviewers alone, who may read what the publication no longer vouches for.
    """
    version = row["fact_version"]
    digest = None if version is None else content_digest(version["content"])
    if digest is None or digest != version["digest"] or (vouched and digest != row["vouched_digest"]):
        logger.error("publication %s has no version that holds; it is not shown", row["pk"])
        return None
    known = {} if known is None else known
    if 0 not in known:
        given = row["fact_settings"]
        known[0] = CountySettings() if given is None else CountySettings.model_validate(given)
    settings, content = known[0], version["content"]
    made_at = datetime.fromisoformat(version["made_at"])
    is_corrected = bool(version["correction_reason"])
    promises, kept_on = _promises(content["promises"], row["fact_promises"])
    return PublicCase(
        publication_id=row["pk"],
        version_id=version["id"],
        version_number=version["number"],
        digest=version["digest"],
        number=row["fact_number"],
        title=content["title"],
        session_code=row["fact_session_code"],
        session_name=session_words(row["fact_term_number"], row["fact_session_number"]),
        year=row["fact_session_year"],
        kind=str(ItemKind(row["fact_item_kind"]).label),
        raised_when=str(RaisedWhen(row["fact_raised_when"]).label),
        category=row["fact_category"],
        reply_kind=row["fact_reply_kind"],
        round=row["fact_reply_round"],
        proposer=_proposer(row, settings),
        unit_id=row["fact_unit_id"],
        lead_units=(row["fact_unit_name"],),
        co_units=tuple(row["fact_helpers"]),
        class_code=row["fact_reply_class_code"],
        class_label=_class_words(row["fact_reply_class_code"], row["fact_reply_result_class"], settings),
        result_class=row["fact_reply_result_class"],
        replied_on=row["fact_issued_on"],
        published_on=row["published_on"],
        approved_at=made_at,
        corrected_on=timezone.localtime(made_at).date() if is_corrected else None,
        correction_reason=version["correction_reason"],
        content=content["content"],
        asks=tuple((number, text) for number, text in content["asks"]),
        mode=content["mode"],
        reply=content["reply"],
        promises=promises,
        story=_story(row, kept_on),
        evaluation=_evaluation(row["fact_grades"], settings),
        asks_readers=settings.citizen_feedback,
        attachments=tuple(
            PublicFile(file["file"], file["name"], file["size"], file["type"], file["sha256"])
            for file in content["attachments"]
        ),
    )


def _class_words(code: str, result_class: str, settings: CountySettings) -> str:
    letter = settings.letter(code) if code else None
    if letter is not None:
        return letter.label
    return str(ResultClass(result_class).label) if result_class else ""


def _proposer(row: Mapping[str, Any], settings: CountySettings) -> str:
    """The leading deputy by name where the county says so, else the delegation."""
    if row["fact_proposer_kind"] == ProposerKind.DELEGATION or row["fact_deputy_name"] is None:
        return row["fact_delegation_name"] or row["fact_deputy_delegation"] or ""
    if not settings.publish_deputy_names:
        return row["fact_deputy_delegation"] or ""
    joint = "等代表（联名）" if row["fact_proposer_kind"] == ProposerKind.JOINT else "代表"
    return f"{row['fact_deputy_name']}{joint}"


def _promises(
    published: Sequence[Mapping[str, Any]], live: Sequence[Mapping[str, Any]]
) -> tuple[tuple[PublicPromise, ...], date | None]:
    """The published promises as they stand now, and the day on which the last was found kept, if all were.

    One that is no longer on record is shown as open, without a day.
    """
    today, now = moment.today(), {row["id"]: row for row in live}
    found, settled = [], []
    for piece in published:
        row = now.get(piece["id"], {"state": Promise.State.OPEN, "due_on": None, "settled_on": None})
        due_on, state = _day(row["due_on"]), row["state"]
        is_open = state == Promise.State.OPEN
        days_left = (due_on - today).days if due_on is not None and is_open else None
        found.append(PublicPromise(piece["id"], piece["text"], state, due_on, days_left))
        settled.append(_day(row["settled_on"]) if state == Promise.State.KEPT else None)
    days = [day for day in settled if day is not None]
    return tuple(found), max(days) if days and len(days) == len(found) else None


def _story(row: Mapping[str, Any], kept_on: date | None) -> tuple[Step, ...]:
    """提出、交办、见面、答复、评价、兑现: what has happened, in this order, with the days on record."""
    first = row["fact_reply_round"] == 1
    handed = row["fact_handed_over_on"] if first else row["fact_part_handed_over_on"]
    steps = [
        Step("raised", "提出", row["fact_registered_on"]),
        Step("handed_over", "交办" if first else "重新交办", handed or row["fact_part_handed_over_on"]),
    ]
    met = dict.fromkeys((contact["phase"], _day(contact["on"])) for contact in row["fact_contacts"])
    met_steps = [(phase, Step("contact", f"{ContactPhase(phase).label}沟通", on)) for phase, on in met]
    steps += [step for phase, step in met_steps if phase != ContactPhase.AFTER]
    steps.append(Step("replied", "答复", row["fact_issued_on"]))
    steps += [step for phase, step in met_steps if phase == ContactPhase.AFTER]
    if row["fact_grades"]:
        last = max(datetime.fromisoformat(grade["at"]) for grade in row["fact_grades"])
        steps.append(Step("evaluated", "代表评价", timezone.localtime(last).date()))
    if kept_on is not None:
        steps.append(Step("kept", "承诺兑现", kept_on))
    # In the order of the days; steps without a day keep their place in the handling.
    return tuple(_in_order(steps))


def _in_order(steps: list[Step]) -> list[Step]:
    days, last = [], date.min
    for step in steps:
        last = step.on or last
        days.append(last)
    return [step for _, _, step in sorted(zip(days, range(len(steps)), steps, strict=True))]


def _evaluation(grades: Sequence[Mapping[str, Any]], settings: CountySettings) -> tuple[tuple[str, str], ...]:
    if settings.publish_evaluations != EvaluationsShown.GRADES:
        return ()
    labels = {axis.code: axis.label for axis in settings.axes}
    return tuple((labels.get(row["axis"], row["axis"]), str(Grade(row["grade"]).label)) for row in grades)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
