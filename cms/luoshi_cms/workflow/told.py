"""Who is told of a review: whose step it has come to, and the editor whom it came back to or whose it was;
and of a correction, which waits for no review: the reviewers, afterwards.

Wagtail's signals leave a message in the outbox, in the transaction of the step, whoever has taken it; the
notices themselves are the product's own.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_rejected, task_submitted, workflow_approved

from luoshi.accounts.actor import Role
from luoshi.accounts.models import RoleGrant, User
from luoshi.accounts.roles import SITE_REVIEWERS
from luoshi.notifications.services import notices_tell
from luoshi.outbox.registry import consumer
from luoshi.outbox.services import message_add
from luoshi.suggestions.models import PublishedVersion
from luoshi.suggestions.selectors.settings import county_settings
from luoshi_cms.models import ReplyPage
from luoshi_cms.workflow.services import obstacle
from luoshi_cms.workflow.steps import step_role

TOPIC = "site.review"
NAME = "public_site.notices"
WAITS, BACK, PUBLIC = "waits", "back", "public"


def review_told(payload: Mapping[str, Any], message_id: int) -> None:
    """The outbox tells of a step. One that is over by now waits for nobody."""
    told = {WAITS: _waits, BACK: _back, PUBLIC: _public}[payload["what"]](payload["id"])
    if told is None:
        return
    page, words, recipients = told
    notices_tell(
        recipient_ids=recipients,
        kind=f"{TOPIC}.{payload['what']}",
        text=f"{page.get_admin_display_title()}：{words}",
        path=reverse("site_review", args=[page.pk]),
        message_id=message_id,
    )


def correction_tell(publication_id: int, message_id: int) -> None:
    """Tell all reviewers of the site that the office has corrected words which are public already.

    It does not wait for them (ADR 21). Repeated with the same ``message_id``, it changes nothing.
    """
    page = ReplyPage.objects.live().filter(publication_id=publication_id).first()
    newest = PublishedVersion.newest(publication_id)
    if page is None or newest is None:
        return
    words = f"公开的文字已由审核机关更正（{newest.correction_reason}），公开网址 {page.get_url()}，请查看"
    notices_tell(
        recipient_ids=[pk for role in SITE_REVIEWERS for pk in _holders(role)],
        kind=f"{TOPIC}.corrected",
        text=f"{page.get_admin_display_title()}：{words}",
        path=reverse("site_review", args=[page.pk]),
        message_id=message_id,
    )


Told = tuple[Page, str, Iterable[int]]


def _waits(pk: int) -> Told | None:
    """To those who may take the step."""
    state = TaskState.objects.filter(pk=pk, status=TaskState.STATUS_IN_PROGRESS).first()
    role = None if state is None else step_role(state.task)
    if state is None or role is None:
        return None
    page, review = state.workflow_state.content_object.specific, state.workflow_state
    separate = county_settings().separate_site_reviewers
    people = [
        user.pk
        for user in User.objects.filter(pk__in=_holders(role))
        if not obstacle(page=page, state=review, user=user, separate=separate)
    ]
    before = (
        review.task_states.filter(status=TaskState.STATUS_APPROVED).order_by("-finished_at", "-pk").first()
    )
    passed = "" if before is None else f"{before.task.name}已通过，"
    return page, f"{passed}等您{state.task.name}", people


def _back(pk: int) -> Told | None:
    """To the editor who sent it in; to all of them where the office did. With the reason."""
    state = TaskState.objects.filter(pk=pk, status=TaskState.STATUS_REJECTED).first()
    if state is None:
        return None
    review = state.workflow_state
    by = "" if state.finished_by is None else f"（{state.finished_by.full_name}）"
    sender = review.requested_by_id
    people = _holders(Role.SITE_EDITOR) if sender is None else [sender]
    return review.content_object.specific, f"{state.task.name}退回修改{by}：{state.comment}", people


def _public(pk: int) -> Told | None:
    """To the editor who sent it in, where one did."""
    review = WorkflowState.objects.filter(pk=pk, status=WorkflowState.STATUS_APPROVED).first()
    if review is None or review.requested_by_id is None:
        return None
    return review.content_object.specific, "三审已通过，已经公开", [review.requested_by_id]


def _holders(role: Role) -> list[int]:
    held = RoleGrant.objects.filter(role=role.value, user__is_active=True)
    return list(held.order_by("user_id").values_list("user_id", flat=True))


def _leave(what: str, pk: int, page_id: str) -> None:
    with transaction.atomic():
        message_add(topic=TOPIC, key=f"page:{page_id}", payload={"what": what, "id": pk})


def _submitted(sender: object, instance: TaskState, **kwargs: object) -> None:
    _leave(WAITS, instance.pk, instance.workflow_state.object_id)


def _rejected(sender: object, instance: TaskState, **kwargs: object) -> None:
    _leave(BACK, instance.pk, instance.workflow_state.object_id)


def _approved(sender: object, instance: WorkflowState, **kwargs: object) -> None:
    _leave(PUBLIC, instance.pk, instance.object_id)


def tell_of_reviews() -> None:
    """Listen to Wagtail, and to the outbox. Called once, in ``AppConfig.ready``."""
    task_submitted.connect(_submitted, dispatch_uid="luoshi_cms.told")
    task_rejected.connect(_rejected, dispatch_uid="luoshi_cms.told")
    workflow_approved.connect(_approved, dispatch_uid="luoshi_cms.told")
    consumer(TOPIC, NAME, review_told)
