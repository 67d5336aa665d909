"""Files and rows live equally long: what nobody used, what a rolled-back act wrote, what was taken away."""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from files import pdf, photo
from world import World, world_make

from luoshi import moment
from luoshi.accounts.actor import Actor
from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import Attachment, Suggestion, Upload
from luoshi.suggestions.services.attachments import (
    KEPT_FOR,
    attachment_stage,
    files_forget,
    files_remove,
    orphans_remove,
    upload_discard,
    uploads_prune,
)
from luoshi.suggestions.tasks import clean_files
from luoshi_site.celery import SCHEDULE
from luoshi_tenants.context import county_context

HOUR = timedelta(hours=1)


@pytest.fixture
def top(settings: Any, tmp_path: Path, county: Any) -> Path:
    """Directory of all counties' files."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def on_disk(top: Path, schema: str = "c430422") -> list[str]:
    folder = top / schema
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def stage(actor: Actor, name: str = "现场.jpg", data: bytes = b"") -> Upload:
    return attachment_stage(name=name, file=ContentFile(data or photo()), actor=actor)


def age(upload: Upload, by: timedelta, top: Path) -> None:
    """Let a file have been sent in ``by`` ago, the row and the file."""
    Upload.objects.filter(pk=upload.pk).update(created_at=moment.now() - by)
    for name in filter(None, [upload.file.name, upload.thumbnail.name]):
        then = time.time() - by.total_seconds()
        os.utime(top / "c430422" / name, (then, then))


def names(*rows: Any) -> list[str]:
    return sorted(name for row in rows for name in (row.file.name, row.thumbnail.name) if name)


def clean() -> tuple[int, int]:
    """What happens at night, and what the outbox does about it."""
    done = clean_files()
    outbox_drain(limit=100)
    return done


def test_what_nobody_used_for_a_day_goes_with_its_file(world: World, top: Path) -> None:
    old, young = stage(world.writer), stage(world.writer, "表.pdf", pdf())
    age(old, KEPT_FOR + HOUR, top)
    age(young, KEPT_FOR - HOUR, top)
    assert clean() == (1, 2)
    assert list(Upload.objects.all()) == [young]
    assert on_disk(top) == names(young)


def test_what_was_used_stays_and_only_its_waiting_is_forgotten(world: World, top: Path) -> None:
    upload = stage(world.writer)
    world.draft(attachments=[upload.pk])
    age(upload, 10 * KEPT_FOR, top)
    assert clean() == (1, 0)
    assert Upload.objects.count() == 0
    assert on_disk(top) == names(Attachment.objects.get()) == names(upload)


def test_a_file_without_a_row_goes_after_a_day(world: World, top: Path) -> None:
    orphan = default_storage.save("attachments/2026/01/orphan.pdf", ContentFile(pdf()))
    other = default_storage.save("images/of-the-site.png", ContentFile(b"x"))
    then = time.time() - KEPT_FOR.total_seconds()
    os.utime(top / "c430422" / orphan, (then + 3600, then + 3600))
    os.utime(top / "c430422" / other, (then - 3600, then - 3600))
    assert (clean(), on_disk(top)) == ((0, 0), [orphan, other])
    os.utime(top / "c430422" / orphan, (then - 3600, then - 3600))
    assert (clean(), on_disk(top)) == ((0, 1), [other])


def test_a_transaction_that_is_rolled_back_leaves_a_file_only_until_the_cleaning(
    world: World, top: Path
) -> None:
    with transaction.atomic():
        upload = stage(world.writer)
        transaction.set_rollback(True)
    assert (Upload.objects.count(), on_disk(top)) == (0, names(upload))
    age(upload, KEPT_FOR + HOUR, top)
    assert (clean(), on_disk(top)) == ((0, 2), [])


def test_a_case_that_is_gone_takes_its_files_along(world: World, top: Path) -> None:
    upload = stage(world.writer)
    suggestion = world.draft(attachments=[upload.pk])
    age(upload, KEPT_FOR + HOUR, top)
    Suggestion.objects.filter(pk=suggestion.pk).delete()
    assert clean() == (1, 2)
    assert on_disk(top) == []


def test_what_one_removes_oneself_goes_at_once(world: World, top: Path) -> None:
    upload, kept = stage(world.writer), stage(world.writer, "表.pdf", pdf())
    upload_discard(upload_id=upload.pk, actor=world.writer)
    assert on_disk(top) == names(upload, kept)
    outbox_drain(limit=100)
    assert on_disk(top) == names(kept)
    assert list(Upload.objects.all()) == [kept]


def test_a_file_that_a_row_has_is_never_removed_whatever_is_asked(world: World, top: Path) -> None:
    waiting, used = stage(world.writer), stage(world.writer, "表.pdf", pdf())
    world.draft(attachments=[used.pk])
    files_remove({"files": names(waiting, used)}, 1)
    assert on_disk(top) == names(waiting, used)
    gone = default_storage.save("attachments/2026/01/gone.pdf", ContentFile(pdf()))
    for message in (1, 2):
        files_remove({"files": [gone, *names(waiting)]}, message)
    assert on_disk(top) == names(waiting, used)


def test_nothing_to_remove_is_no_message(world: World) -> None:
    from luoshi.outbox.models import Message

    before = Message.objects.count()
    files_forget(["", None])
    assert Message.objects.count() == before


def test_cleaning_one_county_leaves_the_other_alone(
    two_counties: tuple[Any, Any], settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    here, there = two_counties
    then = time.time() - 2 * KEPT_FOR.total_seconds()
    for county in (here, there):
        with county_context(county):
            upload = stage(world_make().writer)
            Upload.objects.update(created_at=moment.now() - 2 * KEPT_FOR)
            orphan = default_storage.save("attachments/2026/01/orphan.pdf", ContentFile(pdf()))
            os.utime(tmp_path / county.schema_name / orphan, (then, then))
            kept = [*names(upload), orphan]
    with county_context(here):
        clean()
    assert on_disk(tmp_path, here.schema_name) == []
    assert on_disk(tmp_path, there.schema_name) == sorted(kept)
    with county_context(there):
        assert Upload.objects.count() == 1


def test_an_upload_that_is_just_being_used_is_left_alone(
    transactional_county: Any, settings: Any, tmp_path: Path
) -> None:
    """The cleaning passes over rows that an act holds at that moment."""
    settings.MEDIA_ROOT = str(tmp_path)
    upload = stage(world_make().writer)
    Upload.objects.update(created_at=moment.now() - 2 * KEPT_FOR)
    with psycopg.connect(_dsn()) as other:
        other.execute(f"SET search_path TO {transactional_county.schema_name}")
        other.execute("SELECT 1 FROM suggestions_upload WHERE id = %s FOR UPDATE", [upload.pk])
        assert uploads_prune() == 0
    assert uploads_prune() == 1


def _dsn() -> str:
    told = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return psycopg.conninfo.make_conninfo(**{name: told[key] or None for name, key in names.items()})


def test_a_county_that_has_no_file_is_clean(county: Any, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    assert orphans_remove() == 0


def test_it_is_done_every_night_in_every_county() -> None:
    entry = SCHEDULE["suggestions.clean_files"]
    assert (entry["task"], entry["kwargs"]["task_name"]) == ("tenants.fan_out", clean_files.name)
