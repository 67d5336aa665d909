"""Taking a step of the review: passing, sending back, sending in again; and what the last step sets off."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from wagtail.models import Page, Revision, TaskState, WorkflowState

from luoshi.accounts.actor import Actor, Channel, Role
from luoshi.accounts.models import User
from luoshi.accounts.selectors import roles_of
from luoshi.errors import Invalid, NotAllowed, NotFound, Problem, WrongState
from luoshi.lifecycle.states import PublicationState
from luoshi.suggestions.models import Publication, PublishedVersion
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.door import transition_perform
from luoshi_cms.workflow.guard import GovernedPage
from luoshi_cms.workflow.logged import PUBLISHED, page_logged
from luoshi_cms.workflow.seed import review_seed
from luoshi_cms.workflow.steps import ReviewStep, step_role, workflow_ensure

COMMENT_LONGEST = 500
FASTER = "这一页不在您要办的步骤上，可能已由他人办理，请返回首页刷新后再看"
CHANGED = "您打开之后内容有变动，请重新打开审核页面，核对后再办理"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the reviewer had before him: the revision of the page and, of a reply, the digest of its words."""

    revision_id: int
    digest: str = ""


@transaction.atomic
def review_start(page: Page, *, user: User | None = None) -> WorkflowState:
    """Send ``page`` to the first step; ``user`` is the editor who did, nobody where the office did.

    A review that was sent back is closed, and all three steps begin anew. One in progress goes on.
    """
    if not ReviewStep.objects.exists():
        review_seed()
    state = WorkflowState.objects.active().for_instance(page).select_for_update(of=("self",)).first()
    if state is not None:
        if state.status == WorkflowState.STATUS_IN_PROGRESS:
            return state
        state.cancel(user=user)
    specific = page.specific
    if specific.latest_revision_id is None:
        specific.save_revision(user=user)
    started: WorkflowState = workflow_ensure().start(specific, user)
    return started


@transaction.atomic
def review_cancel(page: Page) -> bool:
    """End a review that has lost its matter: withheld, revoked, decided anew. False: there is none."""
    state = WorkflowState.objects.active().for_instance(page).select_for_update(of=("self",)).first()
    if state is None:
        return False
    state.cancel()
    return True


@transaction.atomic
def step_pass(*, page_id: int, user: User, seen: Seen, comment: str = "") -> bool:
    """通过. At the third step the page goes live in the same transaction, a reply through the door.

    Returns whether that was the last step, and it is live now.

    :raises NotFound: there is no such page, or it is none of this person's business.
    :raises NotAllowed: he has already had a hand in this page, and the county keeps the steps apart.
    :raises WrongState: somebody was faster, or the text is no longer the one he has seen.
    :raises Refusal: whatever the door says at the last step; then nothing has happened.
    """
    page, task_state = _at_my_step(page_id, user)
    _seen_check(page, task_state, seen)
    task_state.task.specific.on_action(task_state, user, "approve", comment=_comment(comment))
    return not WorkflowState.objects.active().for_instance(page).exists()


@transaction.atomic
def step_send_back(*, page_id: int, user: User, seen: Seen, comment: str) -> None:
    """退回 to the editor, with what is to be mended.

    :raises Invalid: without a comment. :raises NotFound: as in :func:`step_pass`.
    :raises NotAllowed: as in :func:`step_pass`. :raises WrongState: as in :func:`step_pass`.
    """
    page, task_state = _at_my_step(page_id, user)
    _seen_check(page, task_state, seen)
    text = _comment(comment)
    if not text:
        raise Invalid([Problem("comment", "请写明退回的原因和要修改的地方")])
    task_state.task.specific.on_action(task_state, user, "reject", comment=text)


@transaction.atomic
def review_resubmit(*, page_id: int, user: User) -> WorkflowState:
    """送审: an editor sends in what he has written, what came back, or his changes of a public page.

    All three steps begin.

    :raises NotAllowed: for anybody but an editor.
    :raises WrongState: there is nothing of his to review.
    """
    if Role.SITE_EDITOR not in roles_of(user):
        raise NotAllowed("只有网站编辑可以送审")
    page = _page(page_id)
    _publication_check(page)
    state = WorkflowState.objects.active().for_instance(page).select_for_update(of=("self",)).first()
    if not may_be_sent_in(page, state):
        raise WrongState("这一页正在审核，或没有未公开的修改，不需要送审")
    return review_start(page, user=user)


def may_be_sent_in(page: Page, state: WorkflowState | None) -> bool:
    """Whether an editor may send ``page`` in; ``state`` is its active review, where there is one."""
    if state is not None:
        return bool(state.status == WorkflowState.STATUS_NEEDS_CHANGES)
    if page.live:
        return bool(page.has_unpublished_changes)
    # A reply comes from the office; what an editor has written begins with him.
    return not isinstance(page, GovernedPage) and page.latest_revision_id is not None


def review_finish(state: WorkflowState, user: Any) -> None:
    """All three steps have passed: publish what was reviewed. In the transaction of the last approval.

    Of a reply that is public already it is the editor's addition that was reviewed; the page's own guard asks
    the core once more.

    :raises NotAllowed: nobody who could answer for it has taken the last step.
    :raises Refusal: what the door says.
    """
    page = state.content_object.specific
    last = state.current_task_state
    if not isinstance(user, User) or step_role(last.task) != Role.SITE_FINAL_REVIEWER:
        raise NotAllowed("只有三审通过后才能公开")
    publication = Publication.objects.get(pk=page.publication_id) if isinstance(page, GovernedPage) else None
    if publication is not None and publication.state != PublicationState.PUBLISHED:
        transition_perform(
            subject=publication,
            transition="publish",
            actor=_reviewer(user),
            data={"digest": page.approved_digest},
        )
    last.revision.publish(user=user, skip_permission_checks=True)
    if publication is None:
        page_logged(page=page_held(page.pk), kind=PUBLISHED, user=user)


def obstacle(*, page: Page, state: WorkflowState, user: User, separate: bool) -> str:
    """Why ``user`` may not take the present step of ``state``, in Chinese; empty where he may.

    :param separate: whether the county keeps editor and reviewers apart.
    """
    role = step_role(state.current_task_state.task)
    if role is None or role not in roles_of(user):
        return "这一步由担任该审核角色的人员办理"
    if not separate:
        return ""
    if user.pk == state.requested_by_id or user.pk == page.owner_id or _has_written(page, user):
        return "您编辑过这一页，按本县规定须由其他人审核"
    if state.task_states.filter(status=TaskState.STATUS_APPROVED, finished_by=user).exists():
        return "您已办理过这一页的另一步审核，按本县规定须由其他人办理"
    return ""


def _at_my_step(page_id: int, user: User) -> tuple[Page, TaskState]:
    """The page and the step at which its review is, both held, where ``user`` may take that step."""
    page = _page(page_id)
    state = WorkflowState.objects.active().for_instance(page).select_for_update(of=("self",)).first()
    if state is None or not _in_progress(state):
        raise WrongState(FASTER)
    if reason := obstacle(
        page=page, state=state, user=user, separate=county_settings().separate_site_reviewers
    ):
        raise NotAllowed(reason)
    return page, state.current_task_state.specific


def _seen_check(page: Page, task_state: TaskState, seen: Seen) -> None:
    """What the reviewer had before him is what the step would pass."""
    if not seen.revision_id == task_state.revision_id == page.latest_revision_id:
        raise WrongState(CHANGED)
    if isinstance(page, GovernedPage):
        _publication_check(page)
        if seen.digest != page.approved_digest:
            raise WrongState(CHANGED)


def _publication_check(page: Page) -> None:
    """The core still has it with the editors, and the page is of the version that counts."""
    if not isinstance(page, GovernedPage):
        return
    publication = Publication.objects.get(pk=page.publication_id)
    if publication.state not in (PublicationState.IN_EDITORIAL_REVIEW, PublicationState.PUBLISHED):
        raise WrongState(f"这件答复现为“{publication.get_state_display()}”，不再由网站审核")
    newest = PublishedVersion.newest(publication.pk)
    if newest is None or newest.digest != page.approved_digest:
        raise WrongState(CHANGED)


def page_held(page_id: int) -> Page | None:
    """The page, its row held: the first lock of everything that moves a review, the consumer's too."""
    page = Page.objects.select_for_update().filter(pk=page_id).first()
    return None if page is None else page.specific


def _page(page_id: int) -> Page:
    page = page_held(page_id)
    if page is None:
        raise NotFound("没有这一页，可能已经删除")
    return page


def _in_progress(state: WorkflowState) -> bool:
    return bool(state.status == WorkflowState.STATUS_IN_PROGRESS and state.current_task_state_id)


def _has_written(page: Page, user: User) -> bool:
    return bool(Revision.page_revisions.filter(object_id=str(page.pk), user=user).exists())


def _comment(text: str) -> str:
    text = text.strip()
    if len(text) > COMMENT_LONGEST:
        raise Invalid([Problem("comment", f"意见过长：最多 {COMMENT_LONGEST} 个字")])
    if "\x00" in text:
        raise Invalid([Problem("comment", "含有无法保存的控制字符，请删去后重新输入")])
    return text


def _reviewer(user: User) -> Actor:
    """The third reviewer, for whom the system opens the door: he answers for it by name."""
    return Actor(user_id=user.pk, name=user.full_name, roles=frozenset({Role.SYSTEM}), channel=Channel.WEB)
