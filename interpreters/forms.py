"""What institutions type to ask for an interpreter."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from directory.models import Language
from interpreters.admissibility import exclusion_of, subject_choices
from interpreters.language_choice import LanguageNames
from interpreters.models import Mission, MissionRequest
from kit_portal.common.days import at_clock
from kit_portal.common.translation_queries import column

FURTHEST = timedelta(days=366)
UNKNOWN = "unknown"


# These texts go out by mail to an address that somebody typed: no carrier for other people's links.
no_links = RegexValidator(
    r"://|www\.", message=_("Please no internet address here."), inverse_match=True
)


class UnmarkedInput(forms.TextInput):
    """The browser must not insist on it: a tick elsewhere replaces it."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class RequestForm(forms.Form):
    """``website`` is a trap: people do not see it, programs that fill in every field do.

    Pass ``now``. ``subject`` offers what the pool refuses as well: whoever picks that is told why
    and where to ask instead (``interpreters.admissibility``).
    """

    subject = forms.ChoiceField(label=_("What is it about?"), choices=subject_choices)
    institution_name = forms.CharField(
        label=_("Institution"),
        max_length=160,
        validators=[no_links],
        help_text=_("Office, practice, school … that has the appointment."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    contact_name = forms.CharField(
        label=_("Contact person"),
        max_length=120,
        validators=[no_links],
        help_text=_("At the institution."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    contact_phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "dir": "ltr"}),
    )

    language = forms.CharField(
        label=_("Language"),
        max_length=80,
        help_text=_("Type the first letters. Other names such as Farsi or Sorani are found, too."),
        widget=UnmarkedInput(attrs={"list": "languages", "autocomplete": "off"}),
        error_messages={"required": _("Enter a language or tick “I do not know”.")},
    )
    variety = forms.ChoiceField(label=_("Which one?"), required=False, widget=forms.RadioSelect)
    is_language_unknown = forms.BooleanField(
        label=_("I do not know which language it is"), required=False
    )
    language_hint = forms.CharField(
        label=_("Region of origin"),
        max_length=60,
        validators=[no_links],
        required=False,
        help_text=_("If you do not know the language: country and region help us to find it."),
    )

    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    clock = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.IntegerField(
        label=_("Duration in minutes"), min_value=15, max_value=480, initial=60
    )
    mode = forms.ChoiceField(
        label=_("How?"),
        choices=Mission.Mode.choices,
        initial=Mission.Mode.ON_SITE,
        widget=forms.RadioSelect,
    )
    place = forms.CharField(
        label=_("Place of the appointment"),
        max_length=120,
        validators=[no_links],
        required=False,
        help_text=_("Street and room if it is on site. Not the home of a client."),
    )
    client_code = forms.CharField(
        label=_("Client code"),
        max_length=20,
        required=False,
        help_text=_("Your own short code. Please no name and no date of birth."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    field_order = ("subject", "day", "clock", "minutes", "mode", "place", "language", "variety")

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.names = now, LanguageNames.read()
        self.fields["day"].widget.attrs["min"] = self.today.isoformat()
        self.fields["language"].required = not self.data.get("is_language_unknown")
        self.group = self._group_asked_for()
        if self.group is None:
            del self.fields["variety"]
        else:
            self._ask_which(self.group)

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @property
    def is_trapped(self) -> bool:
        return bool(self.data.get("website"))

    def _group_asked_for(self) -> Language | None:
        """“Kurdish” alone helps nobody: find out whether such a group was typed."""
        found = self.names.find(self.data.get("language", ""))
        return found if found and self.names.varieties(found) else None

    def _ask_which(self, group: Language) -> None:
        varieties = [(one.tag, one.name) for one in self.names.varieties(group)]
        self.fields["variety"] = forms.ChoiceField(
            label=_("Which kind of %(group)s?") % {"group": group.name},
            choices=[*varieties, (UNKNOWN, _("I do not know"))],
            required=True,
            widget=forms.RadioSelect,
            error_messages={"required": _("Please choose one, or “I do not know”.")},
        )

    def clean_subject(self) -> str:
        subject: str = self.cleaned_data["subject"]
        if exclusion_of(subject):
            raise forms.ValidationError(_("The pool does not do this."))
        return subject

    def clean_language(self) -> Language | None:
        text = self.cleaned_data["language"].strip()
        found = self.names.find(text)
        if not text or self.group:
            return None
        if found is None or not found.is_requestable:
            raise forms.ValidationError(self._not_found(text))
        return found

    def _not_found(self, text: str) -> str:
        near = ", ".join(language.name for language in self.names.near(text))
        if near:
            return str(_("We do not know this name. Did you mean: %(names)s?")) % {"names": near}
        return str(_("We do not know this name. Choose from the list or tick “I do not know”."))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self._take_variety(values)
        self._check_time(values)
        if values.get("mode") == Mission.Mode.ON_SITE and not values.get("place"):
            self.add_error("place", _("Where should the interpreter come to?"))
        return values

    def _take_variety(self, values: dict[str, Any]) -> None:
        variety = values.get("variety")
        if variety and variety != UNKNOWN:
            values["language"] = self.names.find(variety)

    def _check_time(self, values: dict[str, Any]) -> None:
        day, clock = values.get("day"), values.get("clock")
        if day and day > self.today + FURTHEST:
            self.add_error("day", _("Please ask at most one year ahead."))
        elif day and clock and at_clock(day, clock) <= self.now:
            self.add_error("day", _("This time is over already."))

    def mission(self) -> Mission:
        """Return what is asked for, unsaved."""
        values = self.cleaned_data
        starts_at = at_clock(values["day"], values["clock"])
        return Mission(
            kind=Mission.Kind.INTERPRETER,
            language=values["language"],
            language_hint=self._hint(),
            mode=values["mode"],
            subject=values["subject"],
            place=values["place"],
            client_code=values["client_code"],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=values["minutes"]),
        )

    def _hint(self) -> str:
        """In German: it is the office that reads it."""
        hint: str = self.cleaned_data["language_hint"]
        if self.group and self.cleaned_data["language"] is None:
            group = getattr(self.group, column("name", "de"))
            return f"{group}, {hint}"[:80] if hint else str(group)
        return hint

    def contact(self) -> MissionRequest:
        """Return who asks, unsaved."""
        values = self.cleaned_data
        return MissionRequest(
            institution_name=values["institution_name"],
            contact_name=values["contact_name"],
            contact_email=values["contact_email"],
            contact_phone=values["contact_phone"],
            site_language=get_language() or "de",
        )
