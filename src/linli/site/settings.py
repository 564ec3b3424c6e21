"""Django settings, made from :mod:`linli.site.config`. Nothing here is edited by operators."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from linli.kernel.crypto import load_or_create_keyring
from linli.kernel.practice import practice_slugs
from linli.site.config import database, read_config

LINLI_CONFIG = read_config()
LINLI_DATA_DIR = LINLI_CONFIG.data_dir.resolve()
LINLI_KEYS_DIR = LINLI_CONFIG.keys_dir.resolve()
# The command line creates the keys at the first start; a process without them must not go on.
LINLI_KEYRING = load_or_create_keyring(
    LINLI_KEYS_DIR, create=os.environ.get("LINLI_CREATE_KEYS") == "1"
)
LINLI_DEMO = os.environ.get("LINLI_DEMO") == "1"

SECRET_KEY = LINLI_KEYRING.django_secret
DEBUG = False
# Demo and first steps run on a bare address; doctor asks for names before going public.
ALLOWED_HOSTS = [h.strip() for h in LINLI_CONFIG.hosts.split(",") if h.strip()] or [
    "localhost",
    "127.0.0.1",
    "[::1]",
    "testserver",
]
_bind_host = os.environ.get("LINLI_BIND_HOST", "")
if _bind_host in ("0.0.0.0", "::") and not LINLI_CONFIG.hosts:  # noqa: S104 - compared, not bound
    ALLOWED_HOSTS = ["*"]
elif _bind_host:
    ALLOWED_HOSTS.append(_bind_host)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "linli.kernel",
    "linli.ui",
    "linli.engines.rulebook",
    "linli.engines.registry",
    "linli.engines.outreach",
    "linli.engines.casework",
    *(f"linli.practices.{slug}" for slug in practice_slugs()),
    "linli.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "linli.site.middleware.ContentSecurityPolicy",
    "linli.site.middleware.NoStore",
    "linli.site.middleware.PlainCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "linli.site.middleware.CommunityScope",
    "linli.site.middleware.ReaderLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "linli.site.urls"
WSGI_APPLICATION = "linli.site.wsgi.application"
AUTH_USER_MODEL = "kernel.User"
AUTHENTICATION_BACKENDS = ["linli.site.sign_in.LinliBackend"]
LOGIN_URL = "sign_in"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "linli.site.context.page",
            ]
        },
    }
]

DATABASES = {"default": database(LINLI_CONFIG)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "linli_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = None
# Static files come straight from the packages: no collect step stands between a newcomer and
# the first page.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 600

SESSION_COOKIE_NAME = "__Host-linli" if LINLI_CONFIG.secure else "linli_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = LINLI_CONFIG.secure
CSRF_COOKIE_NAME = "__Host-linli-csrf" if LINLI_CONFIG.secure else "linli_csrf"
CSRF_COOKIE_SECURE = LINLI_CONFIG.secure
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "linli.site.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if LINLI_CONFIG.secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = LINLI_CONFIG.secure
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if LINLI_CONFIG.secure else None
X_FRAME_OPTIONS = "DENY"

# No inline script, no inline style, nothing from elsewhere (ui.md).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "media-src": [SELF, "blob:"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# One queue, the outbox. Another engine only where an operator names it (extra "tasks").
LINLI_TASKS_BACKEND = LINLI_CONFIG.tasks_backend
if LINLI_TASKS_BACKEND:
    INSTALLED_APPS.append("django_tasks")
    TASKS = {"default": {"BACKEND": LINLI_TASKS_BACKEND}}

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LINLI_CONFIG.log_level},
    "loggers": {"django.request": {"level": "ERROR"}},
}

#: set by the supervisor: the events process listens one port above the pages
LINLI_EVENTS_PORT = int(os.environ.get("LINLI_EVENTS_PORT", "0"))

#: trained triage models; page processes only read them (see casework/learning.py)
LINLI_MODELS_DIR = LINLI_DATA_DIR / "models"
LINLI_TRAIN_IN_PROCESS = os.environ.get("LINLI_TRAIN_IN_PROCESS", "1") == "1"

LINLI_SHARED_DATA = Path(LINLI_CONFIG.shared_data)
