from typing import Any

from django.core.management.base import BaseCommand

from kit_portal.accounts.roles import sync_roles


class Command(BaseCommand):
    help = "Create or refresh the roles (groups) and their permissions."

    def handle(self, **options: Any) -> None:
        groups = sync_roles()
        self.stdout.write(f"{len(groups)} roles are up to date.")
