"""Files by the API: sent in, used by an act, listed and fetched, each by whoever may."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from files import pdf, photo
from world import World, contact

from luoshi.accounts.actor import Actor
from luoshi.suggestions.models import Attachment, Reply, Suggestion, Upload

Calling = Callable[[Actor], Any]


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def send(api: Any, name: str = "现场.jpg", data: bytes | None = None, **headers: str) -> Any:
    """Send one file in, as a program would."""
    file = SimpleUploadedFile(name, photo() if data is None else data)
    return api.client.post("/api/v1/uploads/", {"file": file}, headers={**api.headers, **headers})


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_file_is_sent_in_and_drafted_with(world: World, calling: Calling) -> None:
    api = calling(world.writer)
    sent = send(api, "申请.pdf", pdf())
    upload = Upload.objects.get()
    assert (sent.status_code, sent.json()) == (
        201,
        {
            "id": upload.pk,
            "name": "申请.pdf",
            "media_type": "application/pdf",
            "size": len(pdf()),
            "sha256": upload.sha256,
            "created_at": sent.json()["created_at"],
        },
    )
    assert [row["id"] for row in api.get("uploads/").json()["results"]] == [upload.pk]
    assert calling(world.congress).get("uploads/").json()["results"] == []
    made = api.post(
        "suggestions/", {"session": "17-4", "title": "关于涵洞的建议", "attachments": [upload.pk]}
    )
    assert made.status_code == 201
    row = Attachment.objects.get()
    assert api.get("uploads/").json()["results"] == []
    (listed,) = api.get(f"attachments/?suggestion={made.json()['id']}").json()["results"]
    assert {name: listed[name] for name in listed if name != "created_at"} == {
        "id": row.pk,
        "suggestion": made.json()["id"],
        "contact": None,
        "reply": None,
        "kind": "original",
        "name": "申请.pdf",
        "media_type": "application/pdf",
        "size": len(pdf()),
        "sha256": row.sha256,
        "has_thumbnail": False,
    }
    fetched = api.get(f"attachments/{row.pk}/file/")
    assert (fetched.status_code, body(fetched), fetched["Cache-Control"]) == (200, pdf(), "private, no-cache")
    assert api.get(f"attachments/{row.pk}/thumbnail/").status_code == 404


def test_whatever_the_caller_would_rather_have_he_gets_the_file(world: World, calling: Calling) -> None:
    api = calling(world.writer)
    number = send(api).json()["id"]
    api.post("suggestions/", {"session": "17-4", "title": "题", "attachments": [number]})
    row = Attachment.objects.get()
    for path in (f"attachments/{row.pk}/file/", f"attachments/{row.pk}/thumbnail/"):
        answer = api.client.get(f"/api/v1/{path}", headers={**api.headers, "Accept": "image/png"})
        assert (answer.status_code, answer["Content-Type"], body(answer)[:3]) == (
            200,
            "image/jpeg",
            b"\xff\xd8\xff",
        )
        refused = calling(world.other_writer)
        answer = refused.client.get(f"/api/v1/{path}", headers={**refused.headers, "Accept": "image/png"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_an_act_takes_files_and_a_draft_letters_stay_hidden(world: World, calling: Calling) -> None:
    suggestion = world.handed_over()
    lead = world.lead(suggestion)
    world.act(lead, "accept", world.roads_head)
    api = calling(world.roads_head)
    data = {
        **contact(lead),
        "held_on": lead.handed_over_on.isoformat(),
        "attachments": [send(api).json()["id"]],
    }
    assert api.post(f"assignments/{lead.pk}/acts/record_contact/", {"data": data}).status_code == 200
    again = api.post(f"assignments/{lead.pk}/acts/record_contact/", {"data": data})
    assert (again.status_code, again.json()["problems"][0]["field"]) == (400, "attachments")
    world.act(lead, "start", world.roads_head)
    world.act(lead, "draft_reply", world.roads_head)
    reply = Reply.objects.get()
    edit = {"body": "答复。", "attachments": [send(api, "方案.pdf", pdf()).json()["id"]]}
    assert api.post(f"replies/{reply.pk}/acts/edit/", {"data": edit}).status_code == 200
    kinds = {
        name: [
            row["kind"]
            for row in calling(actor).get(f"attachments/?suggestion={suggestion.pk}").json()["results"]
        ]
        for name, actor in (
            ("unit", world.roads_head),
            ("deputy", world.writer),
            ("office", world.congress),
            ("other unit", world.schools_head),
        )
    }
    both = ["evidence", "document"]
    assert kinds == {"unit": both, "deputy": ["evidence"], "office": both, "other unit": []}


def test_the_same_file_sent_twice_with_one_key_is_one(world: World, calling: Calling) -> None:
    api = calling(world.writer)
    key = {"Idempotency-Key": "k1"}
    numbers = [send(api, **key).json()["id"] for _ in range(2)]
    assert numbers[0] == numbers[1]
    assert send(api).json()["id"] != numbers[0]
    assert send(api, data=pdf(), name="a.pdf", **key).json()["id"] != numbers[0]


def test_what_is_refused_says_why(world: World, calling: Calling) -> None:
    api = calling(world.writer)
    disguised = send(api, "现场.jpg", b"<html>")
    assert (disguised.status_code, disguised.json()["problems"]) == (
        400,
        [{"field": "attachments", "message": "《现场.jpg》内容是文字或网页代码，不是“JPG 图片”，不收"}],
    )
    missing = "请以 multipart/form-data 格式、用 file 一项发送一个文件"
    for answer in (
        api.post("uploads/"),
        api.client.post("/api/v1/uploads/", {"other": "x"}, headers=api.headers),
    ):
        assert (answer.status_code, answer.json()["message"]) == (400, missing)
    assert api.get("attachments/").json()["message"] == "请用 suggestion 指明是哪一件建议"
    for wrong in ("abc", "9" * 30, "-1", "１"):
        assert api.get(f"attachments/?suggestion={wrong}").status_code in (200, 400)
    assert calling(world.government).get("uploads/").status_code == 200
    assert Upload.objects.count() == 0


def test_what_was_not_used_can_be_removed_by_its_sender(world: World, calling: Calling) -> None:
    api = calling(world.writer)
    number = send(api).json()["id"]
    other = calling(world.congress)
    assert other.client.delete(f"/api/v1/uploads/{number}/", headers=other.headers).status_code == 404
    assert api.client.delete(f"/api/v1/uploads/{number}/", headers=api.headers).status_code == 204
    assert (Upload.objects.count(), Suggestion.objects.count()) == (0, 0)
