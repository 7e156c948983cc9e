"""Papers outside the public media folder, so that only views behind a door hand them out."""

from __future__ import annotations

from pathlib import PurePath
from uuid import uuid4

from django.core.files.storage import Storage, storages
from django.core.validators import FileExtensionValidator
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.utils.text import get_valid_filename

# What a browser shows or an office program opens, and nothing that runs in the portal's origin.
DOCUMENT_TYPES = ("pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "txt", "jpg", "jpeg", "png")
is_document = FileExtensionValidator(DOCUMENT_TYPES)


def private_storage() -> Storage:
    return storages["private"]


def unguessable_path(instance: Model, filename: str) -> str:
    """Two papers of the same name never meet, and the path says nothing about the content."""
    ending = PurePath(filename).suffix.lower()
    return f"{instance._meta.app_label}/{instance._meta.model_name}/{uuid4().hex}{ending}"


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
