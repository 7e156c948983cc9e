"""The feedback form and the form that asks for a tracking code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from welcome.feedback import find_feedback
from welcome.models import Feedback


class FeedbackForm(forms.ModelForm):  # type: ignore[type-arg]
    """``website`` is a trap: people do not see it, programs that fill in every field do."""

    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    class Meta:
        model = Feedback
        fields = ("kind", "text", "email", "page_address")
        widgets = {
            "kind": forms.RadioSelect,
            "text": forms.Textarea(attrs={"rows": 8}),
            "email": forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
            "page_address": forms.HiddenInput,
        }
        labels = {"text": _("Your message"), "kind": _("What is it about?")}
        help_texts = {
            "text": _("In any language. Please no personal data of other people."),
            "email": _("Only if you want the answer by e-mail."),
        }

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    def clean_page_address(self) -> str:
        """Keep only addresses of this site; anything else is dropped, it is no one's mistake."""
        address: str = self.cleaned_data["page_address"]
        return address if address.startswith("/") and not address.startswith("//") else ""


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Tracking code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if find_feedback(code) is None:
            raise forms.ValidationError(_("There is no message with this code."))
        return code


def first_values(query: Any) -> dict[str, str]:
    """Return what links may fill in: the kind and the page that a message is about."""
    kind = query.get("kind", "")
    return {
        "kind": kind if kind in Feedback.Kind.values else Feedback.Kind.IDEA.value,
        "page_address": query.get("page", "")[:300],
    }
