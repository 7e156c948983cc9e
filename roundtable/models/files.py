"""Where the first migration looks for them; they live in the common rooms now."""

from kit_portal.common.private_files import is_document, private_storage, unguessable_path

__all__ = ["is_document", "private_storage", "unguessable_path"]
