"""Settings of the composition root. Everything that differs between machines comes from the environment."""

from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import environ

env = environ.Env()

HOME = Path(env.str("LUOSHI_HOME", default=".luoshi")).resolve()
DEBUG = env.bool("LUOSHI_DEBUG", default=False)
SECRET_KEY = env.str("LUOSHI_SECRET_KEY", default="") or "unset-local-only-" + "x" * 40
ALLOWED_HOSTS = env.list("LUOSHI_ALLOWED_HOSTS", default=[".localhost", "127.0.0.1"])
PORT = env.int("PORT", default=8000)

# A method is found by its entry point and is an app in every county; whether a county uses it is a row.
METHOD_APPS = sorted({point.value.split(":")[0].rpartition(".")[0] for point in entry_points(group="luoshi.methods")})

SHARED_APPS = ["django_tenants", "luoshi_tenants"]
TENANT_APPS = [
    "luoshi.accounts",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "luoshi.calendar",
    "luoshi.outbox",
    "luoshi.audit",
    "luoshi.methods",
    "luoshi.suggestions",
    "luoshi.notifications",
    "luoshi_cms",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    *METHOD_APPS,
]
INSTALLED_APPS = [
    *SHARED_APPS,
    *TENANT_APPS,
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
]

TENANT_MODEL = "luoshi_tenants.County"
TENANT_DOMAIN_MODEL = "luoshi_tenants.Domain"
AUTH_USER_MODEL = "accounts.User"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgres://postgres@127.0.0.1:5432/luoshi"),
        "ENGINE": "django_tenants.postgresql_backend",
        "CONN_MAX_AGE": env.int("LUOSHI_CONN_MAX_AGE", default=60),
    }
}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "luoshi_site.urls.county"
PUBLIC_SCHEMA_URLCONF = "luoshi_site.urls.province"
WSGI_APPLICATION = "luoshi_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "media"
MEDIA_URL = "/media/"

WAGTAIL_SITE_NAME = "落实"
WAGTAILADMIN_BASE_URL = ""
