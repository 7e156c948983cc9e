"""Where papers lie: outside the public media folder, so only views behind a door hand them out."""

from __future__ import annotations

from pathlib import PurePath
from uuid import uuid4

from django.core.files.storage import Storage, storages
from django.core.validators import FileExtensionValidator
from django.db.models import Model

# What a browser shows or an office program opens, and nothing that runs in the portal's origin.
DOCUMENT_TYPES = ("pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "txt", "jpg", "jpeg", "png")
is_document = FileExtensionValidator(DOCUMENT_TYPES)


def private_storage() -> Storage:
    return storages["private"]


def unguessable_path(instance: Model, filename: str) -> str:
    """Two papers of the same name never meet, and the path says nothing about the content."""
    ending = PurePath(filename).suffix.lower()
    return f"roundtable/{instance._meta.model_name}/{uuid4().hex}{ending}"
