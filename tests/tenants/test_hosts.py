"""From host names to places (H1–H5)."""

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from luoshi_tenants import hosts
from luoshi_tenants.middleware import PlaceMiddleware
from luoshi_tenants.models import Domain, Province

pytestmark = pytest.mark.pg15


def test_unknown_host_is_404_without_a_query_or_a_session(county, at, django_assert_num_queries):
    assert hosts.place_find("hengnan.localhost") is not None
    with django_assert_num_queries(0):
        answer = at("nobody.localhost").get("/office/login/")
    assert answer.status_code == 404
    assert "没有这个网站" in answer.content.decode()
    assert not answer.cookies


def test_strangers_cost_at_most_one_query_in_a_while(county, django_assert_num_queries, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(hosts, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    hosts.snapshot_forget()
    hosts.place_find("hengnan.localhost")
    clock[0] += hosts.RELOAD_ON_MISS_SECONDS + 1
    # The search_path is public's still: nothing was asked in the county.
    with django_assert_num_queries(1):
        for number in range(50):
            assert hosts.place_find(f"nobody{number}.localhost") is None


def test_forwarded_host_is_ignored(county, at):
    """H2: a client may send any X-Forwarded-Host; the page must still be 衡南县's."""
    answer = at("hengnan.localhost").get("/office/login/", HTTP_X_FORWARDED_HOST="xinhua.localhost")
    assert answer.status_code == 200
    assert "衡南县" in answer.content.decode()
    assert at("nobody.localhost").get("/", HTTP_X_FORWARDED_HOST="hengnan.localhost").status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "hengnan.localhost",
        "hengnan.localhost:8000",
        "HengNan.LOCALHOST",
        "hengnan.localhost.",
        "hengnan.localhost.:8000",
    ],
)
def test_port_case_and_trailing_dot_do_not_matter(county, at, host):
    """H5."""
    answer = at("x").get("/office/login/", headers={"host": host})
    assert answer.status_code == 200
    assert "衡南县" in answer.content.decode()


@pytest.mark.parametrize(
    "host", ["", "hengnan.localhost@evil", "衡南.localhost", "a b", "hengnan.localhost/office", "%00"]
)
def test_what_is_no_host_name_is_nobodys(county, at, host):
    request = RequestFactory().get("/", headers={"host": host})
    assert hosts.host_of(request) == ""
    assert at("x").get("/", headers={"host": host}).status_code == 404


def test_chinese_host_names_are_kept_as_punycode(county, at):
    assert hosts.host_normalize("衡南.中国.") == "xn--6kr374j.xn--fiqs8s"
    with pytest.raises(ValueError, match="not a host name"):
        hosts.host_normalize("hengnan.localhost:8000")


def test_new_domain_is_known_at_once_in_this_process(two_counties, at):
    from luoshi_tenants.context import public_context

    assert at("new.localhost").get("/office/login/").status_code == 404
    with public_context():
        Domain.objects.create(host="new.localhost", county=two_counties[1], is_primary=False)
    answer = at("new.localhost").get("/office/login/")
    assert answer.status_code == 200
    assert "新化县" in answer.content.decode()


def test_suspended_county_is_503(two_counties, at):
    from luoshi_tenants.context import public_context

    with public_context():
        two_counties[1].is_active = False
        two_counties[1].save(update_fields=["is_active"])
    assert at("xinhua.localhost").get("/office/login/").status_code == 503
    assert at("hengnan.localhost").get("/office/login/").status_code == 200


def test_health_needs_no_host(county, at):
    answer = at("10.0.0.7").get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_streamed_answers_are_made_in_their_county(two_counties):
    """Would leak: content made after the middleware has returned would meet whatever is bound then."""
    from django.db import connection
    from django.http import StreamingHttpResponse

    from luoshi_tenants.context import county_context, public_context

    def pieces():
        yield connection.schema_name.encode()
        yield connection.schema_name.encode()

    middleware = PlaceMiddleware(lambda request: StreamingHttpResponse(pieces()))
    request = RequestFactory(SERVER_NAME="xinhua.localhost").get("/")
    with public_context():
        answer = middleware(request)
        with county_context(two_counties[0]):
            assert list(answer.streaming_content) == [b"c431322", b"c431322"]


def test_binding_ends_with_the_request_even_when_it_fails(two_counties):
    from django.db import connection

    def boom(request) -> HttpResponse:
        assert connection.schema_name == "c431322"
        raise LookupError

    with pytest.raises(LookupError):
        PlaceMiddleware(boom)(RequestFactory(SERVER_NAME="xinhua.localhost").get("/"))
    assert connection.schema_name == "c430422"


def test_province_start_page_lists_its_own_counties(two_counties, at):
    from luoshi_tenants.context import public_context
    from luoshi_tenants.provisioning.services import province_ensure

    with public_context():
        province_ensure(code="620000", name="甘肃省", hosts=["gansu.localhost"])
        assert Province.objects.count() == 2
    page = at("hunan.localhost").get("/", SERVER_PORT="8000").content.decode()
    assert [("衡南县" in page), ("新化县" in page)] == [True, True]
    assert 'href="http://hengnan.localhost:8000/office/"' in page
    other = at("gansu.localhost").get("/").content.decode()
    assert [("衡南县" in other), ("尚无开通的县" in other)] == [False, True]


def test_county_start_page_is_its_own_wagtail_page(two_counties, at):
    page = at("xinhua.localhost").get("/").content.decode()
    assert [("新化县人大代表建议办理公开" in page), ("衡南" in page)] == [True, False]
