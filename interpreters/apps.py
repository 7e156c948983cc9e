from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InterpretersConfig(AppConfig):
    name = "interpreters"
    verbose_name = _("Interpreters and partnerships")

    def ready(self) -> None:
        from interpreters import indicators  # noqa: PLC0415  app ready
        from measures.indicator_sources import register  # noqa: PLC0415  app ready

        register("interpreters.missions", _("Interpreting missions"), indicators.missions_in)
        register("interpreters.guide_missions", _("Guide missions"), indicators.guide_missions_in)
        register(
            "interpreters.partnerships", _("Language partnerships"), indicators.partnerships_in
        )
        register(
            "interpreters.interpreters", _("Volunteer interpreters"), indicators.interpreters_in
        )
