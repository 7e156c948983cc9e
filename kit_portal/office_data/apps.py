from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeDataConfig(AppConfig):
    name = "kit_portal.office_data"
    label = "office_data"
    verbose_name = _("Office data")
