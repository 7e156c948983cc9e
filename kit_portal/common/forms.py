"""Django forms in KERN's markup, for every form of the public and staff pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

_CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "kern-form-check__checkbox"),
    (forms.CheckboxSelectMultiple, "kern-form-check__checkbox"),
    (forms.RadioSelect, "kern-form-check__radio"),
    (forms.SelectMultiple, "kern-form-input__select"),
    (forms.Select, "kern-form-input__select"),
    (forms.Textarea, "kern-form-input__input"),
    (forms.widgets.Input, "kern-form-input__input"),
]


class KernBoundField(BoundField):
    @property
    def kind(self) -> str:
        """Which markup the field needs: ``check``, ``group``, ``select`` or ``input``."""
        widget = self.field.widget
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "group"
        if isinstance(widget, forms.CheckboxInput):
            return "check"
        if isinstance(widget, forms.Select) and not isinstance(widget, forms.SelectMultiple):
            return "select"
        return "input"

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        used = widget or self.field.widget
        for kind, css in _CLASSES:
            if isinstance(used, kind):
                given = built.get("class") or used.attrs.get("class") or ""
                wrong = f" {css}--error" if self.errors else ""
                built["class"] = f"{css}{wrong} {given}".strip()
                break
        return built


class KernRenderer(TemplatesSetting):
    bound_field_class = KernBoundField
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
