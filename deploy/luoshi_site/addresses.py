"""Addresses of the places we serve, for links that leave the page they were made on."""

from luoshi.tenancy import NoCounty, tenant_current


def site_address() -> str:
    """Scheme, host and port of the bound county's public site, from its Wagtail site; empty where none is
    bound.
    """
    try:
        tenant_current()
    except NoCounty:
        return ""
    from wagtail.models import Site

    site = Site.objects.filter(is_default_site=True).first()
    return "" if site is None else str(site.root_url)
