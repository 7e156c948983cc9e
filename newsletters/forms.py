"""Forms of signing up and of the desk (words, items, release)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import URLValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from newsletters import consent
from newsletters.list_file import ascii_domain
from newsletters.models import Issue, IssueItem, Newsletter, Subscriber
from newsletters.models.newsletter import SECTIONS


def language_choices() -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in settings.LANGUAGES]


class NewsletterForm(forms.ModelForm):  # type: ignore[type-arg]
    """The administration's form: what a newsletter gathers is ticked, not typed."""

    sections = forms.MultipleChoiceField(
        label=_("Gathers"),
        choices=list(SECTIONS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Newsletter
        fields = "__all__"  # noqa: DJ007  the administration names them


class SubscriberForm(forms.ModelForm):  # type: ignore[type-arg]
    """Entering somebody by hand, whose consent the office holds on paper."""

    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    newsletters = forms.ModelMultipleChoiceField(
        Newsletter.objects.all(),
        label=_("Newsletters"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only with this person's consent, which the office keeps."),
    )

    class Meta:
        model = Subscriber
        fields = ("email", "language")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if Subscriber.objects.by_address(email).exists():
            raise forms.ValidationError(_("This e-mail address is in the list already."))
        return ascii_domain(email)


class SignUpForm(forms.Form):
    """``website`` is a trap: people do not see it, programs that fill in every field do."""

    newsletters = forms.ModelMultipleChoiceField(
        Newsletter.objects.none(),
        label=_("Which newsletters do you want?"),
        widget=forms.CheckboxSelectMultiple,
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )
    language = forms.ChoiceField(label=_("Language of the mails"), choices=language_choices)
    agree = forms.BooleanField(label=consent.TEXTS[consent.CURRENT])
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Newsletter.objects.active()
        self.fields["newsletters"].queryset = offered  # type: ignore[attr-defined]
        self.fields["language"].initial = get_language()

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    def clean_email(self) -> str:
        return ascii_domain(self.cleaned_data["email"])


class IssueTextForm(forms.Form):
    """Subject and introduction in one language; German must have a subject."""

    subject = forms.CharField(label=_("Subject"), max_length=160, required=False)
    intro = forms.CharField(
        label=_("Introduction"),
        required=False,
        help_text=_("Markdown is possible."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].required = language == settings.LANGUAGE_CODE


class ItemForm(forms.Form):
    """One item in one language; the link is the same in all."""

    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    text = forms.CharField(
        label=_("Text"),
        required=False,
        help_text=_("Markdown is possible."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    url = forms.CharField(
        label=_("Link"),
        max_length=500,
        required=False,
        help_text=IssueItem._meta.get_field("url").help_text,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = language == settings.LANGUAGE_CODE

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if url and not (url.startswith("/") and not url.startswith("//")):
            URLValidator(schemes=["http", "https"])(url)
        return url


class ReleaseForm(forms.Form):
    """When a released issue goes out: at its slot if that lies ahead, or now."""

    when = forms.ChoiceField(label=_("When is it to be sent?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, issue: Issue, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issue, self.now = issue, now
        choices = [("now", _("Now"))]
        if issue.scheduled_for > now:
            choices.insert(0, ("slot", _("At the planned time")))
        self.fields["when"].choices = choices  # type: ignore[attr-defined]
        self.fields["when"].initial = choices[0][0]

    @property
    def send_at(self) -> datetime:
        is_planned = self.cleaned_data["when"] == "slot"
        return self.issue.scheduled_for if is_planned else self.now
