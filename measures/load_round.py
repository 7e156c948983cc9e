"""Load an evaluation round under way: who was asked, and what came back."""

from __future__ import annotations

from collections.abc import Mapping

from directory.models import Organisation
from kit_portal.common.loading import Entry
from kit_portal.common.loading_rows import OfficeData
from kit_portal.common.tokens import draw_link
from measures.models import EvaluationReply, EvaluationRequest
from measures.models.evaluation_request import PERSONAL_LINK, end_of


def load_request(entry: Entry, data: OfficeData, organisations: Mapping[str, Organisation]) -> None:
    """Load a request with its replies. What the office does with them later stays."""
    nonce, link_hash = draw_link(purpose=PERSONAL_LINK)
    asked = entry.moment("asked")
    columns = entry.columns(EvaluationRequest, "year", "email", "includes_partners", "reminders")
    withdrawn = entry.moment("withdrawn") if "withdrawn" in entry else None
    organisation = entry.choose("organisation", organisations, "organisation")
    request = data.put(
        EvaluationRequest,
        entry,
        {"organisation": organisation, "year": columns.pop("year")},
        by=("organisation", "year"),
        at_first={
            **columns,
            "link_nonce": nonce,
            "link_hash": link_hash,
            "expires_at": end_of(entry.day("last_day")),
            "withdrawn_at": withdrawn,
            "to_mail": "",
            "mailed_at": asked,
            "created_at": asked,
        },
    )
    measures = {measure.number: measure for measure in request.measures()}
    for reply in entry.children("replies", "reply", by="measure"):
        measure = reply.choose("measure", measures, "measure of the organisation in that year")
        state = reply.text("state")
        handed_in = None if state == EvaluationReply.State.DRAFT else reply.moment("handed_in")
        data.put(
            EvaluationReply,
            reply,
            {"request": request, "measure": measure},
            by=("request", "measure"),
            at_first={
                **reply.columns(EvaluationReply, "verdict", "reasoning", "remark"),
                "state": state,
                "submitted_at": handed_in,
            },
        )
