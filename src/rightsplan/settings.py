"""The only reader of the environment: every setting, its default, its check and the remedy when it is wrong."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlparse

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

# Name, default and meaning of every variable; docs/operators/settings.md is tested against this table.
VARIABLES: dict[str, tuple[str, str]] = {
    "DATABASE_URL": ("", "PostgreSQL as postgres://user:password@host:port/name; empty: SQLite in the data folder"),
    "RIGHTSPLAN_DATA": (".rightsplan", "Folder for the database file, batches, the published folder and caches"),
    "RIGHTSPLAN_SECRET_KEY": ("", "Django's signing key; empty: made once and kept in the data folder"),
    "RIGHTSPLAN_DEBUG": ("no", "yes shows tracebacks; never on a public machine"),
    "RIGHTSPLAN_HOSTS": ("localhost,127.0.0.1,[::1]", "Host names the site answers to, separated by commas"),
    "RIGHTSPLAN_SITE_NAME": ("Rightsplan", "Name in the page head"),
    "RIGHTSPLAN_SITE_URL": ("http://localhost:8000", "Address of the public site, used in feeds and downloads"),
    "RIGHTSPLAN_LOG_ORIGIN": ("", "Name of the public log; empty: host of the site address + /log"),
    "RIGHTSPLAN_LOG_KEY": ("", "Signed-note private key of the log; empty: made once and kept in the data folder"),
    "RIGHTSPLAN_VOCABULARY": ("", "Folder with vocabulary files of this instance; empty: none"),
    "RIGHTSPLAN_HTTPS": ("no", "yes when the site is reached through https: secure cookies, HSTS and redirects"),
    "RIGHTSPLAN_PAGE_CACHE": ("yes", "no switches off the page cache"),
}


def read_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the value of every variable; an unknown RIGHTSPLAN_ name stops the start with the remedy."""
    unknown = sorted(n for n in environ if n.startswith("RIGHTSPLAN_") and n not in VARIABLES)
    if unknown:
        raise ImproperlyConfigured(
            f"Unknown setting {', '.join(unknown)}. Known ones: {', '.join(VARIABLES)}. Correct or unset it."
        )
    return {name: environ.get(name, "") or default for name, (default, _meaning) in VARIABLES.items()}


def read_switch(values: Mapping[str, str], name: str) -> bool:
    """Return a yes/no variable."""
    answer = values[name].lower()
    if answer not in {"yes", "no"}:
        raise ImproperlyConfigured(f"{name} is {values[name]!r}. Set it to yes or no.")
    return answer == "yes"


def database_of(url: str, data: Path) -> dict[str, object]:
    """Return Django's database dictionary for a DATABASE_URL, or SQLite where it is empty."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data / "rightsplan.sqlite3",
            # IMMEDIATE: two writers queue instead of failing half-way.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "DATABASE_URL is not a PostgreSQL address. Write postgres://user:password@host:port/name, or unset it."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


def secret_of(value: str, data: Path) -> str:
    """Return the given key, or one made once and kept readable by the owner alone."""
    if value:
        return value
    path = data / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def data_folder(value: str) -> Path:
    """Return the data folder, made where it is missing; a place where none can be stops the start with the remedy."""
    try:
        folder = Path(value).expanduser().resolve()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError, ValueError) as error:  # not writable, an unknown ~user, a NUL in the name
        raise ImproperlyConfigured(
            f"RIGHTSPLAN_DATA is {value!r}, where no folder can be: {getattr(error, 'strerror', None) or error}. "
            "Set it to a folder that this user may write, or unset it."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(
            f"RIGHTSPLAN_DATA is {value!r}, which this user may not write. "
            "Set it to another folder, or change its owner."
        )
    return folder


_values = read_environment(os.environ)
BASE_DIR = Path(__file__).resolve().parent
DATA_DIR = data_folder(_values["RIGHTSPLAN_DATA"])
BATCH_DIR = DATA_DIR / "batches"
PUBLISHED_DIR = DATA_DIR / "published"
CACHE_DIR = DATA_DIR / "cache"

SECRET_KEY = secret_of(_values["RIGHTSPLAN_SECRET_KEY"], DATA_DIR)
DEBUG = read_switch(_values, "RIGHTSPLAN_DEBUG")
ALLOWED_HOSTS = [h.strip() for h in _values["RIGHTSPLAN_HOSTS"].split(",") if h.strip()]
SITE_NAME = _values["RIGHTSPLAN_SITE_NAME"]
SITE_URL = _values["RIGHTSPLAN_SITE_URL"].rstrip("/")
LOG_ORIGIN = _values["RIGHTSPLAN_LOG_ORIGIN"] or f"{urlparse(SITE_URL).netloc or 'localhost'}/log"
LOG_KEY = _values["RIGHTSPLAN_LOG_KEY"]
VOCABULARY_DIR = Path(_values["RIGHTSPLAN_VOCABULARY"]) if _values["RIGHTSPLAN_VOCABULARY"] else None
PAGE_CACHE = read_switch(_values, "RIGHTSPLAN_PAGE_CACHE")
HTTPS = read_switch(_values, "RIGHTSPLAN_HTTPS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "rightsplan.accounts",
    "rightsplan.bodies",
    "rightsplan.ledger",
    "rightsplan.plans",
    "rightsplan.indicators",
    "rightsplan.site",
]
AUTH_USER_MODEL = "accounts.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database_of(_values["DATABASE_URL"], DATA_DIR)}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "rightsplan.site.middleware.ContentSecurityPolicy",
    "rightsplan.site.middleware.NoNulBytes",
    "rightsplan.site.middleware.PageCache",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "rightsplan.urls"
WSGI_APPLICATION = "rightsplan.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "rightsplan.site.context.common",
            ],
            "builtins": ["django.templatetags.i18n", "rightsplan.site.templatetags.site"],
        },
    }
]

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", _("Arabic")),
    ("en", _("English")),
    ("es", _("Spanish")),
    ("fr", _("French")),
    ("ru", _("Russian")),
    ("zh-hans", _("Chinese")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
