"""``gunicorn luoshi_site.wsgi``. WSGI only: the county is bound to the thread's connection."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luoshi_site.settings")

application = get_wsgi_application()

from luoshi_tenants.checks import boot_verify  # noqa: E402 (needs the apps)

boot_verify()
