"""The people of a county's demonstration accounts, and a suggestion on its way through them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from luoshi.accounts.actor import Actor
from luoshi.accounts.models import User
from luoshi.moment import moment_set
from luoshi.suggestions.models import Assignment, Deputy, Reply, Session, Suggestion, Unit
from luoshi.suggestions.selectors.actors import actor_of
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.door import Outcome, transition_perform
from luoshi.suggestions.services.drafts import suggestion_draft


@dataclass(frozen=True, slots=True)
class Office:
    """A handling unit with its head and its handler."""

    unit: Unit
    head: Actor
    handler: Actor


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of a county's demonstration accounts."""

    session: str
    congress: Actor
    government: Actor
    editor: Actor
    deputies: tuple[Actor, Actor, Actor]
    water: Office
    schools: Office
    roads: Office
    axes: tuple[str, ...]
    today: date

    def office_of(self, assignment: Assignment) -> Office:
        """The office that an assignment belongs to."""
        return next(
            office
            for office in (self.water, self.schools, self.roads)
            if office.unit.pk == assignment.unit_id
        )


@dataclass
class Case:
    """A suggestion on its way. Every method is one or a few acts of the door, each later than the one before.

    ``days_ago``: the day of the next act; it only comes nearer.
    """

    cast: Cast
    title: str
    writer: Actor
    days_ago: int = 0
    drafted: Suggestion | None = None

    def day(self) -> date:
        """The day of the next act."""
        return self.cast.today - timedelta(days=self.days_ago)

    @property
    def place(self) -> str:
        """The township whose delegation the writer belongs to."""
        deputy = Deputy.objects.select_related("delegation").get(pk=self.writer.deputy_id or 0)
        return deputy.delegation.name.removesuffix("代表团")

    def wait(self, days: int) -> "Case":
        """Let days pass, never beyond today."""
        self.days_ago = max(0, self.days_ago - days)
        return self

    def then(self) -> datetime:
        """A moment of the next act's day that has certainly passed."""
        return timezone.now() - timedelta(days=self.days_ago)

    @property
    def suggestion(self) -> Suggestion:
        """The draft, written when it is first needed."""
        if self.drafted is None:
            self.write(**self._plain())
        assert self.drafted is not None
        return self.drafted

    def _plain(self) -> dict[str, Any]:
        topic = self.title.removeprefix("关于").removesuffix("（草稿）").removesuffix("的建议")
        return {
            "content": f"{self.place}的群众多次反映，希望{topic}。此件为演示用的虚构内容。",
            "asks": [f"请到现场查看，提出{topic}的方案", "请明确资金来源、责任单位和完成时间"],
            "category": "演示",
        }

    def write(self, **data: Any) -> None:
        """Write the draft, in these words."""
        with moment_set(self.then()):
            given = {
                "session": self.cast.session,
                "title": self.title,
                "raised_when": "between_sessions",
                "wants_publication": True,
                **data,
            }
            self.drafted = suggestion_draft(data=given, actor=self.writer)

    def act(self, subject: Any, name: str, actor: Actor, **data: Any) -> Outcome:
        """One act on the present day of the story."""
        with moment_set(self.then()):
            return transition_perform(subject=subject, transition=name, actor=actor, data=data)

    def on(self, name: str, actor: Actor, **data: Any) -> Outcome:
        """One act on the suggestion."""
        return self.act(self.suggestion, name, actor, **data)

    def submit(self) -> "Case":
        """提交."""
        self.on("submit", self.writer, one_matter=True, exclusions_acknowledged=True)
        return self

    def register(self) -> "Case":
        """提交、受理."""
        self.submit().wait(1).on("register", self.cast.congress)
        return self

    def hand_over(self, lead: Office, *co: Office, days_ago: int = 30, **data: Any) -> "Case":
        """提交、受理、交办 ``days_ago`` natural days before today."""
        self.days_ago = days_ago + 4
        self.register()
        self.days_ago = days_ago
        units = [{"unit": lead.unit.pk, "role": "lead"}]
        units += [{"unit": office.unit.pk, "role": "co"} for office in co]
        self.on("hand_over", self.cast.congress, units=units, **data)
        return self

    def lead(self) -> Assignment:
        """The live lead of the present round."""
        self.suggestion.refresh_from_db()
        return (
            self.suggestion.assignments.filter(round=self.suggestion.round)
            .exclude(role="co")
            .exclude(state__in=["reassigned", "ended"])
            .select_related("unit")
            .get()
        )

    def contact(self, phase: str, mode: str, summary: str) -> int:
        """记录一次沟通."""
        lead = self.lead()
        outcome = self.act(
            lead,
            "record_contact",
            self.cast.office_of(lead).handler,
            phase=phase,
            mode=mode,
            held_on=self.day(),
            persons="经办人、领衔代表",
            person_times=2,
            place="代表联络站",
            summary=summary,
        )
        return outcome.created["contact"]

    def met(self, phase: str, mode: str, summary: str, *, on_paper: str = "") -> None:
        """记录一次沟通，代表确认属实; ``on_paper``: the slip by which the congress enters it for him."""
        contact = self.contact(phase, mode, summary)
        by = {"actor": self.cast.congress, "basis": on_paper} if on_paper else {"actor": self.writer}
        self.act(self.lead(), "confirm_contact", contact=contact, **by)

    def begin(self) -> "Case":
        """签收、办前见面并经代表确认、开始办理."""
        lead = self.lead()
        office = self.cast.office_of(lead)
        self.wait(1).act(lead, "accept", office.handler)
        self.wait(1).met("before", "visit", "到现场查看，听取代表对办理的具体要求。")
        self.act(lead, "start", office.handler)
        return self

    def draft(self, body: str, letter: str) -> Reply:
        """拟稿."""
        lead = self.lead()
        office = self.cast.office_of(lead)
        reply = Reply.objects.get(pk=self.act(lead, "draft_reply", office.handler).created["reply"])
        self.act(reply, "edit", office.handler, body=body, class_code=letter)
        return reply

    def under_review(self, body: str, letter: str) -> Reply:
        """拟稿、审签、报送审核."""
        self.wait(8).met("during", "meeting", "通报办理进展，就答复稿与代表交换意见。")
        reply = self.wait(2).draft(body, letter)
        office = self.cast.office_of(reply.assignment)
        self.act(reply, "sign", office.head)
        self.act(reply, "submit_review", office.handler)
        return reply

    def reply(self, body: str, letter: str, *, days_ago: int = 3) -> Reply:
        """拟稿直到答复代表, ``days_ago`` natural days before today."""
        reply = self.under_review(body, letter)
        self.days_ago = min(self.days_ago, days_ago)
        self.act(reply, "approve", self.cast.government)
        office = self.cast.office_of(reply.assignment)
        number = f"{office.unit.short_name or office.unit.name}函〔{self.day().year}〕{reply.pk}号"
        self.act(reply, "issue", office.handler, document_number=number)
        return reply

    def evaluate(self, grade: str, reason: str = "") -> "Case":
        """代表逐项评价."""
        grades = [{"axis": axis, "grade": grade, "reason": reason} for axis in self.cast.axes]
        self.wait(1).on("evaluate", self.writer, grades=grades)
        return self


def cast_of(session_code: str) -> Cast:
    """The people of the demonstration accounts, by their user names."""

    def person(username: str) -> Actor:
        return actor_of(User.objects.get(username=username))

    def office(prefix: str) -> Office:
        head = person(f"{prefix}-fuze")
        (unit_id,) = head.unit_ids
        return Office(Unit.objects.get(pk=unit_id), head, person(f"{prefix}-jingban"))

    return Cast(
        session=Session.objects.get(code=session_code).code,
        congress=person("renda1"),
        government=person("zhengfuban1"),
        editor=person("bianji1"),
        deputies=(person("daibiao1"), person("daibiao2"), person("daibiao3")),
        water=office("shuili"),
        schools=office("jiaoyu"),
        roads=office("jiaotong"),
        axes=tuple(axis.code for axis in county_settings().axes),
        today=timezone.localdate(),
    )
