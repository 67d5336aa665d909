"""The statistics page as values: sections of figures, each with its list, its denominator and its meaning."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from luoshi.methods.facade import MethodStatistics
from luoshi.statistics.evaluations import Grades
from luoshi.statistics.figures import figures
from luoshi.statistics.lists import FigureList, figure_list
from luoshi.statistics.methods import METHODS, method_code
from luoshi.statistics.percent import difference, percent, ratio
from luoshi.statistics.report import SessionReport
from luoshi.statistics.scope import Scope
from luoshi.workbench.figures.asked import Wanted
from luoshi.workbench.figures.charts import Chart, chart
from luoshi.workbench.figures.rules import list_tells_grades, tells_grades

NOT_RECORDED = "没有记录"


@dataclass(frozen=True, slots=True)
class Whole:
    """What a figure is a part of."""

    label: str
    count: int
    link: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the page. ``value``: ``None`` where nothing was recorded.

    ``link``: the list behind it, whose count is the value; empty where this person may not read that list.
    ``share``: of ``whole``, in percent, or for a mean a plain ratio. ``text``: stands in the value's place,
    where a method shows something else than a count. ``is_private``: as :func:`.rules.tells_grades`.
    """

    code: str
    label: str
    value: int | None
    measure: str
    meaning: str
    link: str
    share: str | None = None
    whole: Whole | None = None
    is_mean: bool = False
    is_part: bool = False
    text: str = ""
    is_private: bool = False

    @property
    def unit(self) -> str:
        """What stands behind the share."""
        return "" if self.is_mean else "%"


@dataclass(frozen=True, slots=True)
class Line:
    """One line with the other session's figure beside it."""

    now: Figure
    then: Figure | None

    @property
    def change(self) -> str:
        """By how much the count differs, with its sign; empty where one is not known."""
        if self.then is None or self.now.value is None or self.then.value is None:
            return ""
        return _signed(str(self.now.value - self.then.value))

    @property
    def points(self) -> str:
        """By how many percentage points the share differs, with its sign; empty where one is not known."""
        if self.then is None or self.now.is_mean:
            return ""
        points = difference(self.now.share, self.then.share)
        return "" if points is None else _signed(points)


@dataclass(frozen=True, slots=True)
class Section:
    """A block of the page."""

    key: str
    title: str
    lines: list[Line]
    note: str = ""
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit's row: items, lead, separate, co, done, late."""

    name: str
    figures: list[Figure]


class Figures:
    """Makes the sections of one report. Everything comes from the report; no query.

    ``grades``: this person reads grades and denials one by one, so that their lists are linked too.
    """

    def __init__(self, report: SessionReport, scope: Scope, wanted: Wanted, grades: bool) -> None:
        self._report, self._scope, self._wanted, self._grades = report, scope, wanted, grades
        self._lists: dict[str, FigureList] = {}
        self._explained = {definition.code: definition for definition in figures(scope)}

    def sections(self) -> Iterator[tuple[str, str, list[Figure], str]]:
        """Key, title, figures and note of each block."""
        r = self._report
        yield "raised", "提出", list(self._raised()), ""
        yield "handed", "交办与办理", list(self._handed()), ""
        yield "deadlines", "时限", list(self._deadlines()), ""
        yield "classes", "结果类别", list(self._classes()), r.classes.note
        if self._wanted.system is None:
            yield "government", "其中：政府系统", list(self._government()), ""
        for code, axis in r.evaluations.items():
            yield f"evaluation-{code}", f"评价：{axis.label}", list(self._evaluation(code)), axis.note
        yield "outcome", "办成与真满意", list(self._outcome()), self._gap()
        yield "reopened", "重新办理", list(self._reopened()), ""
        yield "follow-up", "跟踪", list(self._follow_up()), ""
        yield "contacts", "沟通", list(self._contacts()), ""
        yield "promises", "承诺", list(self._promises()), ""
        yield "publication", "公开", list(self._publication()), ""
        yield "units", "承办单位", list(self._units()), ""
        for method in r.methods:
            note = f"■ {method.failure}" if method.failure else ""
            yield f"method-{method.slug}", f"工作法：{method.name}", list(self._of_method(method)), note

    def units(self) -> list[UnitLine]:
        """The table of units."""
        columns = ("items", "lead", "separate", "co", "done", "late")
        return [
            UnitLine(
                row.name,
                [self._unit_figure(row.unit_id, row.name, name, getattr(row, name)) for name in columns],
            )
            for row in self._report.units.table
        ]

    def _raised(self) -> Iterator[Figure]:
        r = self._report
        total = ("total", r.total)
        yield self._one("total", r.total)
        for code in ("in_session", "between_sessions", "individual", "joint", "delegation"):
            yield self._one(code, getattr(r, code), of=total)
        for code in ("motions_converted", "withdrawn", "merged"):
            yield self._one(code, getattr(r, code), of=total)
        if r.merged:
            merged = ("merged", r.merged)
            yield self._one("merged_delivery.replied", r.merged_delivery.replied, of=merged, part=True)
            yield self._one("merged_delivery.awaiting", r.merged_delivery.awaiting, of=merged, part=True)
            yield self._one("merged_delivery.evaluated", r.merged_delivery.evaluated, of=merged, part=True)
        for code in ("awaiting_registration", "not_accepted", "withdrawn_before_registration"):
            yield self._one(code, getattr(r, code))
        yield self._one("key.count", r.key.count, of=("key.total_with_key", r.key.total_with_key))
        yield self._one("key.closed", r.key.closed, of=("key.count", r.key.count), part=True)

    def _handed(self) -> Iterator[Figure]:
        r = self._report
        handed = ("handed_over", r.handed_over)
        yield self._one("handed_over", r.handed_over, of=("total", r.total))
        if self._wanted.system is None:
            yield self._one("scope.government", r.scope.government, of=handed)
            yield self._one("scope.other_systems", r.scope.other_systems, of=handed)
        yield self._one("replied", r.replied, of=handed, label="已答复（答复率）")
        yield self._one("in_progress", r.in_progress, of=handed)
        awaiting = r.handed_over - r.in_progress - r.closed
        yield self._one("awaiting_close", awaiting, of=handed)
        yield self._one("closed", r.closed, of=handed)
        yield self._one("tracking", r.tracking, of=("closed", r.closed), part=True)
        yield self._one("closed_unheard", r.closed_unheard, of=("closed", r.closed), part=True)

    def _deadlines(self) -> Iterator[Figure]:
        d = self._report.deadlines
        judged = ("deadlines.judged", (d.on_time or 0) + (d.late or 0))
        yield self._one("deadlines.on_time", d.on_time, of=judged, label="按期答复（按期率）")
        yield self._one("deadlines.late", d.late, of=judged)
        yield self._one("deadlines.running", d.running)
        yield self._one("deadlines.undated", d.undated)
        yield self._one("deadlines.extended", d.extended, of=("handed_over", self._report.handed_over))

    def _classes(self) -> Iterator[Figure]:
        r = self._report
        base = ("classes.base", r.classes.base)
        yield self._one("classes.base", r.classes.base, of=("handed_over", r.handed_over))
        for item in r.classes.items:
            code = f"classes.{item.code}.{item.result_class}"
            label = f"{item.code}类：{item.label}"
            yield self._one(code, item.count, of=base, label=label)
            yield self._one(f"{code}.closed", item.closed, of=(code, item.count), label="其中办结", part=True)
        yield self._one("classes.unclassified", r.classes.unclassified, of=("handed_over", r.handed_over))
        for row in r.classes.conversions:
            yield self._one(f"conversions.{row.first}.{row.now}", row.count, of=base)

    def _government(self) -> Iterator[Figure]:
        g = self._report.government
        handed = ("government.handed_over", g.handed_over)
        yield self._one("government.total", g.total, of=("total", self._report.total))
        yield self._one("government.handed_over", g.handed_over, of=("handed_over", self._report.handed_over))
        yield self._one("government.replied", g.replied, of=handed, label="政府系统：已答复（答复率）")
        for item in g.classes:
            code = f"government.classes.{item.code}.{item.result_class}"
            yield self._one(code, item.count, of=handed, label=f"政府系统：{item.code}类：{item.label}")

    def _evaluation(self, axis: str) -> Iterator[Figure]:
        a = self._report.evaluations[axis]
        start = f"evaluations.{axis}"
        base, due = (f"{start}.received", a.base), ("evaluations.due", a.due)
        yield self._one("evaluations.due", a.due)
        yield self._one(f"{start}.received", a.base, of=due, label="收回评价（收回率）")
        yield self._one(f"{start}.not_evaluated", a.not_evaluated, of=due, label="未评价")
        for item in a.items:
            yield self._one(f"{start}.{item.grade}", item.count, of=base, label=item.label)
        yield self._one(f"{start}.by_proxy", a.by_proxy, of=base, label="其中代录", part=True)
        yield self._one(
            f"{start}.unheard", a.unheard_after_rehandling, of=base, label="其中重办后未再评价", part=True
        )
        yield from self._view(f"{start}.without_proxy", "不含代录", a.without_proxy)
        yield from self._view(f"{start}.first_round", "首次评价", a.first_round)

    def _view(self, start: str, title: str, grades: Grades) -> Iterator[Figure]:
        base = (f"{start}.received", grades.base)
        yield self._one(f"{start}.received", grades.base, label=f"{title}：收回评价")
        for item in grades.items:
            yield self._one(
                f"{start}.{item.grade}", item.count, of=base, label=f"{title}：{item.label}", part=True
            )

    def _outcome(self) -> Iterator[Figure]:
        r = self._report
        base = ("resolved_base", r.resolved_base)
        yield self._one("resolved_base", r.resolved_base)
        yield self._one("resolved", r.resolved, of=base, label="办成（办成率）")
        own = ("self_reported_resolved", r.self_reported_resolved)
        yield self._one(
            "self_reported_resolved", r.self_reported_resolved, of=("classes.base", r.classes.base)
        )
        yield self._one("resolved_difference", r.resolved_difference, of=own, part=True)

    def _gap(self) -> str:
        """满意、办成、兑现 side by side. For the congress: an indication, never an accusation."""
        t = self._report.true_satisfaction
        if t.gap is None:
            return ""
        kept = f"，承诺兑现率 {t.promises_kept_rate}%" if t.promises_kept_rate is not None else ""
        return (
            f"真满意：满意率 {t.satisfied_percent}%（加基本满意 {t.satisfied_or_basically_percent}%），"
            f"办成率 {t.resolved_rate}%{kept}；满意率比办成率{_more(t.gap)}。"
            "供人大参考，不作为对任何人的指责。"
        )

    def _reopened(self) -> Iterator[Figure]:
        r = self._report
        count = ("reopened.count", r.reopened.count)
        yield self._one("reopened.count", r.reopened.count, of=("replied", r.replied))
        yield self._one("reopened.in_progress", r.reopened.in_progress, of=count, part=True)
        yield self._one("reopened.unheard_after_rehandling", r.reopened.unheard_after_rehandling, of=count)

    def _follow_up(self) -> Iterator[Figure]:
        r = self._report
        closed, ended = ("closed", r.closed), ("follow_up.ended", r.follow_up.ended)
        yield self._one("follow_up.ledger", r.follow_up.ledger, of=closed)
        yield self._one("follow_up.ended", r.follow_up.ended, of=closed)
        yield self._one("follow_up.resolved", r.follow_up.resolved, of=ended, part=True)

    def _contacts(self) -> Iterator[Figure]:
        c = self._report.contacts
        handed = ("handed_over", self._report.handed_over)
        recorded, answered = ("contacts.recorded", c.recorded), ("contacts.answered", c.answered)
        stated = ("contacts.stated_records", c.stated_records)
        yield self._one("contacts.contacted", c.contacted, of=handed, label="有沟通（沟通率）")
        yield self._one("contacts.records", c.records)
        if c.imported_records is not None:
            yield self._one("contacts.imported_records", c.imported_records, part=True)
        yield self._one("contacts.person_times", c.person_times, of=handed, mean=True)
        if c.imported_person_times is not None:
            yield self._one("contacts.imported_person_times", c.imported_person_times, part=True)
        yield self._one("contacts.recorded", c.recorded, of=handed)
        yield self._one("contacts.face_to_face", c.face_to_face, of=recorded, label="面商（面商率）")
        yield self._one("contacts.answered", c.answered, of=recorded)
        yield self._one("contacts.confirmed", c.confirmed, of=answered, part=True)
        yield self._one("contacts.confirmed_by_proxy", c.confirmed_by_proxy, of=answered, part=True)
        yield self._one("contacts.only_denied", c.only_denied, of=answered, part=True)
        yield self._one("contacts.stated_records", c.stated_records)
        label = "代表确认的沟通（确认率）"
        yield self._one("contacts.confirmed_records", c.confirmed_records, of=stated, label=label, part=True)
        yield self._one("contacts.proxy_confirmed_records", c.proxy_confirmed_records, of=stated, part=True)
        yield self._one("contacts.denied", c.denied, of=stated, part=True)
        yield self._one("contacts.unanswered_records", c.unanswered_records, of=stated, part=True)
        if c.doubtful_imports:
            yield self._one("contacts.doubtful_imports", c.doubtful_imports)

    def _promises(self) -> Iterator[Figure]:
        p = self._report.promises
        total, due = ("promises.total", p.total), ("promises.due", p.kept + p.broken + p.overdue)
        yield self._one("promises.total", p.total)
        settled = p.kept + p.broken > 0
        yield self._one("promises.kept", p.kept, of=due if settled else None, label="已兑现（兑现率）")
        yield self._one("promises.broken", p.broken, of=due if settled else None)
        yield self._one("promises.overdue", p.overdue, of=due if settled else None)
        yield self._one("promises.open", p.open, of=total)

    def _publication(self) -> Iterator[Figure]:
        p = self._report.publication
        for name in ("published_full", "published_summary", "under_way", "withheld", "revoked"):
            yield self._one(f"publication.{name}", getattr(p, name))
        yield self._one("publication.undecided", p.undecided, of=("replied", self._report.replied))

    def _units(self) -> Iterator[Figure]:
        u = self._report.units
        for name in ("distinct", "lead", "separate", "co"):
            code, meaning = f"units.{name}", self._report.definitions[f"units.{name}"]
            link = self._wanted.list(code, "个")
            yield Figure(code, meaning["label"], getattr(u, name), "个", meaning["meaning"], link)
        for name in ("lead", "separate", "co"):
            yield self._one(f"units.parts.{name}", getattr(u.parts, name), part=True)

    def _of_method(self, method: MethodStatistics) -> Iterator[Figure]:
        for row in method.figures:
            top, bottom = (method_code(method.slug, row, side) for side in ("numerator", "denominator"))
            counted = row.numerator is not None
            whole = None
            if row.denominator is not None:
                whole = Whole(
                    self._known(bottom).label if self._is_ours(bottom) else "全部",
                    row.denominator,
                    self._method_link(bottom, row.measure),
                )
            yield Figure(
                code=f"{METHODS}{method.slug}.{row.code}",
                label=row.label,
                value=row.numerator,
                measure=self._known(top).measure if self._is_ours(top) else row.measure,
                meaning=row.definition,
                link=self._method_link(top, row.measure) if counted else "",
                share=row.value if counted and whole is not None else None,
                whole=whole,
                text="" if counted or row.value is None else str(row.value),
                is_private=row.tells_answers or tells_grades(top),
            )

    def _is_ours(self, code: str) -> bool:
        return bool(code) and not code.startswith(METHODS)

    def _method_link(self, code: str, measure: str) -> str:
        if not code:
            return ""
        return self._link(code, self._known(code).measure if self._is_ours(code) else measure)

    def _unit_figure(self, unit_id: int, unit: str, name: str, value: int) -> Figure:
        measure = "件次" if name in ("done", "late") else "件"
        code = f"units.{unit_id}.{name}"
        return Figure(code, unit, value, measure, "", self._wanted.list(code, measure))

    def _one(
        self,
        code: str,
        value: int | None,
        *,
        of: tuple[str, int] | None = None,
        label: str = "",
        part: bool = False,
        mean: bool = False,
    ) -> Figure:
        """One figure with its whole, worded by its definition where ``label`` says nothing else."""
        known = self._known(code)
        share = None
        if of is not None and value is not None:
            share = ratio(value, of[1]) if mean else percent(value, of[1])
        return Figure(
            code=code,
            label=label or known.label,
            value=value,
            measure=known.measure,
            meaning=known.meaning,
            link="" if value is None else self._link(code, known.measure),
            share=share,
            whole=None if of is None else self._whole(*of),
            is_mean=mean,
            is_part=part,
        )

    def _whole(self, code: str, count: int) -> Whole:
        known = self._known(code)
        return Whole(known.label, count, self._link(code, known.measure))

    def _link(self, code: str, measure: str) -> str:
        if list_tells_grades(code) and not self._grades:
            return ""
        return self._wanted.list(code, measure)

    def _known(self, code: str) -> FigureList:
        if code not in self._lists:
            self._lists[code] = figure_list(self._scope, code, self._explained)
        return self._lists[code]


def beside(now: Figures, then: Figures | None, *, shown: bool) -> list[Section]:
    """The sections, with the other session's figures beside them.

    :param shown: figures that tell grades are shown.
    """
    other: dict[str, Figure] = {}
    if then is not None:
        for _, _, rows, _ in then.sections():
            other |= {f"{figure.code}/{figure.label}": figure for figure in rows}
    sections = []
    for key, title, rows, note in now.sections():
        kept = [figure for figure in rows if shown or not (tells_grades(figure.code) or figure.is_private)]
        lines = [Line(figure, other.get(f"{figure.code}/{figure.label}")) for figure in kept]
        told = note if shown or key.split("-")[0] not in _OF_GRADES else ""
        sections.append(Section(key, title, lines, told, chart(key, kept)))
    return sections


_OF_GRADES = ("evaluation", "outcome")
"""Sections whose note speaks of grades."""


def _signed(text: str) -> str:
    number = Decimal(text)
    return f"+{text}" if number > 0 else text


def _more(gap: str) -> str:
    number = Decimal(gap)
    if number == 0:
        return "不高不低"
    return f"{'高' if number > 0 else '低'} {abs(number)} 个百分点"
