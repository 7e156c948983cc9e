"""A person's address among those asked for evaluations (GDPR Art. 15 and 17).

Addresses are meant to be an organisation's; one may be a person's all the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from measures.models import EvaluationRequest

ERASED = "erased@example.invalid"  # RFC 2606: reaches nobody


def export(email: str) -> dict[str, Any]:
    """Return what was asked of the address and answered by its link, ready for JSON."""
    requests = EvaluationRequest.objects.to_address(email).select_related("organisation")
    return {
        "evaluation_requests": [
            {
                "organisation": request.organisation.name,
                "year": request.year,
                "email": request.email,
                "language": request.language,
                "asked_at": request.created_at,
                "last_written_to": request.mailed_at,
                "replies": list(
                    request.replies.values(
                        "measure__number", "state", "verdict", "reasoning", "submitted_at"
                    )
                ),
            }
            for request in requests
        ]
    }


def erase(email: str, *, now: datetime) -> int:
    """Close the links sent to the address and forget it; return the requests changed.

    The replies are the organisation's word in the council's report and stay.
    """
    requests = EvaluationRequest.objects.to_address(email)
    requests.filter(withdrawn_at__isnull=True).update(withdrawn_at=now)
    return requests.update(email=ERASED, to_mail=EvaluationRequest.Mail.NONE)
