from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewslettersConfig(AppConfig):
    name = "newsletters"
    verbose_name = _("Newsletters")

    def ready(self) -> None:
        from measures.indicator_sources import register  # noqa: PLC0415  app ready
        from newsletters.recipients import recipients_in, recipients_on  # noqa: PLC0415  app ready
        from newsletters.statistics import issues_in  # noqa: PLC0415  app ready

        register(
            "newsletter_recipients",
            _("Recipients of the newsletters"),
            recipients_in,
            recipients_on,
        )
        register("newsletter_issues", _("Newsletter issues sent"), issues_in)
