"""Forms behind the personal link."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from newsletters.forms import language_choices
from newsletters.list_file import ascii_domain
from newsletters.models import Newsletter, Subscriber
from newsletters.topics import topics_of

LONGEST_PAUSE = timedelta(days=366)


class PreferencesForm(forms.Form):
    """What somebody gets, in which language, about what, and from when on."""

    newsletters = forms.ModelMultipleChoiceField(
        Newsletter.objects.none(),
        label=_("Newsletters"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Untick what you do not want any more."),
    )
    language = forms.ChoiceField(label=_("Language of the mails"), choices=language_choices)
    topics = forms.MultipleChoiceField(
        label=_("What do you want to read about?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the office itself writes is always there."),
        error_messages={"required": _("Tick at least one, or set a day to pause, or unsubscribe.")},
    )
    paused_until = forms.DateField(
        label=_("Send me nothing before"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("For a pause. On this day the mails begin again by themselves."),
    )

    def __init__(self, *args: Any, subscriber: Subscriber, today: date, **kwargs: Any) -> None:
        held = subscriber.subscriptions.current().values_list("newsletter", flat=True)
        offered = Newsletter.objects.active() | Newsletter.objects.filter(pk__in=list(held))
        topics = topics_of(offered)
        kwargs["initial"] = {
            "newsletters": list(held),
            "language": subscriber.language,
            "topics": [topic for topic, _name in topics if topic not in subscriber.omitted],
            "paused_until": subscriber.paused_until if subscriber.is_paused(today) else None,
        }
        super().__init__(*args, **kwargs)
        self.subscriber, self.today = subscriber, today
        self.fields["newsletters"].queryset = offered  # type: ignore[attr-defined]
        self.fields["topics"].choices = topics  # type: ignore[attr-defined]
        self.fields["paused_until"].widget.attrs |= {
            "min": (today + timedelta(days=1)).isoformat(),
            "max": (today + LONGEST_PAUSE).isoformat(),
        }
        if len(topics) < 2:  # nothing to choose between
            del self.fields["topics"]

    def clean_paused_until(self) -> date | None:
        day: date | None = self.cleaned_data["paused_until"]
        if day is not None and not self.today < day <= self.today + LONGEST_PAUSE:
            raise forms.ValidationError(
                _("Choose a day from tomorrow on, within a year, or leave this empty.")
            )
        return day

    @property
    def omits(self) -> list[str]:
        """What is offered and not ticked; what is not offered stays as it is."""
        if "topics" not in self.fields:
            return self.subscriber.omitted
        offered = [topic for topic, _name in self.fields["topics"].choices]  # type: ignore[attr-defined]
        kept = [topic for topic in self.subscriber.omitted if topic not in offered]
        return kept + [topic for topic in offered if topic not in self.cleaned_data["topics"]]


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, subscriber: Subscriber, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subscriber = subscriber

    def clean_email(self) -> str:
        email = ascii_domain(self.cleaned_data["email"])
        if Subscriber.objects.by_address(email).filter(pk=self.subscriber.pk).exists():
            raise forms.ValidationError(_("This is the address that you have now."))
        return email
