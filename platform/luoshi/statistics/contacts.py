"""沟通: records, person-times and rates (HN-14). A past year's counts are added, never turned into records.

What nobody recorded is null: how a contact was held and whether the deputy confirmed it is known of records
only, so those rates speak of what has records. A contact that the deputy denied (不属实) is no contact: it
stands in no count and no numerator, but the record stays in the denominators of what was stated.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, Sum

from luoshi.statistics.definition import COUNTED, Definition
from luoshi.statistics.handling import HANDED_CASES
from luoshi.statistics.percent import percent, ratio
from luoshi.statistics.scope import Scope
from luoshi.suggestions.models import Contact, ImportedFigures

_RECORDED = "有沟通记录的件数，含记录被代表否认的；只有导入次数的不计"
STATED = "承办单位逐次记录的沟通次数，含代表否认和未答复的；导入的次数不计"
_ANSWERED = "代表（或代录）已就沟通记录答复属实与否的件数"
_CONFIRMED = COUNTED & Q(has_confirmed=True)
_PROXY_ONLY = COUNTED & Q(has_confirmed=False, has_proxy_confirmed=True)

CONTACTED = Definition(
    "contacts.contacted",
    "有沟通",
    "已交办件中有未被代表否认的沟通记录、或导入的沟通次数或人次不少于 1 的件数",
    "HN-14",
    HANDED_CASES & Q(has_contact=True),
    "已交办件数",
)
RECORDED = Definition(
    "contacts.recorded",
    "有沟通记录",
    "有逐次沟通记录的件数，含记录被代表否认的",
    "HN-14",
    COUNTED & Q(has_own_contact=True),
)
FACE_TO_FACE = Definition(
    "contacts.face_to_face",
    "面商",
    "登门走访、座谈或邀请考察至少一次的件数；代表否认的不计",
    "C8 沟通",
    COUNTED & Q(has_face_to_face=True),
    _RECORDED,
)
ANSWERED = Definition(
    "contacts.answered",
    "代表已答复沟通",
    "至少一次沟通已由代表确认或否认的件数，含代录",
    "C8 沟通",
    COUNTED & Q(has_answered_contact=True),
    _RECORDED,
)
CONFIRMED = Definition(
    "contacts.confirmed",
    "代表确认沟通",
    "至少一次沟通由代表本人确认属实的件数；代录的另计",
    "C8 沟通",
    _CONFIRMED,
    _ANSWERED,
)
CONFIRMED_BY_PROXY = Definition(
    "contacts.confirmed_by_proxy",
    "代录确认沟通",
    "只有工作人员代录的确认、没有代表本人确认的件数",
    "C8 沟通",
    _PROXY_ONLY,
    _ANSWERED,
)
DENIED = Definition(
    "contacts.only_denied",
    "沟通不属实",
    "代表答复过的沟通都被否认的件数",
    "C8 沟通",
    COUNTED & Q(has_answered_contact=True, has_confirmed=False, has_proxy_confirmed=False),
    _ANSWERED,
)
CONTACT_FIGURES = (CONTACTED, RECORDED, FACE_TO_FACE, ANSWERED, CONFIRMED, CONFIRMED_BY_PROXY, DENIED)


@dataclass(frozen=True, slots=True)
class ContactBlock:
    """``records`` (沟通次数) and ``person_times`` (人次): records and imported counts together.

    ``imported_*``: of them, counts of a past year. ``mean_person_times``: per handed-over suggestion.

    In contacts: ``stated_records``, all that the units recorded, is the sum of ``confirmed_records`` (by the
    deputy), ``proxy_confirmed_records`` (by staff for him), ``denied`` and ``unanswered_records``.
    ``confirmed_rate``: ``confirmed_records`` of ``stated_records``.

    In suggestions: ``contacted`` to ``only_denied``. ``doubtful_imports``: of a past year, with more contacts
    than person-times.
    """

    records: int | None
    person_times: int | None
    imported_records: int | None
    imported_person_times: int | None
    mean_person_times: str | None
    contacted: int | None
    contact_rate: str | None
    recorded: int
    face_to_face: int | None
    face_to_face_rate: str | None
    answered: int
    confirmed: int | None
    confirmed_by_proxy: int | None
    only_denied: int | None
    stated_records: int
    confirmed_records: int | None
    confirmed_rate: str | None
    proxy_confirmed_records: int | None
    denied: int | None
    unanswered_records: int | None
    doubtful_imports: int


def contact_block(scope: Scope, figures: dict[str, int], handed_over: int) -> ContactBlock:
    """The block from the counted ``figures`` of :data:`CONTACT_FIGURES` and two queries for the sums."""
    real: dict[str, Any] = Contact.objects.filter(scope.counted("suggestion__")).aggregate(
        stated=Count("pk"),
        denied=Count("pk", filter=Q(confirmed=False)),
        person_times=Sum("person_times", filter=Q(confirmed__isnull=True) | Q(confirmed=True)),
        in_person=Count("pk", filter=Q(confirmed=True, answered_by_proxy=False)),
        proxy=Count("pk", filter=Q(confirmed=True, answered_by_proxy=True)),
        unanswered=Count("pk", filter=Q(confirmed__isnull=True)),
    )
    imported: dict[str, Any] = ImportedFigures.objects.filter(scope.counted("suggestion__")).aggregate(
        records=Sum("contact_records"),
        person_times=Sum("contact_person_times"),
        doubtful=Count("pk", filter=Q(contact_records__gt=F("contact_person_times"))),
    )
    stated = real["stated"]
    records = _added(stated - real["denied"] if stated else None, imported["records"])
    person_times = _added(real["person_times"] or 0 if stated else None, imported["person_times"])
    known = records is not None or person_times is not None
    recorded, answered = figures[RECORDED.code], figures[ANSWERED.code]
    contacted = figures[CONTACTED.code]
    return ContactBlock(
        records=records,
        person_times=person_times,
        imported_records=imported["records"],
        imported_person_times=imported["person_times"],
        mean_person_times=None if person_times is None else ratio(person_times, handed_over),
        contacted=contacted if known else None,
        contact_rate=percent(contacted, handed_over) if known else None,
        recorded=recorded,
        face_to_face=figures[FACE_TO_FACE.code] if recorded else None,
        face_to_face_rate=percent(figures[FACE_TO_FACE.code], recorded),
        answered=answered,
        confirmed=figures[CONFIRMED.code] if answered else None,
        confirmed_by_proxy=figures[CONFIRMED_BY_PROXY.code] if answered else None,
        only_denied=figures[DENIED.code] if answered else None,
        stated_records=stated,
        confirmed_records=real["in_person"] if stated else None,
        confirmed_rate=percent(real["in_person"], stated),
        proxy_confirmed_records=real["proxy"] if stated else None,
        denied=real["denied"] if stated else None,
        unanswered_records=real["unanswered"] if stated else None,
        doubtful_imports=imported["doubtful"],
    )


def _added(real: int | None, imported: int | None) -> int | None:
    """Both together; ``None`` only where neither is known."""
    return None if real is None and imported is None else (real or 0) + (imported or 0)
