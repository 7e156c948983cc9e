"""The public pages: what is shown, and that no person and no small number is."""

from datetime import date

import pytest
from django.urls import reverse

from interpreters.models import MissionTally, PartnershipTally
from tests.interpreters.factories import (
    make_institution,
    make_interpreter,
    make_mission,
    make_partnership,
)

PAGES = ("home", "request", "requested", "volunteer")


@pytest.fixture
def home():
    return reverse("interpreters:home")


@pytest.fixture
def busy_pool(office, farsi, sorani):
    people = [
        make_interpreter(
            f"Vorname{number} Nachname{number}",
            email=f"person{number}@example.org",
            phone=f"0461 77700{number}",
            languages=[farsi],
            notes="nur vormittags",
        )
        for number in range(6)
    ]
    make_interpreter("Einzige Person", languages=[sorani])
    practice = make_institution("Praxis Geheim")
    for person in people:
        make_mission(language=farsi, interpreter=person, pool="volunteer", institution=practice)
    make_partnership("LERN-1", volunteer=people[0])
    return people


@pytest.mark.parametrize("name", PAGES)
def test_public_page_opens_for_everybody(client, office, name):
    assert client.get(reverse(f"interpreters:{name}")).status_code == 200


@pytest.mark.parametrize("language", ["de", "en", "ar", "de-simple"])
@pytest.mark.parametrize("name", PAGES)
def test_public_page_names_nobody(client, client_of, lead, busy_pool, name, language):
    path = reverse(f"interpreters:{name}").replace("/de/", f"/{language}/")

    pages = [client.get(path), client_of(lead).get(path)]

    secrets = [
        "Vorname",
        "Nachname",
        "Einzige",
        "person0@",
        "77700",
        "vormittags",
        "Geheim",
        "LERN",
    ]
    found = [secret for secret in secrets for page in pages if secret in page.content.decode()]
    assert [page.status_code for page in pages] == [200, 200]
    assert found == []


def test_home_counts_speakers_only_from_five_on(client, home, busy_pool):
    page = client.get(home)

    offered = {one.language.tag: one.speakers for one in page.context["languages"]}
    chips = page.content.decode().split('<li class="chip chip--outline">')[1:]
    assert {tag: total.is_presentable for tag, total in offered.items()} == {
        "pes": True,
        "ckb": False,
    }
    assert ["muted" in chip.split("</li>")[0] for chip in chips] == [True, False]


def test_home_leaves_small_figures_out(client, home, office):
    make_interpreter("A", pools=["internal"])
    MissionTally.objects.create(
        count=436, first_day=date(2010, 1, 1), last_day=date(2016, 12, 31), source="Bericht"
    )
    MissionTally.objects.create(
        kind="guide",
        count=300,
        is_at_least=True,
        first_day=date(2010, 1, 1),
        last_day=date(2016, 12, 31),
        source="Bericht",
    )
    PartnershipTally.objects.create(
        count=88, first_day=date(2010, 1, 1), last_day=date(2016, 12, 31), source="Bericht"
    )

    html = client.get(home).content.decode()

    values = [part.split("<")[0] for part in html.split('<dd class="figure__value">')[1:]]
    assert values == ["436", "300+", "88"]


def test_home_needs_the_same_queries_for_one_and_for_three(
    client, home, office, farsi, sorani, kurmanji, django_assert_num_queries
):
    make_mission(language=farsi, interpreter=make_interpreter("A", languages=[farsi]))
    client.get(home)
    with django_assert_num_queries(13):
        client.get(home)
    make_mission(language=sorani, interpreter=make_interpreter("B", languages=[sorani]))
    make_mission(language=kurmanji, interpreter=make_interpreter("C", languages=[kurmanji]))

    with django_assert_num_queries(13):
        client.get(home)
