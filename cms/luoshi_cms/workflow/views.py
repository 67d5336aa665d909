"""The page on which a step of the review is taken: the approved words, their digest, and two buttons."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.models import Page, TaskState, WorkflowState

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.accounts.roles import SITE_ROLES
from luoshi.accounts.selectors import roles_of
from luoshi.errors import Refusal
from luoshi.publication.public import approved_case
from luoshi.suggestions.selectors.settings import county_settings
from luoshi_cms.pages.reply import ReplyPage
from luoshi_cms.site.reply import reply_file_preview
from luoshi_cms.workflow.guard import GovernedPage
from luoshi_cms.workflow.services import (
    Seen,
    may_be_sent_in,
    obstacle,
    review_resubmit,
    step_pass,
    step_send_back,
)
from luoshi_cms.workflow.steps import step_role
from luoshi_cms.workflow.taking_down import ARTICLES, may_take_down, page_take_down

HOME = "wagtailadmin_home"


@never_cache
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show what is under review to those who work on the site, and take what one of them decides."""
    user = _person(request)
    page, state = _page(page_id)
    if request.method == "GET":
        return _answer(request, user, page, state)
    try:
        said = _act(request, user, page_id)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        page, state = _page(page_id)
        return _answer(request, user, page, state, status=refusal.status)
    messages.success(request, said)
    return redirect(HOME)


@never_cache
@require_GET
@xframe_options_sameorigin
def preview(request: HttpRequest, page_id: int) -> HttpResponse:
    """The page as it would look, in a frame of the review's page."""
    _person(request)
    page, state = _page(page_id)
    if state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS:
        shown = state.current_task_state.revision.as_object()
    else:
        shown = page.get_latest_revision_as_object()
    answer: HttpResponse = shown.make_preview_request(request, shown.default_preview_mode)
    # Those of a public page, which stands in no frame; the answer gets the editor's own on its way out.
    for header in ("Content-Security-Policy", "X-Frame-Options"):
        answer.headers.pop(header, None)
    return answer


@never_cache
@require_GET
def attachment(request: HttpRequest, page_id: int, file_id: int) -> HttpResponseBase:
    """An attachment that the approved version will make public, to be opened before it does."""
    _person(request)
    page, _ = _page(page_id)
    if not isinstance(page, ReplyPage):
        raise Http404
    return reply_file_preview(page, file_id)


def _person(request: HttpRequest) -> User:
    """Whoever works on the site.

    :raises Http404: for anybody else who may have come in.
    """
    user = request.user
    if not isinstance(user, User) or roles_of(user).isdisjoint(SITE_ROLES):
        raise Http404
    return user


def _page(page_id: int) -> tuple[Page, WorkflowState | None]:
    """The page and its newest review, of whatever standing.

    :raises Http404: there is no such page, or no review has ever stood over it.
    """
    page = Page.objects.filter(pk=page_id).first()
    if page is None:
        raise Http404
    states = WorkflowState.objects.for_instance(page).select_related("current_task_state__task")
    state = states.exclude(current_task_state=None).order_by("-created_at", "-pk").first()
    page = page.specific
    if state is None and not isinstance(page, (GovernedPage, *ARTICLES)):
        raise Http404
    return page, state


def _act(request: HttpRequest, user: User, page_id: int) -> str:
    """Take the step that was asked for; returns what to tell."""
    given = request.POST
    act, comment = given.get("act"), given.get("comment", "")
    number = given.get("revision", "")
    seen = Seen(
        int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0,
        given.get("digest", ""),
    )
    if act == "pass":
        is_live = step_pass(page_id=page_id, user=user, seen=seen, comment=comment)
        return "已通过，页面已经公开" if is_live else "已通过，转入下一步审核"
    if act == "back":
        step_send_back(page_id=page_id, user=user, seen=seen, comment=comment)
        return "已退回网站编辑"
    if act == "resubmit":
        review_resubmit(page_id=page_id, user=user)
        return "已送审，从一审开始"
    if act == "take-down":
        page_take_down(page_id=page_id, user=user, reason=given.get("reason", ""))
        return "已撤下，公开网站上不再有这一页"
    raise Http404


def _answer(
    request: HttpRequest, user: User, page: Page, state: WorkflowState | None, status: int = 200
) -> HttpResponse:
    governed = isinstance(page, GovernedPage)
    current = None if state is None else state.current_task_state
    context: dict[str, Any] = {
        "page": page,
        "step": "审核" if current is None else current.task.name,
        "is_last": current is not None and step_role(current.task) == Role.SITE_FINAL_REVIEWER,
        "revision_id": None if current is None else current.revision_id,
        "digest": page.approved_digest if governed else "",
        "case": approved_case(page.publication_id) if governed else None,
        "addition": getattr(page.get_latest_revision_as_object(), "introduction", ""),
        "reason": _reason(user, page, state),
        "may_send_in": Role.SITE_EDITOR in roles_of(user) and may_be_sent_in(page, _active(state)),
        "may_take_down": may_take_down(page, user),
        "address": page.get_url(request) if page.live else "",
        "may_edit": page.permissions_for_user(user).can_edit() and _active_step(state) is None,
        "history": _history(state),
        "taking_down_reason": request.POST.get("reason", ""),
        "comment": request.POST.get("comment", ""),
    }
    return TemplateResponse(request, "luoshi_cms/workflow/review.html", context, status=status)


def _reason(user: User, page: Page, state: WorkflowState | None) -> str:
    """Why this person has no buttons, in Chinese; empty where he has."""
    if state is None or _active(state) is None:
        return "这一页已经公开，不在审核中" if page.live else "这一页是草稿，还没有送审"
    if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return "已退回网站编辑，等待修改后重新送审"
    return obstacle(page=page, state=state, user=user, separate=county_settings().separate_site_reviewers)


def _active(state: WorkflowState | None) -> WorkflowState | None:
    """The review, unless it is over."""
    active = (WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES)
    return state if state is not None and state.status in active else None


def _active_step(state: WorkflowState | None) -> Any:
    """The step that is open now, during which nobody changes the page."""
    in_progress = state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS
    return state.current_task_state if state is not None and in_progress else None


def _history(state: WorkflowState | None) -> Any:
    if state is None:
        return ()
    done = state.task_states.exclude(status=TaskState.STATUS_IN_PROGRESS)
    return done.select_related("task", "finished_by").order_by("finished_at")
