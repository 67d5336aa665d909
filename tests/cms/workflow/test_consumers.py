"""The site follows what the core decides: once, twice, late, or after a crash in the middle."""

from collections.abc import Callable
from typing import Any

import pytest
from ready import APPROVED, PUBLISHED, at_publication, masked
from wagtail.models import WorkflowState

from luoshi.outbox.models import Delivery, Message
from luoshi.outbox.registry import consumers_hearing, consumers_of
from luoshi.publication.public import public_case
from luoshi.publication.values import PublicCase, Tombstone
from luoshi.suggestions.models import PublishedVersion
from luoshi.suggestions.services.log import TRANSITION_DONE
from luoshi_cms.models import ReplyPage
from luoshi_cms.workflow.consumers import NAME, page_follow, publication_told
from luoshi_cms.workflow.services import review_resubmit, step_pass, step_send_back

Bring = Callable[[], None]


def publish(site: Any) -> None:
    for user in site.reviewers:
        step_pass(page_id=site.page.pk, user=user, seen=site.seen)


def stands(site: Any) -> tuple[str, str, bool]:
    return site.step, site.publication.state, site.page.live


def everything(site: Any) -> list[Any]:
    """All that a consumer could have written about the page."""
    states = WorkflowState.objects.order_by("pk").values()
    tasks = [list(state.task_states.order_by("pk").values()) for state in WorkflowState.objects.all()]
    return [list(ReplyPage.objects.values()), list(states), tasks, site.page.revisions.count()]


def messages(transition: str) -> list[dict[str, Any]]:
    rows = Message.objects.filter(topic=TRANSITION_DONE, payload__transition=transition).order_by("pk")
    return [row.payload for row in rows if row.payload["subject"] == "publication"]


def test_it_is_registered_under_a_name_that_stays() -> None:
    assert (NAME, consumers_of(TRANSITION_DONE)[NAME]) == ("public_site", publication_told)


def test_each_message_twice_changes_nothing(site: Any, bring: Bring) -> None:
    """At every moment of the page's life, each message that ever came comes once more."""

    def again() -> None:
        before = everything(site)
        for name in ("check_secrecy", "confirm_rendition", "approve", "send_to_editor", "publish"):
            for payload in messages(name):
                publication_told(payload, 1)
        assert everything(site) == before

    again()
    step_pass(page_id=site.page.pk, user=site.reviewers[0], seen=site.seen)
    again()
    for user in site.reviewers[1:]:
        step_pass(page_id=site.page.pk, user=user, seen=site.seen)
    again()
    bring()
    again()
    assert len(messages("publish")) == 1


@pytest.mark.parametrize(
    ("subject", "transition", "hears"),
    [("publication", "publish", True), ("publication", "approve", False), ("reply", "publish", False)],
)
def test_it_hears_only_what_concerns_the_site(subject: str, transition: str, hears: bool) -> None:
    message = {"channel": "web", "subject": subject, "transition": transition}
    assert (NAME in consumers_hearing(TRANSITION_DONE, message)) is hears


@pytest.mark.parametrize("taken", [0, 1, 2])
def test_withheld_in_review_it_leaves_the_review(site: Any, bring: Bring, taken: int) -> None:
    for user in site.reviewers[:taken]:
        step_pass(page_id=site.page.pk, user=user, seen=site.seen)
    site.office("withhold", ground="privacy", reason="涉及个人隐私")
    bring()
    assert stands(site) == ("cancelled", "withheld", False)
    assert public_case(site.publication_id) is None


def test_revoked_it_is_gone_before_the_site_has_heard_and_after(site: Any, bring: Bring) -> None:
    publish(site)
    assert isinstance(public_case(site.publication_id), PublicCase)
    site.office("revoke", reason="内容有误")
    assert isinstance(public_case(site.publication_id), Tombstone)
    bring()
    assert stands(site) == ("approved", "revoked", False)
    assert isinstance(public_case(site.publication_id), Tombstone)


def test_assessed_anew_all_three_steps_begin_anew(site: Any, bring: Bring) -> None:
    """The review of the withheld one counts for nothing, though the words are the same."""
    for user in site.reviewers[:2]:
        step_pass(page_id=site.page.pk, user=user, seen=site.seen)
    site.office("withhold", ground="privacy", reason="涉及个人隐私")
    site.office("reassess", reason="情形已消失")
    site.cast.world.act(site.publication, "check_secrecy", site.cast.lead_head)
    site.office("confirm_rendition", **masked(site.publication))
    site.office("approve")
    site.office("send_to_editor")
    bring()  # all at once: the site hears of it only now
    assert stands(site) == ("一审", "in_editorial_review", False)
    assert WorkflowState.objects.filter(status="in_progress").count() == 1
    publish(site)
    assert stands(site) == ("approved", "published", True)


def test_published_revoked_and_sent_again_it_is_a_draft_until_reviewed(site: Any, bring: Bring) -> None:
    publish(site)
    bring()
    site.office("revoke", reason="内容有误")
    site.office("reassess", reason="已更正")
    site.cast.world.act(site.publication, "check_secrecy", site.cast.lead_head)
    site.office("confirm_rendition", **masked(site.publication, reply="更正后的答复。"))
    site.office("approve")
    site.office("send_to_editor")
    bring()
    assert stands(site) == ("一审", "in_editorial_review", False)
    assert site.page.approved_digest == PublishedVersion.newest(site.publication_id).digest
    publish(site)
    assert public_case(site.publication_id).reply == "更正后的答复。"


def test_corrected_the_page_is_of_the_new_version_and_stays_live(site: Any, bring: Bring) -> None:
    publish(site)
    old = site.page.approved_digest
    site.office("confirm_rendition", **masked(site.publication, reply="更正后的答复。"))
    site.office("correct", reason="错字")
    bring()
    newest = PublishedVersion.newest(site.publication_id)
    assert (stands(site), site.page.approved_digest) == (("approved", "published", True), newest.digest)
    assert old != newest.digest
    assert site.page.get_latest_revision_as_object().approved_digest == newest.digest


def test_what_the_core_publishes_by_itself_has_its_page_too(site: Any, bring: Bring) -> None:
    """An import, a clock: by the door, so it is public; there was nothing for the editors to review."""
    other = at_publication(site.cast, *PUBLISHED)
    bring()
    page = ReplyPage.objects.get(publication_id=other.pk)
    assert (page.live, page.workflow_states.filter(status="in_progress").exists()) == (True, False)
    assert isinstance(public_case(other.pk), PublicCase)


def with_words(site: Any, page: Any, text: str) -> None:
    """An editor's addition, saved as a draft."""
    page.introduction = text
    page.save_revision(user=site.user(site.cast.editor))


def test_what_the_core_publishes_takes_no_unreviewed_words_along(site: Any, bring: Bring) -> None:
    """The editor has added some and nobody has passed them: the three steps come first."""
    step_send_back(page_id=site.page.pk, user=site.reviewers[0], seen=site.seen, comment="请加编者按")
    with_words(site, site.page, "<p>未经审核的话</p>")
    publication = site.publication
    site.cast.world.act(publication, "publish", site.cast.system, digest=site.page.approved_digest)
    bring()
    assert (stands(site), site.page.introduction) == (("needs_changes", "published", False), "")
    WorkflowState.objects.all().delete()
    page_follow(site.publication_id)
    assert (stands(site), site.page.introduction) == (("一审", "published", False), "")
    page_follow(site.publication_id)
    assert WorkflowState.objects.filter(status="in_progress").count() == 1
    publish(site)
    assert (stands(site), site.page.introduction) == (
        ("approved", "published", True),
        "<p>未经审核的话</p>",
    )


def test_a_correction_begins_the_review_of_an_addition_anew(site: Any, bring: Bring) -> None:
    """What the first reviewer passed, he passed beside other words."""
    publish(site)
    bring()
    editor = site.user(site.cast.editor)
    with_words(site, site.page, "<p>编者按</p>")
    review_resubmit(page_id=site.page.pk, user=editor)
    step_pass(page_id=site.page.pk, user=site.reviewers[0], seen=site.seen)
    assert site.step == "二审"
    site.office("confirm_rendition", **masked(site.publication, reply="更正后的答复。"))
    site.office("correct", reason="错字")
    bring()
    assert (stands(site), site.page.introduction) == (("一审", "published", True), "")
    state = WorkflowState.objects.active().for_instance(site.page).get()
    assert (state.requested_by, state.task_states.count()) == (editor, 1)
    page_follow(site.publication_id)
    assert WorkflowState.objects.active().for_instance(site.page).get() == state


def test_what_is_only_approved_has_no_page(site: Any, bring: Bring) -> None:
    other = at_publication(site.cast, *APPROVED)
    bring()
    assert not ReplyPage.objects.filter(publication_id=other.pk).exists()
    page_follow(other.pk)
    page_follow(987_654_321)
    assert ReplyPage.objects.count() == 1


def test_a_crash_in_the_middle_leaves_nothing_and_is_made_good(
    site: Any, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is made and the review fails to start: neither is there, and the next round does both."""
    from luoshi.outbox.drain import outbox_drain
    from luoshi_cms.workflow import consumers

    other = at_publication(site.cast, *APPROVED)
    bring()
    site.cast.world.act(other, "send_to_editor", site.cast.government)

    def crash(*args: object, **kwargs: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(consumers, "review_start", crash)
    assert outbox_drain(limit=1000).failed == 1
    assert not ReplyPage.objects.filter(publication_id=other.pk).exists()
    monkeypatch.undo()
    message = Message.objects.get(topic=TRANSITION_DONE, done_at=None)
    assert not Delivery.objects.filter(message=message, consumer=NAME).exists()
    message.available_at = message.created_at
    message.save(update_fields=["available_at"])
    bring()
    page = ReplyPage.objects.get(publication_id=other.pk)
    assert page.workflow_states.get().current_task_state.task.name == "一审"


def test_a_county_older_than_the_steps_gets_them_with_its_first_case(site: Any, bring: Bring) -> None:
    from wagtail.models import Workflow

    from luoshi_cms.workflow.steps import ReviewStep

    ReplyPage.objects.get().delete()
    Workflow.objects.all().delete()
    for step in ReviewStep.objects.all():
        step.delete()
    page_follow(site.publication_id)
    assert stands(site) == ("一审", "in_editorial_review", False)
