from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from directory.models import ContactPoint, Office
from welcome.models import Page


def test_page_below_itself_is_refused(make_page):
    top = make_page("oben")
    below = make_page("unten", parent=top)
    top.parent = below

    with pytest.raises(ValidationError):
        top.full_clean()


def test_fixed_page_has_its_key_as_address(make_page):
    with pytest.raises(IntegrityError):
        make_page("anders", key="imprint")


def test_fixed_page_exists_once(make_page):
    make_page("imprint", key="imprint")

    with pytest.raises(IntegrityError):
        Page.objects.create(slug="imprint", key="imprint")


def test_publish_wants_the_page_above_first(make_page):
    top = make_page("oben", public=False)
    below = make_page("unten", public=False, parent=top)

    with pytest.raises(ValidationError):
        below.publish(at=timezone.now())
    top.publish(at=timezone.now())
    below.publish(at=timezone.now())

    assert Page.objects.published().count() == 2


def test_withdraw_takes_the_branch_along(make_page):
    top = make_page("oben")
    make_page("unten", parent=make_page("mitte", parent=top))
    make_page("daneben")

    top.withdraw()

    assert [page.slug for page in Page.objects.published()] == ["daneben"]


def test_public_page_does_not_move_below_a_draft(make_page):
    page = make_page("offen")
    page.parent = make_page("entwurf", public=False)

    with pytest.raises(ValidationError) as caught:
        page.full_clean()

    assert list(caught.value.message_dict) == ["parent"]


def test_index_shows_two_levels_in_order_without_fixed_pages(client, office, make_page):
    second = make_page("zweite", position=2)
    first = make_page("erste", position=1)
    make_page("b", parent=first, position=2)
    inner = make_page("a", parent=first, position=1)
    make_page("tief", parent=inner)
    make_page("entwurf", parent=second, public=False)
    make_page("imprint", key="imprint")

    branches = client.get("/de/info/").context["branches"]

    assert [(one.page.slug, [page.slug for page in one.below]) for one in branches] == [
        ("erste", ["a", "b"]),
        ("zweite", []),
    ]


def test_page_has_its_way_from_the_top_as_breadcrumb(client, office, make_page):
    top = make_page("oben")
    middle = make_page("mitte", parent=top)
    make_page("unten", parent=middle)

    response = client.get("/de/info/unten/")

    assert [page.slug for page in response.context["above"]] == ["oben", "mitte"]


def test_page_lists_what_is_public_below_it(client, client_of, editor, office, make_page):
    top = make_page("oben")
    make_page("offen", parent=top)
    make_page("entwurf", parent=top, public=False)

    seen = client.get("/de/info/oben/").context["below"]
    staff = client_of(editor).get("/de/info/oben/").context["below"]

    assert [page.slug for page in seen] == ["offen"]
    assert [page.slug for page in staff] == ["entwurf", "offen"]


def test_page_is_closed_while_a_page_above_is_a_draft(client, office, make_page):
    top = make_page("oben", public=False)
    make_page("unten", parent=make_page("mitte", parent=top))

    assert client.get("/de/info/unten/").status_code == 404


def test_draft_page_is_for_staff_only(client, client_of, editor, member, office, make_page):
    make_page("entwurf", public=False)

    assert client.get("/de/info/entwurf/").status_code == 404
    assert client_of(member).get("/de/info/entwurf/").status_code == 404
    assert client_of(editor).get("/de/info/entwurf/").status_code == 200


def test_page_shows_public_contact_points_with_isolated_phones(client, office, make_page):
    page = make_page()
    page.contact_points.add(
        ContactPoint.objects.create(
            slug="amt", name_de="Amt", phone="0461 555-0123", published_at=timezone.now()
        ),
        ContactPoint.objects.create(slug="geheim", name_de="Geheim"),
    )

    response = client.get("/ar/info/ankommen/")

    assert [place.slug for place in response.context["places"]] == ["amt"]
    assert '<bdi dir="ltr">0461 555-0123</bdi>' in response.content.decode()


def test_page_marks_german_texts_in_arabic(client, office, make_page):
    make_page(title_de="Ankommen", title_ar="الوصول", body_de="# Zuerst\n\nEin Termin.")

    html = client.get("/ar/info/ankommen/").content.decode()

    assert '<html lang="ar" dir="rtl">' in html
    assert '<h1 class="page-head__title">الوصول</h1>' in html
    assert '<span lang="de" dir="ltr">Ankommen</span>' in html
    assert '<div lang="de" dir="ltr"><h2>Zuerst</h2>' in html


def test_page_escapes_html_in_markdown(client, office, make_page):
    make_page(body_de="<script>alert(1)</script> [Klick](javascript:alert(1))")

    html = client.get("/de/info/ankommen/").content.decode()

    assert "<script>alert" not in html
    assert 'href="javascript:' not in html


def test_page_says_when_it_was_checked(client, office, make_page):
    page = make_page()
    page.review(on=date(2026, 3, 2))

    assert "Last checked on March 2, 2026." in client.get("/en/info/ankommen/").content.decode()


@pytest.mark.parametrize("key", Page.Key.values)
def test_unwritten_fixed_page_shows_the_office(client, office, key):
    response = client.get(f"/de/info/{key}/")

    assert response.status_code == 200
    assert '<bdi dir="ltr">0461 555-0100</bdi>' in response.content.decode()


def test_fixed_page_withdrawn_on_purpose_stays_closed(client, office, make_page):
    make_page("privacy", key="privacy", public=False)

    assert client.get("/de/info/privacy/").status_code == 404


def test_imprint_adds_the_office(client, office, make_page):
    make_page("imprint", key="imprint", body_de="Angaben.")
    Office.objects.update(responsible="Die Leitung")

    assert "<bdi>Die Leitung</bdi>" in client.get("/de/info/imprint/").content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_index_asks_the_same_number_of_queries(
    client, office, make_page, django_assert_num_queries, number
):
    for index in range(number):
        make_page(f"unten-{index}", parent=make_page(f"oben-{index}"))

    with django_assert_num_queries(2):
        client.get("/de/info/")


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_the_same_number_of_queries(
    client, office, make_page, django_assert_num_queries, number
):
    page = make_page("mitte", parent=make_page("oben"))
    for index in range(number):
        make_page(f"unten-{index}", parent=page)
        page.contact_points.add(
            ContactPoint.objects.create(slug=f"amt-{index}", published_at=timezone.now())
        )

    with django_assert_num_queries(5):
        client.get("/de/info/mitte/")
