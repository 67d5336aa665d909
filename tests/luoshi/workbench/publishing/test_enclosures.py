"""Attachments beside the rendition: made clean by a worker, looked at, chosen, refused with the reason."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from files import pdf, photo
from people import Cast
from ready import CHECKED, PUBLISHED, at_publication
from rendition_read import address, form, read

from luoshi.accounts.actor import Actor
from luoshi.publication.clean_files import clean_file_make
from luoshi.suggestions.models import CleanFile, Publication, PublishedVersion, Rendition
from luoshi.suggestions.published_names import name_given
from luoshi.suggestions.services.attachments import attachment_stage

SignedIn = Callable[[Actor], Client]


@pytest.fixture
def publication(cast: Cast, settings: Any, tmp_path: Any) -> Publication:
    """Checked; the suggestion has a photo."""
    settings.MEDIA_ROOT = str(tmp_path)
    upload = attachment_stage(name="现场.jpg", file=ContentFile(photo()), actor=cast.writer)
    return at_publication(cast, *CHECKED, title="关于有附件的建议", attachments=[upload.pk])


def test_made_looked_at_and_sent_along(cast: Cast, signed_in: SignedIn, publication: Publication) -> None:
    client = signed_in(cast.government)
    (attachment,) = publication.suggestion.attachments.all()
    text = read(client, publication)
    assert f'name="clean" value="{attachment.pk}"' in text
    typed = form(text) | {"text.title": "改了一半的标题", "clean": str(attachment.pk)}
    answer = client.post(address(publication), typed)
    assert answer.status_code == 200
    assert form(answer.content.decode())["text.title"] == "改了一半的标题"
    assert Rendition.objects.count() == 0
    made = clean_file_make(attachment.pk)
    assert made is not None
    assert clean_file_make(attachment.pk) == made
    text = read(client, publication)
    assert re.findall(r'name="files" value="(\d+)"', text) == [str(made.pk)]
    copy = client.get(f"/office/publishing/files/{made.pk}/")
    body = b"".join(copy.streaming_content)
    assert hashlib.sha256(body).hexdigest() == made.sha256
    typed = form(text) | {"files": [str(made.pk)]}
    assert client.post(address(publication), typed).status_code == 302
    assert f'name="files" value="{made.pk}" checked' in read(client, publication)
    cast.world.act(publication, "approve", cast.government)
    version = PublishedVersion.newest(publication.pk)
    assert version is not None
    assert [(row["name"], row["sha256"]) for row in version.content["attachments"]] == [
        ("现场.jpg", made.sha256)
    ]


def test_what_cannot_be_made_clean_is_told_and_not_offered(
    cast: Cast, signed_in: SignedIn, publication: Publication
) -> None:
    (attachment,) = publication.suggestion.attachments.all()
    with attachment.file.storage.open(attachment.file.name, "wb") as file:
        file.write(b"no picture at all")
    made = clean_file_make(attachment.pk)
    assert made is not None
    assert (bool(made.refused), bool(made.file)) == (True, False)
    client = signed_in(cast.government)
    text = read(client, publication)
    assert "不能公开：" in text
    assert re.findall(r'name="files"', text) == []
    assert client.get(f"/office/publishing/files/{made.pk}/").status_code == 404


def test_an_attachment_of_another_case_is_not_made(
    cast: Cast, signed_in: SignedIn, publication: Publication
) -> None:
    upload = attachment_stage(name="别处.pdf", file=ContentFile(pdf()), actor=cast.writer)
    other = at_publication(cast, *PUBLISHED, title="关于别处的建议", attachments=[upload.pk])
    (attachment,) = other.suggestion.attachments.all()
    for wrong in (attachment.pk, 10**17, "x"):
        answer = signed_in(cast.government).post(address(publication), {"clean": str(wrong)})
        assert answer.status_code == 404
    assert CleanFile.objects.count() == 0


def test_whose_a_clean_copy_is(cast: Cast, signed_in: SignedIn, publication: Publication) -> None:
    (attachment,) = publication.suggestion.attachments.all()
    made = clean_file_make(attachment.pk)
    assert made is not None
    sees = set()
    for name, actor in cast.people.items():
        if actor.user_id is not None:
            answer = signed_in(actor).get(f"/office/publishing/files/{made.pk}/")
            if answer.status_code == 200:
                assert len(b"".join(answer.streaming_content)) == made.size
                sees.add(name)
    assert sees == {"government"}


def test_a_name_that_tells_of_a_person_is_made_neutral_and_can_be_changed(
    cast: Cast, signed_in: SignedIn, settings: Any, tmp_path: Any
) -> None:
    """Would leak: the name of a villager, in the name of the file that goes out with the letter."""
    settings.MEDIA_ROOT = str(tmp_path)
    uploads = [
        attachment_stage(name=name, file=ContentFile(photo()), actor=cast.writer).pk
        for name in ("林秀芝低保申请.jpg", "修路前.jpg", "全家福.jpg")
    ]
    publication = at_publication(
        cast, *CHECKED, content="村民全家福反映道路泥泞。", title="关于修路的建议", attachments=uploads
    )
    files = publication.suggestion.attachments.order_by("pk")
    made = [clean_file_make(row.pk) for row in files]
    client = signed_in(cast.government)
    typed = form(read(client, publication))
    names = [typed[f"name.{row.pk}"] for row in made if row is not None]
    assert names == ["附件1.jpg", "修路前.jpg", "附件3.jpg"]  # the last is a villager's name in this case
    first, second, third = (f"name.{row.pk}" for row in made if row is not None)
    typed |= {"files": [str(row.pk) for row in made if row is not None]}
    wrong = typed | {first: "电话13800000001.jpg", second: "路面"}
    answer = client.post(address(publication), wrong)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "文件名“电话13800000001.jpg”里还有像电话号码的文字“13800000001”，请改名" in text
    assert form(text)[second] == "路面"
    assert client.post(address(publication), typed | {second: "路面", third: "  "}).status_code == 302
    assert form(read(client, publication))[second] == "路面.jpg"
    cast.world.act(publication, "approve", cast.government)
    version = PublishedVersion.newest(publication.pk)
    assert version is not None
    published = [row["name"] for row in version.content["attachments"]]
    assert published == ["附件1.jpg", "路面.jpg", "附件3.jpg"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("路面", "路面.jpg"),
        ("路面.JPG", "路面.jpg"),
        ("路面.exe", "路面.exe.jpg"),
        ("../a/路面.jpg", "路面.jpg"),
        ("路\u202e面", "路面.jpg"),
        ("  ", ""),
        (".pdf", "附件.pdf.jpg"),
        ("", ""),
    ],
)
def test_a_typed_name_keeps_the_ending_of_its_file(typed: str, name: str) -> None:
    assert name_given(typed, "jpg") == name
