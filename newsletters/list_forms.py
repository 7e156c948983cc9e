"""Forms of the desk for whole lists: uploading one, asking its people anew."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kit_portal.common.tables import MAX_BYTES, read_table
from newsletters.forms import language_choices
from newsletters.list_file import Entry, read_entries
from newsletters.models import Newsletter

SHORTEST, LONGEST = timedelta(days=7), timedelta(days=366)
FAULTS_SHOWN = 20


class ListForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or XLSX with headings in the first row, one of them “E-Mail”; "
            "“Sprache” may name a language for each address."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    newsletters = forms.ModelMultipleChoiceField(
        Newsletter.objects.all(), label=_("Newsletters"), widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(
        label=_("Language of those whose row names none"),
        choices=language_choices,
        initial=settings.LANGUAGE_CODE,
    )
    agree = forms.BooleanField(
        label=_("The office keeps these people's consent and can prove it."),
    )

    entries: list[Entry]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 5 MB. Delete columns that are not needed.")
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if (file := cleaned.get("file")) and (language := cleaned.get("language")):
            table = read_table(file, name=file.name)
            self.entries = read_entries(table, language=language)
            for fault in table.errors[:FAULTS_SHOWN]:
                self.add_error("file", str(fault))
        return cleaned


class ReconfirmForm(forms.Form):
    until = forms.DateField(
        label=_("Who has not confirmed by this day gets no more mails"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At least seven days from now; four weeks are usual."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["until"].initial = today + timedelta(weeks=4)
        self.fields["until"].widget.attrs |= {
            "min": (today + SHORTEST).isoformat(),
            "max": (today + LONGEST).isoformat(),
        }

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if not self.today + SHORTEST <= until <= self.today + LONGEST:
            raise forms.ValidationError(_("Choose a day in seven days at the earliest."))
        return until
