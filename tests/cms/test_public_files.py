"""Published attachments, and the column of a county that was there before it."""

import importlib
from typing import Any

import pytest
import ready
from django.apps import apps
from people import Cast, cast_make
from public_pages import attached, confirm_masked, page_live
from sides import body
from wagtail.models import Page

from luoshi_cms.models import ColumnPage, HomePage
from luoshi_cms.reply_pages import reply_page_make

HOST = "hengnan.localhost"
CLEAN = "清洁版".encode()


@pytest.fixture
def c(county: Any) -> Cast:
    return cast_make()


def test_the_cleaned_file_of_the_version_is_given_and_no_other_one(c: Cast, at: Any) -> None:
    """Would leak: another case's file, or one that was cleaned and not chosen, by its id at this address."""
    publication = ready.at_publication(c, *ready.CHECKED)
    chosen, other = attached(publication, b"x", CLEAN), attached(publication, b"y", b"z")
    confirm_masked(c, publication, files=(chosen.pk,))
    c.world.act(publication, "approve", c.government)
    c.world.act(publication, "send_to_editor", c.government)
    client, base = at(HOST), "/jianyi/"
    page = reply_page_make(publication.pk)
    address = f"{base}{page.slug}/files/{chosen.pk}/"
    assert client.get(address).status_code == 404
    c.world.act(publication, "publish", c.system, **ready.publication_data(publication, "publish"))
    page_live(publication.pk)
    assert f'href="files/{chosen.pk}/"' in client.get(f"{base}{page.slug}/").content.decode()
    answer = client.get(address)
    assert (answer.status_code, body(answer)) == (200, CLEAN)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer["Content-Security-Policy"]
    for wrong in (other.pk, chosen.attachment_id + 999, 10**17):
        assert client.get(f"{base}{page.slug}/files/{wrong}/").status_code == 404
    c.world.act(publication, "revoke", c.government, reason="更正")
    assert client.get(address).status_code == 404


def test_a_county_that_was_there_before_gets_its_column_by_migration(county: Any, at: Any) -> None:
    """As a new one has it: beside what its editors have made, found by its link, and only once."""
    ColumnPage.objects.get().delete()
    HomePage.objects.get().add_child(instance=Page(title="旧页", slug="old"))
    migration = importlib.import_module("luoshi_cms.migrations.0004_column")
    for _ in range(2):
        migration.column_add(apps, None)
    assert [len(problems) for problems in Page.find_problems()] == [0] * 5
    assert [page.title for page in HomePage.objects.get().get_children()] == ["旧页", "建议办理"]
    assert 'href="/jianyi/"' in at(HOST).get("/").content.decode()
    assert at(HOST).get("/jianyi/").status_code == 200
