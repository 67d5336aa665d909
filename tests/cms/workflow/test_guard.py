"""A reply page is live only while the core has it published, whatever code tries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import Revision, TaskState

from luoshi.errors import Refusal
from luoshi_cms.models import ColumnPage, ReplyPage
from luoshi_cms.workflow.finish import page_publish_reviewed
from luoshi_cms.workflow.services import step_pass

SHUT = (PermissionDenied, Refusal, IntegrityError)


def save_live(site: Any) -> None:
    page = site.page
    page.live = True
    page.save()


def save_live_column(site: Any) -> None:
    page = site.page
    page.live = True
    page.save(update_fields=["live"])


def publish_latest(site: Any) -> None:
    site.page.get_latest_revision().publish()


def publish_skipping(site: Any) -> None:
    site.page.get_latest_revision().publish(user=site.reviewers[2], skip_permission_checks=True)


def publish_as_superuser(site: Any) -> None:
    boss = site.everyone()
    boss.is_superuser = True
    boss.save()
    site.page.get_latest_revision().publish(user=boss)


def publish_a_revision_that_says_live(site: Any) -> None:
    revision = site.page.get_latest_revision()
    revision.content["live"] = True
    revision.save()
    revision.as_object().save()
    revision.publish()


def schedule(site: Any) -> None:
    """The past of the schedule is in the revision, as a form would leave it there."""
    page = site.page
    page.go_live_at = timezone.now() + timedelta(days=1)
    revision = page.save_revision()
    revision.content["go_live_at"] = (timezone.now() + timedelta(days=1)).isoformat()
    revision.save()
    revision.publish()


def schedule_run(site: Any) -> None:
    """A revision that somehow has been approved for a time that has come."""
    Revision.objects.filter(pk=site.page.latest_revision_id).update(
        approved_go_live_at=timezone.now() - timedelta(hours=1)
    )
    call_command("publish_scheduled")


def finish_the_workflow(site: Any) -> None:
    site.page.workflow_states.get().finish(user=site.reviewers[2])


def finish_by_hand(site: Any) -> None:
    page_publish_reviewed(site.page.workflow_states.get(), site.reviewers[2])


def finish_by_nobody(site: Any) -> None:
    for user in site.reviewers[:2]:
        step_pass(page_id=site.page.pk, user=user, seen=site.seen)
    page_publish_reviewed(site.page.workflow_states.get(), None)


def approve_each_task(site: Any) -> None:
    """Wagtail's own approvals, by one who may take none of the steps; the last one has nobody to name."""
    for _ in range(3):
        TaskState.objects.get(status="in_progress").approve()


def copy(site: Any) -> None:
    site.page.copy(update_attrs={"slug": "copy", "live": True}, keep_live=True)


def alias(site: Any) -> None:
    site.page.create_alias(update_slug="alias")


def add_live(site: Any) -> None:
    ColumnPage.objects.get().add_child(
        instance=ReplyPage(title="伪造", slug="weizao", publication_id=987_654_321, live=True)
    )


WAYS = [
    save_live,
    save_live_column,
    publish_latest,
    publish_skipping,
    publish_as_superuser,
    publish_a_revision_that_says_live,
    schedule,
    schedule_run,
    finish_the_workflow,
    finish_by_hand,
    finish_by_nobody,
    approve_each_task,
    copy,
    alias,
    add_live,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_each_way_is_shut(site: Any, way: Callable[[Any], None]) -> None:
    with pytest.raises(SHUT), transaction.atomic():
        way(site)
    assert [(page.live, page.live_revision_id) for page in ReplyPage.objects.all()] == [(False, None)]
    assert site.publication.state == "in_editorial_review"
    assert Revision.objects.filter(approved_go_live_at__isnull=False).count() == 0


@pytest.mark.parametrize("way", [save_live, publish_latest, publish_skipping], ids=lambda way: way.__name__)
def test_and_open_once_the_core_has_published_it(site: Any, way: Callable[[Any], None]) -> None:
    """Or the guard would only ever say no."""
    version = site.page.approved_digest
    site.cast.world.act(site.publication, "publish", site.cast.system, digest=version)
    way(site)
    assert (site.page.live, site.page.approved_digest) == (True, version)


@pytest.mark.parametrize("act", ["revoke"])
def test_what_the_core_has_taken_down_cannot_be_saved_as_live(site: Any, act: str) -> None:
    for user in site.reviewers:
        step_pass(page_id=site.page.pk, user=user, seen=site.seen)
    site.office(act, reason="内容有误")
    with pytest.raises(PermissionDenied):
        site.page.save()
    page = site.page
    page.unpublish()
    assert site.page.live is False


def test_an_old_revision_brings_back_neither_digest_nor_schedule(site: Any) -> None:
    page = site.page
    revision = page.get_latest_revision()
    revision.content |= {
        "approved_digest": "0" * 64,
        "publication_id": 987_654_321,
        "go_live_at": "2099-01-01T00:00:00Z",
        "expire_at": "2099-01-01T00:00:00Z",
    }
    revision.save()
    shown = revision.as_object()
    assert (shown.approved_digest, shown.publication_id, shown.go_live_at, shown.expire_at) == (
        page.approved_digest,
        page.publication_id,
        None,
        None,
    )


def test_a_page_that_expires_is_not_one_of_ours(site: Any) -> None:
    page = site.page
    page.expire_at = page.go_live_at = timezone.now()
    page.save()
    assert (site.page.expire_at, site.page.go_live_at) == (None, None)
