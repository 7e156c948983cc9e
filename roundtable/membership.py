"""Who belongs to a body, as one reader may know it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from kit_portal.common.models import Viewer
from roundtable.models import Body, Membership


@dataclass
class Roll:
    """The members of one body: all are counted, those whom the reader may know are named."""

    body: Body
    individuals_count: int = 0
    organisations_count: int = 0
    people: list[Membership] = field(default_factory=list)
    organisations: list[Membership] = field(default_factory=list)
    people_count: int = 0

    @property
    def unnamed_count(self) -> int:
        return self.people_count - len(self.people)

    @property
    def has_delegates(self) -> bool:
        """Whether somebody named here speaks for an organisation."""
        return any(membership.represents is not None for membership in self.people)


def rolls_of(bodies: Iterable[Body], *, user: Viewer, today: date) -> list[Roll]:
    """Return a roll for each of ``bodies``, which must have come through their door."""
    rolls = {body.pk: Roll(body) for body in bodies}
    current = Membership.objects.active(today).filter(body__in=rolls)
    counts = (
        current.order_by()
        .values_list("body")
        .annotate(
            people=Count("pk", filter=Q(organisation__isnull=True)),
            individuals=Count("pk", filter=Q(organisation__isnull=True, represents__isnull=True)),
            organisations=Count("pk", filter=Q(organisation__isnull=False)),
        )
    )
    for pk, people, individuals, organisations in counts:
        rolls[pk].people_count = people
        rolls[pk].individuals_count = individuals
        rolls[pk].organisations_count = organisations
    named = current.filter(pk__in=Membership.objects.visible_to(user).values("pk"))
    for membership in named.select_related("person", "organisation", "represents").by_role():
        roll = rolls[membership.body_id]
        (roll.people if membership.organisation is None else roll.organisations).append(membership)
    return list(rolls.values())
