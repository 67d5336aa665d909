"""The public site of a county as it is set up."""

import re

from django.conf import settings
from wagtail.models import Page, Site

from luoshi_cms.models import HomePage
from luoshi_cms.services import site_seed
from luoshi_tenants.context import county_context, public_context


def test_home_page_stands_in_place_of_wagtails_welcome(county):
    home = HomePage.objects.get()
    assert [page.specific for page in Page.get_first_root_node().get_children()] == [home]
    assert Site.objects.get().root_page.specific == home
    assert (home.live, home.title) == (True, "衡南县人大代表建议办理公开")


def test_seeding_again_changes_nothing(county):
    before = list(Page.objects.values_list("pk", "path"))
    site_seed()
    assert list(Page.objects.values_list("pk", "path")) == before


def test_links_out_of_wagtails_admin_name_their_own_county(two_counties):
    """Would leak: one setting for the process would put one county's address into another's mails."""
    found = []
    for county in two_counties:
        with county_context(county):
            found.append(str(settings.WAGTAILADMIN_BASE_URL))
    assert found == ["http://hengnan.localhost:8000", "http://xinhua.localhost:8000"]
    with public_context():
        assert str(settings.WAGTAILADMIN_BASE_URL) == ""


def test_public_page_asks_no_outside_host(county, at):
    page = at("hengnan.localhost").get("/").content.decode()
    assert "衡南县人大代表建议办理公开" in page
    assert [word for word in ("http://", "https://", "<script>", "//cdn") if word in page] == []
    assert re.findall(r'src="([^"]+)"', page) == ["/static/luoshi_cms/public.js"]
