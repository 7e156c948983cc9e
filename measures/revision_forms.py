"""The forms of the revision's wizard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from measures.models import Concept, Goal, MeasureLink, Revision
from measures.revision import Choice
from measures.revision_board import RevisionRow

Short = forms.TextInput(attrs={"autocomplete": "off"})


class BeginForm(forms.Form):
    """Which concept is carried over into which: into one that is there, or into a new draft."""

    old = forms.ModelChoiceField(
        label=_("Old concept"), queryset=Concept.objects.newest_first(), empty_label=None
    )
    new = forms.ModelChoiceField(
        label=_("New concept"),
        queryset=Concept.objects.newest_first(),
        required=False,
        empty_label=_("Make a new one as a draft"),
    )
    title = forms.CharField(label=_("Title of the new concept"), max_length=200, required=False)
    slug = forms.SlugField(
        label=_("Short address"),
        max_length=40,
        required=False,
        help_text=_("Part of the addresses of all its measures, for example the year it began."),
    )
    period_from = forms.IntegerField(
        label=_("First year"), min_value=1990, max_value=2100, required=False
    )
    period_to = forms.IntegerField(
        label=_("Last year"),
        min_value=1990,
        max_value=2100,
        required=False,
        help_text=_("Empty while no end has been decided."),
    )
    copy_structure = forms.BooleanField(
        label=_("Copy the action fields and goals that the new concept does not have"),
        required=False,
        initial=True,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        old, new = cleaned.get("old"), cleaned.get("new")
        if new is None:
            for name in ("title", "slug", "period_from"):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, gettext("The new concept needs this."))
        begins = new.period_from if new else cleaned.get("period_from")
        if old and begins and begins <= old.period_from:
            self.add_error(
                "new" if new else "period_from",
                gettext("The new concept has to begin later than the old one."),
            )
        return cleaned

    @property
    def columns(self) -> dict[str, Any]:
        """The new concept's columns."""
        names = ("slug", "period_from", "period_to")
        return {
            "title_de": self.cleaned_data["title"],
            **{name: self.cleaned_data[name] for name in names},
        }


class DecisionForm(forms.Form):
    """One row of the wizard. What is proposed stands in its fields already, but for the kind."""

    kind = forms.ChoiceField(
        label=_("Decision"),
        required=False,
        choices=[("", _("undecided")), *MeasureLink.Kind.choices],
    )
    numbers = forms.CharField(
        label=_("Number in the new concept"),
        max_length=200,
        required=False,
        widget=Short,
        help_text=_(
            "Empty: the next free one. Several to split. To merge, give the same number to each."
        ),
    )
    goal = forms.ChoiceField(label=_("Goal for a new measure"), required=False)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        help_text=_("In German. The public reads it in the measure's history."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    resolution = forms.CharField(
        label=_("Resolution"), max_length=120, required=False, widget=Short
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: RevisionRow, goals: Sequence[Goal]) -> None:
        known = row.decision or row.proposal or Choice()
        initial = {
            "kind": row.decision.kind if row.decision else "",
            "numbers": known.numbers,
            "goal": str(known.goal.pk) if known.goal else "",
            "reason": known.reason,
            "resolution": known.resolution,
            "seen": row.version,
        }
        super().__init__(data, prefix=f"m{row.measure.pk}", initial=initial)
        self._goals = {str(goal.pk): goal for goal in goals}
        self.fields["goal"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *((key, str(goal)) for key, goal in self._goals.items()),
        ]

    @property
    def is_touched(self) -> bool:
        """Whether somebody typed something; the version alone says nothing."""
        return bool(set(self.changed_data) - {"seen"})

    @property
    def choice(self) -> Choice:
        return Choice(
            kind=self.cleaned_data["kind"],
            reason=self.cleaned_data["reason"],
            resolution=self.cleaned_data["resolution"],
            goal=self._goals.get(self.cleaned_data["goal"]),
            numbers=self.cleaned_data["numbers"],
        )


class ResolutionForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Revision
        fields = ("resolution",)
