from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from measures.models import Evaluation, EvaluationReply, Indicator, Measure
from measures.round_replies import Answer, Figures, State, fingerprint, fingerprint_of

NUMBER: dict[str, Any] = {
    "max_digits": 14,
    "decimal_places": 2,
    "min_value": 0,
    "required": False,
    "localize": True,  # a text field: what was typed wrongly is shown again, not swallowed
    "error_messages": {
        "invalid": _("Write only the number, without a unit and without signs between thousands."),
        "max_decimal_places": _(
            "Write at most two decimal places, and no signs between thousands."
        ),
    },
}


class ReplyForm(forms.Form):
    """A participant's answer about one measure; a draft may be as incomplete as it likes.

    ``seen`` is the fingerprint of the reply that the page showed. With it the form knows whether
    anything was typed here, and the verb whether somebody else wrote meanwhile.
    """

    verdict = forms.ChoiceField(
        label=_("Your verdict"),
        choices=Evaluation.Verdict.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    reasoning = forms.CharField(
        label=_("Reasoning"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("It is printed in the implementation report: no names of persons, please."),
    )
    still_correct = forms.BooleanField(
        label=_("What the portal says of the measure is still correct."), required=False
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        measure: Measure,
        indicators: Sequence[Indicator],
        reply: EvaluationReply | None,
        hands_in: bool = False,
    ) -> None:
        self.measure, self.indicators, self.reply = measure, indicators, reply
        self.is_chosen = hands_in
        # What was handed in once stays complete.
        self.hands_in = hands_in or bool(reply and reply.state == State.SUBMITTED)
        super().__init__(data, prefix=f"m{measure.pk}", initial=_initial(reply))
        for indicator in indicators:
            self.fields[f"value_{indicator.pk}"] = forms.DecimalField(
                label=_("Part") if _is_share(indicator) else _("Value"), **NUMBER
            )
            if _is_share(indicator):
                self.fields[f"whole_{indicator.pk}"] = forms.DecimalField(
                    label=_("of a whole of"), **NUMBER
                )

    @property
    def figure_fields(self) -> list[tuple[Indicator, list[BoundField]]]:
        return [
            (
                indicator,
                [self[name] for name in _names(indicator) if name in self.fields],
            )
            for indicator in self.indicators
        ]

    def clean_reasoning(self) -> str:
        return str(self.cleaned_data["reasoning"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for indicator in self.indicators:
            self._check(indicator, cleaned)
        if self.hands_in:
            verdict = cleaned.get("verdict")
            if not verdict and "verdict" not in self.errors:
                self.add_error("verdict", gettext("Choose a verdict before you hand it in."))
            if verdict in Evaluation.NEEDS_REASONING and not cleaned.get("reasoning"):
                self.add_error(
                    "reasoning", gettext("Say why: the council will ask what is to change.")
                )
        return cleaned

    def _check(self, indicator: Indicator, cleaned: dict[str, Any]) -> None:
        value_name, whole_name = _names(indicator)
        value, whole = cleaned.get(value_name), cleaned.get(whole_name)
        if whole is not None and value is None and value_name not in self.errors:
            self.add_error(
                value_name, gettext("A share needs both numbers: the part and the whole.")
            )
        if value is None or not _is_share(indicator) or whole_name in self.errors:
            return
        if not whole:
            self.add_error(
                whole_name, gettext("A share needs both numbers: the part and the whole.")
            )
        elif value > whole:
            self.add_error(whole_name, gettext("The part is larger than its whole."))

    @property
    def answer(self) -> Answer:
        """What was typed, once the form is valid."""
        cleaned = self.cleaned_data
        figures: Figures = {}
        for indicator in self.indicators:
            value_name, whole_name = _names(indicator)
            if (value := cleaned[value_name]) is not None:
                whole = _text(cleaned.get(whole_name))
                figures[str(indicator.pk)] = {"value": _text(value), "whole": whole}
        return Answer(cleaned["verdict"], cleaned["reasoning"], figures, cleaned["still_correct"])

    @property
    def was_edited(self) -> bool:
        """Whether the answer differs from what the page showed, whatever happened since."""
        if not self.is_valid():
            return True
        return self.cleaned_data["seen"] not in {fingerprint(state, self.answer) for state in State}


def _initial(reply: EvaluationReply | None) -> dict[str, Any]:
    answer = Answer.of(reply)
    initial = {
        "verdict": answer.verdict,
        "reasoning": answer.reasoning,
        "still_correct": answer.still_correct,
        "seen": fingerprint_of(reply),
    }
    for key, entry in answer.figures.items():
        initial[f"value_{key}"] = Decimal(entry["value"])
        initial[f"whole_{key}"] = Decimal(entry["whole"]) if entry["whole"] else None
    return initial


def _names(indicator: Indicator) -> tuple[str, str]:
    return f"value_{indicator.pk}", f"whole_{indicator.pk}"


def _is_share(indicator: Indicator) -> bool:
    return indicator.kind == Indicator.Kind.SHARE


def _text(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"
