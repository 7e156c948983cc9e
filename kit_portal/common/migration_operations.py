"""Operations for migrations of models with translated columns."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class AddTranslations(Operation):
    """As ``AddField`` for many nullable columns of one model: the languages of its texts.

    After each ``AddField`` Django draws up all related models anew. A text in eleven languages is
    twelve columns, so an update that adds a few texts would take half a minute instead of seconds.
    Only plain nullable columns: SQLite rebuilds the whole table for any other, from the model as
    it was before.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, fields: list[tuple[str, models.Field[Any, Any]]]) -> None:
        if others := [name for name, field in fields if not field.null or field.is_relation]:
            raise ValueError(f"not plain nullable columns: {others}")
        self.model_name = model_name
        self.fields = fields

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # drawn up once, when the next operation asks for it
        for name, field in self.fields:
            state.add_field(app_label, self.model_name.lower(), name, field, preserve_default=True)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        old = from_state.apps.get_model(app_label, self.model_name)
        new = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, new):
            return
        for name, _field in self.fields:
            schema_editor.add_field(old, new._meta.get_field(name))  # type: ignore[arg-type]

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        for name, _field in reversed(self.fields):
            schema_editor.remove_field(model, model._meta.get_field(name))  # type: ignore[arg-type]

    def describe(self) -> str:
        return f"Add {len(self.fields)} translated columns to {self.model_name}"
