"""The quick form: a mission that is done, entered in 20 seconds without a mouse."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.language_table import fold
from directory.models import Language
from interpreters.language_choice import LanguageNames
from interpreters.mission_log import institution_called, log_mission, only_language_of
from interpreters.models import Institution, Interpreter, Mission
from kit_portal.accounts.models import User

# What the next entry most likely shares with this one.
REMEMBERED = ("kind", "institution", "subject", "mode", "day")
_OUTCOMES = (Mission.Outcome.HELD, Mission.Outcome.CLIENT_ABSENT)
_INSTITUTION_KINDS = {
    Mission.Subject.AUTHORITY: Institution.Kind.AUTHORITY,
    Mission.Subject.DOCTOR: Institution.Kind.HEALTH,
    Mission.Subject.SCHOOL: Institution.Kind.SCHOOL,
    Mission.Subject.KINDERGARTEN: Institution.Kind.KINDERGARTEN,
    Mission.Subject.COUNSELLING: Institution.Kind.COUNSELLING,
}


def _searched(list_id: str, **attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"list": list_id, "autocomplete": "off", **attrs})


class LogForm(forms.Form):
    """Pass the ``user`` who logs and ``today``. Texts with a list find rows by any name."""

    interpreter = forms.CharField(
        label=_("Interpreter"), max_length=200, widget=_searched("people", autofocus="autofocus")
    )
    language = forms.CharField(
        label=_("Language"),
        max_length=80,
        required=False,
        widget=_searched("languages"),
    )
    minutes = forms.IntegerField(label=_("Actual minutes"), min_value=1, max_value=1440, initial=60)
    institution = forms.CharField(
        label=_("Institution"),
        max_length=160,
        required=False,
        widget=_searched("institutions"),
    )
    subject = forms.ChoiceField(
        label=_("Subject"), choices=Mission.Subject.choices, initial=Mission.Subject.AUTHORITY
    )
    mode = forms.ChoiceField(
        label=_("Mode"), choices=Mission.Mode.choices, initial=Mission.Mode.ON_SITE
    )
    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    clock = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Mission.Kind.choices, initial=Mission.Kind.INTERPRETER
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(one.value, one.label) for one in _OUTCOMES],
        initial=Mission.Outcome.HELD,
    )
    client_code = forms.CharField(
        label=_("Client code"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.today = user, today
        self.names = LanguageNames.read()
        self.people = _labelled(list(Interpreter.objects.visible_to(user).by_name()))
        self.institutions = list(Institution.objects.with_title())
        self.fields["day"].initial = today
        self.fields["day"].widget.attrs["max"] = today.isoformat()

    def clean_interpreter(self) -> Interpreter:
        text = fold(self.cleaned_data["interpreter"])
        found = {fold(label): person for label, person in self.people.items()}
        near = [person for label, person in found.items() if text in label]
        if text in found:
            return found[text]
        if len(near) == 1:  # a part of the name is enough where it is nobody else's
            return near[0]
        raise forms.ValidationError(
            _("Several people fit. Choose one from the list.")
            if near
            else _("Nobody in the pools has this name.")
        )

    def clean_language(self) -> Language | None:
        text = self.cleaned_data["language"]
        if not text.strip():
            return None
        found = self.names.find(text)
        if found and found.is_requestable:
            return found
        varieties = self.names.varieties(found) if found else self.names.near(text)
        if not varieties:
            raise forms.ValidationError(_("This language is not in the table."))
        raise forms.ValidationError(
            _("Which one: %(names)s?"),
            params={"names": ", ".join(language.name for language in varieties)},
        )

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        person = values.get("interpreter")
        if person and "language" in values and values["language"] is None:
            values["language"] = only_language_of(person)
            if values["language"] is None and values.get("kind") == Mission.Kind.INTERPRETER:
                self.add_error("language", _("Which one of this person's languages?"))
        return values

    def save(self) -> Mission:
        values = self.cleaned_data
        kind = _INSTITUTION_KINDS.get(values["subject"], Institution.Kind.OTHER)
        title = " ".join(values["institution"].split())
        return log_mission(
            values["interpreter"],
            kind=values["kind"],
            language=values["language"],
            day=values["day"],
            clock=values["clock"],
            minutes=values["minutes"],
            mode=values["mode"],
            subject=values["subject"],
            institution=institution_called(title, kind=kind) if title else None,
            client_code=values["client_code"],
            outcome=values["outcome"],
            by=self.user,
        )

    def remembered(self) -> dict[str, str]:
        """Return what the next entry starts with, fit for the session."""
        return {name: str(self.cleaned_data[name]) for name in REMEMBERED}


def as_entered(mission: Mission) -> dict[str, str]:
    """Return the form's values that lead to ``mission``: to correct an entry taken back."""
    return {
        "interpreter": mission.interpreter.name if mission.interpreter else "",
        "language": mission.language.name if mission.language else "",
        "minutes": str(mission.minutes),
        "institution": mission.institution.title if mission.institution else "",
        "subject": mission.subject,
        "mode": mission.mode,
        "day": mission.day.isoformat(),
        "kind": mission.kind,
        "outcome": mission.outcome,
        "client_code": mission.client_code,
    }


def _labelled(people: list[Interpreter]) -> dict[str, Interpreter]:
    """Map a label to each person; namesakes carry their district and, if need be, their key."""
    namesakes = Counter(fold(person.name) for person in people)
    labels: dict[str, Interpreter] = {}
    for person in people:
        label = person.name
        if namesakes[fold(label)] > 1:
            label = f"{label} ({person.district})" if person.district else label
        labels[label if label not in labels else f"{label} #{person.pk}"] = person
    return labels
