"""Everybody whose turn it is, or whose text came back, is told so in the product's own notices, once."""

from typing import Any

from ready import masked
from wagtail.models import TaskState

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.notifications.models import Notice
from luoshi.outbox.models import Message
from luoshi.publication.public import public_case
from luoshi.publication.values import PublicCase
from luoshi.suggestions.services.log import TRANSITION_DONE
from luoshi_cms.models import HomePage, TextPage
from luoshi_cms.workflow.consumers import publication_told
from luoshi_cms.workflow.services import review_cancel, review_resubmit, step_pass, step_send_back
from luoshi_cms.workflow.told import TOPIC, review_told


def told(*users: User) -> dict[str, list[str]]:
    """What each of these people was told of reviews, by their names, the newest last."""
    return {
        user.full_name: list(
            Notice.objects.filter(recipient=user, kind__startswith="site.")
            .order_by("pk")
            .values_list("text", flat=True)
        )
        for user in users
    }


def named(site: Any, words: str) -> str:
    return f"{site.page.get_admin_display_title()}：{words}"


def test_each_reviewer_is_told_when_it_comes_to_his_step(site: Any, bring: Any) -> None:
    first, second, final = site.reviewers
    waits = [named(site, words) for words in ("等您一审", "一审已通过，等您二审", "二审已通过，等您三审")]
    expected: dict[str, list[str]] = {"网站一审": [waits[0]], "网站二审": [], "网站三审": []}
    assert told(*site.reviewers) == expected
    step_pass(page_id=site.page.pk, user=first, seen=site.seen)
    bring()
    expected["网站二审"] = [waits[1]]
    assert told(*site.reviewers) == expected
    step_pass(page_id=site.page.pk, user=second, seen=site.seen)
    bring()
    expected["网站三审"] = [waits[2]]
    assert told(*site.reviewers) == expected
    step_pass(page_id=site.page.pk, user=final, seen=site.seen)
    bring()
    assert told(*site.reviewers) == expected


def test_a_notice_leads_to_the_review(site: Any) -> None:
    notice = Notice.objects.get(recipient=site.reviewers[0], kind="site.review.waits")
    client = site.client(site.reviewers[0])
    assert "等您一审" in client.get("/office/notices/").content.decode()
    answer = client.post(f"/office/notices/{notice.pk}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/cms/review/{site.page.pk}/")
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert site.client(site.reviewers[1]).post(f"/office/notices/{notice.pk}/").status_code == 404


def test_the_start_page_shows_what_is_unread(site: Any) -> None:
    home = site.client(site.reviewers[0]).get("/cms/").content.decode()
    assert ("通知（1 条未读）" in home, named(site, "等您一审") in home) == (True, True)
    Notice.objects.all().delete()
    home = site.client(site.reviewers[0]).get("/cms/").content.decode()
    assert ("条未读" in home, named(site, "等您一审") in home) == (False, False)


def test_a_correction_goes_out_at_once_and_all_reviewers_are_told_with_the_address(
    site: Any, bring: Any
) -> None:
    for user in site.reviewers:
        step_pass(page_id=site.page.pk, user=user, seen=site.seen)
    bring()
    Notice.objects.all().delete()
    site.office("confirm_rendition", **masked(site.publication, reply="更正后的答复。"))
    site.office("correct", reason="数字有误")
    bring()
    case = public_case(site.publication_id)
    assert isinstance(case, PublicCase)
    assert case.reply == "更正后的答复。"
    path = f"/jianyi/{site.page.slug}/"
    line = named(site, f"公开的文字已由审核机关更正（数字有误），公开网址 {path}，请查看")
    people = {"网站一审": [line], "网站二审": [line], "网站三审": [line], "网站编辑": []}
    assert told(*site.reviewers, site.user(site.cast.editor)) == people
    message = Message.objects.get(topic=TRANSITION_DONE, payload__transition="correct")
    publication_told(message.payload, message.pk)
    assert told(*site.reviewers, site.user(site.cast.editor)) == people


def test_what_the_office_sent_comes_back_to_all_editors_and_says_why(site: Any, bring: Any) -> None:
    editor, other = site.user(site.cast.editor), site.everyone(Role.SITE_EDITOR)
    closed = site.everyone(Role.SITE_EDITOR)
    User.objects.filter(pk=closed.pk).update(is_active=False, full_name="已停用")
    step_send_back(page_id=site.page.pk, user=site.reviewers[0], seen=site.seen, comment="请加编者按")
    bring()
    line = named(site, "一审退回修改（网站一审）：请加编者按")
    assert told(editor, other, User.objects.get(pk=closed.pk)) == {
        "网站编辑": [line],
        "多面手": [line],
        "已停用": [],
    }


def test_what_an_editor_sent_comes_back_to_him_alone(site: Any, bring: Any) -> None:
    editor, other = site.user(site.cast.editor), site.everyone(Role.SITE_EDITOR)
    step_send_back(page_id=site.page.pk, user=site.reviewers[0], seen=site.seen, comment="一")
    review_resubmit(page_id=site.page.pk, user=editor)
    bring()
    Notice.objects.all().delete()
    step_pass(page_id=site.page.pk, user=site.reviewers[0], seen=site.seen)
    step_send_back(page_id=site.page.pk, user=site.reviewers[1], seen=site.seen, comment="二")
    bring()
    assert told(editor, other) == {
        "网站编辑": [named(site, "二审退回修改（网站二审）：二")],
        "多面手": [],
    }


def test_an_editor_is_told_that_his_text_is_public(site: Any, bring: Any) -> None:
    editor = site.user(site.cast.editor)
    text = HomePage.objects.get().add_child(
        instance=TextPage(title="公告", slug="gonggao", body="<p>正文</p>", live=False, owner=editor)
    )
    text.save_revision(user=editor)
    review_resubmit(page_id=text.pk, user=editor)
    from luoshi_cms.workflow.services import Seen

    for user in site.reviewers:
        step_pass(page_id=text.pk, user=user, seen=Seen(text.latest_revision_id))
    bring()
    assert told(editor)["网站编辑"] == ["公告：三审已通过，已经公开"]


def test_who_may_not_take_the_step_is_not_called_to_it(site: Any, bring: Any) -> None:
    both = site.everyone(Role.SITE_FIRST_REVIEWER, Role.SITE_SECOND_REVIEWER)
    step_pass(page_id=site.page.pk, user=both, seen=site.seen)
    bring()
    assert told(both, site.reviewers[1]) == {
        "多面手": [],
        "网站二审": [named(site, "一审已通过，等您二审")],
    }


def test_the_same_message_twice_tells_once(site: Any) -> None:
    message = Message.objects.get(topic=TOPIC)
    before = Notice.objects.count()
    review_told(message.payload, message.pk)
    assert Notice.objects.count() == before


def test_a_step_that_is_over_calls_nobody(site: Any) -> None:
    message = Message.objects.get(topic=TOPIC)
    Notice.objects.all().delete()
    review_cancel(site.page)
    assert TaskState.objects.get(pk=message.payload["id"]).status == TaskState.STATUS_CANCELLED
    review_told(message.payload, message.pk)
    for what in ("back", "public"):
        review_told({"what": what, "id": message.payload["id"]}, message.pk)
    assert Notice.objects.count() == 0
