from django import forms
from django.utils.translation import gettext_lazy as _


class PersonForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address of the person"))


class EraseForm(PersonForm):
    email = forms.EmailField(widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label=_("I have checked that this person asked for it and that nothing must be kept.")
    )
