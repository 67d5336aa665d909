"""Preparing a county's public site."""

from collections.abc import Sequence

from django.conf import settings
from wagtail.models import Page, Site

from luoshi.tenancy import TenantView
from luoshi_cms.models import HomePage
from luoshi_cms.reply_pages import column_ensure

HOME_SLUG = "home"


def site_seed() -> None:
    """Put our start page in place of Wagtail's welcome page. Part of the template schema; runs once per
    schema.
    """
    if HomePage.objects.exists():
        return
    root = Page.get_first_root_node()
    Site.objects.all().delete()
    for page in root.get_children():
        page.delete()
    root.refresh_from_db()
    home = root.add_child(instance=HomePage(title="首页", slug=HOME_SLUG))
    Site.objects.create(hostname="localhost", port=80, root_page=home, is_default_site=True, site_name="")
    column_ensure()


def site_setup(*, county: TenantView, host: str, methods: Sequence[str] = ()) -> None:
    """Give the county's site its own host and name, so that no link points at Wagtail's ``localhost``."""
    site = Site.objects.get(is_default_site=True)
    site.hostname = host
    site.port = settings.LUOSHI_PUBLIC_PORT
    site.site_name = f"{county.name}人大代表建议办理公开"
    site.save()
    home = HomePage.objects.get(slug=HOME_SLUG)
    home.title = site.site_name
    home.draft_title = site.site_name
    home.save()
