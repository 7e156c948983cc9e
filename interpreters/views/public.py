"""The pools in public: what they do, what they do not, and how to ask. No person is named."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory.models import ContactPoint
from interpreters.admissibility import EXCLUSIONS, exclusion_of
from interpreters.charts import period_chart
from interpreters.forms import RequestForm
from interpreters.intake import is_short_notice, receive_request
from interpreters.models import Mission, MissionRequest
from interpreters.rate import is_too_often
from interpreters.statistics import languages_offered, missions_by_period, pool_figures
from interpreters.tasks import announce_mission_request, confirm_mission_request

RECEIVED = "interpreters_request"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    periods = missions_by_period(Mission.Kind.INTERPRETER)
    context = {
        "figures": pool_figures(today=today),
        "languages": languages_offered(today=today),
        "exclusions": EXCLUSIONS,
        "subjects": Mission.Subject,
        "chart": period_chart(
            _("Missions of the interpreters over the years"),
            periods,
            value_heading=_("Missions"),
            is_public=True,
        ),
        "earlier": [period for period in periods if not period.is_one_year],
    }
    return render(request, "interpreters/home.html", context)


@require_safe
def volunteer(request: HttpRequest) -> HttpResponse:
    return render(request, "interpreters/volunteer.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_interpreter(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    if request.method != "POST":
        form = RequestForm(now=now, initial=_known_place(request))
        return render(request, "interpreters/request.html", {"form": form})
    if exclusion := exclusion_of(request.POST.get("subject", "")):
        # Nothing is stored: whoever asks for this is sent where they get help.
        return render(request, "interpreters/refused.html", {"exclusion": exclusion})
    form = RequestForm(request.POST, now=now)
    if form.is_trapped:
        return redirect("interpreters:requested")
    if not form.is_valid():
        return render(request, "interpreters/request.html", {"form": form})
    if is_too_often(request):
        return render(request, "interpreters/too_often.html", status=429)
    contact = receive_request(form.mission(), contact=form.contact(), now=now)
    confirm_mission_request.delay_on_commit(contact.pk)  # type: ignore[attr-defined]
    announce_mission_request.delay_on_commit(contact.pk)  # type: ignore[attr-defined]
    request.session[RECEIVED] = contact.pk
    return redirect("interpreters:requested")


@never_cache
@require_safe
def requested(request: HttpRequest) -> HttpResponse:
    """What was understood, shown to the browser that asked and to nobody else."""
    key = request.session.get(RECEIVED) or 0  # no key, no request
    asked = MissionRequest.objects.for_mail().filter(pk=key).first()
    mission = asked.mission if asked else None
    today = timezone.localdate()
    context = {
        "mission": mission,
        "is_short_notice": mission and is_short_notice(mission.day, today=today),
    }
    return render(request, "interpreters/requested.html", context)


def _known_place(request: HttpRequest) -> dict[str, str]:
    """Fill in what a contact point's page knows when it links here."""
    slug = request.GET.get("contact_point")
    if not slug:
        return {}
    place = ContactPoint.objects.visible_to(request.user).filter(slug=slug).first()
    if place is None:
        return {}
    return {"institution_name": place.name, "place": ", ".join(place.address_lines)[:120]}
