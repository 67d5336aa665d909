"""The panel on the case page: the three phases of each lead part, in words that the reader may know."""

from collections.abc import Iterator
from dataclasses import dataclass

from luoshi.accounts.actor import Actor, Role
from luoshi.methods.types import CaseView, Panel
from luoshi_three_meetings import meetings
from luoshi_three_meetings.meetings import Phase, Standing
from luoshi_three_meetings.options import ThreeMeetingsOptions

SEES_DENIALS = (Role.CONGRESS_OFFICE, Role.SECRETARIAT, Role.COMMITTEE)
_SHAPES = {
    Standing.CONFIRMED: "✓",
    Standing.BY_PROXY: "◐",
    Standing.WAITING: "…",
    Standing.INCOMPLETE: "…",
    Standing.DENIED: "✗",
    Standing.OWED: "○",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One phase as it is shown. ``day``: of the last contact; ``waiting``: contacts the deputy may answer."""

    word: str
    shape: str
    said: str
    day: str
    asked: bool
    met: bool
    waiting: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One lead part. ``record``: its id where this person may record a contact, else 0."""

    unit: str
    steps: tuple[Step, ...]
    record: int


def panels(case: CaseView, actor: Actor, options: ThreeMeetingsOptions) -> Iterator[Panel]:
    """One panel once units have the case; none for what a past year's table brought in."""
    parts = meetings.lead_parts(case)
    if not parts or case.imported:
        return
    deputy = actor.has(Role.DEPUTY) and case.lead_deputy_id in actor.deputy_ids
    congress = actor.has(Role.CONGRESS_OFFICE) and not actor.unit_ids
    sees_denials = deputy or (actor.has(*SEES_DENIALS) and not actor.unit_ids)
    lines = [
        Line(
            unit=part.unit_name,
            steps=tuple(_step(phase, sees_denials) for phase in meetings.phases_of(case, part, options)),
            record=part.id if part.unit_id in actor.unit_ids and part.state in _RECORDING else 0,
        )
        for part in parts
    ]
    context = {
        "lines": lines,
        "deputy": deputy,
        "congress": congress,
        "confirmation": options.confirmation,
        "meeting": options.meeting,
        "waits": any(step.waiting for line in lines for step in line.steps),
    }
    yield Panel(options.name, "three-meetings/panel.html", context)


_RECORDING = ("accepted", "handling", "done")


def _step(phase: Phase, sees_denials: bool) -> Step:
    standing = phase.standing
    if standing == Standing.DENIED and not sees_denials:
        standing = Standing.WAITING  # what the deputy denied is between him and the congress
    return Step(
        word=phase.word,
        shape=_SHAPES[standing],
        said=standing.label if phase.asked or phase.contacts else "本件不要求",
        day=f"{phase.contacts[-1].held_on:%Y-%m-%d}" if phase.contacts else "",
        asked=phase.asked,
        met=phase.met,
        waiting=tuple(row.id for row in phase.contacts if row.confirmed is None),
    )
