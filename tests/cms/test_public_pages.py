"""Pages of the public site as a reader gets them."""

import pytest
from people import Cast, cast_make
from public_pages import published


@pytest.fixture
def c(county) -> Cast:
    return cast_make()


def test_smoke(c, at, django_assert_num_queries):
    publication, page = published(c, asks=["清淤", "限高"])
    client = at("hengnan.localhost")
    for address in ("/", "/jianyi/", "/jianyi/?q=涵洞", "/jianyi/statistics/", "/jianyi/embed/", "/jianyi/register.json", "/jianyi/register.csv", "/jianyi/feed.atom", "/robots.txt", "/sitemap.xml", f"/jianyi/{page.slug}/"):
        answer = client.get(address)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        print(address, answer.status_code, len(text))
        assert answer.status_code == 200, address
    print(client.get(f"/jianyi/{page.slug}/").content.decode())
    print(client.get("/jianyi/?q=涵洞").content.decode())
