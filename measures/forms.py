from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from measures.evaluation_round import REASONING, RoundRow
from measures.models import Evaluation


class EvaluationForm(forms.Form):
    """A verdict with its reasons. ``seen`` is the state that the writer began with."""

    verdict = forms.ChoiceField(
        label=_("Verdict"), choices=Evaluation.Verdict.choices, widget=forms.RadioSelect
    )
    reasoning = forms.CharField(
        label=_("Reasoning"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In German. It is printed in the implementation report."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: RoundRow) -> None:
        self.measure, self.evaluation = row.measure, row.evaluation
        initial = {"seen": state_of(row.evaluation)}
        if row.evaluation:
            initial["verdict"] = row.evaluation.verdict
            initial["reasoning"] = getattr(row.evaluation, REASONING)
        super().__init__(data, prefix=f"m{row.measure.pk}", initial=initial)

    def is_for(self, row: RoundRow) -> bool:
        return self.measure == row.measure

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("verdict") in Evaluation.NEEDS_REASONING and not cleaned.get("reasoning"):
            self.add_error("reasoning", gettext("Say why: the council will ask what is to change."))
        if cleaned.get("seen", "") != state_of(self.evaluation):
            raise forms.ValidationError(
                gettext(
                    "Somebody else has evaluated this measure meanwhile. Copy your text, then open "
                    "the page again."
                )
            )
        return cleaned


def state_of(evaluation: Evaluation | None) -> str:
    """Return what changes with every save of the evaluation."""
    return evaluation.modified_at.isoformat() if evaluation else ""
