"""What members type: a motion."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from kit_portal.accounts.models import User
from kit_portal.common.translation_queries import translated_order
from roundtable.models import Body, Motion


class MotionForm(forms.ModelForm[Motion]):
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
        own = Body.objects.filing_motions().with_member(user).order_by(translated_order("name"))
        body = cast("forms.ModelChoiceField[Body]", self.fields["body"])
        body.queryset = own
        # Who belongs to one body only has nothing to choose.
        if len(own) == 1:
            body.initial, body.empty_label = own[0], None
        addressed_to = cast("forms.ModelChoiceField[Body]", self.fields["addressed_to"])
        addressed_to.queryset = Body.objects.visible_to(user).receiving_motions().by_name()
