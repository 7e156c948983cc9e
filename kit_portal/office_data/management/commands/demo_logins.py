from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from directory.models import Office
from kit_portal.accounts.load import DEMO_PASSWORD
from kit_portal.accounts.models import User
from kit_portal.accounts.roles import ROLES
from measures.models import Evaluation
from newsletters.models import Subscriber

GERMAN = "de"


class Command(BaseCommand):
    help = "Print the demo's address, its logins and three things to try."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="http://localhost:8000/")

    def handle(self, *, url: str, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only the demo has logins that everybody knows.")
        with override(GERMAN):
            self.stdout.write(_welcome(url.rstrip("/")))


def _welcome(url: str) -> str:
    people = [(gettext(str(role.label)), _first_login(role.name)) for role in ROLES]
    width = max(len(label) for label, _user in people)
    latest = Evaluation.objects.aggregate(year=Max("year"))["year"]
    year = latest or timezone.localdate().year
    readers = Subscriber.objects.active().count()
    return "\n".join(
        [
            "",
            f"{Office.objects.current()}: {url}/",
            "",
            f"Anmelden: {url}{reverse('account_login')}",
            f"Passwort für alle: {DEMO_PASSWORD}",
            "",
            *(f"  {label:<{width}}  {user.email}" for label, user in people if user),
            "",
            "Zum Ausprobieren:",
            f"  1. Auf Arabisch ansehen, wie man in der Stadt ankommt: {url}/ar/",
            f"  2. Als Leitung den Umsetzungsbericht {year} als PDF erzeugen:",
            f"     {url}{reverse('measures:report_desk')}",
            f"  3. Die Newsletter-Ausgabe der Woche prüfen und an {readers} Adressen senden:",
            f"     {url}{reverse('newsletters:desk')}",
            "",
        ]
    )


def _first_login(role: str) -> User | None:
    return User.objects.filter(groups__name=role, is_active=True).order_by("pk").first()
