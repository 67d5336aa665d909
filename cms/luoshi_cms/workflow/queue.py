"""The day's queue of a person of the public site: what waits for him, and what has come back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page, Revision, TaskState, WorkflowState

from luoshi import moment
from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.accounts.roles import SITE_REVIEWERS
from luoshi.accounts.selectors import roles_of
from luoshi.calendar.arithmetic import working_days_between
from luoshi.calendar.selectors import day_table
from luoshi.suggestions.models import Clock, PublishedVersion
from luoshi.suggestions.selectors.settings import county_settings
from luoshi_cms.workflow.guard import GovernedPage
from luoshi_cms.workflow.taking_down import ARTICLES

LONGEST = 200
"""Rows of one list; the oldest first, so that nothing is forgotten below it."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One page in a queue. ``since``: when it came there; ``left``: working days left of the window in which
    a reply is published, ``None`` where no window runs; ``said`` and ``said_by``: why it came back;
    ``about``: the approved title of the suggestion that is answered."""

    page_id: int
    title: str
    step: str
    since: datetime
    left: int | None
    said: str = ""
    said_by: str = ""
    about: str = ""

    @property
    def left_words(self) -> str:
        """How long there is, in words and a shape as well as a colour."""
        if self.left is None:
            return "无期限"
        if self.left < 0:
            return f"■ 已超{-self.left}个工作日"
        return "▲ 今天到期" if self.left == 0 else f"● 还剩{self.left}个工作日"


def waiting_for(user: User) -> tuple[QueueRow, ...]:
    """The steps that this person can take now, the most urgent first. A constant number of queries."""
    roles = roles_of(user) & {*SITE_REVIEWERS}
    if not roles:
        return ()
    states = list(
        TaskState.objects.filter(
            task__reviewstep__role__in=[role.value for role in roles],
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        )
        .select_related("workflow_state", "task")
        .order_by("started_at")[:LONGEST]
    )
    pages = _pages(state.workflow_state.object_id for state in states)
    closed = _closed_to(user, states, pages) if county_settings().separate_site_reviewers else set()
    left, about = _left(pages.values()), _about(pages.values())
    rows = [
        _row(pages[page_id], state, left, about)
        for state in states
        if (page_id := int(state.workflow_state.object_id)) in pages and page_id not in closed
    ]
    return tuple(sorted(rows, key=lambda row: (row.left is None, row.left or 0)))


def come_back_to(user: User) -> tuple[QueueRow, ...]:
    """What a reviewer has sent back, for the editors. A constant number of queries."""
    if Role.SITE_EDITOR not in roles_of(user):
        return ()
    states = list(
        WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES)
        .select_related("current_task_state__task", "current_task_state__finished_by")
        .order_by("current_task_state__finished_at")[:LONGEST]
    )
    pages = _pages(state.object_id for state in states)
    left, about = _left(pages.values()), _about(pages.values())
    return tuple(
        _row(pages[int(state.object_id)], state.current_task_state, left, about)
        for state in states
        if int(state.object_id) in pages
    )


@dataclass(frozen=True, slots=True)
class LiveRow:
    """A text of the editors' that is public."""

    page_id: int
    title: str
    kind: str
    since: datetime | None


def articles_live(user: User) -> tuple[LiveRow, ...]:
    """What the last reviewer may take down, the newest first. Two queries."""
    if Role.SITE_FINAL_REVIEWER not in roles_of(user):
        return ()
    kinds = {ContentType.objects.get_for_model(model).pk: model._meta.verbose_name for model in ARTICLES}
    pages = Page.objects.live().filter(content_type__in=list(kinds)).order_by("-last_published_at", "-pk")
    return tuple(
        LiveRow(page.pk, page.title, str(kinds[page.content_type_id]), page.last_published_at)
        for page in pages[:LONGEST]
    )


def _pages(ids: Iterable[str]) -> dict[int, Page]:
    found = Page.objects.filter(pk__in=[int(pk) for pk in ids]).specific()
    return {page.pk: page for page in found}


def _closed_to(user: User, states: list[TaskState], pages: Mapping[int, Page]) -> set[int]:
    """Pages in which this person has had a hand, where the county keeps the hands apart."""
    written = Revision.page_revisions.filter(object_id__in=[str(pk) for pk in pages], user=user)
    reviews = {state.workflow_state_id: int(state.workflow_state.object_id) for state in states}
    passed = TaskState.objects.filter(
        workflow_state__in=list(reviews), status=TaskState.STATUS_APPROVED, finished_by=user
    )
    return (
        {int(pk) for pk in written.values_list("object_id", flat=True)}
        | {reviews[pk] for pk in passed.values_list("workflow_state_id", flat=True)}
        | {
            int(state.workflow_state.object_id)
            for state in states
            if state.workflow_state.requested_by_id == user.pk
        }
        | {pk for pk, page in pages.items() if page.owner_id == user.pk}
    )


def _left(pages: Iterable[Page]) -> dict[int, int]:
    """Working days left by the page's id, for those with a running window."""
    by_publication = {page.publication_id: page.pk for page in pages if isinstance(page, GovernedPage)}
    due = dict(
        Clock.objects.filter(
            reply__publications__in=list(by_publication), kind="publication", state=Clock.State.RUNNING
        ).values_list("reply__publications", "due_on")
    )
    if not due:
        return {}
    today = timezone.localdate(moment.now())
    years = {today.year, *(day.year for day in due.values())}
    days = day_table(min(years), max(years))
    return {by_publication[pk]: working_days_between(today, day, days) for pk, day in due.items()}


def _about(pages: Iterable[Page]) -> dict[int, str]:
    """The approved title by the page's id. It is no part of the page, which outlives a publication."""
    by_publication = {page.publication_id: page.pk for page in pages if isinstance(page, GovernedPage)}
    newest = PublishedVersion.objects.filter(publication__in=list(by_publication))
    rows = newest.order_by("publication", "-number").distinct("publication")
    return {by_publication[pk]: title for pk, title in rows.values_list("publication_id", "content__title")}


def _row(page: Page, state: TaskState, left: Mapping[int, int], about: Mapping[int, str]) -> QueueRow:
    is_back = state.status == TaskState.STATUS_REJECTED
    return QueueRow(
        page_id=page.pk,
        title=page.get_admin_display_title(),
        step=state.task.name,
        since=state.finished_at if is_back else state.started_at,
        left=left.get(page.pk),
        about=about.get(page.pk, ""),
        said=state.comment if is_back else "",
        said_by=state.finished_by.full_name if is_back and state.finished_by else "",
    )
