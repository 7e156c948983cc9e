"""Forms of signing up and of the desk (words, items, release)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kit_portal.common.private_files import is_document
from newsletters import consent
from newsletters.list_file import ascii_domain
from newsletters.models import Issue, IssueItem, Newsletter, Subscriber
from newsletters.models.newsletter import SECTIONS
from newsletters.pictures import mail_picture
from newsletters.slots import is_quiet

MAX_ATTACHMENT = 10 * 1024 * 1024


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

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP up to 15 MB; the portal makes it smaller."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    picture_alt = forms.CharField(
        label=_("What the picture shows"),
        max_length=300,
        required=False,
        help_text=_("One sentence for everybody who does not see it."),
    )
    remove_picture = forms.BooleanField(label=_("Remove the picture"), required=False)

    def __init__(self, *args: Any, language: str, has_picture: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_german, self.has_picture = language == settings.LANGUAGE_CODE, has_picture
        self.fields["title"].required = self.is_german
        if not has_picture:
            del self.fields["remove_picture"]

    def clean_picture(self) -> ContentFile[bytes] | None:
        upload = self.cleaned_data["picture"]
        return mail_picture(upload) if upload else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        shows_one = cleaned.get("picture") or (
            self.has_picture and not cleaned.get("remove_picture")
        )
        if self.is_german and shows_one and not cleaned.get("picture_alt"):
            self.add_error("picture_alt", _("Say what the picture shows."))
        return cleaned

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if url and not (url.startswith("/") and not url.startswith("//")):
            URLValidator(schemes=["http", "https"])(url)
        return url


class AttachmentForm(forms.Form):
    """A file that readers get behind a link."""

    title = forms.CharField(label=_("Title"), max_length=200)
    file = forms.FileField(
        label=_("File"), validators=[is_document], help_text=_("Up to 10 MB; readers get a link.")
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_ATTACHMENT:
            raise forms.ValidationError(_("The file is larger than 10 MB. Choose a smaller one."))
        return file


class ItemWordsForm(forms.Form):
    """An item's words in one language, for the page that shows two languages side by side."""

    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    text = forms.CharField(
        label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    picture_alt = forms.CharField(label=_("What the picture shows"), max_length=300, required=False)

    def __init__(self, *args: Any, has_picture: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_picture:
            del self.fields["picture_alt"]


class ArchiveForm(forms.Form):
    q = forms.CharField(label=_("Search in this newsletter"), max_length=100, required=False)


class ReleaseForm(forms.Form):
    """When a released issue goes out: at its slot if that lies ahead, now, or at another time."""

    when = forms.ChoiceField(label=_("When is it to be sent?"), widget=forms.RadioSelect)
    at = forms.DateTimeField(
        label=_("Another time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, issue: Issue, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issue, self.now = issue, now
        choices = [("now", _("Now")), ("at", _("At another time"))]
        if issue.scheduled_for > now:
            choices.insert(0, ("slot", _("At the planned time")))
        self.fields["when"].choices = choices  # type: ignore[attr-defined]
        self.fields["when"].initial = choices[0][0]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("when") == "at" and "at" not in self.errors:
            if not (at := cleaned.get("at")):
                self.add_error("at", _("Say when, or choose another of the times above."))
            elif at <= self.now:
                self.add_error("at", _("This time is over. Choose a later one."))
            elif is_quiet(at):
                self.add_error("at", _("Clocks change between 2 and 3 at night."))
        return cleaned

    @property
    def send_at(self) -> datetime:
        times = {"slot": self.issue.scheduled_for, "at": self.cleaned_data.get("at")}
        return times.get(self.cleaned_data["when"]) or self.now
