"""``gunicorn --preload luoshi_site.wsgi``. WSGI only: the county is bound to the thread's connection.

Everything, the pages of both kinds of hosts with it, is loaded once, before the workers fork off.
"""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from luoshi_site.loading import loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luoshi_site.settings")

with loading():
    application = get_wsgi_application()

    from luoshi_tenants.checks import boot_verify  # needs the apps

    for pages in (settings.ROOT_URLCONF, settings.PUBLIC_SCHEMA_URLCONF):
        import_module(pages)
    boot_verify()
