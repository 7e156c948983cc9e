from datetime import date

from django.utils import timezone

from measures.indicator_sources import counted_value
from roundtable import indicators
from roundtable.models import Body, Membership
from tests.measures.factories import make_organisation


def test_members_are_organisations_and_people_who_speak_for_themselves(db):
    table = Body.objects.create(slug="table", name_de="Runder Tisch", kind="round_table")
    board = Body.objects.create(slug="board", name_de="Vorstand", kind="board")
    member = make_organisation("verein", "Verein")

    def join(body=table, **fields):
        fields = {"starts_on": date(2020, 1, 1)} | fields
        return Membership.objects.create(body=body, **fields)

    join(organisation=member)
    join(person_name="Rana Beispiel")
    join(person_name="Ben Beispiel", represents=member, role="delegate")
    join(person_name="Cem Beispiel", ends_on=date(2021, 6, 30))
    join(board, person_name="Dana Beispiel")

    numbers = [indicators.members_in(year) for year in (2019, 2020, 2021)]

    assert numbers == [None, 3, 2]
    assert indicators.members_on(date(2021, 6, 30)) == 3
    assert indicators.members_in(timezone.localdate().year + 1) is None
    assert counted_value("roundtable.members", 2020) == 3
