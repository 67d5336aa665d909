"""What is too large for one request is refused by its header, wherever it goes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

At = Callable[[str], Client]


@pytest.mark.parametrize("address", ["/office/login/", "/office/draft/", "/api/v1/uploads/", "/nothing/"])
def test_a_request_beyond_the_limit_is_refused_unread(
    county: Any, at: At, settings: Any, address: str
) -> None:
    settings.LUOSHI_REQUEST_BYTES = 1000
    file = SimpleUploadedFile("a.txt", b"a" * 1000)
    answer = at("hengnan.localhost").post(address, {"file": file})
    assert answer.status_code == 413
    if address.startswith("/api/"):
        assert answer.json()["code"] == "too_large"
    else:
        assert "发来的内容过大，请删减或分次提交。" in answer.content.decode()


def test_a_request_of_the_limit_is_read(county: Any, at: At, settings: Any) -> None:
    body = "username=nobody&password=" + "x" * 100
    settings.LUOSHI_REQUEST_BYTES = len(body)
    form = "application/x-www-form-urlencoded"
    client = at("hengnan.localhost")
    assert client.post("/office/login/", body, content_type=form).status_code == 200
    settings.LUOSHI_REQUEST_BYTES = len(body) - 1
    assert client.post("/office/login/", body, content_type=form).status_code == 413


@pytest.mark.parametrize("told", ["", "-1", "abc", "9" * 400])
def test_a_length_that_is_none_is_no_failure(county: Any, at: At, told: str) -> None:
    answer = at("hengnan.localhost").get("/office/login/", CONTENT_LENGTH=told)
    assert answer.status_code == (413 if told.isdecimal() else 200)
