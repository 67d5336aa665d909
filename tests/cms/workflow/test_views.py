"""What the editor and the reviewers see: their queue, the page of a review, and how it answers."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from public_pages import attached, confirm_masked
from ready import CHECKED, WITH_EDITOR, at_publication, today

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.calendar.arithmetic import working_days_between
from luoshi.calendar.selectors import day_table
from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import Clock
from luoshi_cms.models import HomePage, ReplyPage, TextPage
from luoshi_cms.workflow.queue import QueueRow, come_back_to, waiting_for
from luoshi_cms.workflow.services import review_start, step_pass, step_send_back


def address(site: Any) -> str:
    return f"/cms/review/{site.page.pk}/"


def form(site: Any, act: str, **more: str) -> dict[str, str]:
    """What the page's own form would send."""
    page = site.client(site.reviewers[0]).get(address(site)).content.decode()
    hidden = dict(re.findall(r'name="(revision|digest)" value="([^"]*)"', page))
    return {**hidden, "act": act, **more}


def messages(answer: Any) -> list[str]:
    return [str(row) for row in answer.context["messages"]]


def test_three_reviewers_press_the_button_and_the_citizen_reads_it(site: Any) -> None:
    public = f"/jianyi/{site.page.slug}/"
    citizen = Client(SERVER_NAME="hengnan.localhost")
    for place, user in enumerate(site.reviewers):
        assert citizen.get(public).status_code == 404
        client = site.client(user)
        page = client.get(address(site)).content.decode()
        word = "通过并公开" if place == 2 else "通过"
        assert re.findall(r'value="pass">([^<]+)<', page) == [word]
        sent = dict(re.findall(r'name="(revision|digest)" value="([^"]*)"', page))
        assert sent["digest"] == site.page.approved_digest
        assert f'<code id="digest">{site.page.approved_digest}</code>' in page
        answer = client.post(address(site), {**sent, "act": "pass"}, follow=True)
        assert answer.redirect_chain == [("/cms/", 302)]
        assert messages(answer) == ["已通过，页面已经公开" if place == 2 else "已通过，转入下一步审核"]
    assert citizen.get(public).status_code == 200


def test_the_page_shows_the_approved_words_and_nothing_of_the_original(site: Any) -> None:
    case = site.publication.suggestion
    page = site.client(site.reviewers[0]).get(address(site)).content.decode()
    assert case.title in page
    case.title = "关于另一件事的建议"
    case.save(update_fields=["title"])
    assert "关于另一件事的建议" not in site.client(site.reviewers[0]).get(address(site)).content.decode()


def test_a_refusal_is_read_on_the_page_and_what_was_typed_stays(site: Any) -> None:
    client = site.client(site.reviewers[0])
    sent = form(site, "back", comment="")
    answer = client.post(address(site), sent)
    assert (answer.status_code, messages(answer)) == (400, ["请写明退回的原因和要修改的地方"])
    answer = client.post(address(site), {**sent, "act": "pass", "digest": "0" * 64, "comment": "同意公开"})
    assert (answer.status_code, messages(answer)) == (
        409,
        ["您打开之后内容有变动，请重新打开审核页面，核对后再办理"],
    )
    assert ">同意公开</textarea>" in answer.content.decode()
    assert site.step == "一审"


def test_what_the_door_says_is_read_by_the_third_reviewer(site: Any) -> None:
    for user in site.reviewers[:2]:
        step_pass(page_id=site.page.pk, user=user, seen=site.seen)
    client = site.client(site.reviewers[2])
    page = client.get(address(site)).content.decode()
    sent = dict(re.findall(r'name="(revision|digest)" value="([^"]*)"', page))
    with connection.cursor() as cursor:  # somebody has changed the text in the database
        cursor.execute(
            'UPDATE suggestions_publishedversion SET content = content || \'{"reply": "改过的答复"}\''
            " WHERE publication_id = %s",
            [site.publication_id],
        )
    answer = client.post(address(site), {**sent, "act": "pass"})
    assert (answer.status_code, messages(answer)) == (
        409,
        ["公开的须与批准的公开版一字不差。您看到的不是最新批准的公开版，请重新打开后再审"],
    )
    assert (site.page.live, site.publication.state, site.step) == (False, "in_editorial_review", "三审")


def test_who_has_no_step_here_sees_why_and_no_button(site: Any) -> None:
    for user, reason in (
        (site.reviewers[1], "这一步由担任该审核角色的人员办理"),
        (site.user(site.cast.editor), "这一步由担任该审核角色的人员办理"),
    ):
        page = site.client(user).get(address(site)).content.decode()
        assert (reason in page, 'name="act"' in page) == (True, False)
        answer = site.client(user).post(address(site), form(site, "pass"))
        assert (answer.status_code, messages(answer)) == (403, [reason])
    assert site.step == "一审"


def test_nobody_else_finds_the_page(site: Any) -> None:
    assert Client(SERVER_NAME="hengnan.localhost").get(address(site)).status_code == 302
    for name in ("congress", "government", "lead_head", "system_admin", "audit_admin"):
        client = site.client(site.user(getattr(site.cast, name)))
        answers = (client.get(address(site)), client.post(address(site), form(site, "pass")))
        assert [(row.status_code, row.headers["Location"].partition("?")[0]) for row in answers] == [
            (302, "/office/login/")
        ] * 2
    boss = site.everyone()
    boss.is_superuser = True
    boss.save(update_fields=["is_superuser"])
    assert site.client(boss).get(address(site)).status_code == 404
    assert site.step == "一审"


@pytest.mark.parametrize(
    "sent", [{}, {"act": "publish"}, {"act": "pass"}, {"act": "pass", "revision": "x" * 30}]
)
def test_a_form_that_is_none_of_ours_does_nothing(site: Any, sent: dict[str, str]) -> None:
    answer = site.client(site.reviewers[0]).post(address(site), sent)
    assert answer.status_code in (404, 409)
    assert site.step == "一审"


def test_pages_that_are_not_there_or_never_under_review(site: Any) -> None:
    client = site.client(site.reviewers[0])
    for pk in (987_654_321, HomePage.objects.get().pk):
        assert client.get(f"/cms/review/{pk}/").status_code == 404
        assert client.get(f"/cms/review/{pk}/preview/").status_code == 404


def test_the_preview_stands_in_a_frame_of_the_same_host_and_is_not_kept(site: Any) -> None:
    answer = site.client(site.reviewers[0]).get(f"{address(site)}preview/")
    assert (answer.status_code, answer.headers["X-Frame-Options"]) == (200, "SAMEORIGIN")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert site.publication.suggestion.title in answer.content.decode()


def test_who_works_on_the_site_opens_the_attachments_before_they_are_public(site: Any) -> None:
    """From the review's page and from the preview; a file that the version does not name is not there."""
    publication = at_publication(site.cast, *CHECKED)
    chosen, other = attached(publication, b"x", b"clean"), attached(publication, b"y", b"z")
    confirm_masked(site.cast, publication, files=(chosen.pk,))
    site.cast.world.act(publication, "approve", site.cast.government)
    site.cast.world.act(publication, "send_to_editor", site.cast.government)
    outbox_drain(limit=1000)
    page = ReplyPage.objects.get(publication_id=publication.pk)
    own = f"/cms/review/{page.pk}/"
    for user in (*site.reviewers, site.user(site.cast.editor)):
        client = site.client(user)
        for shown in (own, f"{own}preview/"):
            assert f'href="{own}files/{chosen.pk}/"' in client.get(shown).content.decode()
        answer = client.get(f"{own}files/{chosen.pk}/")
        assert (answer.status_code, b"".join(answer)) == (200, b"clean")
        assert answer["Content-Disposition"].startswith("attachment;")
        policy = "sandbox; default-src 'none'; frame-ancestors 'none'"
        assert (answer["Content-Security-Policy"], answer["X-Content-Type-Options"]) == (policy, "nosniff")
        for wrong in (f"{own}files/{other.pk}/", f"/cms/review/{site.page.pk}/files/{chosen.pk}/"):
            assert client.get(wrong).status_code == 404
    stranger = site.client(site.user(site.cast.government))
    assert stranger.get(f"{own}files/{chosen.pk}/").status_code != 200


def test_sent_back_it_is_changed_and_sent_in_by_the_editor(site: Any) -> None:
    client = site.client(site.reviewers[0])
    answer = client.post(address(site), form(site, "back", comment="请加编者按"), follow=True)
    assert messages(answer) == ["已退回网站编辑"]
    editor = site.client(site.user(site.cast.editor))
    home = editor.get("/cms/").content.decode()
    assert [word in home for word in ("退回待修改", "请加编者按", "（网站一审）")] == [True] * 3
    page = editor.get(address(site)).content.decode()
    assert [word in page for word in ("请加编者按", ">送审<")] == [True, True]
    answer = editor.post(address(site), {"act": "resubmit"}, follow=True)
    assert (messages(answer), site.step) == (["已送审，从一审开始"], "一审")


def test_an_addition_to_a_public_page_is_reviewed_as_well(site: Any) -> None:
    for user in site.reviewers:
        step_pass(page_id=site.page.pk, user=user, seen=site.seen)
    editor = site.user(site.cast.editor)
    page = site.page
    page.introduction = "<p>背景说明</p>"
    page.save_revision(user=editor)
    client = site.client(editor)
    assert 'name="action-send-in"' in client.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    client.post(address(site), {"act": "resubmit"})
    for user in site.reviewers:
        assert site.page.introduction == ""
        step_pass(page_id=page.pk, user=user, seen=site.seen)
    assert (site.page.introduction, site.publication.state) == ("<p>背景说明</p>", "published")


def test_the_home_page_is_the_queue_and_says_nothing_of_others(site: Any) -> None:
    title = site.page.get_admin_display_title()
    home = {
        name: site.client(site.user(getattr(site.cast, name))).get("/cms/").content.decode() for name in ROOM
    }
    assert {name: title in text for name, text in home.items()} == ROOM
    assert "■" not in home["first_reviewer"]
    words = ("等我审核", "退回待修改", "近期编辑", "最近编辑", "Your most recent", "editor guide")
    for name, text in home.items():
        expected = [name != "editor", name == "editor", False, False, False, False]
        assert [word in text for word in words] == expected, name


ROOM = {"first_reviewer": True, "second_reviewer": False, "final_reviewer": False, "editor": False}


def test_the_menu_holds_what_is_theirs(site: Any) -> None:
    def names(user: User) -> set[str]:
        text = site.client(user).get("/cms/").content.decode()
        return set(re.findall(r'"name": "([a-z-]+)"', text)) & {
            "explorer",
            "images",
            "documents",
            "reports",
            "settings",
            "help",
            "forms",
            "snippets",
            "workflows",
        }

    assert names(site.user(site.cast.editor)) == {"explorer", "images", "documents"}
    for reviewer in site.reviewers:
        assert names(reviewer) == set()


def test_the_admin_speaks_chinese(site: Any) -> None:
    home = site.client(site.user(site.cast.editor)).get("/cms/").content.decode()
    assert re.search(r'<html[^>]*lang="([^"]+)"', home).group(1) == "zh-hans"
    assert "<title>今天的工作 - 落实</title>" in home


PLACES = (
    "/cms/",
    "/cms/pages/",
    "/cms/pages/{home}/",
    "/cms/pages/{home}/edit/",
    "/cms/pages/{home}/history/",
    "/cms/pages/{home}/usage/",
    "/cms/pages/add/luoshi_cms/textpage/{home}/",
    "/cms/pages/add/luoshi_cms/reportpage/{home}/",
    "/cms/pages/search/?q=x",
    "/cms/pages/{page}/edit/",
    "/cms/pages/{page}/history/",
    "/cms/pages/{page}/workflow_history/",
    "/cms/review/{page}/",
    "/cms/images/",
    "/cms/images/multiple/add/",
    "/cms/documents/",
    "/cms/documents/multiple/add/",
)
KNOWN = re.compile(
    r"\b(?:[A-Z]{2,4}|JavaScript|Ctrl|Shift|Alt|Cmd|Enter|Esc|https?|cms|jianyi|x|y|z|[a-zA-Z])\b"
    r"|\bNone\b|[0-9a-f]{64}|\S*(?:localhost|/)\S*|home"
)
"""Letters that are no English: formats, keys, addresses, a counter that is hidden."""


@pytest.mark.parametrize("place", PLACES)
def test_what_an_editor_meets_is_chinese_and_leads_to_no_other_host(site: Any, place: str) -> None:
    client = site.client(site.user(site.cast.editor))
    answer = client.get(place.format(home=HomePage.objects.get().pk, page=site.page.pk), follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    links = re.findall(r"""(?:href|src|action)=["'](https?:)?//([^/"']+)""", page)
    assert [host for _, host in links if not host.startswith("hengnan.localhost")] == []
    shown = re.sub(r"<(script|style|template|svg)\b.*?</\1>|<!--.*?-->", " ", page, flags=re.S)
    texts = re.findall(r">([^<>]+)<", shown)
    texts += re.findall(r'\b(?:placeholder|title|alt|aria-label)="([^"]+)"', shown)
    texts = [unescape(text) for text in texts]
    english = {text.strip() for text in texts if re.search("[A-Za-z]{2,}", KNOWN.sub(" ", text))}
    assert english == set()


def row(site: Any, user: User) -> list[QueueRow]:
    return [found for found in waiting_for(user) if found.page_id == site.page.pk]


@pytest.mark.parametrize(("days", "look"), [(-3, "■ 已超"), (0, "▲ 今天到期"), (20, "● 还剩")])
def test_the_queue_counts_working_days_of_the_window(site: Any, days: int, look: str) -> None:
    due = today() + timedelta(days=days)
    clocks = Clock.objects.filter(reply=site.publication.reply, kind="publication", state="running")
    assert clocks.update(due_on=due) == 1
    (found,) = row(site, site.reviewers[0])
    table = day_table(min(today(), due).year, max(today(), due).year)
    assert found.left == working_days_between(today(), due, table)
    assert found.left_words.startswith(look)
    clocks.update(state="stopped", ended_on=today())
    (found,) = row(site, site.reviewers[0])
    assert (found.left, found.left_words) == (None, "无期限")


def test_the_queue_leaves_out_what_one_may_not_take(site: Any) -> None:
    both = site.everyone(*(Role.SITE_FIRST_REVIEWER, Role.SITE_SECOND_REVIEWER))
    assert [found.step for found in row(site, both)] == ["一审"]
    step_pass(page_id=site.page.pk, user=both, seen=site.seen)
    assert row(site, both) == []
    assert [found.step for found in row(site, site.reviewers[1])] == ["二审"]
    site.together()
    assert [found.step for found in row(site, both)] == ["二审"]


def test_an_editors_own_text_waits_for_others(site: Any) -> None:
    writer = site.everyone(Role.SITE_EDITOR, Role.SITE_FIRST_REVIEWER)
    text = HomePage.objects.get().add_child(
        instance=TextPage(title="公告", slug="gonggao", body="<p>正文</p>", live=False, owner=writer)
    )
    text.save_revision(user=writer)
    review_start(text, user=writer)
    assert text.pk not in [found.page_id for found in waiting_for(writer)]
    assert text.pk in [found.page_id for found in waiting_for(site.reviewers[0])]
    page = site.client(site.reviewers[0]).get(f"/cms/review/{text.pk}/").content.decode()
    assert ("公告" in page, 'value="pass"' in page) == (True, True)


def test_the_most_urgent_stands_first_and_the_queue_costs_the_same_however_long(
    site: Any, django_assert_num_queries: Any
) -> None:
    user = site.reviewers[0]
    waiting_for(user)  # what a process remembers of types
    with CaptureQueriesContext(connection) as one:
        assert len(waiting_for(user)) == 1
    others = [at_publication(site.cast, *WITH_EDITOR) for _ in range(2)]
    assert outbox_drain(limit=1000).failed == 0
    Clock.objects.filter(reply=others[1].reply, kind="publication").update(
        due_on=today() - timedelta(days=30)
    )
    with django_assert_num_queries(len(one)):
        found = waiting_for(user)
    assert [entry.left is not None and entry.left < 0 for entry in found] == [True, False, False]


def test_what_came_back_is_for_editors(site: Any) -> None:
    step_send_back(page_id=site.page.pk, user=site.reviewers[0], seen=site.seen, comment="请改")
    (found,) = come_back_to(site.user(site.cast.editor))
    assert (found.step, found.said, found.said_by) == ("一审", "请改", "网站一审")
    assert [come_back_to(user) for user in site.reviewers] == [(), (), ()]
    assert waiting_for(site.reviewers[0]) == ()


def test_no_mail_leaves_the_house() -> None:
    """Wagtail would write to editors and reviewers; the backend that is set lets nothing out."""
    from luoshi_site import settings

    assert settings.EMAIL_BACKEND == "django.core.mail.backends.dummy.EmailBackend"
