"""What mypy's plugin sees: without modeltranslation, whose patched managers it cannot name."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "modeltranslation"]
