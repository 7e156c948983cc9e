"""The office's forms for a round. That for a verdict is in ``forms``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from measures.evaluation_round import RoundRow
from measures.models import Evaluation, EvaluationReply, EvaluationRound
from measures.round_board import OrganisationRow, Standing
from measures.round_replies import Case, Figure

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
FURTHEST = 366  # days that a link may stay open


class RoundFilter(forms.Form):
    """Narrow the round's measures; every choice stands in the address."""

    STATES = (
        ("missing", _("still missing")),
        ("handed_in", _("handed in, to be settled")),
        ("asked", _("asked, nothing handed in")),
        ("evaluated", _("evaluated")),
    )

    field = forms.ChoiceField(label=_("Action field"), required=False)
    organisation = forms.ChoiceField(label=_("Lead organisation"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any state")), *STATES]
    )

    def __init__(self, data: Any, *, rows: Sequence[RoundRow]) -> None:
        super().__init__(data)
        fields = {
            str(row.measure.goal.action_field_id): row.measure.goal.action_field for row in rows
        }
        self._choices("field", _("All action fields"), fields)
        leads = {lead.slug: lead for row in rows for lead in row.leads}
        self._choices("organisation", _("All organisations"), leads)

    def _choices(self, name: str, everything: Any, things: dict[str, Any]) -> None:
        choices = [(key, str(thing)) for key, thing in things.items()]
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, str]:
        """The filters in use; an impossible one narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def keeps(self, row: RoundRow) -> bool:
        chosen = self.chosen
        if (field := chosen.get("field")) and str(row.measure.goal.action_field_id) != field:
            return False
        slug = chosen.get("organisation")
        if slug and slug not in {lead.slug for lead in row.leads}:
            return False
        return self._has_state(row, chosen.get("state", ""))

    def _has_state(self, row: RoundRow, state: str) -> bool:
        is_handed_in = any(reply.state == EvaluationReply.State.SUBMITTED for reply in row.replies)
        match state:
            case "missing":
                return row.evaluation is None
            case "evaluated":
                return row.evaluation is not None
            case "handed_in":
                return is_handed_in
            case "asked":
                return row.evaluation is None and bool(row.requests) and not is_handed_in
        return True


class LastDayForm(forms.Form):
    """A last day, from today on."""

    ends_on = forms.DateField(
        label=_("Last day"),
        widget=DAY,
        help_text=_("The personal link works until the end of this day."),
    )

    def __init__(self, data: Any = None, *, today: date, **options: Any) -> None:
        self.today = today
        super().__init__(data, **options)

    def clean_ends_on(self) -> date:
        day: date = self.cleaned_data["ends_on"]
        if not 0 <= (day - self.today).days <= FURTHEST:
            raise forms.ValidationError(gettext("Choose a day from today on, within a year."))
        return day


class AskForm(LastDayForm):
    """Whom to ask, in which language, until when."""

    organisations = forms.TypedMultipleChoiceField(
        label=_("Organisations"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one organisation.")},
    )
    includes_partners = forms.BooleanField(
        label=_("Ask also about measures where the organisation is a partner, not the lead"),
        required=False,
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)
    field_order = ("organisations", "includes_partners", "language", "ends_on")

    def __init__(
        self, data: Any = None, *, rows: Sequence[OrganisationRow], today: date, **options: Any
    ) -> None:
        super().__init__(data, today=today, **options)
        self.rows = {row.organisation.pk: row for row in rows if row.standing == Standing.NOT_ASKED}
        self.fields["organisations"].choices = [  # type: ignore[attr-defined]
            (pk, _choice(row)) for pk, row in self.rows.items()
        ]

    @property
    def chosen(self) -> list[OrganisationRow]:
        return [self.rows[pk] for pk in self.cleaned_data["organisations"]]


def _choice(row: OrganisationRow) -> str:
    return gettext("%(organisation)s: leads %(leads)d, partner in %(partners)d (%(email)s)") % {
        "organisation": row.organisation.name,
        "leads": len(row.leads),
        "partners": len(row.partners),
        "email": row.organisation.email,
    }


class RenewForm(LastDayForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The old link stops working at once; the new one goes to this address."),
    )
    field_order = ("email", "ends_on")


class RoundForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = EvaluationRound
        fields = ("ends_on", "reminds")
        widgets = {"ends_on": DAY}


class SettleForm(forms.Form):
    """Accept a reply, edited or not. ``seen`` is the fingerprint of the case that was shown."""

    verdict = forms.ChoiceField(
        label=_("Verdict"), choices=Evaluation.Verdict.choices, widget=forms.RadioSelect
    )
    reasoning = forms.CharField(
        label=_("Reasoning"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In German. It is printed in the implementation report."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, case: Case) -> None:
        reply = case.reply
        initial = {"verdict": reply.verdict, "reasoning": reply.reasoning, "seen": case.seen}
        super().__init__(data, initial=initial)
        self.differing = [figure for figure in case.figures if figure.differs]
        for figure in self.differing:
            self.fields[f"keep_{figure.indicator.pk}"] = forms.ChoiceField(
                label=figure.indicator.name,
                choices=_figure_choices(figure),
                widget=forms.RadioSelect,
                help_text=_("There is another value for this year already. Choose one."),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("verdict") in Evaluation.NEEDS_REASONING and not cleaned.get("reasoning"):
            self.add_error("reasoning", gettext("Say why: the council will ask what is to change."))
        return cleaned

    @property
    def keeps_stored(self) -> dict[int, bool]:
        return {
            figure.indicator.pk: self.cleaned_data[f"keep_{figure.indicator.pk}"] == "stored"
            for figure in self.differing
        }


def _figure_choices(figure: Figure) -> list[tuple[str, str]]:
    return [
        ("new", gettext("%s, as reported now") % figure.text),
        ("stored", gettext("%s, as stored") % figure.stored_text),
    ]


class RemarkForm(forms.Form):
    remark = forms.CharField(
        label=_("Remark"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Is mailed to the organisation: what is missing, what is to be changed?"),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
