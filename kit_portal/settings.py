"""All settings of the portal, read from the environment; what is missing or wrong fails loudly.

Two columns (docs/architecture.md): ``demo`` runs on a laptop without any server, ``production`` on
PostgreSQL, Redis and SMTP. Code, migrations and tests are the same.
"""

import re
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from kit_portal.demo_secret import demo_secret
from kit_portal.languages import ALL_LANGUAGES, RIGHT_TO_LEFT, teach_django_our_languages
from kit_portal.readers import read_imap_url, read_rate
from kit_portal.tracked import TRACKED_MODELS

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.str("PORTAL_VAR", default=str(BASE_DIR / "var"))).resolve()

# --- which of the two columns ---------------------------------------------------------------

PORTAL_MODE = env.str("PORTAL_MODE", default="")
if PORTAL_MODE not in {"demo", "production"}:
    raise ImproperlyConfigured("Set PORTAL_MODE to “demo” or to “production” (see .env.example).")
DEMO = PORTAL_MODE == "demo"
if DEMO:
    for folder in ("broker", "broker-control", "mail", "media", "private"):
        (VAR / folder).mkdir(parents=True, exist_ok=True)

# --- web ------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default=demo_secret(VAR)) if DEMO else env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"]) if DEMO else env.list("ALLOWED_HOSTS")
SITE_URL = (
    env.str("SITE_URL", default="http://localhost:8000") if DEMO else env.str("SITE_URL")
).rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "kit_portal.urls"
WSGI_APPLICATION = "kit_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "modeltranslation",  # before the admin, whose forms it extends
    "kit_portal.common",
    "kit_portal.accounts",
    "directory",
    "measures",
    "roundtable",
    "interpreters",
    "welcome",
    "newsletters",
    "kit_portal.privacy",
    "kit_portal.desk",
    "kit_portal.office_data",
    "kit_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.sitemaps",
    "django_filters",
    "tree_queries",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "auditlog",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "kit_portal.accounts.middleware.StaffSecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it answers for locked-out logins
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "directory.context.office",
            ],
        },
    },
]
FORM_RENDERER = "kit_portal.common.forms.KernRenderer"

# --- data -----------------------------------------------------------------------------------

if DEMO:
    DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}")}
else:
    DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 60  # a new connection costs more than a page's queries
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # Without WAL and IMMEDIATE, one in three concurrent writers fails with “database is locked”.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

REDIS_URL = env.str("REDIS_URL", default="") if DEMO else env.str("REDIS_URL")
if REDIS_URL:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR / "media"))
MEDIA_URL = "/media/"

# --- jobs -----------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 3600}
    if REDIS_URL
    else {
        "data_folder_in": str(VAR / "broker"),
        "data_folder_out": str(VAR / "broker"),
        "control_folder": str(VAR / "broker-control"),
    }
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = bool(REDIS_URL)
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1 if REDIS_URL else 4
CELERY_TASK_TIME_LIMIT = 900  # seconds; the longest is a report of 100 pages
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Europe/Berlin"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")

# --- mail -----------------------------------------------------------------------------------

OUTBOX_FOLDER = VAR / "mail"
if DEMO and "EMAIL_URL" not in env.ENVIRON:
    EMAIL_BACKEND = "kit_portal.common.mail.OutboxFolderBackend"
else:
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = (
    env.str("DEFAULT_FROM_EMAIL", default="portal@example.org")
    if DEMO
    else env.str("DEFAULT_FROM_EMAIL")
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
NEWSLETTER_RATE = read_rate("NEWSLETTER_RATE", env.str("NEWSLETTER_RATE", default=""))
NEWSLETTER_CONNECTIONS = env.int("NEWSLETTER_CONNECTIONS", default=2)
NEWSLETTER_RELAY_LOG = env.str("NEWSLETTER_RELAY_LOG", default="")
NEWSLETTER_JOURNAL = env.str("NEWSLETTER_JOURNAL", default="")
NEWSLETTER_JOURNAL_IMAP = read_imap_url(
    "NEWSLETTER_JOURNAL_IMAP", env.str("NEWSLETTER_JOURNAL_IMAP", default="")
)
# Where undeliverable newsletters come back to, and the mailbox in which they are read.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
BOUNCE_MAILBOX_URL = env.str("BOUNCE_MAILBOX_URL", default="")
if not re.fullmatch(r"([^@\s+]+@[^@\s]+)?", BOUNCE_ADDRESS):
    raise ImproperlyConfigured("BOUNCE_ADDRESS must be a bare address such as bounces@example.org.")
_MAILBOX = r"((imap|pop3)(\+ssl|\+tls|(?=://([^/]*@)?localhost[:/]))://|$)"
if not re.match(_MAILBOX, BOUNCE_MAILBOX_URL):
    raise ImproperlyConfigured(
        "BOUNCE_MAILBOX_URL must begin with imap+ssl://, imap+tls://, pop3+ssl:// or pop3+tls://."
    )
if BOUNCE_MAILBOX_URL and not BOUNCE_ADDRESS:
    raise ImproperlyConfigured("BOUNCE_MAILBOX_URL needs BOUNCE_ADDRESS: whose mailbox is it?")

# --- languages and time ---------------------------------------------------------------------

teach_django_our_languages()
LANGUAGE_CODE = "de"
SITE_LANGUAGES_ALL = ALL_LANGUAGES
_chosen = env.list("SITE_LANGUAGES", default=[code for code, _name in ALL_LANGUAGES])
if unknown := set(_chosen) - {code for code, _name in ALL_LANGUAGES}:
    raise ImproperlyConfigured(f"SITE_LANGUAGES names unknown languages: {sorted(unknown)}")
if "de" not in _chosen:
    raise ImproperlyConfigured("SITE_LANGUAGES must contain “de”: it is the fallback.")
LANGUAGES = [(code, name) for code, name in ALL_LANGUAGES if code in _chosen]
LANGUAGES_BIDI = [*RIGHT_TO_LEFT, "he", "ur", "ckb"]
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_LANGUAGES = tuple(code for code, _name in ALL_LANGUAGES)
MODELTRANSLATION_DEFAULT_LANGUAGE = "de"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("de",)
FORMAT_MODULE_PATH = ["kit_portal.formats"]
USE_TZ = True
TIME_ZONE = "Europe/Berlin"

# --- people ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
ACCOUNT_ADAPTER = "kit_portal.accounts.adapter.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by the office, which knows the address
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": False}  # axes counts these, across processes
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=not DEMO)
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "kit_portal.accounts.adapter.name_of_attempt"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
# Behind the city's proxy the client's address is in X-Forwarded-For.
AXES_IPWARE_PROXY_COUNT = env.int("PROXY_COUNT", default=0 if DEMO else 1)

# --- security -------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Django's admin draws its icons as data:
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "kit_portal.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
if not DEMO:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

# --- static files ---------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.str(
    "STATIC_ROOT", default=str(VAR / "static" if DEMO else BASE_DIR / "staticfiles")
)
STATICFILES_DIRS = [BASE_DIR / "kit_portal" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What only some may see is no URL's business: views open these files after their own door.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env.str("PRIVATE_ROOT", default=str(VAR / "private"))},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- open data ------------------------------------------------------------------------------

# Whoever delivers data to GovData.de is given this name there (DCAT-AP.de, contributorID).
OPEN_DATA_CONTRIBUTOR_ID = env.str("OPEN_DATA_CONTRIBUTOR_ID", default="")

# --- logs -----------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"fontTools": {"level": "WARNING"}, "weasyprint": {"level": "ERROR"}},
}

# What staff edit is logged with the changed fields, by whom and when.
AUDITLOG_INCLUDE_TRACKING_MODELS = TRACKED_MODELS
AUDITLOG_DISABLE_REMOTE_ADDR = True
