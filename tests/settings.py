"""The portal's settings with what makes tests fast and repeatable."""

import os
import tempfile

os.environ.setdefault("PORTAL_MODE", "demo")
os.environ["PORTAL_VAR"] = tempfile.mkdtemp(prefix="portal-test-")

from kit_portal.settings import *  # noqa: F403  after the environment is set
from kit_portal.settings import DATABASES, STATIC_ROOT, STORAGES

os.makedirs(STATIC_ROOT, exist_ok=True)
SECRET_KEY = "tests"
SITE_URL = "https://portal.example.org"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_BROKER_URL = os.environ.get("TEST_BROKER_URL", "memory://")
CELERY_TASK_ALWAYS_EAGER = "TEST_BROKER_URL" not in os.environ
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
LOGGING = {}  # type: ignore[var-annotated]
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # A file, not memory: tests with threads open several connections.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(os.environ["PORTAL_VAR"], "test.sqlite3")}
