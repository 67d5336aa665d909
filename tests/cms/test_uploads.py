"""Pictures and documents of the editors: kept clean, and given to the public with a public page alone."""

from io import BytesIO
from typing import Any

import pytest
from acting import browser_of
from dirty import paragraph, readings, run, word
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from files import photo
from people import Cast, cast_make
from PIL import Image as Picture
from sides import body
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import ReferenceIndex

from luoshi_cms.files import is_public
from luoshi_cms.look import SiteLook
from luoshi_cms.models import HomePage, TextPage
from luoshi_cms.office.services import look_current

HOST = "hengnan.localhost"
NEEDLE = "草稿附件秘存"


@pytest.fixture
def c(county: Any) -> Cast:
    return cast_make()


@pytest.fixture
def editor(c: Cast) -> Any:
    return browser_of(c.editor)


def send(editor: Any, kind: str, name: str, content: bytes) -> Any:
    """Upload by the page for one file."""
    file = SimpleUploadedFile(name, content)
    sent = {"title": "附件", "file": file, "description": "", "tags": ""}
    return editor.post(f"/cms/{kind}/add/", sent)


def send_many(editor: Any, kind: str, name: str, content: bytes) -> dict[str, Any]:
    """Upload by the page for many, as its script does."""
    file = SimpleUploadedFile(name, content)
    sent = {"title": "附件", "files[]": file}
    answer = editor.post(f"/cms/{kind}/multiple/add/", sent, HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    found: dict[str, Any] = answer.json()
    return found


def errors(answer: Any) -> list[str]:
    return [str(text) for text in answer.context["form"].errors["file"]]


def text_with(markup: str) -> TextPage:
    """A page of the editors', a draft."""
    page: TextPage = HomePage.objects.get().add_child(
        instance=TextPage(title="公告", slug="gonggao", body=markup, live=False)
    )
    indexed(page)
    return page


def indexed(page: TextPage) -> None:
    """What Wagtail does after the commit, which a test never reaches."""
    ReferenceIndex.create_or_update_for_object(TextPage.objects.get(pk=page.pk))


def statuses(address: str, *clients: Any) -> list[int]:
    found = []
    for client in clients:
        answer = client.get(address)
        found.append(answer.status_code)
        body(answer)  # what is streamed is read to its end
    return found


def kept(model: Any) -> bytes:
    """The bytes of the one file of a kind."""
    with default_storage.open(model.objects.get().file.name) as file:
        return file.read()


def test_a_document_is_public_with_the_page_that_links_it(c: Cast, at: Any, editor: Any) -> None:
    assert send(editor, "documents", "情况.txt", NEEDLE.encode()).status_code == 302
    document = Document.objects.get()
    guessed, anybody = document.url, at(HOST)
    readers = (anybody, browser_of(c.congress), editor, browser_of(c.second_reviewer))
    shut, opened = [404, 404, 200, 200], [200] * 4
    assert statuses(guessed, *readers) == shut
    assert NEEDLE in body(editor.get(guessed)).decode()
    page = text_with(f'<p><a linktype="document" id="{document.pk}">附件</a></p>')
    assert statuses(guessed, *readers) == shut
    page.save_revision().publish()
    indexed(page)
    assert statuses(guessed, *readers) == opened
    assert NEEDLE in body(anybody.get(guessed)).decode()
    assert document.url in anybody.get("/gonggao/").content.decode()
    TextPage.objects.get().unpublish()
    assert statuses(guessed, *readers) == shut


def test_what_only_the_unpublished_changes_of_a_page_link_is_not_public(
    c: Cast, at: Any, editor: Any
) -> None:
    send(editor, "documents", "情况.txt", NEEDLE.encode())
    document = Document.objects.get()
    page = text_with("<p>正文</p>")
    page.save_revision().publish()
    page.body = f'<p><a linktype="document" id="{document.pk}">附件</a></p>'
    revision = page.save_revision()
    indexed(page)
    assert statuses(document.url, at(HOST), editor) == [404, 200]
    revision.publish()
    indexed(page)
    assert statuses(document.url, at(HOST), editor) == [200, 200]


def test_a_picture_is_public_with_the_page_that_shows_it(c: Cast, at: Any, editor: Any) -> None:
    assert send(editor, "images", "现场.jpg", photo()).status_code == 302
    image = Image.objects.get()
    guessed = image.get_rendition("width-320").url
    readers = (at(HOST), browser_of(c.congress), editor, browser_of(c.final_reviewer))
    shut = [404, 404, 200, 200]
    assert statuses(guessed, *readers) == shut
    page = text_with(f'<embed embedtype="image" id="{image.pk}" format="fullwidth" alt="现场"/>')
    assert statuses(guessed, *readers) == shut
    page.save_revision().publish()
    indexed(page)
    assert statuses(guessed, *readers) == [200] * 4
    shown = at(HOST).get("/gonggao/").content.decode()
    assert ('alt="现场"' in shown, "/media/" in shown) == (True, True)
    TextPage.objects.get().unpublish()
    assert statuses(guessed, *readers) == shut


def test_the_original_of_a_picture_is_nobodys(c: Cast, at: Any, editor: Any) -> None:
    send(editor, "images", "现场.jpg", photo())
    address = f"/media/c430422/{Image.objects.get().file.name}"
    assert statuses(address, at(HOST), editor) == [404, 404]


def test_a_picture_is_kept_by_nobody_once_it_may_be_gone(c: Cast, at: Any, editor: Any) -> None:
    send(editor, "images", "现场.jpg", photo())
    image = Image.objects.get()
    SiteLook.objects.create(site=look_current().site, emblem=image)
    address = image.get_rendition("max-120x120").url
    answer = at(HOST).get(address)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, no-cache")
    again = at(HOST).get(address, HTTP_IF_NONE_MATCH=answer.headers["ETag"])
    assert again.status_code == 304
    SiteLook.objects.update(emblem=None)
    gone = at(HOST).get(address, HTTP_IF_NONE_MATCH=answer.headers["ETag"])
    assert gone.status_code == 404
    assert editor.get(address).headers["Cache-Control"] == "private, no-store"


def test_asking_who_may_read_costs_three_queries_at_most(c: Cast, editor: Any) -> None:
    send(editor, "images", "现场.jpg", photo())
    image = Image.objects.get()
    is_public(image)  # what a process remembers of types
    with CaptureQueriesContext(connection) as asked:
        assert is_public(image) is False
    assert len(asked) <= 3


@pytest.mark.parametrize("way", ["one", "many"])
def test_a_picture_is_written_anew_without_place_and_camera(c: Cast, editor: Any, way: str) -> None:
    sent = photo()
    if way == "one":
        assert send(editor, "images", "现场.jpg", sent).status_code == 302
    else:
        assert send_many(editor, "images", "现场.jpg", sent)["success"] is True
    found = kept(Image)
    opened = Picture.open(BytesIO(found))
    assert (opened.size, dict(opened.getexif()), "xmp" in opened.info, "comment" in opened.info) == (
        (400, 300),
        {},
        False,
        False,
    )
    assert (b"38.8977" in sent, b"38.8977" in found) == (True, False)


def test_a_document_is_made_anew_without_author_and_comments(c: Cast, editor: Any) -> None:
    sent = word(paragraph(run("办理情况报告")), **{"docProps/core.xml": "<x>作者秘存</x>"})
    assert send(editor, "documents", "报告.docx", sent).status_code == 302
    texts = "".join(readings(kept(Document)))
    assert ("办理情况报告" in texts, "作者秘存" in texts) == (True, False)
    assert "作者秘存" in "".join(readings(sent))


DISGUISED = [
    ("documents", "报告.pdf", b"MZ\x90\x00program", "内容是程序，不收"),
    ("documents", "报告.docx", b"<html><script>x</script></html>", "内容是文字或网页代码"),
    ("documents", "报告.exe", b"MZ", ""),
    ("documents", "页面.html", b"<html>", ""),
    ("images", "现场.jpg", b"%PDF-1.4 x", ""),
    ("images", "现场.png", b"<svg onload='x'/>", ""),
    ("images", "现场.svg", b"<svg onload='x'/>", ""),
]


@pytest.mark.parametrize(("kind", "name", "content", "words"), DISGUISED, ids=lambda value: str(value)[:20])
def test_what_is_something_else_than_its_name_is_refused(
    c: Cast, editor: Any, kind: str, name: str, content: bytes, words: str
) -> None:
    answer = send(editor, kind, name, content)
    assert answer.status_code == 200
    told = errors(answer)
    assert told
    assert [text for text in told if not any("\u4e00" <= letter <= "\u9fff" for letter in text)] == []
    many = send_many(editor, kind, name, content)
    assert many.get("success") is False
    assert (Image.objects.count(), Document.objects.count()) == (0, 0)
    assert any(words in text for text in told)


def test_a_way_in_that_keeps_what_was_sent_is_shut(c: Cast, editor: Any) -> None:
    for address in (
        "/cms/images/multiple/create_from_uploaded_image/1/",
        "/cms/documents/multiple/create_from_uploaded_document/1/",
    ):
        assert editor.post(address, {"title": "x"}).status_code == 404
