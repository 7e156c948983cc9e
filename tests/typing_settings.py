"""What mypy's plugin sees: without modeltranslation, whose patched managers it cannot name."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

# The admins are not discovered either: those of translated models need modeltranslation.
OTHERS = {"kit_portal.apps.PortalAdminConfig": "django.contrib.admin.apps.SimpleAdminConfig"}
INSTALLED_APPS = [OTHERS.get(app, app) for app in INSTALLED_APPS if app != "modeltranslation"]
