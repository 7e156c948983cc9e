"""No silent loss when two people edit one thing in the admin.

The change page carries, in a hidden field, a digest of each value that the writer began with, the
rows of its inlines included. On saving, the thing is locked and compared: what somebody else saved
meanwhile is shown field by field, nothing is saved and everything typed is kept, until the writer
says that their own entries shall stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from auditlog.models import LogEntry
from django import forms
from django.contrib.admin.utils import display_for_field
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db import connections, models, router
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

SEEN = "_seen"
OVERWRITE = "_overwrite"
BEGUN = "begun"  # when the writer opened the page: the one key that names no value
LONGEST_SHOWN = 600

State = dict[str, str]


@dataclass(frozen=True)
class Difference:
    """One value that somebody else changed: what it is now, and what the writer has in the form.

    ``field`` is empty for a whole row that was added or removed; then ``now`` says which.
    """

    where: str
    field: str
    now: Any
    yours: Any
    who: str = ""
    when: datetime | None = None


@dataclass(frozen=True)
class Conflict:
    """``token`` stands for the state that is shown; whoever overwrites it has seen it."""

    token: str
    differences: Sequence[Difference] = field(default_factory=list)


class KeepsOthersEdits:
    """For a ModelAdmin, before it in the order of bases. A page without the field is not checked:
    a browser always sends it.
    """

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        found = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        if found is None or request.method != "POST" or not _locks_rows(type(found)):
            return found  # SQLite: the transaction of a POST began by locking the database
        list(type(found)._base_manager.select_for_update().filter(pk=found.pk).values_list("pk"))
        return super().get_object(request, object_id, from_field)  # type: ignore[misc]

    def get_form(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        form = super().get_form(request, obj, **options)  # type: ignore[misc]
        if obj is None or request.method != "POST" or SEEN not in request.POST:
            return form
        return type(form.__name__, (_ComparingForm, form), {"request": request})

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        if change and request.method == "POST" and _locks_rows(type(obj)):
            for formset, _inline in self.get_formsets_with_inlines(request, obj):  # type: ignore[attr-defined]
                rows = formset.model._base_manager.select_for_update()
                list(rows.filter(**{formset.fk.name: obj}).values_list("pk"))
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        if request.method == "POST" and SEEN in request.POST:
            for formset in formsets:
                _let_go_of_removed_rows(formset)
        request.formsets_of_page = formsets  # type: ignore[attr-defined]
        return formsets, inlines

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        original = context.get("original")
        if original and self.has_change_permission(request, original):  # type: ignore[attr-defined]
            form = context["adminform"].form
            context["conflict"] = getattr(form, "conflict", None)
            context["seen"] = request.POST.get(SEEN) or json.dumps(
                {BEGUN: timezone.now().isoformat()} | state_of(form, request.formsets_of_page)  # type: ignore[attr-defined]
            )
        return super().render_change_form(request, context, *args, **options)  # type: ignore[misc,no-any-return]


class _ComparingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Compares before the typed values reach the instance: Django does that after ``clean``."""

    request: HttpRequest
    conflict: Conflict | None = None

    def clean(self) -> Any:
        formsets = self.request.formsets_of_page  # type: ignore[attr-defined]
        now = state_of(self, formsets)
        cleaned = super().clean()
        conflict = _conflict(_read(self.request.POST[SEEN]), now, self, formsets)
        if conflict.differences and self.request.POST.get(OVERWRITE) != conflict.token:
            self.conflict = conflict
            raise forms.ValidationError(
                gettext(
                    "Somebody else has saved this entry since you opened it. Nothing has been "
                    "saved yet and your entries are still here: see what was changed meanwhile."
                ),
                code="stale",
            )
        return cleaned


def _let_go_of_removed_rows(formset: Any) -> None:
    """A row that is not there any more is no mistake of the writer: it is shown, then left out."""
    for row in formset.initial_forms:
        if row.instance.pk is None:
            row.empty_permitted, row.has_changed = True, lambda: False


def state_of(form: Any, formsets: Iterable[Any]) -> State:
    """Return a digest of every stored value that the page could overwrite."""
    state = {name: _digest(_stored(form.instance, name)) for name in _columns(form)}
    for formset in formsets:
        for row in formset.initial_forms:
            if row.instance.pk:
                for name in _columns(row):
                    state[_key(formset, row, name)] = _digest(_stored(row.instance, name))
    for formset in formsets:
        for instance in formset.get_queryset():
            state[f"{formset.prefix}-{instance.pk}"] = ""
    return state


def _conflict(seen: State, now: State, form: Any, formsets: Iterable[Any]) -> Conflict:
    began = parse_datetime(seen.pop(BEGUN, "")) or timezone.now()
    token = blake2b(json.dumps(now, sort_keys=True).encode(), digest_size=12).hexdigest()
    if seen == now:
        return Conflict(token)
    differences = _differences_of_values(form, seen, now)
    for formset in formsets:
        differences += _differences_of_rows(formset, seen, now)
    return Conflict(token, [_with_author(found, began) for found in differences])


@dataclass(frozen=True)
class _Found(Difference):
    """A difference with what the log knows it by."""

    model: type[models.Model] = models.Model
    pk: str = ""
    column: str = ""


def _differences_of_values(
    form: Any, seen: State, now: State, *, key: str = "", where: str = ""
) -> list[_Found]:
    changed = [name for name in _columns(form) if seen.get(key + name) != now.get(key + name)]
    stored = {name: (_stored(form.instance, name), _stored_text(form, name)) for name in changed}
    # Only now: cleaning an inline's row writes what was typed into the same instance.
    typed = {name: _typed(form, name) for name in changed}
    return [
        _Found(
            where=where,
            field=str(form.fields[name].label or name),
            now=stored[name][1],
            yours=_shown(form, name, typed[name]),
            model=type(form.instance),
            pk=str(form.instance.pk),
            column=name,
        )
        for name in changed
        if _digest(stored[name][0]) != _digest(typed[name])
    ]


def _differences_of_rows(formset: Any, seen: State, now: State) -> list[_Found]:
    kind = str(formset.model._meta.verbose_name)
    names = {str(row.pk): f"{kind}: {row}" for row in formset.get_queryset()}
    known = {
        key.removeprefix(f"{formset.prefix}-")
        for key in seen
        if key.startswith(f"{formset.prefix}-") and key.count("-") == formset.prefix.count("-") + 1
    }
    pk_name = formset.model._meta.pk.name
    sent = {str(row[pk_name].value()) for row in formset.initial_forms}
    added = [
        _Found(names[pk], "", gettext("was added, and stays"), "", model=formset.model, pk=pk)
        for pk in sorted(set(names) - known)
    ]
    remedy = gettext("will be left out; to keep it, add it again as a new row")
    removed = [
        _Found(kind, "", gettext("was removed"), remedy, model=formset.model, pk=pk)
        for pk in sorted((known & sent) - set(names))
    ]
    changed = [
        found
        for row in formset.initial_forms
        if (pk := str(row.instance.pk)) in known & set(names)
        for found in _differences_of_values(
            row, seen, now, key=_key(formset, row, ""), where=names[pk]
        )
    ]
    return added + removed + changed


def _with_author(found: _Found, began: datetime) -> Difference:
    """Add who changed it and when, as far as the audit log knows."""
    entries = LogEntry.objects.filter(
        object_pk=found.pk,
        content_type=ContentType.objects.get_for_model(found.model),
        timestamp__gte=began,
    ).select_related("actor")
    for entry in entries.order_by("-timestamp"):
        if not found.column or found.column in (entry.changes or {}):
            who = str(entry.actor) if entry.actor else ""
            return replace(found, who=who, when=entry.timestamp)
    return found


# --- values ------------------------------------------------------------------------------------


def _columns(form: Any) -> list[str]:
    """The form's fields that are stored in the instance."""
    return [name for name in form.fields if _model_field(form, name) is not None]


def _model_field(form: Any, name: str) -> Any:
    try:
        column = form._meta.model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    is_own = isinstance(column, models.ManyToManyField) or getattr(column, "concrete", False)
    return column if is_own and not getattr(column, "primary_key", False) else None


def _key(formset: Any, row: Any, name: str) -> str:
    return f"{formset.prefix}-{row.instance.pk}-{name}"


def _stored(instance: Any, name: str) -> Any:
    """The stored value; of a foreign key its key, which costs no query."""
    column = instance._meta.get_field(name)
    if isinstance(column, models.ManyToManyField):
        return list(getattr(instance, name).all())
    return getattr(instance, column.attname)


def _stored_text(form: Any, name: str) -> Any:
    if isinstance(_model_field(form, name), models.ForeignKey):
        return _shown(form, name, getattr(form.instance, name))
    return _shown(form, name, _stored(form.instance, name))


def _typed(form: Any, name: str) -> Any:
    """What the writer has in the form, understood if it can be."""
    form.errors  # noqa: B018  cleans the fields; in the page's own form they are clean already
    if name in getattr(form, "cleaned_data", {}):
        value = form.cleaned_data[name]
        return list(value) if isinstance(value, models.QuerySet) else value
    return form[name].value()


def _digest(value: Any) -> str:
    return blake2b(_plain(value).encode(), digest_size=6).hexdigest()


def _plain(value: Any) -> str:
    """The value as a text that is the same before and after its way through form and database."""
    match value:
        case None | False | "":
            return ""
        case models.Model():
            return str(value.pk)
        case list():
            return ",".join(sorted(map(_plain, value)))
        case Decimal():
            return format(value.normalize(), "f")
        case datetime():
            return value.astimezone(timezone.get_default_timezone()).isoformat()
        case date():
            return value.isoformat()
    return str(value).replace("\r\n", "\n").strip()


def _shown(form: Any, name: str, value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if value in (None, ""):
        return "–"
    text = display_for_field(value, _model_field(form, name), "–")
    return text if len(str(text)) <= LONGEST_SHOWN else f"{str(text)[:LONGEST_SHOWN]} …"


def _read(text: str) -> State:
    """What the page carried; something unreadable differs from every state."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _locks_rows(model: type[models.Model]) -> bool:
    return connections[router.db_for_write(model)].features.has_select_for_update
