"""Everything about one subscriber on paper or as data: for the person, and as proof of consent."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override

from directory.models import Office
from kit_portal.common.pdf import render_pdf
from newsletters import consent
from newsletters.models import Subscriber
from newsletters.privacy import export


def as_data(subscriber: Subscriber) -> dict[str, Any]:
    """Return all that is stored, and the words that were agreed to, in the person's language."""
    versions = set(subscriber.consents.values_list("text_version", flat=True))
    with override(subscriber.language):
        texts = {version: str(consent.TEXTS[version]) for version in consent.TEXTS}
    return export(subscriber.email) | {
        "texts": {version: text for version, text in texts.items() if version in versions}
    }


def as_pdf(subscriber: Subscriber, *, language: str) -> bytes:
    """Raises PdfUnavailableError."""
    return render_pdf(
        "newsletters/personal_file.html",
        _context(subscriber),
        language=language,
        stylesheet="personal_file.css",
    )


def _context(subscriber: Subscriber) -> dict[str, Any]:
    consents = list(subscriber.consents.select_related("newsletter"))
    office = Office.objects.current()
    return {
        "office": office,
        "accent": office.accent,
        "subscriber": subscriber,
        "subscriptions": subscriber.subscriptions.select_related("newsletter"),
        "consents": consents,
        "texts": [
            (version, text)
            for version, text in consent.TEXTS.items()
            if any(one.text_version == version for one in consents)
        ],
        "deliveries": subscriber.deliveries.select_related("issue__newsletter").order_by("pk"),
    }
