"""撤下: what editors have written themselves leaves the site.

A reply is taken down by the office that has published it; a text of the site's own by its last reviewer.
"""

from django.db import transaction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.accounts.selectors import roles_of
from luoshi.errors import Invalid, NotAllowed, NotFound, Problem, WrongState
from luoshi_cms.models import ReportPage, TextPage
from luoshi_cms.workflow.logged import TAKEN_DOWN, page_logged
from luoshi_cms.workflow.services import COMMENT_LONGEST, page_held, review_cancel

ARTICLES = (TextPage, ReportPage)
"""Types of pages that stand alone; the start page and the column are there as long as the site."""


def may_take_down(page: Page, user: User) -> bool:
    """Whether ``user`` may take this page off the site now."""
    return isinstance(page, ARTICLES) and page.live and Role.SITE_FINAL_REVIEWER in roles_of(user)


@transaction.atomic
def page_take_down(*, page_id: int, user: User, reason: str) -> None:
    """撤下: a text of the editors' leaves the site at once; what is written of it stays as a draft.

    A review of its correction ends. To be public again it goes through all three steps.

    :param reason: for the log and the editors.
    :raises NotFound: there is no such page, or it is none that is taken down here.
    :raises NotAllowed: for anybody but a reviewer of the last step.
    :raises Invalid: without a reason.
    :raises WrongState: it is not public.
    """
    page = page_held(page_id)
    if page is None or not isinstance(page, ARTICLES):
        raise NotFound("没有这一页，或它不能在这里撤下")
    if Role.SITE_FINAL_REVIEWER not in roles_of(user):
        raise NotAllowed("文章和报告由网站三审人员撤下")
    reason = reason.strip()
    if not reason:
        raise Invalid([Problem("reason", "请写明撤下的原因")])
    if len(reason) > COMMENT_LONGEST or "\x00" in reason:
        raise Invalid([Problem("reason", f"撤下的原因最多 {COMMENT_LONGEST} 个字，且不能含控制字符")])
    if not page.live:
        raise WrongState("这一页现在没有公开，不需要撤下")
    review_cancel(page)
    UnpublishPageAction(page, user=user).execute(skip_permission_checks=True)  # nobody has Wagtail's right to
    page_logged(page=page, kind=TAKEN_DOWN, user=user, reason=reason)
