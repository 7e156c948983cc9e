"""Forms of the report's desk: contents and foreword, adoption, correction, short versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kit_portal.common.locales import direction_of
from kit_portal.common.translation_queries import column
from measures.models import ImplementationReport
from measures.models.report import SECTIONS
from measures.report_adoption import NotPossibleError, write_draft
from measures.short_versions import GERMAN, hash_of

FIXED = "measures"  # a report without its measures is none


class ReportForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a draft contains. ``seen`` is the state that the writer began with."""

    overtaken = _(
        "Somebody else has changed the report meanwhile. Copy your text, then open the page again."
    )
    sections = forms.MultipleChoiceField(
        label=_("Contents"),
        required=False,
        choices=[(key, label) for key, label in SECTIONS.items() if key != FIXED],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The measures with their verdicts are always in it."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ImplementationReport
        fields = ("sections", "correction_reason")

    def __init__(self, data: Any = None, *, report: ImplementationReport) -> None:
        self.began_with = report.modified_at
        super().__init__(data, instance=report, initial={"seen": self.began_with.isoformat()})
        if report.is_correction:
            self.fields["correction_reason"].required = True
        else:
            del self.fields["correction_reason"]
        for code, name in settings.LANGUAGES:
            self.fields[foreword_field(code)] = forms.CharField(
                label=_("Foreword (%(language)s)") % {"language": name},
                required=False,
                initial=getattr(report, foreword_field(code)) or "",
                help_text=_("Markdown is possible."),
                widget=_textarea(code, rows=8 if code == GERMAN else 5),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("seen", "") != self.began_with.isoformat():
            raise forms.ValidationError(self.overtaken)
        chosen = {FIXED, *cleaned.get("sections", ())}
        cleaned["sections"] = [key for key in SECTIONS if key in chosen]
        return cleaned

    def write(self) -> bool:
        """Store the draft; False, with a mistake to show, where somebody else was quicker."""
        forewords = [foreword_field(code) for code, _name in settings.LANGUAGES]
        for name in forewords:
            setattr(self.instance, name, self.cleaned_data[name])
        columns = [*forewords, "sections", "correction_reason"]
        try:
            write_draft(self.instance, seen=self.began_with, columns=columns)
        except NotPossibleError:
            self.add_error(None, self.overtaken)
            return False
        return True

    @property
    def translations(self) -> list[Any]:
        """The forewords in other languages, as bound fields."""
        return [self[foreword_field(code)] for code, _n in settings.LANGUAGES if code != GERMAN]

    @property
    def german_foreword(self) -> Any:
        return self[foreword_field(GERMAN)]


class AdoptionForm(forms.Form):
    body = forms.CharField(
        label=_("Adopted by"),
        max_length=120,
        help_text=_("The body, for example the council."),
    )
    on = forms.DateField(
        label=_("Adopted on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    resolution_number = forms.CharField(label=_("Resolution number"), max_length=60)

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(
                gettext("That day is still to come. Adopt the report when the body has resolved.")
            )
        return day


class CorrectionForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason for the correction"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is printed on the cover and shown on the report's page."),
    )


class ShortVersionForm(forms.Form):
    """The text in one language; ``made_from`` tells which German text its writer looked at."""

    text = forms.CharField(required=False)
    made_from = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, language: str, name: str, text: str, german: str
    ) -> None:
        self.language, self.name, self.german = language, name, german
        initial = {"text": text, "made_from": hash_of(german)}
        super().__init__(data, prefix=language, initial=initial)
        self.fields["text"].label = _("Text (%(language)s)") % {"language": name}
        self.fields["text"].widget = _textarea(language, rows=10)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.language != GERMAN and cleaned.get("made_from") != hash_of(self.german):
            # The page that comes back shows the new German text, so saving again says yes to it.
            self.data = {
                **dict(self.data.items()),
                self.add_prefix("made_from"): hash_of(self.german),
            }
            raise forms.ValidationError(
                gettext(
                    "The German text has changed meanwhile. Compare it with your text, then save "
                    "again."
                )
            )
        return cleaned


def foreword_field(language: str) -> str:
    return column("foreword", language)


def _textarea(language: str, *, rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "lang": language, "dir": direction_of(language)})
