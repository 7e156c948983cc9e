import pytest

from directory.models import Responsibility, StaffRole, Topic


@pytest.fixture
def make_topic(db):
    def make(name, *roles):
        topic = Topic.objects.create(slug=name.lower(), name_de=name)
        for index, role in enumerate(roles):
            Responsibility.objects.create(topic=topic, staff_role=role, is_deputy=index > 0)
        return topic

    return make


@pytest.fixture
def make_role(db, lead):
    def make(slug, **fields):
        return StaffRole.objects.create(slug=slug, name_de=slug.title(), holder=lead, **fields)

    return make


def test_page_names_roles_and_never_their_holder(client, office, make_topic, make_role, lead):
    leader = make_role("leitung", phone="0461 555-0101", email="leitung@example.org")
    make_topic("Wohnen", leader)
    make_topic("Frei")

    response = client.get("/de/contact-points/who-is-responsible/")
    html = response.content.decode()

    assert [topic.name for topic in response.context["topics"]] == ["Wohnen"]
    assert [role.name for role in response.context["roles"]] == ["Leitung"]
    assert '<bdi dir="ltr">0461 555-0101</bdi>' in html
    assert lead.name not in html
    assert lead.email not in html


def test_page_puts_deputies_second(client, office, make_topic, make_role):
    first, second = make_role("zweite", position=2), make_role("erste", position=1)
    make_topic("Wohnen", first, second)

    response = client.get("/de/contact-points/who-is-responsible/")

    (topic,) = response.context["topics"]
    assert [one.staff_role.slug for one in topic.responsibilities.all()] == ["zweite", "erste"]


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_the_same_number_of_queries(
    client, office, make_topic, make_role, django_assert_num_queries, number
):
    for index in range(number):
        make_topic(f"Thema{index}", make_role(f"rolle-{index}"))

    with django_assert_num_queries(5):
        client.get("/de/contact-points/who-is-responsible/")
