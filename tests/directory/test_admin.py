import pytest
from django.urls import reverse

from directory.models import ContactPoint, Language, Office, Organisation, StaffRole, Topic


@pytest.mark.parametrize(
    "model", [Organisation, Topic, StaffRole, ContactPoint, Language], ids=lambda m: m.__name__
)
def test_lists_and_forms_open(client_of, lead, office, model):
    name = f"admin:directory_{model._meta.model_name}"

    assert client_of(lead).get(reverse(f"{name}_changelist")).status_code == 200
    assert client_of(lead).get(reverse(f"{name}_add")).status_code == 200


def test_office_list_leads_to_the_one_office(client_of, lead, office):
    response = client_of(lead).get(reverse("admin:directory_office_changelist"))

    assert response.url == reverse("admin:directory_office_change", args=[office.pk])


def test_office_can_be_entered_once_and_never_deleted(client_of, lead):
    client = client_of(lead)
    first = client.get(reverse("admin:directory_office_changelist"))
    Office.objects.create(name_de="Amt", municipality="Stadt Muster")

    assert first.url == reverse("admin:directory_office_add")
    assert client.get(reverse("admin:directory_office_add")).status_code == 403
    assert client.get(reverse("admin:directory_office_delete", args=[1])).status_code == 403


def test_contact_points_are_published_with_who_and_when(client_of, editor, make_place):
    place = make_place(public=False)

    client_of(editor).post(
        reverse("admin:directory_contactpoint_changelist"),
        {"action": "publish_selected", "_selected_action": [place.pk]},
    )

    place.refresh_from_db()
    assert (place.is_published, place.published_by) == (True, editor)


def test_auditor_looks_but_does_not_write(client_of, auditor, make_place):
    place = make_place()
    address = reverse("admin:directory_contactpoint_change", args=[place.pk])

    assert client_of(auditor).get(address).status_code == 200
    assert client_of(auditor).post(address, {"slug": "anders"}).status_code == 403


def test_place_name_is_what_people_say():
    assert Office(municipality="Stadt Flensburg").place_name == "Flensburg"
    assert Office(municipality="Kreis Plön").place_name == ""
