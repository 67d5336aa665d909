"""Settings of the composition root. Everything that differs between machines comes from the environment."""

import secrets
import sys
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import lazy

from luoshi.methods.discovery import method_apps
from luoshi_site.addresses import site_address

env = environ.Env()

# --- this machine ---------------------------------------------------------------------------------------
HOME = Path(env.str("LUOSHI_HOME", default=".luoshi")).resolve()
LOCAL = env.bool("LUOSHI_LOCAL", default=False)
TESTING = not {"pytest", "mypy"}.isdisjoint(sys.modules)  # mypy reads the settings too, to know the models
DEBUG = env.bool("LUOSHI_DEBUG", default=False)
PORT = env.int("PORT", default=8000)
# The port that visitors see: behind a proxy the usual one.
LUOSHI_PUBLIC_PORT = env.int("LUOSHI_PUBLIC_PORT", default=PORT if LOCAL or TESTING else 443)
LUOSHI_CACHE = Path(env.str("LUOSHI_CACHE_DIR", default=str(HOME / "cache")))


def _secret_key() -> str:
    """The key from the environment; locally one that is made once and kept in LUOSHI_HOME."""
    given: str = env.str("LUOSHI_SECRET_KEY", default="")
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

# Plain http is for one's own machine only.
SECURE_NOTHING = LOCAL or TESTING

# --- apps -----------------------------------------------------------------------------------------------
# A method is found by its entry point and is an app in every county; whether a county uses it is a row.
METHOD_APPS = method_apps()

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
    "luoshi.publication",
    "luoshi.notifications",
    "luoshi.workbench",
    "luoshi_cms",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
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
    "django.contrib.humanize",  # how long ago, in Chinese; Wagtail says it with this
    "luoshi.workbench.rights",
    "rest_framework",
    "drf_spectacular",
]

# --- tenancy --------------------------------------------------------------------------------------------
TENANT_MODEL = "luoshi_tenants.County"
TENANT_DOMAIN_MODEL = "luoshi_tenants.Domain"
TENANT_LIMIT_SET_CALLS = True  # our backend switches it off while it migrates
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
# Called without arguments in the template schema: reference data that is the same in every county.
LUOSHI_SEEDS = [
    "luoshi_cms.services.site_seed",
    "luoshi_cms.workflow.seed.review_seed",
    "luoshi.calendar.services.years_seed",
]
# Called in a new county with county=TenantView, host=str, methods=tuple of slugs.
LUOSHI_COUNTY_SETUP = ["luoshi_cms.services.site_setup", "luoshi.methods.services.methods_set_up"]
# none: the product connects straight to PostgreSQL. session: through a pooler in session mode, which is
# verified.
LUOSHI_POOLER = env.str("LUOSHI_POOLER", default="none" if LOCAL or TESTING else "")

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgres://postgres@127.0.0.1:5432/luoshi"),
        "ENGINE": "luoshi_tenants.db",
        "CONN_MAX_AGE": env.int("LUOSHI_CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
    }
}

# --- requests -------------------------------------------------------------------------------------------
# The table of hosts decides (luoshi_tenants.middleware): a stranger's host is answered 404 before anything
# else.
ALLOWED_HOSTS = env.list("LUOSHI_ALLOWED_HOSTS", default=["*"])
USE_X_FORWARDED_HOST = False
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("LUOSHI_BEHIND_PROXY", default=False) else None
)
SECURE_SSL_REDIRECT = env.bool("LUOSHI_SSL_REDIRECT", default=False)
SECURE_HSTS_SECONDS = env.int("LUOSHI_HSTS_SECONDS", default=0 if SECURE_NOTHING else 31536000)
X_FRAME_OPTIONS = "DENY"  # Wagtail itself allows its previews a frame of the same host

# Cookies stay at the host that set them. Browsers send cookies to every port of a host, so a local start
# carries its port in the name, or several of them would sign each other out.
SESSION_ENGINE = "luoshi_tenants.county_sessions"
SESSION_COOKIE_NAME = f"luoshi-{PORT}" if SECURE_NOTHING else "__Host-luoshi"
SESSION_COOKIE_SECURE = not SECURE_NOTHING
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 24 * 3600  # the most that a county may allow; its own limits are shorter
# The secret lies in the session and so in the county's schema: a token of one county is refused in another.
CSRF_USE_SESSIONS = True
# Likewise what a page tells the next one: as a cookie it would be signed alike for every county.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "luoshi_site.views.errors.csrf_failure"

MIDDLEWARE = [
    "luoshi_tenants.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "luoshi_site.middleware.ContentPolicyMiddleware",
    "luoshi_site.middleware.NulRefusingMiddleware",
    "luoshi_site.request_size.RequestSizeMiddleware",
    "luoshi_tenants.middleware.PlaceMiddleware",
    "luoshi_site.public_pages.PublicPagesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "luoshi_tenants.sessions.PlaceSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "luoshi_site.middleware.SignInAgeMiddleware",
    "luoshi_site.middleware.FirstPasswordMiddleware",
    "luoshi_cms.workflow.gate.ReviewerGateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "luoshi_site.middleware.CountyRedirectMiddleware",
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

# --- people ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["luoshi_tenants.backends.CountyBackend", "luoshi_tenants.backends.ProvinceBackend"]
LOGIN_URL = "office-login"
LOGIN_REDIRECT_URL = "office"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": "luoshi.accounts.passwords.PolicyValidator"},  # the county's own rules
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# --- language, files ------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = str(HOME / "media")
MEDIA_URL = "/media/"
MULTITENANT_RELATIVE_MEDIA_ROOT = "%s"
STORAGES = {
    "default": {"BACKEND": "luoshi_tenants.storage.CountyFileSystemStorage"},
    # Names with a hash, kept by browsers for ever, and compressed beforehand: what `collectstatic` makes.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "luoshi_site.static.LocalStaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# What people may send in. LUOSHI_REQUEST_MB: most of one request; the proxy's own limit has to allow as much.
_MEGABYTE = 1024 * 1024
LUOSHI_PHOTO_BYTES = env.int("LUOSHI_PHOTO_MB", default=15) * _MEGABYTE
LUOSHI_DOCUMENT_BYTES = env.int("LUOSHI_DOCUMENT_MB", default=20) * _MEGABYTE
LUOSHI_CASE_BYTES = env.int("LUOSHI_CASE_MB", default=200) * _MEGABYTE
LUOSHI_REQUEST_BYTES = env.int("LUOSHI_REQUEST_MB", default=50) * _MEGABYTE
LUOSHI_PHOTO_PIXELS = env.int("LUOSHI_PHOTO_MEGAPIXELS", default=50) * 1_000_000
# The proxy's internal address of MEDIA_ROOT, such as /protected: it then sends the files that the product has
# let through. Empty: the product sends them itself.
LUOSHI_ACCEL_PREFIX = env.str("LUOSHI_ACCEL_PREFIX", default="")
WHITENOISE_USE_FINDERS = LOCAL  # and whatever was not collected, as it lies in the apps
if LOCAL:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)

# --- caches, background work ----------------------------------------------------------------------------
REDIS_URL = "" if TESTING else env.str("REDIS_URL", default="")
# A database of its own: clearing a cache empties the whole database, the broker's queues with it.
CACHE_URL = env.str(
    "LUOSHI_CACHE_URL", default=f"{REDIS_URL.rstrip('/').removesuffix('/0')}/1" if REDIS_URL else ""
)
_CACHE: dict[str, Any] = {
    "BACKEND": "luoshi_site.cache.ForgivingRedisCache",
    "LOCATION": CACHE_URL,
    "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
}
if not CACHE_URL:
    _CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES: dict[str, dict[str, Any]] = {
    alias: {**_CACHE, "KEY_PREFIX": alias, "KEY_FUNCTION": "django_tenants.cache.make_key"}
    for alias in ("default", "renditions")
}

# Where nginx on this machine learns which of the public pages it has kept are out of date. Empty: no nginx.
LUOSHI_MARKS = "" if TESTING else env.str("LUOSHI_MARKS", default="")

CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_POOL = "prefork"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
# Kombu's own sweep takes 100 s; with these a task of a killed worker is back after the timeout and 2 s.
# The timeout must exceed the time limit and every countdown.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": env.int("LUOSHI_VISIBILITY_TIMEOUT", default=660),
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    # Seconds. Without them a broker that is silent keeps whoever wakes the worker waiting for ever.
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
}

# --- the public site ------------------------------------------------------------------------------------
# People are told by the product's own notices. Wagtail would mail the names of cases to any mailbox.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
WAGTAIL_SITE_NAME = "落实"
# Each county's own address, found when it is used.
WAGTAILADMIN_BASE_URL = lazy(site_address, str)()
WAGTAIL_ENABLE_UPDATE_CHECK = False  # no page asks an outside host
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[dict[str, Any]] = []
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
# What is uploaded is checked, and made anew, like everything else that people send in.
WAGTAILIMAGES_IMAGE_FORM_BASE = "luoshi_cms.files.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = LUOSHI_PHOTO_BYTES
WAGTAILIMAGES_MAX_IMAGE_PIXELS = LUOSHI_PHOTO_PIXELS
WAGTAILDOCS_DOCUMENT_FORM_BASE = "luoshi_cms.files.DocumentForm"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "txt"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = LUOSHI_DOCUMENT_BYTES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文")]
# A step that was passed counts for the very text that was passed.
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "luoshi_cms.workflow.finish.page_publish_reviewed"
WAGTAILADMIN_LOGIN_URL = "/office/login/"
WAGTAIL_FRONTEND_LOGIN_URL = "/office/login/"

# --- the API --------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "luoshi.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["luoshi.api.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "luoshi.api.errors.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "落实 API",
    "DESCRIPTION": "代表建议的提出、交办、办理、答复与评价。每个县只看见自己的数据。",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    # Made anew for each call: not for strangers, who find the file in the repository.
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    # A method's API belongs to the counties that have it on; the committed file holds the core's.
    "PREPROCESSING_HOOKS": ["luoshi.api.schema.core_only"],
    "ENUM_NAME_OVERRIDES": {
        "SuggestionState": "luoshi.lifecycle.states.SuggestionState",
        "AssignmentState": "luoshi.lifecycle.states.AssignmentState",
        "ReplyState": "luoshi.lifecycle.states.ReplyState",
        "PublicationState": "luoshi.lifecycle.states.PublicationState",
        "ClockState": "luoshi.suggestions.models.clock.Clock.State",
        "ReplyKind": "luoshi.suggestions.models.reply.Reply.Kind",
        "PublicationMode": "luoshi.suggestions.models.publishing.Publication.Mode",
        "AssignmentRole": "luoshi.lifecycle.states.AssignmentRole",
    },
}
