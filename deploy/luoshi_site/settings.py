"""Settings of the composition root. Everything that differs between machines comes from the environment."""

import secrets
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

# --- this machine -----------------------------------------------------------------------------------------------
HOME = Path(env.str("LUOSHI_HOME", default=".luoshi")).resolve()
LOCAL = env.bool("LUOSHI_LOCAL", default=False)
TESTING = "pytest" in sys.modules
DEBUG = env.bool("LUOSHI_DEBUG", default=False)
PORT = env.int("PORT", default=8000)
# The port that visitors see: behind a proxy the usual one.
LUOSHI_PUBLIC_PORT = env.int("LUOSHI_PUBLIC_PORT", default=PORT if LOCAL or TESTING else 443)
LUOSHI_CACHE = Path(env.str("LUOSHI_CACHE_DIR", default=str(HOME / "cache")))


def _secret_key() -> str:
    """The key from the environment; locally one that is made once and kept in LUOSHI_HOME."""
    given = env.str("LUOSHI_SECRET_KEY", default="")
    if given:
        return given
    if TESTING:
        return "tests-only-" + "x" * 48
    if not LOCAL:
        raise ImproperlyConfigured("请设置环境变量 LUOSHI_SECRET_KEY（50 个以上的随机字符）")
    path = HOME / "secret-key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = _secret_key()

# --- apps ---------------------------------------------------------------------------------------------------------
# A method is found by its entry point and is an app in every county; whether a county uses it is a row.
METHOD_APPS = sorted({point.value.split(":")[0].rpartition(".")[0] for point in entry_points(group="luoshi.methods")})

SHARED_APPS = ["luoshi_tenants", "django_tenants"]
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
    "luoshi_site",
    *SHARED_APPS,
    *TENANT_APPS,
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
]

# --- tenancy ------------------------------------------------------------------------------------------------------
TENANT_MODEL = "luoshi_tenants.County"
TENANT_DOMAIN_MODEL = "luoshi_tenants.Domain"
TENANT_LIMIT_SET_CALLS = True  # our backend switches it off while it migrates
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
# Called without arguments in the template schema: reference data that is the same in every county.
LUOSHI_SEEDS = ["luoshi_cms.services.site_seed"]
# Called in a new county with county=TenantView, host=str, methods=tuple of slugs.
LUOSHI_COUNTY_SETUP = ["luoshi_cms.services.site_setup"]
# none: the product connects straight to PostgreSQL. session: through a pooler in session mode, which is verified.
LUOSHI_POOLER = env.str("LUOSHI_POOLER", default="none" if LOCAL or TESTING else "")

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgres://postgres@127.0.0.1:5432/luoshi"),
        "ENGINE": "luoshi_tenants.db",
        "CONN_MAX_AGE": env.int("LUOSHI_CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
    }
}

# --- requests -----------------------------------------------------------------------------------------------------
# The table of hosts decides (luoshi_tenants.middleware): a stranger's host is answered 404 before anything else.
ALLOWED_HOSTS = env.list("LUOSHI_ALLOWED_HOSTS", default=["*"])
USE_X_FORWARDED_HOST = False

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

# --- people -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# --- language, files ----------------------------------------------------------------------------------------------
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
