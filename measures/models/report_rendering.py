"""One rendering of an implementation report, from the wish for it to the finished file."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kit_portal.common.private_files import private_storage
from measures.models.report import ImplementationReport

# A living worker speaks with every page it lays out, so this much silence means it is gone.
SILENCE = timedelta(minutes=4)
# Nobody took the job: no worker runs, or its message was lost.
UNTOUCHED = timedelta(minutes=10)


class ReportRenderingQuerySet(models.QuerySet["ReportRendering"]):
    def open(self) -> Self:
        return self.filter(state__in=ReportRendering.OPEN)

    def ready(self) -> Self:
        return self.filter(state=ReportRendering.State.READY)

    def in_language(self, language: str) -> Self:
        return self.filter(language=language)

    def latest_runs(self) -> Self:
        """Of every report and language the rendering asked for last."""
        newer = self.model._default_manager.filter(
            report=OuterRef("report"),
            language=OuterRef("language"),
            pk__gt=OuterRef("pk"),
        )
        return self.filter(~Exists(newer))

    def broken(self, *, now: datetime) -> Self:
        """Renderings that nobody will bring to an end, unless a newer one replaced them."""
        return self.latest_runs().filter(
            Q(state=ReportRendering.State.FAILED)
            | Q(state=ReportRendering.State.RENDERING, touched_at__lt=now - SILENCE)
            | Q(state=ReportRendering.State.REQUESTED, touched_at__lt=now - UNTOUCHED)
        )


class ReportRendering(models.Model):
    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        RENDERING = "rendering", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    OPEN = (State.REQUESTED, State.RENDERING)

    class Stage(models.TextChoices):
        WAITING = "waiting", _("waiting for its turn")
        COLLECTING = "collecting", _("collecting the evaluations")
        LAYOUT = "layout", _("setting the pages")
        WRITING = "writing", _("writing the file")
        DONE = "done", _("done")

    class Failure(models.TextChoices):
        LIBRARIES = "libraries", _("The machine lacks the text libraries that PDFs need.")
        STOPPED = "stopped", _("The work was interrupted.")
        MISTAKE = "mistake", _("Something unforeseen went wrong.")

    REMEDIES: dict[str, str | Promise] = {
        Failure.LIBRARIES: _("Ask an administrator to install them, then make the report again."),
        Failure.STOPPED: _("Make the report again."),
        Failure.MISTAKE: _(
            "Make the report again. If that fails too, send the message below to an administrator."
        ),
    }

    report = models.ForeignKey(
        ImplementationReport,
        verbose_name=_("implementation report"),
        on_delete=models.CASCADE,
        related_name="renderings",
    )
    language = models.CharField(_("language"), max_length=12, default=settings.LANGUAGE_CODE)

    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.REQUESTED
    )
    stage = models.CharField(
        _("stage"), max_length=10, choices=Stage.choices, default=Stage.WAITING
    )
    progress = models.PositiveSmallIntegerField(
        _("progress in percent"), default=0, validators=[MaxValueValidator(100)]
    )
    failure = models.CharField(_("failure"), max_length=10, choices=Failure.choices, blank=True)
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
    file = models.FileField(
        _("file"), upload_to="reports/", storage=private_storage, blank=True, max_length=200
    )

    objects = ReportRenderingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rendering of a report")
        verbose_name_plural = _("renderings of reports")
        ordering = ("-requested_at", "-pk")
        constraints = (
            # Two clicks make one report: the second finds the first one still open.
            models.UniqueConstraint(
                fields=("report", "language"),
                condition=Q(state__in=("requested", "rendering")),
                name="measures_one_open_rendering",
                violation_error_message=_("This report is being made already."),
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | ~Q(file=""),
                name="measures_ready_report_has_file",
                violation_error_message=_("A report is ready only with its file."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.report} ({self.get_state_display()})"

    def get_language_name(self) -> str:
        return str(dict(settings.SITE_LANGUAGES_ALL)[self.language])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def is_stale(self, *, now: datetime) -> bool:
        """Whether it is open, yet nobody works on it any more."""
        patience = SILENCE if self.state == self.State.RENDERING else UNTOUCHED
        return self.is_open and now - self.touched_at > patience

    def claim(self, *, now: datetime) -> bool:
        """Take a requested report to work on; False where somebody else has it or is done."""
        State = self.State  # noqa: N806  a class
        return self._move(State.REQUESTED, state=State.RENDERING, progress=1, touched_at=now)

    def advance(self, stage: str, progress: int, *, now: datetime) -> bool:
        """Note progress; False when it was given up meanwhile and work may stop."""
        return self._move(
            self.State.RENDERING, stage=stage, progress=min(progress, 99), touched_at=now
        )

    def finish(self, file_name: str, *, now: datetime) -> bool:
        """Make the stored file the result; False when it was given up meanwhile."""
        return self._move(
            self.State.RENDERING,
            state=self.State.READY,
            stage=self.Stage.DONE,
            progress=100,
            file=file_name,
            touched_at=now,
            finished_at=now,
        )

    def fail(self, failure: str, *, error: str = "", now: datetime) -> bool:
        return self._move(
            *self.OPEN,
            state=self.State.FAILED,
            failure=failure,
            error=error,
            touched_at=now,
            finished_at=now,
        )

    def _move(self, *from_states: str, **values: Any) -> bool:
        """Change the row only if it is still in one of ``from_states``: one statement, no race."""
        rows = type(self).objects.filter(pk=self.pk, state__in=from_states)
        if moved := bool(rows.update(**values)):
            for name, value in values.items():
                setattr(self, name, value)
        return moved
