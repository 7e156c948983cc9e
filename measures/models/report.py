"""The yearly implementation report: a draft that is submitted, adopted, and then frozen."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from kit_portal.common.locales import SiteLanguage
from kit_portal.common.models import Timestamped, Viewer
from kit_portal.common.private_files import private_storage, unguessable_path
from kit_portal.common.tokens import HASH_LENGTH
from measures.models.concept import YEARS, Concept

# The parts of a report in their order. A draft may leave out all but the measures.
SECTIONS = {
    "foreword": _("Foreword"),
    "summary": _("Summary"),
    "comparison": _("Comparison with the year before"),
    "measures": _("Measures by action field"),
    "indicators": _("Indicators of the concept"),
    "check_up": _("Check Up: gaps and answers"),
    "funding": _("Funding horizon"),
    "participants": _("Participants and their measures"),
}


def all_sections() -> list[str]:
    return list(SECTIONS)


class FrozenError(ValidationError):
    """Somebody wants to change what an adopted report has frozen. The message says what to do."""


def year_is_frozen(year: int) -> FrozenError:
    return FrozenError(
        gettext(
            "The report on %(year)s is adopted, so the evaluations of that year are frozen. To "
            "change one, begin a correction of the report first."
        )
        % {"year": year},
        code="frozen",
    )


def report_is_frozen() -> FrozenError:
    return FrozenError(
        gettext("An adopted report cannot be changed or deleted. Begin a correction instead."),
        code="frozen",
    )


class ImplementationReportQuerySet(models.QuerySet["ImplementationReport"]):
    def adopted(self) -> Self:
        return self.filter(state=ImplementationReport.State.ADOPTED)

    def being_written(self) -> Self:
        return self.exclude(state=ImplementationReport.State.ADOPTED)

    def of(self, concept: Concept | int, year: int) -> Self:
        return self.filter(concept=concept, year=year)

    def at(self, slug: str, year: int) -> Self:
        """The versions that share an address, newest first."""
        return self.filter(concept_slug=slug, year=year).order_by("-version")

    def visible_to(self, user: Viewer) -> Self:
        """The door: adopted reports are public, drafts are for staff who may see reports."""
        if user.has_perm("measures.view_implementationreport"):
            return self.all()
        return self.adopted()

    def newest_first(self) -> Self:
        return self.order_by("-year", "concept_slug", "-version")

    def without_snapshots(self) -> Self:
        """For lists: a snapshot weighs megabytes."""
        return self.defer("snapshot")

    def locks(self, concept: Concept | int, year: int) -> bool:
        """Whether what was said about ``concept`` in ``year`` is frozen.

        It is while a version is adopted and nobody writes a correction.
        """
        states = set(self.of(concept, year).values_list("state", flat=True))
        return states == {ImplementationReport.State.ADOPTED}

    def hold(self, concept: Concept | int) -> None:
        """Wait for whoever adopts or evaluates in ``concept``, then keep others waiting.

        Inside a transaction. The concept's row is the lock, because it is there before any report
        is; on SQLite the transaction itself keeps other writers out.
        """
        key = concept.pk if isinstance(concept, Concept) else concept
        list(Concept.objects.select_for_update(no_key=True).filter(pk=key).values_list("pk"))

    def update(self, **values: Any) -> int:
        self._refuse_adopted()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_adopted()
        return super().delete()

    def _refuse_adopted(self) -> None:
        if self.adopted().exists():
            raise report_is_frozen()


class ImplementationReport(Timestamped):
    """One version of the report on one concept and year.

    Adoption freezes it: ``snapshot`` is a self-contained JSON text, ``snapshot_sha256`` its hash
    over the UTF-8 bytes, and ``files`` are kept as they were made. A correction is a new version
    beside the old one. Triggers of the database say the same (``measures.frozen_rows``).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        ADOPTED = "adopted", _("adopted")

    concept = models.ForeignKey(
        Concept, verbose_name=_("concept"), on_delete=models.PROTECT, related_name="reports"
    )
    concept_slug = models.SlugField(_("short address"), max_length=40, editable=False)
    year = models.PositiveSmallIntegerField(_("year"), validators=YEARS)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    correction_reason = models.TextField(
        _("reason for the correction"),
        blank=True,
        help_text=_("It is printed on the cover and shown on the report's page."),
    )

    sections = models.JSONField(_("contents"), default=all_sections, blank=True)
    foreword = models.TextField(_("foreword"), blank=True, help_text=_("Markdown is possible."))

    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.DRAFT, editable=False
    )
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True, editable=False)
    adopted_by = models.CharField(
        _("adopted by"),
        max_length=120,
        blank=True,
        help_text=_("The body, for example the council."),
    )
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    resolution_number = models.CharField(_("resolution number"), max_length=60, blank=True)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True, editable=False)
    # A name and not an account: whatever becomes of the account, this row never changes.
    frozen_by = models.CharField(_("frozen by"), max_length=200, blank=True, editable=False)
    titles = models.JSONField(default=dict, editable=False)  # of the concept, by language
    snapshot = models.TextField(blank=True, editable=False)
    snapshot_sha256 = models.CharField(max_length=HASH_LENGTH, blank=True, editable=False)

    objects = ImplementationReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("implementation report")
        verbose_name_plural = _("implementation reports")
        ordering = ("-year", "concept_slug", "-version")
        permissions = (("adopt_implementationreport", _("Can adopt an implementation report")),)
        constraints = (
            models.UniqueConstraint(
                fields=("concept", "year", "version"),
                name="measures_report_version_once",
                violation_error_message=_("There is this version of the report already."),
            ),
            models.UniqueConstraint(
                fields=("concept_slug", "year", "version"),
                name="measures_report_address_once",
                violation_error_message=_("Another concept's report has this address already."),
            ),
            models.UniqueConstraint(
                fields=("concept", "year"),
                condition=~Q(state="adopted"),
                name="measures_one_report_being_written",
                violation_error_message=_("A report for this year is being written already."),
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(correction_reason=""),
                name="measures_correction_has_reason",
                violation_error_message=_("Say why the report is corrected."),
            ),
            models.CheckConstraint(
                condition=~Q(state="adopted")
                | (
                    Q(adopted_on__isnull=False, frozen_at__isnull=False)
                    & ~Q(adopted_by="")
                    & ~Q(resolution_number="")
                    & ~Q(snapshot="")
                    & ~Q(snapshot_sha256="")
                ),
                name="measures_adopted_report_is_frozen",
                violation_error_message=_(
                    "An adopted report needs the resolution's number and date and is frozen."
                ),
            ),
        )

    def __str__(self) -> str:
        name = f"{self.concept_slug} {self.year}"
        return f"{name} ({self.version})" if self.version > 1 else name

    def get_absolute_url(self) -> str:
        return reverse("measures:report_version", args=(self.concept_slug, self.year, self.version))

    def save(self, **options: Any) -> None:  # type: ignore[override]
        # Touched against the house's habit: no form, admin page or command may write over it.
        self._refuse_if_stored_as_adopted()
        super().save(**options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        self._refuse_if_stored_as_adopted()
        return super().delete(*args, **options)

    def _refuse_if_stored_as_adopted(self) -> None:
        if self.pk and type(self).objects.adopted().filter(pk=self.pk).exists():
            raise report_is_frozen()

    @property
    def title(self) -> str:
        """The concept's title in the reader's language: an adopted report keeps the one it had."""
        if not self.titles:
            return self.concept.title
        here, german = get_language() or settings.LANGUAGE_CODE, settings.LANGUAGE_CODE
        return str(self.titles.get(here) or self.titles[german])

    @property
    def is_adopted(self) -> bool:
        return self.state == self.State.ADOPTED

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_correction(self) -> bool:
        return self.version > 1

    @property
    def anchor(self) -> str:
        return f"report-{self.concept_slug}-{self.year}"


class ReportFile(models.Model):
    """A file of an adopted report, kept as it was made: tagged PDFs are never the same twice."""

    report = models.ForeignKey(
        ImplementationReport,
        verbose_name=_("implementation report"),
        on_delete=models.PROTECT,
        related_name="files",
    )
    language = models.CharField(_("language"), max_length=12)
    file = models.FileField(
        _("file"), upload_to=unguessable_path, storage=private_storage, max_length=200
    )
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=HASH_LENGTH)

    class Meta:
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")
        ordering = ("report", "language")
        constraints = (
            models.UniqueConstraint(
                fields=("report", "language"), name="measures_report_file_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.report} {self.language}"

    @property
    def site_language(self) -> SiteLanguage:
        return SiteLanguage(self.language, str(dict(settings.SITE_LANGUAGES_ALL)[self.language]))


class ShortVersion(Timestamped):
    """The report on one page, in one language; easy German is a language.

    ``source_sha256`` is the hash of the German text it was made from: where the German has
    changed since, it is outdated.
    """

    report = models.ForeignKey(
        ImplementationReport,
        verbose_name=_("implementation report"),
        on_delete=models.CASCADE,
        related_name="short_versions",
    )
    language = models.CharField(_("language"), max_length=12)
    text = models.TextField(_("text"), help_text=_("Markdown is possible."))
    source_sha256 = models.CharField(max_length=HASH_LENGTH, editable=False)

    class Meta:
        verbose_name = _("short version")
        verbose_name_plural = _("short versions")
        ordering = ("report", "language")
        constraints = (
            models.UniqueConstraint(
                fields=("report", "language"),
                name="measures_short_version_once",
                violation_error_message=_("There is a short version in this language already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.report} {self.language}"


def refuse_frozen_year(concept: Concept | int, year: int) -> None:
    """Raise FrozenError where the year is frozen; else keep it open until the transaction ends.

    Inside a transaction, before the change.
    """
    ImplementationReport.objects.hold(concept)
    if ImplementationReport.objects.locks(concept, year):
        raise year_is_frozen(year)
