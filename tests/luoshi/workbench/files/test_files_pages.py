"""Files in the browser: chosen, kept through every refusal, shown, fetched with the right headers."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from files import SECRET, docx, pdf, photo, picture_shown
from people import Cast
from PIL import Image
from ready import drafted
from world import contact

from luoshi.accounts.actor import Actor
from luoshi.suggestions.models import Attachment, Contact, Suggestion, Upload
from luoshi.suggestions.services.attachments import attachment_stage

SignedIn = Callable[..., Client]
NAME = "会场 照片（一）.jpg"


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def file(name: str = NAME, data: bytes | None = None, sent_type: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo() if data is None else data, sent_type)


def attached(cast: Cast, name: str, data: bytes, actor: Actor | None = None) -> Attachment:
    upload = attachment_stage(name=name, file=ContentFile(data), actor=actor or cast.writer)
    return cast.world.draft(attachments=[upload.pk]).attachments.get()


def listed(page: str) -> list[str]:
    """Names of the waiting files that a form shows."""
    return re.findall(
        r'name="attachments" value="[0-9]+">\s*.*?<span class="wb-file-name">([^<]+?) <small>', page, re.S
    )


def test_the_printed_case_names_what_is_enclosed(cast: Cast, signed_in: SignedIn) -> None:
    row = attached(cast, "关于涵洞的说明.pdf", pdf())
    printed = signed_in(cast.writer).get(f"/office/suggestions/{row.suggestion_id}/print/").content.decode()
    assert re.findall(r'class="wb-enclosed">([^<（]*（1）：[^<（]*)（', printed) == [
        "附件（1）：关于涵洞的说明.pdf"
    ]


def test_a_pdf_comes_back_byte_for_byte_and_under_its_name(cast: Cast, signed_in: SignedIn) -> None:
    row = attached(cast, "关于涵洞的说明.pdf", pdf())
    answer = signed_in(cast.congress).get(f"/office/attachments/{row.pk}/")
    assert (answer.status_code, body(answer)) == (200, pdf())
    assert {
        name: answer.headers.get(name) for name in answer.headers if name not in ("Vary", "X-Frame-Options")
    } == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(pdf())),
        "Content-Disposition": f"attachment; filename*=utf-8''{quote('关于涵洞的说明.pdf')}",
        "ETag": f'"{row.sha256[:40]}"',
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def test_a_photo_is_looked_at_and_tells_no_place(cast: Cast, signed_in: SignedIn) -> None:
    row = attached(cast, NAME, photo(6))
    client = signed_in(cast.congress)
    answer = client.get(f"/office/attachments/{row.pk}/")
    data = body(answer)
    image = Image.open(BytesIO(data))
    assert (image.size, dict(image.getexif()), SECRET in data) == ((300, 400), {}, False)
    assert answer["Content-Disposition"] == f"inline; filename*=utf-8''{quote(NAME)}"
    assert answer["Content-Type"] == "image/jpeg"
    assert "script" not in answer["Content-Security-Policy"]
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    small = client.get(f"/office/attachments/{row.pk}/thumbnail/")
    assert Image.open(BytesIO(body(small))).size == (300, 400)
    assert small["ETag"] != answer["ETag"]


@pytest.mark.parametrize("name", ["说明.docx", "记录.txt"])
def test_what_is_no_photo_is_saved_and_never_shown(cast: Cast, signed_in: SignedIn, name: str) -> None:
    data = docx() if name.endswith("docx") else b"<script>alert(1)</script>"
    answer = signed_in(cast.congress).get(f"/office/attachments/{attached(cast, name, data).pk}/")
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(name)}"
    assert answer["Content-Type"] != "text/html"
    assert (answer["X-Content-Type-Options"], "sandbox" in answer["Content-Security-Policy"]) == (
        "nosniff",
        True,
    )
    assert body(answer) == data


def test_a_browser_asks_again_and_is_told_nothing_new(cast: Cast, signed_in: SignedIn) -> None:
    row = attached(cast, NAME, photo())
    address = f"/office/attachments/{row.pk}/thumbnail/"
    client = signed_in(cast.congress)
    first = client.get(address)
    body(first)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "private, no-cache")
    other = signed_in(cast.stranger).get(address, headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 404
    stranger = Client(SERVER_NAME="hengnan.localhost").get(address, headers={"If-None-Match": first["ETag"]})
    assert stranger.status_code == 302


def test_the_proxy_sends_what_the_product_let_through(cast: Cast, signed_in: SignedIn, settings: Any) -> None:
    row = attached(cast, NAME, photo())
    settings.LUOSHI_ACCEL_PREFIX = "/protected/"
    answer = signed_in(cast.congress).get(f"/office/attachments/{row.pk}/")
    assert (answer.content, answer["X-Accel-Redirect"]) == (b"", f"/protected/c430422/{row.file.name}")
    assert answer["Content-Disposition"] == f"inline; filename*=utf-8''{quote(NAME)}"
    refused = signed_in(cast.stranger).get(f"/office/attachments/{row.pk}/")
    assert (refused.status_code, "X-Accel-Redirect" in refused) == (404, False)


def test_a_file_that_is_gone_from_the_disk_is_told(cast: Cast, signed_in: SignedIn, caplog: Any) -> None:
    row = attached(cast, NAME, photo())
    default_storage.delete(row.file.name or "")
    assert signed_in(cast.congress).get(f"/office/attachments/{row.pk}/").status_code == 404
    assert [record.levelname for record in caplog.records if "is missing" in record.message] == ["ERROR"]
    document = attached(cast, "a.pdf", pdf())
    assert signed_in(cast.congress).get(f"/office/attachments/{document.pk}/thumbnail/").status_code == 404


def test_no_way_leads_around_the_permission(cast: Cast, signed_in: SignedIn) -> None:
    row = attached(cast, NAME, photo())
    names = [
        row.file.name,
        row.thumbnail.name,
        f"images/../{row.file.name}",
        f"images/%2e%2e/{row.file.name}",
    ]
    for client in (signed_in(cast.congress), Client(SERVER_NAME="hengnan.localhost")):
        for name in names:
            for path in (f"/media/c430422/{name}", f"/media/{name}", f"/documents/{row.pk}/{name}"):
                assert client.get(path).status_code == 404, path
    default_storage.save("images/of-the-site.jpg", ContentFile(photo()))
    picture_shown("images/of-the-site.jpg")
    shown = Client(SERVER_NAME="hengnan.localhost").get("/media/c430422/images/of-the-site.jpg")
    assert (shown.status_code, len(body(shown)) > 0) == (200, True)


def test_choosing_keeps_the_files_at_once(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.writer)
    form = {"attachments.form": "/office/draft/", "attachments.label": "现场<b>照片</b>", "once": "abc"}
    sent = [file(), file("假.jpg", b"<html>"), file("说明.pdf", pdf(), "text/html")]
    answer = client.post("/office/uploads/", {**form, "attachments.new": sent})
    page = answer.content.decode()
    assert (answer.status_code, listed(page)) == (200, [NAME, "说明.pdf"])
    assert "《假.jpg》内容是文字或网页代码" in page
    assert '<label class="form-label" for="f-attachments">现场&lt;b&gt;照片&lt;/b&gt;</label>' in page
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    uploads = {row.original_name: row for row in Upload.objects.all()}
    assert {(row.uploaded_by_id, row.form, row.once) for row in uploads.values()} == {
        (cast.writer.user_id, "/office/draft/", "abc")
    }
    picture = client.get(f"/office/uploads/{uploads[NAME].pk}/thumbnail/")
    assert (picture.status_code, body(picture)[:3]) == (200, b"\xff\xd8\xff")
    assert signed_in(cast.congress).get(f"/office/uploads/{uploads[NAME].pk}/thumbnail/").status_code == 404
    assert client.get(f"/office/uploads/{uploads['说明.pdf'].pk}/thumbnail/").status_code == 404
    gone = client.post(
        "/office/uploads/", {**form, "attachments.remove": [str(uploads[NAME].pk), "x", "9" * 30]}
    )
    assert listed(gone.content.decode()) == ["说明.pdf"]


def test_what_waits_is_found_again_in_its_own_form_by_its_own_person(cast: Cast, signed_in: SignedIn) -> None:
    """An expired login in between: the photo was sent before, and the form shows it."""
    signed_in(cast.writer).post(
        "/office/uploads/", {"attachments.form": "/office/draft/", "attachments.new": file()}
    )
    assert listed(signed_in(cast.writer).get("/office/draft/").content.decode()) == [NAME]
    assert listed(signed_in(cast.second).get("/office/draft/").content.decode()) == []
    assert listed(signed_in(cast.congress).get("/office/draft/").content.decode()) == []
    suggestion = cast.world.draft()
    other = signed_in(cast.writer).get(f"/office/acts/suggestion/{suggestion.pk}/edit/")
    assert (other.status_code, listed(other.content.decode())) == (200, [])


def test_an_ended_login_is_led_to_the_login(cast: Cast, at: Callable[[str], Client]) -> None:
    client = at("hengnan.localhost")
    headers = {"HX-Request": "true", "HX-Current-URL": "http://hengnan.localhost/office/draft/"}
    answer = client.post("/office/uploads/", {"attachments.new": file()}, headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/office/login/?next=%2Foffice%2Fdraft%2F")
    assert Upload.objects.count() == 0


def recording(cast: Cast) -> tuple[Any, str, dict[str, str]]:
    """A part whose unit may record a contact, the form's address, and what is typed into it."""
    suggestion = cast.world.handed_over()
    lead = cast.world.lead(suggestion)
    cast.world.act(lead, "accept", cast.lead_head)
    typed = {name: str(value) for name, value in contact(lead).items()}
    return lead, f"/office/acts/assignment/{lead.pk}/record_contact/", {**typed, "person_times": "2"}


def test_a_photo_survives_an_error_in_another_field(cast: Cast, signed_in: SignedIn) -> None:
    """Without any script: the whole form is sent, refused, mended and sent again."""
    lead, path, typed = recording(cast)
    client = signed_in(cast.lead_head)
    refused = client.post(path, {**typed, "held_on": "2999-01-01", "once": "a", "attachments.new": file()})
    page = refused.content.decode()
    assert (refused.status_code, listed(page)) == (400, [NAME])
    assert "沟通日期不能晚于今天" in page
    assert Contact.objects.count() == 0
    number = Upload.objects.get().pk
    done = client.post(path, {**typed, "once": "a", "attachments": str(number)})
    assert done.status_code == 302
    row = Attachment.objects.get()
    assert (row.original_name, row.contact, row.kind) == (NAME, lead.contacts.get(), "evidence")


def test_a_file_that_is_refused_holds_up_the_act_and_nothing_else(cast: Cast, signed_in: SignedIn) -> None:
    lead, path, typed = recording(cast)
    client = signed_in(cast.lead_head)
    sent = {"attachments.new": [file(), file("程序.pdf", b"MZ" + b"\0" * 99)], "once": "a"}
    refused = client.post(path, {**typed, **sent})
    page = refused.content.decode()
    assert (refused.status_code, listed(page)) == (400, [NAME])
    assert "《程序.pdf》内容是程序，不收" in page
    assert typed["summary"] in page
    assert lead.contacts.count() == 0
    number = str(Upload.objects.get().pk)
    done = client.post(path, {**typed, "once": "a", "attachments": number, "attachments.remove": number})
    assert done.status_code == 302
    assert (lead.contacts.count(), Attachment.objects.count(), Upload.objects.count()) == (1, 0, 0)


def test_a_double_tap_with_a_photo_is_one_contact_with_one_photo(cast: Cast, signed_in: SignedIn) -> None:
    lead, path, typed = recording(cast)
    client = signed_in(cast.lead_head)
    answers = [client.post(path, {**typed, "once": "a", "attachments.new": file()}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (lead.contacts.count(), Attachment.objects.count()) == (1, 1)


def test_a_deputy_sends_a_photo_with_his_draft_and_takes_it_back(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.writer)
    client.post(
        "/office/draft/", {"title": "关于涵洞的建议", "attachments.new": [file(), file("图.pdf", pdf())]}
    )
    suggestion = Suggestion.objects.get()
    picture, document = suggestion.attachments.order_by("pk")
    case = client.get(f"/office/suggestions/{suggestion.pk}/").content.decode()
    for row in (picture, document):
        assert f'href="/office/attachments/{row.pk}/"' in case
    assert f'src="/office/attachments/{picture.pk}/thumbnail/"' in case
    assert f"/office/attachments/{document.pk}/thumbnail/" not in case
    edit = f"/office/acts/suggestion/{suggestion.pk}/edit/"
    assert f'name="remove_attachments" value="{picture.pk}"' in client.get(edit).content.decode()
    assert client.post(edit, {"once": "a", "remove_attachments": str(picture.pk)}).status_code == 302
    assert list(suggestion.attachments.all()) == [document]


def test_a_file_of_another_person_cannot_be_named(cast: Cast, signed_in: SignedIn) -> None:
    upload = attachment_stage(
        name=NAME, file=ContentFile(photo()), actor=cast.congress, form="/office/draft/"
    )
    answer = signed_in(cast.writer).post(
        "/office/draft/", {"title": "关于涵洞的建议", "attachments": str(upload.pk)}
    )
    assert answer.status_code == 400
    assert "有的文件已经用过，或上传后超过一天已被清理" in answer.content.decode()
    assert (Suggestion.objects.count(), listed(answer.content.decode())) == (0, [])


def test_the_case_page_asks_the_same_number_of_questions_with_many_files(
    cast: Cast, signed_in: SignedIn
) -> None:
    def queries(files: int) -> int:
        uploads = [
            attachment_stage(name=f"{number}.txt", file=ContentFile(b"%d" % number), actor=cast.writer).pk
            for number in range(files)
        ]
        suggestion = cast.world.draft(attachments=uploads)
        client = signed_in(cast.writer)
        client.get("/office/notices/")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page = client.get(f"/office/suggestions/{suggestion.pk}/").content.decode()
        assert page.count('href="/office/attachments/') == files
        return len(captured)

    assert queries(1) == queries(12)


def test_the_proof_stands_with_its_contact_and_the_story_names_it(cast: Cast, signed_in: SignedIn) -> None:
    lead, path, typed = recording(cast)
    signed_in(cast.lead_head).post(path, {**typed, "once": "a", "attachments.new": file()})
    row = Attachment.objects.get()
    for actor in (cast.writer, cast.lead_head, cast.congress):
        page = signed_in(actor).get(f"/office/suggestions/{lead.suggestion_id}/").content.decode()
        contacts = page[page.index('id="contacts"') :]
        assert f'src="/office/attachments/{row.pk}/thumbnail/"' in contacts
        assert row.sha256 not in page
    assert f"<dt>附件</dt><dd>{NAME}</dd>" in re.sub(r"\s*\n\s*", "", page)


def test_whoever_signs_reviews_and_sends_a_letter_sees_what_is_enclosed(
    cast: Cast, signed_in: SignedIn
) -> None:
    reply = drafted(cast)
    steps = (
        ("sign", cast.lead_head),
        ("submit_review", cast.lead_handler),
        ("approve", cast.government),
        ("issue", cast.lead_handler),
    )
    bare = signed_in(cast.lead_head).get(f"/office/acts/reply/{reply.pk}/sign/").content.decode()
    assert "答复的附件" not in bare
    upload = attachment_stage(name=NAME, file=ContentFile(photo()), actor=cast.lead_handler)
    cast.world.act(reply, "edit", cast.lead_handler, attachments=[upload.pk])
    picture = reply.attachments.get()
    for act, actor in steps:
        page = signed_in(actor).get(f"/office/acts/reply/{reply.pk}/{act}/").content.decode()
        enclosed = page[page.index('aria-label="答复的附件"') :]
        assert f'href="/office/attachments/{picture.pk}/"' in enclosed, act
        cast.world.act(reply, act, actor)
