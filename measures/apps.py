from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    name = "measures"
    verbose_name = _("Concept and measures")

    def ready(self) -> None:
        from measures.frozen_rows import guard_after_migrate  # noqa: PLC0415  app ready

        post_migrate.connect(guard_after_migrate, sender=self)
