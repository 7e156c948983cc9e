from model_bakery import baker

from welcome.models import Feedback

FIND, ERASE = "/en/privacy-desk/", "/en/privacy-desk/erase/"


def test_address_nobody_knows_gives_a_plain_answer(office, lead, client_of):
    response = client_of(lead).post(FIND, {"email": "nobody@example.org"})

    assert "Nothing is stored under this address." in response.content.decode()


def test_erasing_needs_the_tick_and_says_so(office, lead, client_of):
    baker.make(Feedback, email="a@example.org", text="x")

    response = client_of(lead).post(ERASE, {"email": "a@example.org"})

    assert response.status_code == 200
    assert "This field is required." in response.content.decode()
    assert "a@example.org" in response.content.decode()


def test_editors_give_out_and_erase_nothing(office, editor, client_of):
    client = client_of(editor)

    assert client.get(FIND).status_code == 403
    assert client.post(ERASE, {"email": "a@example.org", "sure": "on"}).status_code == 403
