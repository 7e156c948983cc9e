"""The counter behind reference numbers such as E-2026-0001."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReferenceYear(models.Model):
    """The last number given in a year; ``interpreters.reference`` counts it up under a lock."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("reference counter")
        verbose_name_plural = _("reference counters")

    def __str__(self) -> str:
        return f"{self.year}: {self.last_number}"
