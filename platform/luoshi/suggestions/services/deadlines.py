"""Counting running clocks anew after the county's calendar was edited."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from pydantic import ValidationError

from luoshi.accounts.actor import Actor, Role
from luoshi.audit.services import event_append
from luoshi.calendar.arithmetic import deadline, years_needed
from luoshi.calendar.selectors import day_table
from luoshi.calendar.types import DayTable, Deadline, Start, Window
from luoshi.errors import NotAllowed
from luoshi.suggestions.county_settings import CountySettings, Windows
from luoshi.suggestions.models import Assignment, Clock, CountySettingsVersion, Extension, Suggestion
from luoshi.suggestions.models.assignment import Decision
from luoshi.suggestions.services.log import stream_key

RECOMPUTED = "clock.recomputed"
PART_KINDS = ("lead_reply", "co_opinion")
"""Clocks whose due date is the assignment's as well."""
FARTHEST = timedelta(days=31)
"""A corrected calendar moves a deadline by days. What lies farther off was set by something else."""


@dataclass(frozen=True, slots=True)
class DeadlineCounts:
    """What a recomputation did. ``clocks``: the running clocks looked at; ``moved`` of them in so many
    ``suggestions``; ``kept``: those with a granted date, or a date that no rule of the county explains.
    """

    clocks: int = 0
    moved: int = 0
    suggestions: int = 0
    kept: int = 0


@dataclass(slots=True)
class _County:
    """What is read once for all clocks. ``rules``: windows and holiday switch, the newest version first."""

    rules: list[tuple[Windows, bool]]
    tables: dict[tuple[int, int], DayTable] = field(default_factory=dict)

    def deadline(self, start_on: date, window: Window, roll: bool) -> Deadline:
        years = years_needed(start_on, window)
        if years not in self.tables:
            self.tables[years] = day_table(*years)
        return deadline(start_on, window, self.tables[years], roll)


def deadlines_recompute(*, actor: Actor) -> DeadlineCounts:
    """Count every running clock of the core by the calendar as it is now, and tell the log of each change.

    A running clock keeps the rule it was started by, even where the county has other rules since: of all
    versions of the settings the one counts whose date lies nearest to the stored one. A date that was granted
    as an extension stays. Each suggestion is done in a transaction of its own, under its row lock; doing it
    again changes nothing, so a run that was interrupted is simply started again.

    :raises NotAllowed: for anybody but the system administrator or the system itself.
    """
    if not actor.has(Role.SYSTEM_ADMIN, Role.SYSTEM):
        raise NotAllowed("只有系统管理员可以重算期限")
    county = _County(_rules())
    running = Clock.objects.filter(state=Clock.State.RUNNING, owner="core")
    clocks = moved = suggestions = kept = 0
    for suggestion_id in running.order_by("suggestion_id").values_list("suggestion_id", flat=True).distinct():
        with transaction.atomic():
            one = _suggestion_recompute(suggestion_id, county, actor)
        clocks, moved, kept = clocks + one.clocks, moved + one.moved, kept + one.kept
        suggestions += one.suggestions
    return DeadlineCounts(clocks, moved, suggestions, kept)


def _rules() -> list[tuple[Windows, bool]]:
    """Windows and holiday switch of every version of the settings and of the defaults, each once."""
    rules: list[tuple[Windows, bool]] = []
    versions = CountySettingsVersion.objects.order_by("-version").values_list("data", flat=True)
    for data in [*versions, {}]:
        try:
            settings = CountySettings.model_validate(data)
        except ValidationError:
            continue  # of a time when other rules were possible
        rule = (settings.windows, settings.roll_over_holidays)
        if rule not in rules:
            rules.append(rule)
    return rules


def _suggestion_recompute(suggestion_id: int, county: _County, actor: Actor) -> DeadlineCounts:
    suggestion = Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion_id)
    clocks = list(
        suggestion.clocks.filter(state=Clock.State.RUNNING, owner="core")
        .select_related("assignment")
        .order_by("id")
    )
    changes: list[dict[str, str | int | None]] = []
    kept = 0
    for clock in clocks:
        due = None if _is_granted(clock) else _nearest(clock, suggestion, county)
        if due is None:
            kept += 1
            continue
        before = clock.due_on
        clock.due_on = due.due_on
        clock.unseeded_years = "、".join(str(year) for year in due.unseeded_years)
        clock.save(update_fields=["due_on", "unseeded_years"])
        if clock.due_on == before:
            continue
        if clock.assignment is not None and clock.kind in PART_KINDS:
            clock.assignment.due_on = clock.due_on
            clock.assignment.save(update_fields=["due_on"])
        changes.append(
            {
                "clock": clock.pk,
                "kind": clock.kind,
                "assignment": clock.assignment_id,
                "before": before.isoformat(),
                "after": clock.due_on.isoformat(),
            }
        )
    if changes:
        event_append(
            stream_key=stream_key(suggestion.pk),
            kind=RECOMPUTED,
            actor_id=actor.user_id,
            actor_role=",".join(sorted(role.value for role in actor.roles)),
            payload={
                "label": "期限重算",
                "actor": actor.name,
                "channel": actor.channel.value,
                "clocks": changes,
            },
        )
    return DeadlineCounts(len(clocks), len(changes), int(bool(changes)), kept)


def _nearest(clock: Clock, suggestion: Suggestion, county: _County) -> Deadline | None:
    """The deadline by the rule that explains the stored date best, or ``None`` where none comes near."""
    best: Deadline | None = None
    nearest = FARTHEST
    for windows, roll in county.rules:
        for window in _windows(clock, suggestion, windows):
            for start_on in _starts(clock, window):
                found = county.deadline(start_on, window, roll)
                distance = abs(found.due_on - clock.due_on)
                if distance < nearest or (best is None and distance == nearest):
                    best, nearest = found, distance
    return best


def _windows(clock: Clock, suggestion: Suggestion, windows: Windows) -> Iterator[Window]:
    """The windows that a clock of this kind may have been started with, the likelier first."""
    if clock.kind == "lead_reply":
        if clock.round > 1:
            yield windows.rehandling
            return
        # A part that went on while the suggestion was handed over again keeps the window it had.
        both = (windows.lead_reply, windows.difficult_reply)
        yield from reversed(both) if suggestion.is_difficult else both
    elif clock.kind == "co_opinion":
        yield windows.co_opinion
        yield windows.co_opinion_redo
    else:
        window = getattr(windows, clock.kind, None)
        if isinstance(window, Window):
            yield window


def _starts(clock: Clock, window: Window) -> list[date]:
    """The days from which the window may count: of a part that was taken over also those of the one before.

    A window that starts at the receipt counts from the acceptance, once there was one.
    """
    if clock.kind not in (*PART_KINDS, "first_contact") or clock.assignment is None:
        return [clock.starts_on]
    own, *before = _parts(clock)
    starts = [clock.starts_on]
    if window.start == Start.RECEIPT and own.accepted_at is not None and not before:
        starts = [timezone.localdate(own.accepted_at)]
    for part in before:
        if window.start == Start.RECEIPT and part.accepted_at is not None:
            starts.append(timezone.localdate(part.accepted_at))
        elif part.handed_over_on is not None:
            starts.append(part.handed_over_on)
    return starts


def _is_granted(clock: Clock) -> bool:
    """Whether the stored date is one that was consented to, for this part or one that it took over."""
    parts = [part.pk for part in _parts(clock)] if clock.kind in PART_KINDS else []
    return Extension.objects.filter(
        assignment__in=parts, decision=Decision.APPROVED, requested_until=clock.due_on
    ).exists()


def _parts(clock: Clock) -> list[Assignment]:
    """The clock's own assignment and those it replaces, one after the other."""
    parts: list[Assignment] = []
    part = clock.assignment
    while part is not None:
        parts.append(part)
        part = part.replaces
    return parts
