"""Staff answer a person's request for their data or its erasure."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kit_portal.privacy.forms import EraseForm, PersonForm
from kit_portal.privacy.person import data_about, erase_person

may_see = permission_required("accounts.view_user", raise_exception=True)
may_erase = permission_required("accounts.delete_user", raise_exception=True)


@login_required
@may_see
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """POST, not GET: an address of a person does not belong into logs and histories."""
    form = PersonForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        email = form.cleaned_data["email"]
        context |= {
            "email": email,
            "found": data_about(email),
            "erase_form": EraseForm(initial={"email": email}),
        }
    return render(request, "privacy/find.html", context)


@login_required
@may_see
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST)
    if not form.is_valid():
        return redirect("privacy:find")
    response = JsonResponse(
        data_about(form.cleaned_data["email"]),
        json_dumps_params={"indent": 2, "ensure_ascii": False, "default": str},
    )
    response["Content-Disposition"] = 'attachment; filename="person.json"'
    return response


@login_required
@may_erase
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    form = EraseForm(request.POST)
    if not form.is_valid():
        email = request.POST.get("email", "")
        context = {
            "form": PersonForm(initial={"email": email}),
            "email": email,
            "found": data_about(email),
            "erase_form": form,
        }
        return render(request, "privacy/find.html", context)
    count = erase_person(form.cleaned_data["email"], now=timezone.now())
    messages.success(request, ngettext("%d entry erased.", "%d entries erased.", count) % count)
    return redirect("privacy:find")
