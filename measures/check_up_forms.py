"""The office's forms around the Check Up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kit_portal.common.translation_queries import column
from measures.models import Concept, ForumComment, Goal, MeasureProfile

TEXT = column("text", "de")


class ProfileChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: MeasureProfile) -> str:
        return f"{obj.focus_group.name}: {obj.title}"


class CommentsForm(forms.Form):
    """What was said about one profile at one forum, a comment a line."""

    forum = forms.CharField(
        label=_("Forum"),
        max_length=120,
        help_text=_("Where it was said, for example: 3rd forum, 2017."),
        widget=forms.TextInput(attrs={"list": "forums", "autocomplete": "off"}),
    )
    profile = ProfileChoiceField(
        label=_("Measure profile"),
        queryset=MeasureProfile.objects.select_related("focus_group").order_by(
            "focus_group__concept", "focus_group__position", "position", "slug"
        ),
    )
    texts = forms.CharField(
        label=_("Comments"),
        max_length=20_000,
        help_text=_("In German, one comment a line. No names: the argument counts."),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    is_public = forms.BooleanField(label=_("Publish at once"), required=False)

    def save(self) -> int:
        """Store the comments that are not there yet; return how many those were."""
        profile, forum = self.cleaned_data["profile"], self.cleaned_data["forum"]
        there = set(profile.comments.filter(forum=forum).values_list(TEXT, flat=True))
        lines = [line.strip(" \t-–•*") for line in self.cleaned_data["texts"].splitlines()]
        new = [text for text in dict.fromkeys(lines) if text and text not in there]
        for text in new:
            ForumComment.objects.create(
                profile=profile,
                forum=forum,
                is_public=self.cleaned_data["is_public"],
                **{TEXT: text},
            )
        return len(new)


class AdoptionForm(forms.Form):
    """The goal below which a profile becomes a measure; choices below their concept."""

    goal = forms.ChoiceField(label=_("Goal"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._goals = {
            str(goal.pk): goal
            for goal in Goal.objects.select_related("action_field__concept").order_by(
                "-action_field__concept__period_from", "action_field__number", "number"
            )
        }
        groups: dict[Concept, list[tuple[str, str]]] = {}
        for key, goal in self._goals.items():
            groups.setdefault(goal.action_field.concept, []).append((key, str(goal)))
        self.fields["goal"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a goal")),
            *((str(concept), choices) for concept, choices in groups.items()),
        ]

    def clean_goal(self) -> Goal:
        return self._goals[self.cleaned_data["goal"]]
