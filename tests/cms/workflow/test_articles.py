"""What editors write themselves: three steps to the public, corrected while it stays there, and taken down by
the last reviewer with a reason."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from luoshi.accounts.models import User
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed, NotFound, Refusal, WrongState
from luoshi_cms.models import ColumnPage, HomePage, ReportPage, TextPage
from luoshi_cms.workflow.queue import articles_live, waiting_for
from luoshi_cms.workflow.services import Seen, review_resubmit, step_pass, step_send_back
from luoshi_cms.workflow.taking_down import page_take_down

HOST = "hengnan.localhost"
BODY = '{"blocks": [{"key": "a", "text": "%s", "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}'  # noqa: E501


def form(title: str, slug: str, words: str, act: str = "action-send-in", **more: str) -> dict[str, str]:
    """What Wagtail's editor sends for a text."""
    return {
        "title": title,
        "slug": slug,
        "source": "",
        "body": BODY % words,
        "seo_title": "",
        "search_description": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
        act: "1",
        **more,
    }


def messages(answer: Any) -> list[str]:
    return [str(row) for row in answer.context["messages"]]


def write(site: Any, kind: str = "textpage", **more: str) -> Any:
    """An editor writes a text by Wagtail's form and sends it in with the button below."""
    home = HomePage.objects.get()
    answer = site.client(site.user(site.cast.editor)).post(
        f"/cms/pages/add/luoshi_cms/{kind}/{home.pk}/",
        form("公告", "gonggao", "第一稿", **more),
        follow=True,
    )
    assert answer.redirect_chain == [("/cms/", 302)]
    assert messages(answer)[-1] == "“公告”已送审，从一审开始"
    return home.get_children().get(slug="gonggao").specific


def passed(site: Any, page: Any, users: tuple[User, ...]) -> None:
    for user in users:
        page.refresh_from_db()
        step_pass(page_id=page.pk, user=user, seen=Seen(page.latest_revision_id))
    page.refresh_from_db()


def public(page: Any) -> tuple[int, bool]:
    """What an anonymous reader gets: the status, and whether the second version is there."""
    answer = Client(SERVER_NAME=HOST).get("/gonggao/")
    return answer.status_code, "第二稿" in answer.content.decode()


@pytest.mark.parametrize("kind", ["textpage", "reportpage"])
def test_written_sent_in_and_public_after_the_third_step(site: Any, kind: str) -> None:
    page = write(site, kind, **({"session": "17-4", "approved_on": ""} if kind == "reportpage" else {}))
    assert isinstance(page, ReportPage if kind == "reportpage" else TextPage)
    for user in site.reviewers:
        assert public(page) == (404, False)
        passed(site, page, (user,))
    assert public(page) == (200, False)
    event = Event.objects.get(kind="site.page_published")
    assert (event.stream.key, event.actor_id, event.actor_role) == (
        f"site:page:{page.pk}",
        site.reviewers[2].pk,
        "site_final_reviewer",
    )
    assert event.payload == {
        "actor": "网站三审",
        "title": "公告",
        "address": page.url_path,
        "revision": page.latest_revision_id,
    }


def test_no_day_that_somebody_sends_along_keeps_it_back_or_takes_it_away(site: Any) -> None:
    """Would say that it is public while it waits as a draft."""
    tomorrow = timezone.now() + timedelta(days=1)
    dates = {"go_live_at": f"{tomorrow:%Y-%m-%d %H:%M}", "expire_at": f"{tomorrow:%Y-%m-%d %H:%M}"}
    page = write(site, **dates)
    page.go_live_at = page.expire_at = tomorrow
    page.save()
    page.go_live_at = page.expire_at = tomorrow
    revision = page.save_revision()  # as one was kept before there was no schedule
    revision.publish()
    page.refresh_from_db()
    assert (page.live, page.go_live_at, page.expire_at, revision.approved_go_live_at) == (
        True,
        None,
        None,
        None,
    )
    assert public(page) == (200, False)
    shown = site.client(site.user(site.cast.editor)).get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "go_live_at" not in shown


def test_a_draft_is_no_matter_of_the_reviewers_until_it_is_sent_in(site: Any) -> None:
    home, client = HomePage.objects.get(), site.client(site.user(site.cast.editor))
    client.post(
        f"/cms/pages/add/luoshi_cms/textpage/{home.pk}/", form("公告", "gonggao", "第一稿", act="action-save")
    )
    page = TextPage.objects.get()
    assert page.pk not in [row.page_id for row in waiting_for(site.reviewers[0])]
    shown = client.get(f"/cms/review/{page.pk}/").content.decode()
    assert ("这一页是草稿，还没有送审" in shown, 'value="resubmit"' in shown) == (True, True)
    client.post(f"/cms/review/{page.pk}/", {"act": "resubmit"})
    assert page.pk in [row.page_id for row in waiting_for(site.reviewers[0])]
    assert 'value="resubmit"' not in client.get(f"/cms/review/{page.pk}/").content.decode()
    with pytest.raises(WrongState, match="正在审核"):
        review_resubmit(page_id=page.pk, user=site.user(site.cast.editor))


def test_sent_back_by_the_third_it_begins_anew_with_the_first(site: Any) -> None:
    """Wagtail's own button would go on with the third; it is neither offered nor taken."""
    page = write(site)
    passed(site, page, site.reviewers[:2])
    step_send_back(
        page_id=page.pk, user=site.reviewers[2], seen=Seen(page.latest_revision_id), comment="请改"
    )
    client = site.client(site.user(site.cast.editor))
    shown = client.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert ('name="action-submit"' in shown, 'name="action-send-in"' in shown) == (False, True)
    client.post(f"/cms/pages/{page.pk}/edit/", form("公告", "gonggao", "第二稿", act="action-submit"))
    assert page.current_workflow_state.status == "needs_changes"
    client.post(f"/cms/pages/{page.pk}/edit/", form("公告", "gonggao", "第二稿"))
    assert page.current_workflow_state.current_task_state.task.name == "一审"
    with pytest.raises(Refusal):
        passed(site, page, (site.reviewers[2],))


def test_a_reply_the_start_page_and_the_column_are_not_taken_down_here(site: Any) -> None:
    for user in site.reviewers:
        step_pass(page_id=site.page.pk, user=user, seen=site.seen)
    for page in (site.page, HomePage.objects.get(), ColumnPage.objects.get()):
        with pytest.raises(NotFound):
            page_take_down(page_id=page.pk, user=site.reviewers[2], reason="不妥")
        page.refresh_from_db()
        assert page.live is True


ACTS = (
    ("pages/{page}/unpublish/", {}),
    ("pages/{page}/delete/", {}),
    ("pages/{page}/lock/", {}),
    ("pages/{page}/privacy/", {"restriction_type": "login"}),
    ("pages/{page}/move/{column}/confirm/", {}),
    ("bulk/wagtailcore/page/unpublish/?id={page}", {"include_descendants": "on"}),
    ("bulk/wagtailcore/page/delete/?id={page}", {}),
    ("bulk/wagtailcore/page/move/?id={page}", {"chooser": "{column}"}),
)


@pytest.fixture(scope="class")
def article(ground: Any) -> Iterator[int]:
    """An article that has been through all three steps, for a class of tests."""
    with transaction.atomic():
        page = write(ground)
        passed(ground, page, ground.reviewers)
        yield page.pk
        transaction.set_rollback(True)


@pytest.fixture
def page(article: int, site: Any) -> Any:
    """The article, as nobody has read it yet."""
    return TextPage.objects.get(pk=article)


class TestPublic:
    """Made public once for all of these."""

    def test_a_correction_is_reviewed_while_the_old_text_stays(self, site: Any, page: Any) -> None:
        client = site.client(site.user(site.cast.editor))
        answer = client.post(f"/cms/pages/{page.pk}/edit/", form("公告", "gonggao", "第二稿"), follow=True)
        assert messages(answer)[-1] == "“公告”已送审，从一审开始"
        for user in site.reviewers:
            assert public(page) == (200, False)
            passed(site, page, (user,))
        assert public(page) == (200, True)

    def test_the_last_reviewer_takes_it_down_with_a_reason(self, site: Any, page: Any) -> None:
        final = site.client(site.reviewers[2])
        assert [row.title for row in articles_live(site.reviewers[2])] == ["公告"]
        home = final.get("/cms/").content.decode()
        assert ("已公开的文章和报告" in home, f"/cms/review/{page.pk}/" in home) == (True, True)
        shown = final.get(f"/cms/review/{page.pk}/").content.decode()
        assert ("这一页已经公开，不在审核中" in shown, 'value="take-down"' in shown) == (True, True)
        answer = final.post(f"/cms/review/{page.pk}/", {"act": "take-down", "reason": " "})
        assert (answer.status_code, messages(answer)) == (400, ["请写明撤下的原因"])
        assert public(page) == (200, False)
        answer = final.post(
            f"/cms/review/{page.pk}/", {"act": "take-down", "reason": " 数据有误 "}, follow=True
        )
        assert messages(answer) == ["已撤下，公开网站上不再有这一页"]
        assert public(page) == (404, False)
        event = Event.objects.get(kind="site.page_taken_down")
        assert event.payload is not None
        assert (event.payload["reason"], event.payload["title"], event.actor_id) == (
            "数据有误",
            "公告",
            site.reviewers[2].pk,
        )
        assert articles_live(site.reviewers[2]) == ()
        with pytest.raises(WrongState, match="没有公开"):
            page_take_down(page_id=page.pk, user=site.reviewers[2], reason="再撤一次")

    def test_taken_down_it_comes_back_by_three_steps_alone(self, site: Any, page: Any) -> None:
        page_take_down(page_id=page.pk, user=site.reviewers[2], reason="数据有误")
        client = site.client(site.user(site.cast.editor))
        client.post(f"/cms/pages/{page.pk}/edit/", form("公告", "gonggao", "第二稿"))
        for user in site.reviewers:
            assert public(page) == (404, False)
            passed(site, page, (user,))
        assert public(page) == (200, True)

    def test_taking_down_ends_the_review_of_a_correction(self, site: Any, page: Any) -> None:
        client = site.client(site.user(site.cast.editor))
        client.post(f"/cms/pages/{page.pk}/edit/", form("公告", "gonggao", "第二稿"))
        page_take_down(page_id=page.pk, user=site.reviewers[2], reason="数据有误")
        assert page.pk not in [row.page_id for row in waiting_for(site.reviewers[0])]
        page.refresh_from_db()
        with pytest.raises(WrongState):
            step_pass(page_id=page.pk, user=site.reviewers[0], seen=Seen(page.latest_revision_id))

    @pytest.mark.parametrize(
        "who", ["editor", "first_reviewer", "second_reviewer", "government", "system_admin"]
    )
    def test_nobody_else_takes_it_down(self, site: Any, page: Any, who: str) -> None:
        user = site.user(getattr(site.cast, who))
        with pytest.raises(NotAllowed, match="三审人员"):
            page_take_down(page_id=page.pk, user=user, reason="不妥")
        client = site.client(user)
        assert 'value="take-down"' not in client.get(f"/cms/review/{page.pk}/").content.decode()
        answer = client.post(f"/cms/review/{page.pk}/", {"act": "take-down", "reason": "不妥"})
        assert answer.status_code in (302, 403)
        assert (public(page), articles_live(user)) == ((200, False), ())
        assert Event.objects.filter(kind="site.page_taken_down").count() == 0

    @pytest.mark.parametrize("reason", ["", "  ", "长" * 501, "一\x00二"])
    def test_a_reason_is_wanted_that_can_be_kept(self, site: Any, page: Any, reason: str) -> None:
        with pytest.raises(Invalid):
            page_take_down(page_id=page.pk, user=site.reviewers[2], reason=reason)
        assert public(page) == (200, False)

    @pytest.mark.parametrize(("address", "sent"), ACTS, ids=lambda value: str(value)[:50])
    def test_an_editor_cannot_take_down_hide_or_move_what_is_public(
        self, site: Any, page: Any, address: str, sent: dict[str, str]
    ) -> None:
        names = {"page": page.pk, "column": ColumnPage.objects.get().pk}
        client = site.client(site.user(site.cast.editor))
        client.raise_request_exception = False
        data = {key: value.format(**names) for key, value in sent.items()}
        assert client.post("/cms/" + address.format(**names), data).status_code < 500
        assert public(page) == (200, False)

    def test_an_editor_cannot_publish_by_the_form(self, site: Any, page: Any) -> None:
        client = site.client(site.user(site.cast.editor))
        client.post(f"/cms/pages/{page.pk}/edit/", form("公告", "gonggao", "第二稿", act="action-publish"))
        assert public(page) == (200, False)
