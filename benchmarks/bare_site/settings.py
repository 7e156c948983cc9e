"""The production-like settings of the page benchmark: the portal plus one bare view."""

from kit_portal.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare_site.urls"
LOGGING = {}  # type: ignore[var-annotated]
