"""How complete a round is: by action field, by organisation, and who has to be reminded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.models import Organisation
from kit_portal.common.charts import NARROW, Bar, Chart, horizontal_bars
from measures.evaluation_round import Round, RoundRow
from measures.models import EvaluationReply, EvaluationRequest, Participant


class Standing(models.TextChoices):
    """How far an organisation is."""

    NO_ADDRESS = "no_address", gettext_lazy("no e-mail address")
    NOT_ASKED = "not_asked", gettext_lazy("not asked")
    MAIL_WAITS = "mail_waits", gettext_lazy("mail is being sent")
    ASKED = "asked", gettext_lazy("asked, nothing handed in")
    PARTLY = "partly", gettext_lazy("partly handed in")
    COMPLETE = "complete", gettext_lazy("complete")
    EXPIRED = "expired", gettext_lazy("link has expired")
    WITHDRAWN = "withdrawn", gettext_lazy("link withdrawn")


@dataclass(frozen=True)
class OrganisationRow:
    """An organisation with the measures that it leads or takes part in, and what it was asked."""

    organisation: Organisation
    leads: Sequence[RoundRow]
    partners: Sequence[RoundRow]
    request: EvaluationRequest | None
    now: datetime

    @property
    def rows(self) -> list[RoundRow]:
        """What it is, or would be, asked about."""
        asks_partners = self.request.includes_partners if self.request else not self.leads
        return [*self.leads, *(self.partners if asks_partners else ())]

    @property
    def leads_evaluated(self) -> int:
        return sum(row.evaluation is not None for row in self.leads)

    @property
    def handed_in(self) -> int:
        return sum(self._has_handed_in(row) for row in self.rows)

    @property
    def open(self) -> int:
        """As ``EvaluationRequest.open_measures`` counts."""
        return sum(row.evaluation is None and not self._has_handed_in(row) for row in self.rows)

    @property
    def standing(self) -> Standing:
        request = self.request
        if request is None:
            return Standing.NOT_ASKED if self.organisation.email else Standing.NO_ADDRESS
        if not self.open:
            return Standing.COMPLETE
        if not request.is_valid(now=self.now):
            return Standing.WITHDRAWN if request.withdrawn_at else Standing.EXPIRED
        if request.mailed_at is None:
            return Standing.MAIL_WAITS
        return Standing.PARTLY if self.handed_in else Standing.ASKED

    @property
    def is_open(self) -> bool:
        """Whether it was asked and still owes something, by a link that works."""
        return self.standing in {Standing.ASKED, Standing.PARTLY}

    def _has_handed_in(self, row: RoundRow) -> bool:
        return any(
            reply.request_id == self.request.pk and reply.state in EvaluationReply.HANDED_IN
            for reply in row.replies
            if self.request
        )


def organisations_of(current: Round, *, now: datetime) -> list[OrganisationRow]:
    """Return who leads or takes part in the round's measures, by name; no query."""
    parts: dict[Organisation, dict[str, list[RoundRow]]] = defaultdict(lambda: defaultdict(list))
    for row in current.rows:
        for participant in row.measure.participants.all():
            parts[participant.organisation][participant.role].append(row)
    found = [
        OrganisationRow(
            organisation,
            leads=by_role[Participant.Role.LEAD],
            partners=[
                row
                for row in by_role[Participant.Role.PARTNER]
                if row not in by_role[Participant.Role.LEAD]
            ],
            request=next(iter(organisation.evaluation_requests.all()), None),
            now=now,
        )
        for organisation, by_role in parts.items()
    ]
    rows = [row for row in found if row.leads or row.partners]
    return sorted(rows, key=lambda row: row.organisation.name.casefold())


def evaluated_chart(rows: Iterable[RoundRow]) -> Chart:
    """How many measures of each action field are evaluated."""
    fields: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        fields[str(row.measure.goal.action_field)].append(row.evaluation is not None)
    done = sum(sum(one) for one in fields.values())
    total = sum(len(one) for one in fields.values())
    return horizontal_bars(
        _("%(done)d of %(total)d measures evaluated") % {"done": done, "total": total},
        [
            Bar(
                label,
                sum(one) / len(one) * 100,
                text=_("%(part)d of %(whole)d") % {"part": sum(one), "whole": len(one)},
            )
            for label, one in fields.items()
        ],
        label_heading=_("Action field"),
        value_heading=_("Evaluated"),
        width=NARROW,
    )
