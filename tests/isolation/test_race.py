"""Many requests of two counties at once, as a threaded web server has them: each is answered with its own."""

import os
import random
import threading
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory, override_settings
from sides import Side, Sides, side_fill

from luoshi_tenants.context import county_context

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

THREADS = 8
REQUESTS = int(os.environ.get("LUOSHI_RACE_REQUESTS", "60"))
"""Of each thread."""


@pytest.fixture
def committed(
    django_db_setup: None, django_db_blocker: "DjangoDbBlocker", tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sides]:
    """Two counties of this test alone, filled and really committed: threads see nothing else."""
    from luoshi_tenants.provisioning.services import county_create, county_drop

    made: list[Side] = []
    counties = []
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media"))):
        try:
            for code, name, host, marker in (
                ("430996", "甲县", "jia.localhost", "甲地的秘密"),
                ("430997", "乙县", "yi.localhost", "乙地的秘密"),
            ):
                county = county_create(code=code, name=name, province_code="430000", hosts=[host])
                counties.append(county)
                with county_context(county):
                    made.append(side_fill(county, host, marker, 1))
            yield made[0], made[1]
        finally:
            connection.close()
            for county in counties:
                county_drop(county)


def test_no_request_is_answered_with_another_countys_data(committed: Sides) -> None:
    """Would leak: anything that a process or a thread keeps from one request to the next. A thread changes
    county and person all the time; whatever the answer holds must be its own county's."""
    handler = WSGIHandler()
    wrong: list[tuple[str, str, int]] = []
    done: Counter[str] = Counter()
    cookies = {
        (side.host, who): side.client(who).cookies.output(header="", sep=";").strip()
        for side in committed
        for who in ("congress", "writer")
    }

    def visit(side: Side, other: Side, pick: random.Random) -> None:
        who = pick.choice(["congress", "writer"])
        code = side.county.code
        address, proof = pick.choice(
            [
                (side.address("/api/v1/suggestions/{suggestion}/"), side.marker),
                ("/api/v1/suggestions/", side.marker),
                ("/api/v1/notices/", side.marker if who == "writer" else "results"),
                ("/api/v1/me/", f'"county":"{code}"'),
                ("/office/", side.county.name),
                ("/office/suggestions/", side.marker),
                (side.address("/office/suggestions/{suggestion}/"), side.marker),
                ("/", f"{side.county.name}人大代表建议办理公开"),
                (side.address("/{slug}/"), side.marker),
                (side.address("/documents/{document}/{file}"), side.marker),
            ]
        )
        by_key = address.startswith("/api/") and pick.random() < 0.5
        sent = (
            {"HTTP_AUTHORIZATION": f"Bearer {side.keys[who]}"}
            if by_key
            else {"HTTP_COOKIE": cookies[(side.host, who)].partition(";")[0]}
        )
        environ = RequestFactory(SERVER_NAME=side.host).get(address, **sent).environ
        statuses: list[str] = []
        parts = handler(environ, lambda status, headers, *rest: statuses.append(status))
        text = b"".join(parts).decode()
        parts.close()
        done[address.split("/")[1]] += 1
        foreign = [word for word in (other.marker, other.county.name, other.county.code) if word in text]
        if statuses != ["200 OK"] or proof not in text or foreign:
            wrong.append((side.county.code, f"{who} {address} {statuses} {foreign}", len(text)))

    def work(seed: int) -> None:
        pick = random.Random(seed)
        try:
            for step in range(REQUESTS):
                first = (seed + step) % 2
                visit(committed[first], committed[1 - first], pick)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, "\n".join(map(str, wrong[:20]))
    assert done.total() == THREADS * REQUESTS
    assert set(done) == {"api", "office", "", "documents", "430996-0", "430997-0"}
