"""Whatever is sent, the answer is a refusal that helps, never a failure, and nothing is half-written."""

import json
from collections import Counter
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client
from endpoints import COUNTY_LINES
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sides import Sides, body, everything, send

from luoshi.lifecycle.tables import ALL_TRANSITIONS
from luoshi.suggestions.acts import ACTS

JSON = "application/json"
PEOPLE = ("congress", "writer", "lead", "everything")
PLACES = {
    "suggestion": "suggestions",
    "assignment": "assignments",
    "reply": "replies",
    "publication": "publications",
}
ROOMS = ("suggestions", "audit", "outbox", "notifications")
FUZZ = settings(
    derandomize=True,
    max_examples=100,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # a failure is small enough to read, and shrinking it takes minutes
    suppress_health_check=[HealthCheck.too_slow],
)

NASTY = [
    "\0",
    "a\0b",
    "\ud800",
    "=1+1",
    "<script>",
    "长" * 60_000,
    "9" * 400,
    "",
    " ",
    "2026-02-30",
    "\u202e",
]
# Every character that UTF-8 has. As ``codec="utf-8"`` it would be looked up for seconds.
anything = st.characters(exclude_categories=["Cs"])
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-3, 12)
    | st.sampled_from([10**30, -(10**30), 2**63, 2**63 - 1, 1e308, -0.5])
    | st.sampled_from(NASTY)
    | st.text(anything, max_size=20)
    | st.dates().map(str)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(anything, max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


units = st.fixed_dictionaries({"unit": scalars, "role": scalars})
DRAFT_FIELDS = ["session", "title", "asks", "lead_deputy", "co_signers", "item_kind", "note", "delegation"]


@st.composite
def acts(draw: st.DrawFn) -> tuple[str, str, dict[str, Any]]:
    """An act with some of its own fields, each holding anything, and perhaps a field it does not have."""
    row = draw(st.sampled_from(ALL_TRANSITIONS))
    schema = ACTS[(row.subject, row.name)].input.model_json_schema()
    names = sorted(schema.get("properties", {}))
    chosen = draw(st.lists(st.sampled_from(names), unique=True)) if names else []
    data = {name: draw(values | field_value(name, schema)) for name in chosen}
    if draw(st.integers(0, 9)) == 0:
        data[draw(st.text(anything, max_size=6))] = draw(values)
    return row.subject.value, row.name, data


def field_value(name: str, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of the right type more often than chance would have it."""
    field = schema["properties"][name]
    kinds = {field.get("type"), *(part.get("type") for part in field.get("anyOf", []))}
    if "integer" in kinds:
        return st.integers(0, 12)
    if "array" in kinds:
        return st.lists(
            st.integers(0, 12) | st.fixed_dictionaries({"unit": scalars, "role": scalars}), max_size=3
        )
    return st.text(anything, max_size=20)


def post(
    client: Client, address: str, content: str | bytes, kind: str = "application/json", **extra: Any
) -> Any:
    return client.generic("POST", address, content, content_type=kind, **extra)


def test_no_act_fails_on_what_it_is_given(sides: Sides) -> None:
    here, _ = sides
    clients = {who: here.client(who) for who in PEOPLE}
    before = everything(here.county, *ROOMS)
    outcomes: Counter[int] = Counter()

    @FUZZ
    @given(act=acts(), who=st.sampled_from(PEOPLE))
    def any_act(act: tuple[str, str, dict[str, Any]], who: str) -> None:
        kind, name, data = act
        address = f"/api/v1/{PLACES[kind]}/{here.ids[kind]}/acts/{name}/"
        with transaction.atomic():
            answer = post(clients[who], address, json.dumps({"data": data}))
            outcomes[answer.status_code] += 1
            assert answer.status_code in (200, 400, 403, 404, 409), answer.content
            if answer.status_code != 200:
                assert set(answer.json()) == {"code", "message", "problems", "requirements"}
                assert everything(here.county, *ROOMS) == before
            transaction.set_rollback(True)

    any_act()
    assert min(outcomes[status] for status in (400, 403, 409)) > 0, outcomes


def test_no_draft_fails_on_what_it_is_given(sides: Sides) -> None:
    here, _ = sides
    client = here.client("congress")
    before = everything(here.county, *ROOMS)
    outcomes: Counter[int] = Counter()

    @FUZZ
    @given(data=st.dictionaries(st.sampled_from(DRAFT_FIELDS), values))
    def any_draft(data: dict[str, Any]) -> None:
        with transaction.atomic():
            answer = post(client, "/api/v1/suggestions/", json.dumps({**good, **data}))
            outcomes[answer.status_code] += 1
            assert answer.status_code in (201, 400), answer.content
            if answer.status_code == 400:
                assert everything(here.county, *ROOMS) == before
            transaction.set_rollback(True)

    good = {"session": "17-4", "title": "题", "lead_deputy": here.world.deputy.pk}
    any_draft()
    assert min(outcomes[status] for status in (201, 400)) > 0, outcomes


@pytest.mark.parametrize("text", ["a\0b", "\0"])
@pytest.mark.parametrize("field", ["title", "content", "note", "session"])
def test_a_nul_is_refused(sides: Sides, text: str, field: str) -> None:
    """PostgreSQL cannot keep it."""
    data = {"session": "17-4", "title": "题", field: text}
    answer = post(sides[0].client("writer"), "/api/v1/suggestions/", json.dumps(data))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["message"] == "含有无法保存的控制字符，请删去后重新输入"


BODIES: dict[str, bytes] = {
    "half an object": b'{"data": {',
    "no UTF-8": b'{"data": {"number": "\xff\xfe"}}',
    "half a character": b'{"data": {"number": "\\ud800"}}',
    "half a character in a name": b'{"data": {"\\udfff": 1}}',
    "NUL in a name": b'{"data": {"a\\u0000": 1}}',
    "NaN": b'{"data": {"number": NaN}}',
    "infinity": b'{"data": {"number": 1e999}}',
    "a huge number": b'{"data": {"number": ' + b"9" * 31 + b"}}",
    "a number without end": b'{"data": {"number": ' + b"9" * 5000 + b"}}",
    "nested deeply": b'{"data": {"number": ' + b"[" * 60 + b"]" * 60 + b"}}",
    "nested very deeply": b"[" * 100_000,
    "objects nested very deeply": b'{"a":' * 50_000,
    "a list": b"[]",
    "data that is a list": b'{"data": []}',
    "XML": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
}


@pytest.mark.parametrize("name", sorted(BODIES))
def test_a_body_that_is_no_act_is_refused(sides: Sides, name: str) -> None:
    here, _ = sides
    client = here.client("writer")
    before = everything(here.county)
    answer = post(client, here.address("/api/v1/suggestions/{suggestion}/acts/evaluate/"), BODIES[name])
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message", "problems", "requirements"}
    assert everything(here.county) == before


@pytest.mark.parametrize("way", ["session", "key"])
def test_a_body_without_end_is_refused(sides: Sides, way: str) -> None:
    here, _ = sides
    limit = django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert limit
    client = here.client("writer") if way == "session" else here.client()
    key = {"headers": {"Authorization": f"Bearer {here.keys['writer']}"}} if way == "key" else {}
    draft = json.dumps({"session": "17-4", "title": "题"}).encode()
    for length, status in ((limit, 201), (limit + 1, 413), (3 * limit, 413)):
        answer = post(client, "/api/v1/suggestions/", draft.ljust(length), **key)
        assert answer.status_code == status
        assert status == 201 or answer.json()["code"] == "too_large"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/xml", 415),
        ("", 415),
        ("application/json; charset=rot13", 400),
        ("application/json; charset=bz2_codec", 400),
        ("application/json; charset=no-such", 201),
        ("application/json; charset=utf-8", 201),
    ],
)
def test_other_kinds_of_content_are_refused(sides: Sides, kind: str, status: int) -> None:
    data = json.dumps({"session": "17-4", "title": "a"})
    answer = post(sides[0].client("writer"), "/api/v1/suggestions/", data, kind)
    assert answer.status_code == status


@pytest.mark.parametrize(
    "extra",
    [
        {"headers": {"Idempotency-Key": "k" * 101}},
        {"headers": {"Idempotency-Key": "k" * 100_000}},
        {"headers": {"Idempotency-Key": "a\0b"}},
        {"headers": {"Idempotency-Key": "\xff\xfe"}},
    ],
    ids=["long", "very long", "NUL", "no UTF-8"],
)
def test_odd_idempotency_keys_are_no_failure(sides: Sides, extra: dict[str, Any]) -> None:
    here, _ = sides
    address = here.address("/api/v1/publications/{publication}/acts/check_secrecy/")
    answer = post(here.client("lead"), address, "{}", **extra)
    assert answer.status_code in (200, 400, 409)


# The API alone reads "limit", "offset" and "format"; they go with what the pages alone read.
ODD_QUERIES = [
    "session=%00",
    "state=%00&unit=%00",
    "unit=" + "9" * 400,
    "unit=%D9%A3",
    "unit=-1",
    "session=%ff%fe",
    "session=%ED%A0%80",
    "limit=x&offset=%00",
    "item_kind=" + "x" * 5000,
    "limit=" + "9" * 5000 + "&q=" + "长" * 3000,
    "limit=9999999999999999999&offset=9999999999999999999&page=99999999999999999999",
    "limit=-1&offset=-1&page=-1&from=2026-99-99&to=x",
    "format=x&role=%F0%9F%92%A9&state=x&who=%25%5F",
    "&&&===&?",
]


@pytest.mark.parametrize("query", ODD_QUERIES)
def test_odd_queries_are_no_failure_anywhere(sides: Sides, query: str) -> None:
    here, _ = sides
    statuses = {}
    for who in ("nobody", "congress"):
        client = here.client(who)
        for line in COUNTY_LINES:
            if line.method == "GET" and "schema" not in line.address.removeprefix("/media"):
                address = f"{here.address(line.address)}?{query}"
                answer = client.get(address)
                body(answer)  # closes a file that is streamed
                statuses[(who, address)] = answer.status_code
    assert {key: status for key, status in statuses.items() if status >= 500} == {}
    if "%00" in query:
        assert set(statuses.values()) == {400}


@pytest.mark.parametrize(
    "address",
    [
        "/%00",
        "/a%00b/",
        "/%ff%fe/",
        "/%ED%A0%80/",
        "/\u202e/",
        "/..%2f..%2fetc/passwd",
        "/office/%2e%2e/",
        "/office/people/99999999999999999999999999/",
        "/office/people/99999999999999999999999999/close/",
        "/office/people/keys/99999999999999999999999999/revoke/",
        "/office/people/invitation/%F0%9F%92%A9/",
        "/office/people/invitation/" + "a" * 3000 + "/",
        "/office/suggestions/999999999999999999/",
        "/office/notices/999999999999999999/",
        "/office/acts/nothing/1/nothing/",
        "/office/acts/reply/999999999999999999/sign/",
        "/api/v1/suggestions/%D9%A3/",
        "/api/v1/suggestions/0/",
        "/api/v1/suggestions/-1/",
        "/api/v1/suggestions/9223372036854775808/",
        "/api/v1/suggestions/999999999999999999/",
        "/api/v1/notices/999999999999999999/read/",
        "/documents/99999999999999999999999999/x",
        "/documents/%D9%A3/x",
        "/documents/1/%00",
        "/documents/" + "9" * 3000 + "/x",
        "/_util/authenticate_with_password/99999999999999999999/99999999999999999999/",
        "/" + "a/" * 1500,
        "/" + "长" * 500 + "/",
    ],
)
def test_odd_addresses_are_no_failure(sides: Sides, address: str) -> None:
    client = sides[0].client("everything")
    for method in ("GET", "POST"):
        assert send(client, method, address).status_code in (301, 302, 400, 401, 403, 404, 405)


@pytest.mark.parametrize(
    "inner",
    [
        "images/..%2f..%2fc431322%2fimages%2fmarker.png",
        "images/%252e%252e/%252e%252e/c431322/images/marker.png",
        "images/..%5c..%5cc431322%5cimages%5cmarker.png",
        "images/．．/．．/c431322/images/marker.png",
        "images/%C0%AE%C0%AE/%C0%AE%C0%AE/c431322/images/marker.png",
        "images//../../c431322/images/marker.png",
        "images/./marker.png",
        "images/marker.png/",
        "images/marker.png%00.png",
        "images/marker.png::$DATA",
        "images",
        "images/",
        "/etc/passwd",
        "//etc/passwd",
        "images/%2fetc%2fpasswd",
        "images/" + "a" * 300 + ".png",
        "images/" + "长" * 255 + ".png",
    ],
)
@pytest.mark.parametrize("schema", ["c430422", "c431322", "public", "C431322", "c431322%2f"])
def test_no_way_leads_to_another_countys_files(sides: Sides, schema: str, inner: str) -> None:
    here, there = sides
    answer = here.client("congress").get(f"/media/{schema}/{inner}")
    assert answer.status_code in (400, 404)
    assert there.marker.encode() not in answer.content


@pytest.mark.parametrize("value", ["abcdefgh\\000", "x" * 5000, "\\377\\376abcdefgh", "", "' OR 1=1 --"])
def test_an_odd_session_cookie_is_no_session(sides: Sides, value: str) -> None:
    """A quoted cookie can hold what no header can: Django unquotes it."""
    client = Client(SERVER_NAME=sides[0].host, raise_request_exception=False)
    name = django_settings.SESSION_COOKIE_NAME
    answer = client.get("/office/", headers={"Cookie": f'{name}="{value}"'})
    assert answer.status_code in (302, 400)
    assert client.get("/api/v1/me/", headers={"Cookie": f'{name}="{value}"'}).status_code in (400, 401)


@pytest.mark.parametrize("key", ["", " ", "a b", "\0", "luoshi_\0_x", "\xff", "luoshi_" * 10_000, "luoshi__"])
def test_an_odd_key_is_no_key(sides: Sides, key: str) -> None:
    answer = sides[0].client().get("/api/v1/me/", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code in (400, 401)


@pytest.mark.parametrize(
    "host", ["a\0b", "hengnan.localhost\0", "[::1", "hengnan.localhost:x", "a b", "é", "-", "*"]
)
def test_an_odd_host_is_nobodys(sides: Sides, host: str) -> None:
    for address in ("/", "/office/", "/api/v1/me/"):
        answer = Client(raise_request_exception=False).get(address, HTTP_HOST=host)
        assert (answer.status_code, "没有这个网站" in answer.content.decode()) == (404, True)


@pytest.mark.parametrize(
    "form", [{"username": "a\0", "password": "b\0"}, {"username": "长" * 9000, "password": "x" * 9000}]
)
def test_odd_names_cannot_sign_in_and_break_nothing(sides: Sides, form: dict[str, str]) -> None:
    for host, address in ((sides[0].host, "/office/login/"), ("hunan.localhost", "/login/")):
        answer = Client(SERVER_NAME=host, raise_request_exception=False).post(address, form)
        assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (200, True)
