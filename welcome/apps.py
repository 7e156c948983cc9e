from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WelcomeConfig(AppConfig):
    name = "welcome"
    verbose_name = _("Welcome site")

    def ready(self) -> None:
        from measures.indicator_sources import register  # noqa: PLC0415  app ready
        from welcome import indicators  # noqa: PLC0415  app ready

        register("welcome.events", _("Events"), indicators.events_in, indicators.events_on)
