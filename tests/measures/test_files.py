"""Documents of concepts and files of measures are handed out behind the model's door only."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from measures.models import Attachment, ConceptDocument
from tests.measures.factories import make_concept, make_field, make_goal, make_measure


def paper(name="plan.pdf", content=b"%PDF-1.4"):
    return SimpleUploadedFile(name, content)


def attach(measure):
    return Attachment.objects.create(measure=measure, title_de="Der Plan", file=paper())


def document_of(concept):
    return ConceptDocument.objects.create(concept=concept, title_de="Beschluss", file=paper())


def test_file_is_saved_under_its_title(office, client, measure):
    response = client.get(f"/de{attach(measure).get_absolute_url().removeprefix('/de')}")

    assert response["Content-Disposition"] == 'attachment; filename="Der_Plan.pdf"'
    assert b"".join(response.streaming_content) == b"%PDF-1.4"


def test_file_of_a_draft_does_not_exist_for_the_public(
    office, client, client_of, editor, interpreter_desk
):
    draft = make_concept(published=False)
    measure = make_measure(make_goal(make_field(draft)))
    paths = [attach(measure).get_absolute_url(), document_of(draft).get_absolute_url()]

    visitors = (client, client_of(interpreter_desk), client_of(editor))
    answers = [[visitor.get(path).status_code for path in paths] for visitor in visitors]

    assert answers == [[404, 404], [404, 404], [200, 200]]


def test_link_or_missing_file_is_not_found(office, client, measure):
    link = Attachment.objects.create(measure=measure, title_de="x", url="https://example.org/")
    lost = attach(measure)
    lost.file.storage.delete(lost.file.name)

    for one in (link, lost):
        assert client.get(f"/de/measures/files/{one.pk}/").status_code == 404


def test_concept_page_offers_its_documents(office, client, concept):
    document = document_of(concept)

    page = client.get("/de/measures/2016/").content.decode()

    assert f'href="{document.get_absolute_url()}"' in page
    assert "PDF" in page


@pytest.mark.parametrize("role", ["editor", "auditor"])
def test_admin_links_the_view_never_the_storage(request, office, client_of, measure, role):
    attachment = attach(measure)
    admin = client_of(request.getfixturevalue(role))

    page = admin.get(f"/de/admin/measures/measure/{measure.pk}/change/").content.decode()

    assert f'href="{attachment.get_absolute_url()}"' in page
    assert "/media/" not in page


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"file": paper("virus.html")}, "file"),
        ({"file": paper(content=b"x" * (20 * 1024 * 1024 + 1))}, "file"),
        ({}, "url"),
        ({"file": paper(), "url": "https://example.org/"}, "url"),
    ],
    ids=["type", "size", "neither", "both"],
)
def test_mistake_is_said_at_its_field(measure, fields, named):
    with pytest.raises(ValidationError) as mistake:
        Attachment(measure=measure, title_de="x", **fields).full_clean()

    assert named in mistake.value.message_dict


def test_stored_file_that_got_lost_hinders_no_other_change(measure):
    lost = attach(measure)
    lost.file.storage.delete(lost.file.name)

    Attachment.objects.get().full_clean()
