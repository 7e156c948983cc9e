from io import BytesIO
from unittest.mock import patch

import pikepdf
import pytest
from django.core.cache import cache

from kit_portal.common import pdf
from measures import profile_pdf
from measures.models import ForumComment, Measure, MeasureProfile
from tests.measures.factories import LONG_AGO, make_finding, make_measure, make_profile

ADDRESS = "/de/measures/check-up/certificate/"


@pytest.fixture
def profile(office, concept):
    return make_profile(concept, "certificate")


def comment(profile, text, **fields):
    return ForumComment.objects.create(
        profile=profile, text_de=text, **({"forum": "3. Forum", "is_public": True} | fields)
    )


# --- the public page -----------------------------------------------------------------------------


def test_profile_page_shows_what_is_public_only(profile, concept, client):
    MeasureProfile.objects.update(objective_de="Alle wohnen.", responsible="KIT")
    profile.findings.add(make_finding(concept, "Wohnungen fehlen."))
    profile.findings.add(make_finding(concept, "Geheime Lücke.", published=False))
    comment(profile, "Gute Idee.")
    comment(profile, "Nicht für alle.", is_public=False)

    page = client.get(ADDRESS).content.decode()

    assert "Alle wohnen." in page
    assert "Wohnungen fehlen." in page
    assert "Gute Idee." in page
    assert "Geheime Lücke." not in page
    assert "Nicht für alle." not in page
    assert "adopt" not in page


@pytest.mark.parametrize(("published", "shown"), [(True, True), (False, False)])
def test_profile_page_names_the_measure_it_became(profile, goal, client, published, shown):
    profile.measure = make_measure(goal, "1.1.7", title_de="Kurs Wohnen", published=published)
    profile.save()

    assert ("Kurs Wohnen" in client.get(ADDRESS).content.decode()) is shown


def test_draft_profile_is_not_there(profile, client, editor, client_of):
    MeasureProfile.objects.update(published_at=None)

    assert client.get(ADDRESS).status_code == 404
    assert client.get(f"{ADDRESS}pdf/").status_code == 404
    page = client_of(editor).get(ADDRESS)
    assert page.status_code == 200
    assert "/pdf/" not in page.content.decode()


def test_check_up_names_gaps_that_nobody_answers(profile, concept, client):
    make_finding(concept, "Niemand hilft.")

    page = client.get("/en/measures/check-up/").content.decode()

    assert "0 of 1 findings have an answer" in page
    before = page.index("What nobody answers yet"), page.index("Niemand hilft.")
    assert before[0] < before[1] < page.index("Needs and gaps, and what answers them")


# --- the PDF -------------------------------------------------------------------------------------


@pytest.fixture
def empty_cache():
    cache.clear()
    yield
    cache.clear()


def read(response):
    assert response["Content-Type"] == "application/pdf"
    return pikepdf.open(BytesIO(response.content))


@pytest.mark.parametrize("language", ["de", "ar", "uk", "kmr"])
def test_pdf_is_one_tagged_page_in_the_readers_language(profile, client, empty_cache, language):
    document = read(client.get(f"/{language}/measures/check-up/certificate/pdf/"))

    assert len(document.pages) == 1
    assert str(document.Root.Lang) == language
    assert document.Root.MarkInfo.Marked
    assert "certificate" in str(document.docinfo["/Title"])


def test_long_texts_are_set_smaller_and_still_fill_one_page(profile, client, empty_cache):
    sentence = "Wir wohnen gut und gern in dieser Stadt. "
    MeasureProfile.objects.update(objective_de=sentence * 50, steps_de=sentence * 35)

    assert len(read(client.get(f"{ADDRESS}pdf/")).pages) == 1


def test_texts_that_never_fit_are_told_with_the_remedy(profile, client_of, editor, empty_cache):
    MeasureProfile.objects.update(objective_de="Ein Satz über das Wohnen. " * 600)

    answer = client_of(editor).get("/en/measures/check-up/certificate/pdf/", follow=True)

    assert answer.redirect_chain == [("/en/measures/check-up/certificate/", 302)]
    assert "do not fit on one page" in answer.content.decode()


def test_pdf_is_rendered_once_for_the_same_content(profile, client, empty_cache):
    with patch.object(profile_pdf, "render_pdf", wraps=pdf.render_pdf) as render:
        first, second = (client.get(f"{ADDRESS}pdf/").content for _ in range(2))
        assert render.call_count == 1
        MeasureProfile.objects.update(title_de="Neuer Titel")
        third = client.get(f"{ADDRESS}pdf/").content

    assert first == second != third
    assert render.call_count == 2


def test_pdf_holds_nothing_that_is_not_public(profile, concept, empty_cache):
    profile.findings.add(make_finding(concept, "Sichtbar."))
    profile.findings.add(make_finding(concept, "Entwurf.", published=False))

    context = profile_pdf.context_of(profile, language="de")

    assert [finding.text for finding in context["findings"]] == ["Sichtbar."]


def test_without_text_libraries_there_is_no_link_to_a_pdf(profile, client):
    with patch("measures.check_up_views.is_pdf_available", return_value=False):
        page = client.get(ADDRESS)
        answer = client.get(f"{ADDRESS}pdf/")

    assert "/pdf/" not in page.content.decode()
    assert answer.status_code == 302


# --- profile → measure ---------------------------------------------------------------------------


def test_one_click_makes_a_measure_and_another_undoes_it(profile, goal, editor, client_of):
    visitor = client_of(editor)

    visitor.post(f"{ADDRESS}adopt/", {"goal": goal.pk})
    made = Measure.objects.get()
    answer = visitor.post(f"{ADDRESS}adopt/undo/")

    assert (made.number, made.is_published) == ("1.1.1", False)
    assert answer.url == ADDRESS
    assert not Measure.objects.exists()


def test_click_without_a_goal_says_what_is_missing(profile, goal, editor, client_of):
    answer = client_of(editor).post(f"{ADDRESS}adopt/", {"goal": ""})

    assert answer.status_code == 400
    assert "goal" in answer.context["form"].errors
    assert not Measure.objects.exists()


@pytest.mark.parametrize("action", ["adopt/", "adopt/undo/"])
def test_looking_changes_nothing(profile, editor, client_of, action):
    assert client_of(editor).get(f"{ADDRESS}{action}").status_code == 405


@pytest.mark.parametrize("action", ["adopt/", "adopt/undo/"])
def test_clicks_are_for_those_who_may_add_measures(
    profile, goal, client, auditor, client_of, action
):
    assert client.post(f"{ADDRESS}{action}", {"goal": goal.pk}).status_code == 302
    assert client_of(auditor).post(f"{ADDRESS}{action}", {"goal": goal.pk}).status_code == 403
    assert not Measure.objects.exists()


# --- comments ------------------------------------------------------------------------------------

COMMENTS = "/en/measures/check-up/comments/"


def test_many_comments_are_entered_at_once_and_in_german(profile, editor, client_of):
    data = {"forum": "3. Forum", "profile": profile.pk, "texts": "- Gut.\n\n• Teuer.\nGut.\n"}

    answer = client_of(editor).post(COMMENTS, data)

    assert [(c.forum, c.text_de, c.is_public) for c in profile.comments.all()] == [
        ("3. Forum", "Gut.", False),
        ("3. Forum", "Teuer.", False),
    ]
    assert answer.url == f"{COMMENTS}?forum=3.+Forum&profile={profile.pk}#id_texts"


def test_comments_sent_twice_are_stored_once(profile, editor, client_of):
    data = {"forum": "3. Forum", "profile": profile.pk, "texts": "Gut.", "is_public": "on"}

    for _time in range(2):
        client_of(editor).post(COMMENTS, data)

    assert ForumComment.objects.get().is_public


def test_comments_with_a_mistake_keep_what_was_typed(profile, editor, client_of):
    answer = client_of(editor).post(COMMENTS, {"forum": "", "profile": profile.pk, "texts": "Gut."})

    assert answer.context["form"].errors.keys() == {"forum"}
    assert "Gut." in answer.content.decode()


def test_ticked_comments_of_a_forum_are_public_and_no_others(profile, editor, client_of):
    shown, hidden = comment(profile, "Ja.", is_public=False), comment(profile, "Nein.")
    elsewhere = comment(profile, "Woanders.", forum="2. Forum")

    client_of(editor).post(f"{COMMENTS}publish/", {"forum": "3. Forum", "public": [shown.pk]})

    public = set(ForumComment.objects.filter(is_public=True))
    assert public == {shown, elsewhere}
    assert hidden not in public


def test_comment_is_seen_with_its_profile_only(profile, client):
    comment(profile, "Gut.")
    profile.withdraw()

    assert client.get(ADDRESS).status_code == 404
    profile.publish(at=LONG_AGO)
    assert "Gut." in client.get(ADDRESS).content.decode()
