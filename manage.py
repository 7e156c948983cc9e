#!/usr/bin/env python3
"""Django's door to the portal."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kit_portal.settings")
    # Only this door has a default: a served process without PORTAL_MODE must fail loudly.
    os.environ.setdefault("PORTAL_MODE", "demo")
    execute_from_command_line(sys.argv)
