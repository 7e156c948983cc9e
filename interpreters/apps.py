from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InterpretersConfig(AppConfig):
    name = "interpreters"
    verbose_name = _("Interpreters and partnerships")

    def ready(self) -> None:
        from interpreters import indicators  # noqa: PLC0415  app ready
        from measures.indicator_sources import register  # noqa: PLC0415  app ready

        for name, label in (
            ("missions", _("Interpreting missions")),
            ("missions_so_far", _("Interpreting missions, all so far")),
            ("guide_missions", _("Guide missions")),
            ("guide_missions_so_far", _("Guide missions, all so far")),
            ("partnerships", _("Language partnerships")),
            ("partnerships_so_far", _("Language partnerships, all so far")),
            ("interpreters", _("Volunteer interpreters")),
        ):
            register(
                f"interpreters.{name}",
                label,
                getattr(indicators, f"{name}_in"),
                getattr(indicators, f"{name}_on"),
            )
