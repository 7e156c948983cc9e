"""Papers outside the public media folder, so that only views behind a door hand them out."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, storages
from django.core.validators import FileExtensionValidator
from django.db.models import FileField, Model
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

# What a browser shows or an office program opens, and nothing that runs in the portal's origin.
DOCUMENT_TYPES = ("pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "txt", "jpg", "jpeg", "png")
is_document = FileExtensionValidator(DOCUMENT_TYPES)
MOST_BYTES = 20 * 1024 * 1024


def private_storage() -> Storage:
    return storages["private"]


def unguessable_path(instance: Model, filename: str) -> str:
    """Two papers of the same name never meet, and the path says nothing about the content."""
    ending = PurePath(filename).suffix.lower()
    return f"{instance._meta.app_label}/{instance._meta.model_name}/{uuid4().hex}{ending}"


def validate_size(file: Any) -> None:
    """For what is being uploaded; a stored file passed once and may be missing by now."""
    if not getattr(file, "_committed", False) and file.size > MOST_BYTES:
        raise ValidationError(
            _("The file has %(size)s; %(most)s are possible. Make it smaller or give a link."),
            params={"size": filesizeformat(file.size), "most": filesizeformat(MOST_BYTES)},
        )


class PrivateFieldFile(FieldFile):
    @property
    def url(self) -> str:
        """The address of the view behind the door; the storage's own opens nothing."""
        return str(self.instance.get_absolute_url())  # type: ignore[attr-defined]


class PrivateFileField(FileField):
    """A file whose model has a view that asks the door: its ``get_absolute_url``.

    The database sees a plain FileField, so neither the class nor the size is in a migration.
    """

    attr_class = PrivateFieldFile
    default_validators = [validate_size]

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.FileField", args, options


def ending(file: FieldFile) -> str:
    """Return the type as people call it: “PDF”."""
    return PurePath(file.name or "").suffix.removeprefix(".").upper()


def download(file: FieldFile, *, title: str) -> FileResponse:
    """Saved, never shown: a document must not run in the portal's own origin.

    The caller has asked the door. Raises Http404 where there is no file (any more).
    """
    if not file:
        raise Http404
    name = get_valid_filename(title) + PurePath(file.name or "").suffix
    try:
        return FileResponse(file.open("rb"), as_attachment=True, filename=name)
    except FileNotFoundError as error:
        raise Http404 from error
