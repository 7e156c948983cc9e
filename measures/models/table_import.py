"""One file on its way in: looked at first, written only when somebody has seen what it would do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit_portal.common.models import Viewer
from kit_portal.common.private_files import private_storage, unguessable_path

# The file and what stands in it are kept no longer: concepts have the data, the log the changes.
KEPT = timedelta(days=1)
# Nobody took the job: no worker runs, or its message was lost.
UNTOUCHED = timedelta(minutes=10)


class TableImportQuerySet(models.QuerySet["TableImport"]):
    def visible_to(self, user: Viewer) -> Self:
        """The door: whoever may enter measures sees what was imported, nobody else."""
        return self.all() if user.has_perm("measures.add_measure") else self.none()

    def without_result(self) -> Self:
        return self.defer("result")

    def waiting(self, *, now: datetime) -> Self:
        """Work that a lost message has left lying."""
        open_states = (TableImport.State.WAITING, TableImport.State.CONFIRMED)
        return self.filter(state__in=open_states, touched_at__lt=now - UNTOUCHED)

    def outdated(self, *, now: datetime) -> Self:
        return self.filter(requested_at__lt=now - KEPT).exclude(
            state=TableImport.State.DONE, file=""
        )


class TableImport(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("being checked")
        CHECKED = "checked", _("checked")
        CONFIRMED = "confirmed", _("being written")
        DONE = "done", _("imported")
        FAILED = "failed", _("failed")

    file_name = models.CharField(_("file name"), max_length=200)
    file = models.FileField(
        _("file"), upload_to=unguessable_path, storage=private_storage, blank=True
    )
    table = models.CharField(_("table"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=12, default=settings.LANGUAGE_CODE)

    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    progress = models.PositiveSmallIntegerField(_("progress in percent"), default=0)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    counts = models.JSONField(_("counts"), default=dict)
    result = models.JSONField(_("result"), default=list)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    is_renewed = models.BooleanField(
        _("checked anew"), default=False, help_text=_("Data had changed since the first check.")
    )
    error = models.TextField(_("message of the machine"), blank=True)

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    requested_at = models.DateTimeField(_("requested at"))
    touched_at = models.DateTimeField(_("last sign of life"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = TableImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a table")
        verbose_name_plural = _("imports of tables")
        ordering = ("-requested_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state="done") | ~Q(file=""),
                name="measures_import_has_file",
                violation_error_message=_("An import needs its file until it is done."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_state_display()})"

    @property
    def is_working(self) -> bool:
        return self.state in (self.State.WAITING, self.State.CONFIRMED)

    @property
    def to_write(self) -> int:
        """How many rows are new or changed."""
        return int(self.counts.get("new", 0)) + int(self.counts.get("changed", 0))

    @property
    def faulty(self) -> int:
        return int(self.counts.get("faulty", 0))

    @property
    def can_be_confirmed(self) -> bool:
        return bool(self.state == self.State.CHECKED and self.to_write and not self.faulty)

    def confirm(self, fingerprint: str, *, now: datetime) -> bool:
        """Have the seen plan written; False where it is no longer the one that was seen."""
        return self.can_be_confirmed and self._move(
            {"state": self.State.CHECKED, "fingerprint": fingerprint},
            state=self.State.CONFIRMED,
            touched_at=now,
        )

    def advance(self, progress: int, *, now: datetime) -> None:
        self._move({"state": self.State.WAITING}, progress=progress, touched_at=now)

    def forget(self) -> None:
        """Erase the file and what stood in it; of an import that is done the counts remain."""
        self.file.delete(save=False)
        if self.state == self.State.DONE:
            type(self).objects.filter(pk=self.pk).update(file="", result=[])
        else:
            self.delete()

    def _move(self, before: dict[str, Any], **values: Any) -> bool:
        """Change the row only if it still is as ``before``: one statement, no race."""
        if moved := bool(type(self).objects.filter(pk=self.pk, **before).update(**values)):
            for name, value in values.items():
                setattr(self, name, value)
        return moved
