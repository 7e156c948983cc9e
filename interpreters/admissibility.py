"""What the pool does not do, why, and who does it instead: rules as data, for form and page.

Sources: § 185 GVG (courts), § 187 GVG with § 163a (5) StPO (police), § 17 AsylG (asylum hearing),
§ 16 BeurkG (notaries), § 142 (3) ZPO (translations of documents). Volunteers are neither sworn nor
insured for what a mistake costs there.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interpreters.models import Mission


@dataclass(frozen=True)
class Exclusion:
    """``reason`` and ``referral`` are whole sentences for whoever asked."""

    key: str
    label: str | Promise
    reason: str | Promise
    referral: str | Promise


EXCLUSIONS = (
    Exclusion(
        "court",
        _("Court hearing"),
        _("In court only sworn interpreters may interpret."),
        _("The court provides an interpreter and pays for it. Please write to the court."),
    ),
    Exclusion(
        "police",
        _("Questioning by police or customs"),
        _("What is said there can be used in court, so it needs a sworn interpreter."),
        _("The police provide an interpreter and pay for it."),
    ),
    Exclusion(
        "asylum_hearing",
        _("Asylum hearing"),
        _("The whole asylum procedure depends on every word of this hearing."),
        _("The Federal Office for Migration and Refugees provides an interpreter and pays for it."),
    ),
    Exclusion(
        "notary",
        _("Notary, contract or power of attorney"),
        _("Who signs must be able to rely on every word. Volunteers cannot be liable for that."),
        _("Please book a sworn interpreter. The notary will name one."),
    ),
    Exclusion(
        "psychotherapy",
        _("Regular psychotherapy"),
        _("Therapy needs the same trained interpreter every time."),
        _("Please ask the counselling centres for refugees. They work with trained interpreters."),
    ),
    Exclusion(
        "written",
        _("Translation of documents"),
        _("Our interpreters speak. They do not write translations that others have to accept."),
        _("Please book a sworn translator: www.justiz-dolmetscher.de lists them all."),
    ),
)
_by_key = {exclusion.key: exclusion for exclusion in EXCLUSIONS}


def exclusion_of(subject: str) -> Exclusion | None:
    """Return why the pool does not do ``subject``; None for what it does."""
    return _by_key.get(subject)


def subject_choices() -> list[tuple[str, str | Promise]]:
    """Return all that people ask for: what the pool does, then what it has to refuse."""
    return [
        *((subject.value, subject.label) for subject in Mission.Subject),
        *((exclusion.key, exclusion.label) for exclusion in EXCLUSIONS),
    ]
