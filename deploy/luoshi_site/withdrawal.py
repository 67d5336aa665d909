"""A county that is suspended, renamed or removed, and a host that is given to another, lose their marks.

Such a request is answered before any page is looked for, so nothing there could renew an edition. What is
changed without the models (``update()``, SQL) sends no signal: then the answer itself takes the kept page's
place, after the seconds for which the hosts are remembered and pages kept.
"""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from luoshi_site.public_pages import editions
from luoshi_tenants.context import public_context
from luoshi_tenants.models import County, Domain


def marks_follow_places() -> None:
    """Take the marks away whenever a county or a host is written or deleted."""
    for model, changed in ((County, _county_changed), (Domain, _host_changed)):
        post_save.connect(changed, sender=model, dispatch_uid=f"marks-save-{model.__name__}")
        post_delete.connect(changed, sender=model, dispatch_uid=f"marks-delete-{model.__name__}")


def _county_changed(instance: County, **_: Any) -> None:
    _withdraw(schema=instance.schema_name)


def _host_changed(instance: Domain, **_: Any) -> None:
    if editions() is None:
        return
    # All hosts of the county: this one may have had another name before.
    with public_context():
        county = instance.county
    _withdraw(schema=county.schema_name if county else "", host=instance.host)


def _withdraw(*, schema: str, host: str = "") -> None:
    marks = editions()
    if marks is not None:
        transaction.on_commit(partial(marks.withdraw, schema=schema, host=host), robust=True)
