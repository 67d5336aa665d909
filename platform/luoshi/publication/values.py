"""What an anonymous reader may ever see, as frozen values: all that pages, feeds and register are made of.

Each text comes from a published version; everything else is one of the facts named here. A value holds no row
of the database, so that nothing that is not here can be reached from a page.
"""

from dataclasses import dataclass
from datetime import date, datetime

MAIN = "reply"
"""``reply_kind`` of a reply that is not a supplement."""


@dataclass(frozen=True, slots=True)
class PublicPromise:
    """A promise in its published words. ``state``: ``open``, ``kept`` or ``broken``; ``days_left`` is below
    zero when the day has passed, ``None`` where no day was named or it is settled."""

    id: int
    text: str
    state: str
    due_on: date | None
    days_left: int | None

    @property
    def words(self) -> str:
        """How it stands, in words."""
        if self.state == "kept":
            return "已兑现"
        if self.state == "broken":
            return "未兑现"
        if self.days_left is None:
            return "尚未认定兑现"
        if self.days_left < 0:
            return f"已过期{-self.days_left}天，尚未认定兑现"
        return "今天到期" if self.days_left == 0 else f"还有{self.days_left}天"

    @property
    def look(self) -> str:
        """``open``, ``late``, ``kept`` or ``broken``."""
        return "late" if self.state == "open" and (self.days_left or 0) < 0 else self.state


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the case's story. ``on``: ``None`` where the day is not on record."""

    key: str
    label: str
    on: date | None


@dataclass(frozen=True, slots=True)
class PublicFile:
    """An attachment re-made clean. ``id``: of the clean file; ``kind``: its media type; ``size`` in bytes."""

    id: int
    name: str
    size: int
    kind: str
    sha256: str


@dataclass(frozen=True, slots=True)
class FeedbackCount:
    """How many readers say that a published version answers the question, and that it does not."""

    yes: int = 0
    no: int = 0

    def __str__(self) -> str:
        return f"{self.yes} 人认为回答了问题，{self.no} 人认为没有回答"


@dataclass(frozen=True, slots=True)
class PublicCase:
    """One published reply with its case.

    ``number`` is the suggestion's; ``year`` its session's. ``class_code`` is the county's letter,
    ``class_label`` its words and ``result_class`` the canonical meaning. ``mode``: ``full`` or ``summary``.
    ``evaluation``: pairs of axis and grade in words, empty unless the county publishes them.
    ``approved_at``: when this version was approved; ``corrected_on``: the day of the last correction.
    ``supplements``: published supplements (补充答复) to this reply; ``others``: published replies of other
    units or rounds to the same suggestion. ``asks_readers``: the county asks them whether this answers the
    question; ``feedback``: what they have said of this version, read for the reply's own page alone.
    """

    publication_id: int
    version_id: int
    version_number: int
    digest: str
    number: int | None
    title: str
    session_code: str
    session_name: str
    year: int
    kind: str
    raised_when: str
    category: str
    reply_kind: str
    round: int
    proposer: str
    unit_id: int
    lead_units: tuple[str, ...]
    co_units: tuple[str, ...]
    class_code: str
    class_label: str
    result_class: str
    replied_on: date | None
    published_on: date | None
    approved_at: datetime
    corrected_on: date | None
    correction_reason: str
    content: str | None
    asks: tuple[tuple[int, str], ...]
    mode: str
    reply: str
    promises: tuple[PublicPromise, ...]
    story: tuple[Step, ...]
    evaluation: tuple[tuple[str, str], ...]
    attachments: tuple[PublicFile, ...]
    supplements: tuple["PublicCase", ...] = ()
    others: tuple["PublicCase", ...] = ()
    asks_readers: bool = False
    feedback: FeedbackCount = FeedbackCount()

    @property
    def is_public(self) -> bool:
        """True: told apart from a :class:`Tombstone`."""
        return True

    @property
    def standing(self) -> str:
        """How the promises stand, in words; nothing where none was made."""
        looks = [promise.look for promise in self.promises]
        words = {"kept": "兑现", "late": "过期", "broken": "未兑现"}
        parts = [f"{word}{looks.count(look)}项" for look, word in words.items() if look in looks]
        return f"承诺{len(looks)}项{'：' if parts else ''}{'，'.join(parts)}" if looks else ""

    @property
    def falls_short(self) -> bool:
        """Whether a promise is past its day or was found broken."""
        return any(promise.look in ("late", "broken") for promise in self.promises)

    @property
    def name(self) -> str:
        """What it is called where the number stands for it: 第12号."""
        return f"第{self.number}号" if self.number else "未编号"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stands in place of a page that was taken down."""

    publication_id: int
    number: int | None
    session_name: str
    title: str
    revoked_on: date | None
    reason_public: str

    @property
    def is_public(self) -> bool:
        """False."""
        return False


@dataclass(frozen=True, slots=True)
class PublicFilter:
    """What a reader looks for; an empty part limits nothing. ``unit``: id of the replying unit, as text.

    ``result_class``: canonical class. ``year``: of the session, as text.
    """

    session: str = ""
    unit: str = ""
    result_class: str = ""
    category: str = ""
    year: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One line of a list. ``passage``: pieces of text around what was looked for, each with whether it is
    a hit; empty without a search. ``heading``: the title in the same way."""

    case: PublicCase
    heading: tuple[tuple[str, bool], ...]
    passage: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value that a list can be limited to, and how many it would then have."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to limit a list. ``key``: name of the field of :class:`PublicFilter`."""

    key: str
    label: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class PublicPage:
    """One page of a list. ``count``: of all pages together. ``number`` counts from 1."""

    rows: tuple[PublicRow, ...]
    count: int
    number: int
    pages: int
    facets: tuple[Facet, ...]


@dataclass(frozen=True, slots=True)
class ClassFigure:
    """How many published replies are of one canonical class."""

    result_class: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class GradeFigure:
    """How many published replies were given one grade on one axis, both in words."""

    axis: str
    grade: str
    count: int


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """Figures of the published replies of one session.

    ``resolved``: suggestions whose newest public replies all are of the class that says so, in the units' own
    words. ``promises``: published ones, of supplements too; ``promises_kept``,
    ``promises_late`` (the day has passed, not settled) and ``promises_broken`` are of these. ``grades`` are
    empty unless the county publishes them.
    """

    session_code: str
    session_name: str
    year: int
    replies: int
    classes: tuple[ClassFigure, ...]
    resolved: int
    promises: int
    promises_kept: int
    promises_late: int
    promises_broken: int
    grades: tuple[GradeFigure, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a table: a unit or category, its published replies and how many of them are resolved."""

    value: str
    label: str
    count: int
    resolved: int
