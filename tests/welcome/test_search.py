from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import override

from directory.models import ContactPoint
from measures.models import Concept, Measure
from roundtable.models import Body, Meeting, Motion
from welcome.search import HITS_A_KIND, score_of, search


def found(text, *, language="de", user=None):
    with override(language):
        groups = search(text, user=user or AnonymousUser(), now=timezone.now())
    return {group.kind.name: [str(hit.thing) for hit in group.hits] for group in groups}


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("grosse", "Größe der Wohnung"),
        ("GRÖSSE", "Größe der Wohnung"),
        ("strasse", "Straße finden"),
        ("buero", "Bürozeiten"),
        ("wohn größe", "Größe der Wohnung"),
    ],
)
def test_search_forgives_spelling(make_page, typed, title):
    make_page("treffer", title_de=title)
    make_page("anderes", title_de="Etwas anderes")

    assert found(typed) == {"pages": [title]}


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "a", "  ", "…"])
def test_search_for_too_little_finds_nothing(make_page, typed):
    make_page("a", title_de="a …")

    assert found(typed) == {}


def test_search_wants_every_word(make_page):
    make_page("a", title_de="Deutsch lernen")
    make_page("b", title_de="Deutsch üben")

    assert found("deutsch lernen") == {"pages": ["Deutsch lernen"]}


def test_arabic_visitor_finds_by_the_german_word_of_a_letter(client, office, make_page):
    make_page("termin", title_de="Aufenthaltstitel", title_ar="تصريح الإقامة")
    make_page("nur-deutsch", title_de="Aufenthaltsgestattung", position=1)

    response = client.get("/ar/search/?q=aufenthalt")
    html = response.content.decode()

    (group,) = response.context["groups"]
    assert [hit.thing.slug for hit in group.hits] == ["termin", "nur-deutsch"]
    assert 'href="/ar/info/termin/">تصريح الإقامة</a>' in html
    assert '<span lang="de" dir="ltr">Aufenthaltstitel</span>' in html
    assert '<span lang="de" dir="ltr">Aufenthaltsgestattung</span>' in html


def test_arabic_visitor_finds_by_arabic_letters_of_any_keyboard(make_page):
    make_page("a", title_de="Aufenthalt", title_ar="الإقامة")

    with override("ar"):
        assert found("الاقامه", language="ar") == {"pages": ["الإقامة"]}
    assert found("الاقامه", language="en") == {}


def test_search_goes_through_the_doors(make_page, make_event, editor):
    make_page("geheim", title_de="Geheimes", public=False)
    make_event("geheim", title_de="Geheimes Fest", public=False)
    ContactPoint.objects.create(slug="geheim", name_de="Geheimes Amt", summary_de="")
    concept = Concept.objects.create(
        slug="k1", title_de="Konzept", period_from=2016, period_to=2022
    )
    field = concept.action_fields.create(number=1, title_de="Feld")
    goal = field.goals.create(number=1, text_de="Ziel")
    Measure.objects.create(concept=concept, goal=goal, number="1.1.1", title_de="Geheimes")
    Motion.objects.create(
        body=Body.objects.create(slug="rt", name_de="Tisch"), title_de="Geheimes", text_de="Text"
    )

    assert found("geheim") == {}
    assert set(found("geheim", user=editor)) == {
        "pages",
        "events",
        "contact_points",
        "measures",
        "motions",
    }


def test_search_finds_meetings_by_their_body(client, office, db):
    body = Body.objects.create(slug="rt", name_de="Runder Tisch")
    now = timezone.now()
    Meeting.objects.create(body=body, starts_at=now, published_at=now)
    Meeting.objects.create(
        body=body, starts_at=now + timedelta(1), published_at=now, is_public=False
    )

    (group,) = client.get("/de/search/?q=runder").context["groups"]

    assert (group.kind.name, group.total) == ("meetings", 1)


def test_search_shows_the_best_and_counts_the_rest(make_page):
    for index in range(HITS_A_KIND + 3):
        make_page(f"s-{index}", title_de=f"Das Wohnen {index}", position=index)
    make_page("best", title_de="Wohnen", position=99)

    with override("de"):
        (group,) = search("wohnen", user=AnonymousUser(), now=timezone.now())

    assert group.hits[0].thing.slug == "best"
    assert (len(group.hits), group.more) == (HITS_A_KIND, 4)


def test_score_prefers_beginnings_and_titles():
    words = ["kurs"]

    scores = [
        score_of(words, titles=["kurs"], summary=""),
        score_of(words, titles=["der kurs"], summary=""),
        score_of(words, titles=["sprachkurs"], summary=""),
        score_of(words, titles=["deutsch"], summary="ein kurs"),
        score_of(words, titles=["deutsch"], summary=""),
    ]

    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)
    assert scores[-1] == 0


def test_empty_state_gives_hints(client, office):
    html = client.get("/en/search/?q=<b>unsinn").content.decode()

    assert "Nothing found for “&lt;b&gt;unsinn”" in html
    assert "/en/contact-points/" in html


@pytest.mark.parametrize("number", [1, 3])
def test_search_asks_the_same_number_of_queries(
    client, office, make_page, make_event, django_assert_num_queries, number
):
    body = Body.objects.create(slug="rt", name_de="Wohnen am Tisch")
    now = timezone.now()
    for index in range(number):
        make_page(f"s-{index}", title_de=f"Wohnen {index}")
        make_event(f"e-{index}", title_de=f"Wohnen {index}")
        ContactPoint.objects.create(slug=f"c-{index}", name_de="Wohnamt Wohnen", published_at=now)
        Meeting.objects.create(body=body, starts_at=now + timedelta(index), published_at=now)

    with django_assert_num_queries(7):
        response = client.get("/de/search/?q=wohnen")

    assert len(response.context["groups"]) == 4
