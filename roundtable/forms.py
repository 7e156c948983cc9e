"""What members and the office type: motions, their steps, the rows of an agenda."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from kit_portal.accounts.models import User
from roundtable.models import AgendaItem, Body, Motion, MotionStep


class MotionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Writes the German columns whatever language the page has: committees read German."""

    class Meta:
        model = Motion
        fields = ("body", "title_de", "text_de", "reason_de", "addressed_to")
        labels = {
            "title_de": _("Title"),
            "text_de": _("Motion text"),
            "reason_de": _("Reasons"),
        }
        help_texts = {
            "title_de": _("In German if you can. Otherwise the office helps with the translation."),
            "text_de": _("What is to be decided?"),
            "reason_de": _("Why is it needed?"),
        }
        widgets = {
            "text_de": forms.Textarea(attrs={"rows": 8}),
            "reason_de": forms.Textarea(attrs={"rows": 6}),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title_de"].required = self.fields["text_de"].required = True
        own = Body.objects.filing_motions().with_member(user).by_kind()
        body = cast("forms.ModelChoiceField[Body]", self.fields["body"])
        body.queryset = own
        # Who belongs to one body only has nothing to choose.
        if len(own) == 1:
            body.initial, body.empty_label = own[0], None
        addressed_to = cast("forms.ModelChoiceField[Body]", self.fields["addressed_to"])
        addressed_to.queryset = Body.objects.visible_to(user).receiving_motions().by_kind()


class AgendaRowForm(forms.ModelForm):  # type: ignore[type-arg]
    """One row of a meeting's agenda: the German titles; all else has its own page.

    ``position`` is only a wish: ``agenda_order.arrange_agenda`` numbers the parts without gaps, so
    two items may simply change places.
    """

    position = forms.IntegerField(label=_("Position"), min_value=1, max_value=999, required=False)

    class Meta:
        model = AgendaItem
        fields = ("part", "title_de", "public_title_de", "duration")
        # Two lines each, so that a whole title can be read in a narrow column.
        widgets = {
            "title_de": forms.Textarea(attrs={"rows": 2, "cols": 27}),
            "public_title_de": forms.Textarea(attrs={"rows": 2, "cols": 17}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title_de"].required = True
        self.fields["position"].widget.attrs["class"] = "vIntegerField"
        if self.instance.pk:
            self.fields["position"].initial = self.instance.order
            if self.instance.meeting.numbers_are_fixed:
                self.fields["position"].disabled = self.fields["part"].disabled = True

    def clean_title_de(self) -> str:
        return " ".join(self.cleaned_data["title_de"].split())

    def clean_public_title_de(self) -> str:
        return " ".join((self.cleaned_data["public_title_de"] or "").split())


class MotionStepForm(forms.ModelForm):  # type: ignore[type-arg]
    """The next step of a motion; only what may follow is offered."""

    class Meta:
        model = MotionStep
        fields = ("status", "reached_on", "note")

    def __init__(self, *args: Any, motion: Motion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.motion = motion
        if motion is not None and "status" in self.fields:
            following = [(step.value, step.label) for step in motion.next_statuses]
            status = cast("forms.TypedChoiceField", self.fields["status"])
            status.choices = [("", "---------"), *following]

    def clean_reached_on(self) -> date:
        day: date = self.cleaned_data["reached_on"]
        last = self.motion.steps.order_by("-pk").first() if self.motion else None
        if last is not None and day < last.reached_on:
            raise forms.ValidationError(_("The date lies before the last step."))
        return day
