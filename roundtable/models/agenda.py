"""The agenda of a meeting: a public part (Ö) and a non-public one (N), with papers."""

from __future__ import annotations

from pathlib import PurePath
from types import SimpleNamespace
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname

from kit_portal.common.models import Timestamped, Viewer
from kit_portal.common.private_files import is_document, private_storage, unguessable_path
from roundtable.models.bodies import Body
from roundtable.models.door import may_view_all
from roundtable.models.meetings import Meeting


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, user: Viewer) -> Self:
        """The door to whole items: outsiders get none of the non-public part.

        What outsiders may know of that part are the titles of ``announcements``, which come
        without the items, so that no page or search can show more by mistake.
        """
        if may_view_all(user, self.model):
            return self.all()
        return self.filter(meeting__in=Meeting.objects.visible_to(user)).filter(
            Q(part=AgendaItem.Part.PUBLIC) | Q(meeting__body__in=Body.objects.with_member(user))
        )

    def announcements(self) -> list[SimpleNamespace]:
        """The neutral titles of the non-public part, in order; items without one are left out.

        Each has ``public_title_de`` and the other languages, and nothing else, not even the
        number: a gap in the numbers would tell of an item that nobody is to know of.
        """
        columns = [
            build_localized_fieldname("public_title", code)
            for code in settings.MODELTRANSLATION_LANGUAGES
        ]
        german = build_localized_fieldname("public_title", settings.LANGUAGE_CODE)
        items = self.non_public().filter(**{f"{german}__gt": ""})
        rows = items.order_by("meeting", "order").values(*columns)
        return [SimpleNamespace(**row) for row in rows]

    def non_public(self) -> Self:
        return self.filter(part=AgendaItem.Part.NON_PUBLIC)

    def in_order(self) -> Self:
        """As on paper: the public part first."""
        return self.order_by("-part", "order")


class AgendaItem(Timestamped):
    class Part(models.TextChoices):
        PUBLIC = "public", _("Public part (Ö)")
        NON_PUBLIC = "non_public", _("Non-public part (N)")

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("meeting"), on_delete=models.CASCADE, related_name="agenda_items"
    )
    part = models.CharField(_("part"), max_length=12, choices=Part.choices, default=Part.PUBLIC)
    order = models.PositiveSmallIntegerField(_("position"))

    title = models.CharField(_("title"), max_length=240)
    public_title = models.CharField(
        _("neutral title"),
        max_length=240,
        blank=True,
        help_text=_(
            "Only for the non-public part: what outsiders may read. Empty: they learn nothing."
        ),
    )
    text = models.TextField(_("text"), blank=True, help_text=_("Markdown."))
    duration = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    presenter = models.CharField(
        _("presented by"),
        max_length=160,
        blank=True,
        help_text=_("A role or an organisation; a person only with their consent."),
    )
    result = models.TextField(_("result"), blank=True)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ("meeting", "-part", "order")
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "part", "order"),
                name="roundtable_agenda_position_once",
                violation_error_message=_("This position of the agenda is taken."),
            ),
            models.CheckConstraint(
                condition=Q(order__gte=1),
                name="roundtable_agenda_begins_with_one",
                violation_error_message=_("The agenda begins with position 1."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting.starts_at:%Y-%m-%d} {self.number} {self.title}"

    @property
    def number(self) -> str:
        """“Ö 1”, “N 2”: letters of German municipal practice, the same in every language."""
        return f"{'Ö' if self.is_open_to_all else 'N'} {self.order}"

    @property
    def is_open_to_all(self) -> bool:
        return self.part == self.Part.PUBLIC


class AgendaDocumentQuerySet(models.QuerySet["AgendaDocument"]):
    def visible_to(self, user: Viewer) -> Self:
        """The door: a paper of a non-public item is never public, whatever its own mark says."""
        if may_view_all(user, self.model):
            return self.all()
        return self.filter(agenda_item__in=AgendaItem.objects.visible_to(user)).filter(
            Q(is_public=True, agenda_item__part=AgendaItem.Part.PUBLIC)
            | Q(agenda_item__meeting__body__in=Body.objects.with_member(user))
        )


class AgendaDocument(Timestamped):
    agenda_item = models.ForeignKey(
        AgendaItem,
        verbose_name=_("agenda item"),
        on_delete=models.CASCADE,
        related_name="documents",
    )
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(
        _("file"), storage=private_storage, upload_to=unguessable_path, validators=[is_document]
    )
    is_public = models.BooleanField(
        _("public document"),
        default=False,
        help_text=_("Off: only members of the body and staff can open it."),
    )

    objects = AgendaDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("agenda_item", "pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("roundtable:document", args=[self.pk])

    def clean(self) -> None:
        if self.is_public and self.agenda_item_id and not self.agenda_item.is_open_to_all:
            raise ValidationError(
                {"is_public": _("A document of a non-public item cannot be public.")}
            )

    @property
    def kind(self) -> str:
        """“PDF”, “DOCX”: the file's ending, as people name it."""
        return PurePath(self.file.name or "").suffix.lstrip(".").upper()
