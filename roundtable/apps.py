from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoundtableConfig(AppConfig):
    name = "roundtable"
    verbose_name = _("Round table")

    def ready(self) -> None:
        from measures.indicator_sources import register  # noqa: PLC0415  app ready
        from roundtable import indicators  # noqa: PLC0415  app ready

        register(
            "roundtable.members",
            _("Members of the round table"),
            indicators.members_in,
            indicators.members_on,
        )
