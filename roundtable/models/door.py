"""Who may read without asking further: the common ground of every ``visible_to`` of this app."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from kit_portal.common.models import Viewer


def may_view_all(user: Viewer, model: type[Model]) -> bool:
    """Staff with the view permission of ``model``; a permission on one model opens no other."""
    return user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")


def account_of(user: Viewer) -> Any:
    """Return the key of an account in use, or None. Never filter by None: it matches “nobody”."""
    return getattr(user, "pk", None) if user.is_authenticated and user.is_active else None
