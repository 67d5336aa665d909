"""A whole review: editor, 一审, 二审, 三审, live; and everything that stops it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from wagtail.models import WorkflowState

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.accounts.roles import SITE_REVIEWERS
from luoshi.accounts.services import role_grant
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed, NotFound, Refusal, WrongState
from luoshi.publication.public import public_case
from luoshi.suggestions.models import PublishedVersion
from luoshi.suggestions.services.door import GateShut
from luoshi.suggestions.services.log import stream_key
from luoshi_cms.models import HomePage, TextPage
from luoshi_cms.workflow.services import (
    COMMENT_LONGEST,
    Seen,
    review_resubmit,
    review_start,
    step_pass,
    step_send_back,
)

Bring = Callable[[], None]


def passes(site: Any, *users: User) -> None:
    for user in users:
        step_pass(page_id=site.page.pk, user=user, seen=site.seen)


def stands(site: Any) -> tuple[str, str, bool]:
    """The step, the publication's state, and whether the page is live."""
    return site.step, site.publication.state, site.page.live


UNDER_WAY = ("一审", "in_editorial_review", False)


def test_the_page_comes_as_a_draft_into_the_first_step(site: Any) -> None:
    assert stands(site) == UNDER_WAY
    newest = PublishedVersion.newest(site.publication_id)
    assert site.page.approved_digest == newest.digest
    assert public_case(site.publication_id) is None


def test_three_people_pass_it_and_it_is_public(site: Any) -> None:
    first, second, third = site.reviewers
    assert step_pass(page_id=site.page.pk, user=first, seen=site.seen) is False
    assert stands(site) == ("二审", "in_editorial_review", False)
    assert step_pass(page_id=site.page.pk, user=second, seen=site.seen, comment="同意") is False
    assert stands(site) == ("三审", "in_editorial_review", False)
    assert step_pass(page_id=site.page.pk, user=third, seen=site.seen) is True
    assert stands(site) == ("approved", "published", True)
    assert public_case(site.publication_id).digest == site.page.approved_digest


def test_the_log_names_the_third_reviewer_and_the_way(site: Any) -> None:
    passes(site, *site.reviewers)
    event = Event.objects.filter(
        stream__key=stream_key(site.publication.suggestion_id), kind="publication.publish"
    ).get()
    third = site.reviewers[2]
    assert (event.actor_id, event.actor_role, event.payload["actor"], event.payload["channel"]) == (
        third.pk,
        "system",
        "网站三审",
        "web",
    )
    assert event.payload["input"] == {"digest": site.page.approved_digest}


def test_who_passed_each_step_stays_on_record(site: Any) -> None:
    passes(site, *site.reviewers)
    state = WorkflowState.objects.get(object_id=str(site.page.pk))
    steps = state.task_states.order_by("started_at", "pk")
    assert [(row.task.name, row.status, row.finished_by.full_name) for row in steps] == [
        ("一审", "approved", "网站一审"),
        ("二审", "approved", "网站二审"),
        ("三审", "approved", "网站三审"),
    ]


@pytest.mark.parametrize("wrong", ["second_reviewer", "final_reviewer", "editor", "congress", "system_admin"])
def test_a_step_is_taken_by_its_own_role_alone(site: Any, wrong: str) -> None:
    user = site.user(getattr(site.cast, wrong))
    for act in (step_pass, step_send_back):
        with pytest.raises(NotAllowed, match="由担任该审核角色的人员办理"):
            act(page_id=site.page.pk, user=user, seen=site.seen, comment="意见")
    assert stands(site) == UNDER_WAY


def test_a_closed_account_takes_no_step(site: Any) -> None:
    user = site.reviewers[0]
    user.is_active = False
    user.save(update_fields=["is_active"])
    with pytest.raises(NotAllowed):
        passes(site, user)
    assert stands(site) == UNDER_WAY


def test_nobody_takes_two_steps_of_one_page(site: Any) -> None:
    both = site.everyone(*SITE_REVIEWERS)
    passes(site, both)
    with pytest.raises(NotAllowed, match="您已办理过这一页的另一步审核"):
        passes(site, both)
    with pytest.raises(NotAllowed, match="您已办理过这一页的另一步审核"):
        step_send_back(page_id=site.page.pk, user=both, seen=site.seen, comment="意见")
    assert stands(site) == ("二审", "in_editorial_review", False)


def test_whoever_wrote_it_takes_no_step(site: Any) -> None:
    writer = site.everyone(Role.SITE_EDITOR, Role.SITE_FIRST_REVIEWER)
    site.page.save_revision(user=writer)
    review_start(site.page)
    with pytest.raises(NotAllowed, match="您编辑过这一页"):
        passes(site, writer)
    assert stands(site) == UNDER_WAY


def test_whoever_sent_it_in_again_takes_no_step(site: Any) -> None:
    step_send_back(page_id=site.page.pk, user=site.reviewers[0], seen=site.seen, comment="请改标点")
    writer = site.everyone(Role.SITE_EDITOR, Role.SITE_FIRST_REVIEWER)
    review_resubmit(page_id=site.page.pk, user=writer)
    with pytest.raises(NotAllowed, match="您编辑过这一页"):
        passes(site, writer)


def test_a_county_may_let_one_person_do_it_all(site: Any) -> None:
    site.together()
    one = site.everyone(Role.SITE_EDITOR, *SITE_REVIEWERS)
    site.page.save_revision(user=one)
    site.page.workflow_states.get().cancel()
    review_start(site.page, user=one)
    passes(site, one, one, one)
    assert stands(site) == ("approved", "published", True)


def test_a_step_is_taken_once(site: Any) -> None:
    """Two first reviewers at once: the second one has lost."""
    seen = site.seen
    passes(site, site.reviewers[0])
    late = site.everyone(Role.SITE_FIRST_REVIEWER)
    with pytest.raises(NotAllowed, match="由担任该审核角色的人员办理"):
        step_pass(page_id=site.page.pk, user=late, seen=seen)
    passes(site, *site.reviewers[1:])
    with pytest.raises(WrongState, match="不在您要办的步骤上"):
        step_pass(page_id=site.page.pk, user=late, seen=seen)


@pytest.mark.parametrize("digest", ["", "0" * 64, "x"])
def test_what_is_passed_is_what_was_seen(site: Any, digest: str) -> None:
    for act in (step_pass, step_send_back):
        with pytest.raises(WrongState, match="内容有变动"):
            act(
                page_id=site.page.pk,
                user=site.reviewers[0],
                seen=Seen(site.seen.revision_id, digest),
                comment="意见",
            )
    assert stands(site) == UNDER_WAY


def test_another_revision_than_the_one_seen_is_not_passed(site: Any) -> None:
    old = site.seen
    site.page.save_revision()
    for seen in (old, Seen(site.page.latest_revision_id, old.digest), Seen(0, old.digest)):
        with pytest.raises(WrongState, match="内容有变动"):
            step_pass(page_id=site.page.pk, user=site.reviewers[0], seen=seen)
    assert stands(site) == UNDER_WAY


@pytest.mark.parametrize("taken", [0, 1, 2])
def test_what_is_withheld_meanwhile_cannot_be_passed_before_the_site_has_heard(site: Any, taken: int) -> None:
    passes(site, *site.reviewers[:taken])
    site.office("withhold", ground="privacy", reason="涉及个人隐私")
    before = stands(site)
    with pytest.raises(WrongState, match="现为“不公开”，不再由网站审核"):
        passes(site, site.reviewers[taken])
    assert stands(site) == before
    assert (before[1], before[2]) == ("withheld", False)


def test_where_the_door_refuses_nothing_happens_and_the_reviewer_reads_why(site: Any) -> None:
    """The version has been tampered with in the database; its digest is still the one that was seen."""
    first, second, third = site.reviewers
    passes(site, first, second)
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE suggestions_publishedversion SET content = content || \'{"reply": "改过的答复"}\''
            " WHERE publication_id = %s",
            [site.publication_id],
        )
        assert cursor.rowcount == 1
    before = (site.page.latest_revision_id, Event.objects.count())
    with pytest.raises(GateShut, match="公开的须与批准的公开版一字不差"):
        passes(site, third)
    assert stands(site) == ("三审", "in_editorial_review", False)
    assert (site.page.latest_revision_id, Event.objects.count()) == before


def test_a_page_that_cannot_go_live_leaves_the_publication_as_it_was(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other half: the door has let it through, and the page then fails."""
    first, second, third = site.reviewers
    passes(site, first, second)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("full disk")

    monkeypatch.setattr("wagtail.models.Revision.publish", broken)
    with pytest.raises(RuntimeError, match="full disk"):
        passes(site, third)
    assert stands(site) == ("三审", "in_editorial_review", False)


@pytest.mark.parametrize("taken", [0, 1, 2])
def test_each_step_can_send_it_back_and_then_all_three_begin_anew(site: Any, taken: int) -> None:
    passes(site, *site.reviewers[:taken])
    step_send_back(page_id=site.page.pk, user=site.reviewers[taken], seen=site.seen, comment=" 请补说明 ")
    assert stands(site) == ("needs_changes", "in_editorial_review", False)
    last = site.page.workflow_states.get().current_task_state
    assert (last.comment, last.finished_by) == ("请补说明", site.reviewers[taken])
    with pytest.raises(WrongState):
        passes(site, site.reviewers[taken])
    editor = site.user(site.cast.editor)
    page = site.page
    page.introduction = "<p>编者按</p>"
    page.save_revision(user=editor)
    review_resubmit(page_id=page.pk, user=editor)
    assert stands(site) == UNDER_WAY
    passes(site, *site.reviewers)
    assert stands(site) == ("approved", "published", True)
    assert site.page.introduction == "<p>编者按</p>"


@pytest.mark.parametrize("comment", ["", "  ", "长" * (COMMENT_LONGEST + 1), "\x00"])
def test_what_is_sent_back_says_why(site: Any, comment: str) -> None:
    with pytest.raises(Invalid):
        step_send_back(page_id=site.page.pk, user=site.reviewers[0], seen=site.seen, comment=comment)
    assert stands(site) == UNDER_WAY


def test_only_an_editor_sends_in_again_and_only_what_came_back(site: Any) -> None:
    editor = site.user(site.cast.editor)
    with pytest.raises(WrongState, match="正在审核"):
        review_resubmit(page_id=site.page.pk, user=editor)
    step_send_back(page_id=site.page.pk, user=site.reviewers[0], seen=site.seen, comment="请改")
    for reviewer in site.reviewers:
        with pytest.raises(NotAllowed, match="只有网站编辑"):
            review_resubmit(page_id=site.page.pk, user=reviewer)
    assert site.step == "needs_changes"


def test_there_is_nothing_to_take_where_there_is_no_page(site: Any) -> None:
    with pytest.raises(NotFound):
        step_pass(page_id=987_654_321, user=site.reviewers[0], seen=site.seen)
    with pytest.raises(WrongState):
        step_pass(page_id=HomePage.objects.get().pk, user=site.reviewers[0], seen=Seen(0))


def test_a_role_taken_away_takes_no_step(site: Any) -> None:
    user = site.reviewers[0]
    user.role_grants.all().delete()
    with pytest.raises(NotAllowed):
        passes(site, user)
    role_grant(user=user, role=Role.SITE_FIRST_REVIEWER)
    passes(site, user)
    assert site.step == "二审"


def test_an_editors_own_text_goes_the_same_way(site: Any) -> None:
    """What is reviewed of it is its revision."""
    editor = site.user(site.cast.editor)
    text = HomePage.objects.get().add_child(
        instance=TextPage(title="公告", slug="gonggao", body="<p>正文</p>", live=False, owner=editor)
    )
    text.save_revision(user=editor)
    review_start(text, user=editor)
    for user in site.reviewers:
        text.refresh_from_db()
        assert text.live is False
        step_pass(page_id=text.pk, user=user, seen=Seen(text.latest_revision_id))
    text.refresh_from_db()
    assert text.live is True


def test_no_refusal_leaves_a_trace_in_the_workflow(site: Any) -> None:
    before = list(site.page.workflow_states.get().task_states.values())
    for user in (*site.reviewers[1:], site.user(site.cast.editor)):
        with pytest.raises(Refusal):
            passes(site, user)
    assert list(site.page.workflow_states.get().task_states.values()) == before
