"""One page, many indicators: the values of a year as rows of a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.formats import get_format, number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from measures.indicator_desk import in_order
from measures.indicator_entry import (
    COLUMNS,
    ChangedMeanwhileError,
    save_values,
    state_of,
    state_of_entry,
    values_of_year,
)
from measures.indicator_sources import SourceFailedError, counted_value
from measures.models import Indicator, IndicatorValue

Count = Callable[[str, int], Decimal | None]


class NumberField(forms.DecimalField):
    """A number as people write it in their language: 1.234,5 in German, 1,234.5 in English."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, required=False, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def to_python(self, value: Any) -> Any:
        text = re.sub(r"[\s€]", "", str(value or ""))
        group = re.escape(get_format("THOUSAND_SEPARATOR").strip() or "'")
        text = re.sub(rf"(?<=\d){group}(?=\d{{3}}(?!\d))", "", text)
        return super().to_python(text.replace(",", "."))

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        places = 0 if value == value.to_integral_value() else 2
        return number_format(value, decimal_pos=places, force_grouping=False)


class ValueForm(forms.Form):
    """One indicator's value for a year. ``seen`` is the state that the writer began with."""

    value = NumberField(label=_("value"))
    whole = NumberField(label=_("of a whole of"))
    note = forms.CharField(label=_("note"), max_length=240, required=False)
    is_break = forms.BooleanField(label=_("break in the series"), required=False)
    override_reason = forms.CharField(
        label=_("reason for another value"), max_length=240, required=False
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        indicator: Indicator,
        year: int,
        stored: IndicatorValue | None,
        counted: Decimal | None,
    ) -> None:
        self.indicator, self.stored, self.counted = indicator, stored, counted
        self.entered_state = ""
        self.row = stored or IndicatorValue(indicator=indicator, year=year)
        self.row.indicator = indicator
        initial: dict[str, Any] = {"seen": state_of(stored)}
        if stored:
            initial |= {name: getattr(stored, name) for name in COLUMNS}
        super().__init__(data, prefix=f"i{indicator.pk}", initial=initial)
        if indicator.kind != Indicator.Kind.SHARE:
            del self.fields["whole"]
        if counted is None and not initial.get("override_reason"):
            del self.fields["override_reason"]
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{indicator.name}: {field.label}"

    @property
    def is_touched(self) -> bool:
        """Whether the writer entered something else than what they saw."""
        return bool(self.errors) or self.entered_state != self.cleaned_data["seen"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        left_out = {name: getattr(self.row, name) for name in COLUMNS if name not in self.fields}
        self.entered_state = state_of_entry({**left_out, **cleaned})
        if self.errors or not self.is_touched:
            return cleaned
        if cleaned.get("value") is None:
            if self.counted is None:
                self.add_error("value", self._no_value())
                return cleaned
            cleaned["value"], cleaned["override_reason"] = self.counted, ""
        if self.counted is not None:
            self.row.counted = self.counted
        for name in self.fields:
            if name != "seen":
                setattr(self.row, name, cleaned[name])
        if self.row.value == self.row.counted:
            self.row.override_reason = ""
        self._check_row()
        return cleaned

    def _no_value(self) -> str:
        if self.stored:
            return gettext("Enter the value. To remove it, delete it in the administration.")
        return gettext("The value is missing.")

    def _check_row(self) -> None:
        try:
            self.row.full_clean(exclude=["indicator"])
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                is_here = name != NON_FIELD_ERRORS and name in self.fields
                self.add_error(name if is_here else "value", messages)


@dataclass
class YearTable:
    """The forms of a year, by indicator in their order."""

    year: int
    forms: Sequence[ValueForm]

    @property
    def touched(self) -> list[ValueForm]:
        return [form for form in self.forms if form.is_touched]

    @property
    def wrong(self) -> list[ValueForm]:
        return [form for form in self.forms if form.is_bound and form.errors]

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.forms)

    def save(self, *, now: datetime) -> int | None:
        """Save what was changed and say how many; None where somebody else was faster.

        Then each row in question says so, keeps what was typed, and can be saved again.
        """
        touched = {form.indicator.pk: form for form in self.touched}
        seen = {pk: form.cleaned_data["seen"] for pk, form in touched.items()}
        try:
            save_values({pk: form.row for pk, form in touched.items()}, seen=seen, now=now)
        except ChangedMeanwhileError as error:
            for pk, theirs in error.values.items():
                _tell(touched[pk], theirs)
            return None
        return len(touched)


def _tell(form: ValueForm, theirs: IndicatorValue | None) -> None:
    text = form.fields["value"].prepare_value(theirs.value) if theirs else gettext("no value")
    form.add_error(
        "value",
        gettext(
            "Somebody else has changed this row meanwhile, it says now: %s. Save again to put your "
            "entry in its place."
        )
        % text,
    )
    # What is sent next time begins with their state.
    data = dict(form.data.items())
    data[form.add_prefix("seen")] = state_of(theirs)
    form.data = data


def year_table(year: int, data: Any = None) -> YearTable:
    """Return the table for the indicators of the concepts that cover ``year``, by concept."""
    stored = values_of_year(year)
    count = cache(counted_value)
    return YearTable(
        year,
        [
            ValueForm(
                data,
                indicator=indicator,
                year=year,
                stored=stored.get(indicator.pk),
                counted=_counted(indicator, year, count),
            )
            for indicator in in_order(Indicator.objects.in_force_in(year))
        ],
    )


def _counted(indicator: Indicator, year: int, count: Count) -> Decimal | None:
    if not indicator.is_counted_by_portal:
        return None
    try:
        return count(indicator.source_key, year)
    except SourceFailedError:
        return None
