"""Whoever is at home in one county is nobody in the other, whatever he sends there or asks for here."""

import re
from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from endpoints import COUNTY_LINES, PEOPLE, Line, methods_once
from sides import Side, Sides, body, everything, send

from luoshi.accounts.tokens import token_read, token_sign
from luoshi.errors import NotAllowed
from luoshi_tenants.context import county_context

NEVER = 987_654_321
ROUTES = {line.route: line for line in COUNTY_LINES}
NAMING = [line for line in COUNTY_LINES if line.names_something]
ASKING_ALL = ("nobody", "everything")
"""Who is asked with every method there is, even those that a route refuses to everybody."""


def asked(client: Client, method: str, address: str, **extra: Any) -> tuple[int, bytes, str]:
    """Status, body (without form tokens, masked anew each time, and the moment a register was made) and where
    it leads (the address itself, to come back to, put aside).

    Afterwards all is as before: what was written is rolled back, and a browser that signed out is signed in.
    """
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        answer = send(client, method, address, **extra)
        content = re.sub(rb"\b[A-Za-z0-9]{64}\b|\"made_at\": \"[^\"]*\"", b"", body(answer))
        found = (answer.status_code, content, answer.headers.get("Location", "").replace(quote(address), ""))
        transaction.set_rollback(True)
    client.cookies = cookies
    return found


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer in short: status, digest of all that was said, whether the other county's marker is in it."""

    status: int
    digest: str
    leaks: bool


Answers = dict[tuple[str, str, str], Kept]
"""By person, method and address."""


def kept(answer: tuple[int, bytes, str], marker: str) -> Kept:
    said = sha256(answer[1] + b"\0" + answer[2].encode()).hexdigest()
    return Kept(answer[0], said, holds(answer, marker))


def lines_of(person: str) -> list[Line]:
    """What ``person`` is asked with: all, or one method for all that a route refuses to everybody."""
    return COUNTY_LINES if person in ASKING_ALL else methods_once(COUNTY_LINES)


def all_asked(side: Side, other: Side, *people: str) -> Answers:
    """What each of ``people`` is answered at every address of ``side``."""
    answers: Answers = {}
    for person in people:
        client = side.client(person)
        client.get("/office/")  # a session in use: else each answer below would begin with writing it
        for line in lines_of(person):
            answer = asked(client, line.method, side.address(line.address))
            answers[person, line.method, line.address] = kept(answer, other.marker)
    return answers


@pytest.fixture(scope="module")
def here_answered(filled: Sides) -> Answers:
    """What everybody of the first county is answered there; the second one must be as before then."""
    here, there = filled
    with county_context(here.county), transaction.atomic():
        before = everything(there.county)
        answers = all_asked(here, there, *PEOPLE, "everything")
        assert everything(there.county) == before
        transaction.set_rollback(True)
    return answers


@pytest.fixture(scope="module")
def there_answered(filled: Sides) -> Answers:
    """What nobody is answered in the second county."""
    here, there = filled
    with county_context(here.county), transaction.atomic():
        answers = all_asked(there, here, "nobody")
        transaction.set_rollback(True)
    return answers


def holds(answer: tuple[int, bytes, str], marker: str) -> bool:
    """Whether ``marker`` stands in the answer, as text or in JSON's spelling of it."""
    escaped = marker.encode("unicode_escape")
    return marker.encode() in answer[1] or escaped in answer[1] or marker in answer[2]


def ids_never(side: Side) -> dict[str, Any]:
    """Ids that no county has."""
    texts = {"schema": "c999999", "token": "nothing", "slug": "nothing", "file": "nothing.txt"}
    return {name: texts.get(name, NEVER) for name in side.ids}


def test_the_second_county_has_what_the_first_one_has_not(sides: Sides) -> None:
    """What the tests below stand on: the ids, and answers that hold the marker where it may be seen."""
    here, there = sides
    for name in (
        "suggestion",
        "assignment",
        "reply",
        "publication",
        "notice",
        "document",
        "page",
        "person",
        "key",
    ):
        assert there.ids[name] > here.ids[name]  # type: ignore[operator]
    for side in sides:
        seen = asked(side.client("congress"), "GET", side.address("/api/v1/suggestions/{suggestion}/"))
        assert (seen[0], side.marker in seen[1].decode()) == (200, True)
        events = asked(
            side.client("congress"), "GET", side.address("/api/v1/suggestions/{suggestion}/events/")
        )
        assert (events[0], side.marker in events[1].decode()) == (200, True)
        for template in ("/documents/{document}/{file}", "/media/{schema}/images/marker.png"):
            assert side.marker in asked(side.client(), "GET", side.address(template))[1].decode(
                "utf-8", "replace"
            )


@pytest.mark.parametrize("way", ["session", "key"])
def test_ids_of_another_county_are_ids_of_nothing(sides: Sides, way: str) -> None:
    """Would leak: an id of another county that is answered in any other way than one that nobody has."""
    here, there = sides
    before = everything(there.county)
    wrong = []
    for person in ("congress", "everything"):
        client, extra = here.client(), {}
        if way == "session":
            client = here.client(person)
        else:
            extra = {"headers": {"Authorization": f"Bearer {here.keys[person]}"}}
        for line in methods_once(NAMING):
            theirs = line.address.format(**there.ids)
            nobodys = line.address.format(**ids_never(there))
            answer = asked(client, line.method, theirs, **extra)
            if answer != asked(client, line.method, nobodys, **extra) or holds(answer, there.marker):
                wrong.append((person, line.method, theirs, answer[0]))
    assert not wrong, "\n".join(map(str, wrong))
    assert everything(there.county) == before


def test_ids_that_both_counties_have_are_answered_with_ones_own(here_answered: Answers) -> None:
    """Would leak: the same number is another case elsewhere, or another person."""
    wrong = [(*key, answer.status) for key, answer in here_answered.items() if answer.leaks]
    assert not wrong, "\n".join(map(str, wrong))


def test_a_public_page_of_another_county_is_not_there(sides: Sides) -> None:
    here, there = sides
    client = here.client()
    theirs, nobodys = (asked(client, "GET", f"/{slug}/") for slug in (there.ids["slug"], "no-such-page"))
    assert theirs == nobodys
    assert theirs[0] == 404


@pytest.mark.parametrize("person", ["congress", "everything", "audit"])
def test_a_session_of_another_county_is_nothing(sides: Sides, there_answered: Answers, person: str) -> None:
    """Would leak: the same user id is another person there."""
    here, there = sides
    carried = there.client()
    carried.cookies = here.client(person).cookies
    wrong = []
    for line in lines_of(person):
        answer = kept(asked(carried, line.method, there.address(line.address)), here.marker)
        if answer != there_answered["nobody", line.method, line.address]:
            wrong.append((line.method, line.address, answer.status))
    assert not wrong, "\n".join(map(str, wrong))


def test_a_key_of_another_county_is_refused(sides: Sides, there_answered: Answers) -> None:
    """Would leak: a key found by its prefix in whatever county is bound."""
    here, there = sides
    bearer = {"headers": {"Authorization": f"Bearer {here.keys['congress']}"}}
    forged = {"headers": {"Authorization": "Bearer luoshi_000000000000_forged"}}
    client = there.client()
    before = everything(there.county)
    for line in COUNTY_LINES:
        address = there.address(line.address)
        carried = asked(client, line.method, address, **bearer)
        if line.statuses[0] == 401:
            assert carried == asked(client, line.method, address, **forged), line
            assert carried[0] == 401, line
        else:
            assert kept(carried, here.marker) == there_answered["nobody", line.method, line.address], line
    assert everything(there.county) == before


def test_a_form_token_of_another_county_is_refused(sides: Sides) -> None:
    """Would leak: a session of one's own and a form token made elsewhere are enough to act."""
    here, there = sides
    client = Client(SERVER_NAME=there.host, enforce_csrf_checks=True)
    client.cookies = there.client("writer").cookies
    other = Client(SERVER_NAME=here.host, enforce_csrf_checks=True)
    other.cookies = here.client("writer").cookies

    def token(browser: Client) -> str:
        match = re.search(
            r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/office/").content.decode()
        )
        assert match
        return match[1]

    read = there.address("/api/v1/notices/{notice}/read/")
    foreign, own = token(other), token(client)
    for headers, status in (({}, 403), ({"X-CSRFToken": foreign}, 403), ({"X-CSRFToken": own}, 204)):
        answer = client.post(read, data={}, content_type="application/json", headers=headers)
        assert answer.status_code == status
    assert client.post("/office/logout/", {"csrfmiddlewaretoken": foreign}).status_code == 403
    assert client.post("/office/logout/", {"csrfmiddlewaretoken": own}).status_code == 302


def test_a_signed_token_of_another_county_is_refused(sides: Sides) -> None:
    here, there = sides
    token = token_sign(purpose="reply", value=here.ids["reply"])
    assert token_read(purpose="reply", token=token) == here.ids["reply"]
    with county_context(there.county), pytest.raises(NotAllowed):
        token_read(purpose="reply", token=token)


def test_every_person_is_answered_as_the_table_says(here_answered: Answers) -> None:
    """Nobody, and each kind of account, at every address."""
    wrong = [
        (line.method, line.address, person, f"{answer.status} instead of {line.statuses[place]}")
        for place, person in enumerate(PEOPLE)
        for line in lines_of(person)
        if (answer := here_answered[person, line.method, line.address]).status != line.statuses[place]
    ]
    assert not wrong, "\n".join(map(str, wrong))


def test_every_person_is_answered_alike_by_key_and_by_session(sides: Sides, here_answered: Answers) -> None:
    here, there = sides
    wrong = []
    for person in PEOPLE[1:]:
        headers = {"Authorization": f"Bearer {here.keys[person]}"}
        stranger = here.client()
        for line in lines_of(person):
            if line.route.startswith("api/"):
                by_key = asked(stranger, line.method, here.address(line.address), headers=headers)
                if kept(by_key, there.marker) != here_answered[person, line.method, line.address]:
                    wrong.append((line.method, line.address, person))
    assert not wrong, "\n".join(map(str, wrong))


def test_lists_hold_what_each_person_may_see(sides: Sides) -> None:
    here, _ = sides

    def listed(person: str, what: str) -> list[int]:
        return [row["id"] for row in here.client(person).get(f"/api/v1/{what}/").json()["results"]]

    own = [here.ids["suggestion"]]
    assert {person: listed(person, "suggestions") for person in PEOPLE[1:]} == {
        "congress": own,
        "writer": own,
        "stranger": [],
        "lead": own,
        "outside": [],
        "audit": [],
        "admin": [],
        "security": [],
    }
    assert [listed(person, "notices") for person in ("stranger", "outside", "audit")] == [[], [], []]
    assert here.ids["notice"] in listed("writer", "notices")


def test_no_line_of_the_table_is_left_out() -> None:
    assert len(ROUTES) >= 20
    assert {type(line) for line in NAMING} == {Line}
    assert len({line.route for line in NAMING}) >= 8
