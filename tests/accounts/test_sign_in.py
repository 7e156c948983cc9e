import pytest
from allauth.mfa.models import Authenticator

from tests.conftest import PASSWORD

LOGIN = "/en/account/login/"


def sign_in(client, user, password=PASSWORD):
    return client.post(LOGIN, {"login": user.email, "password": password})


def test_staff_reach_the_desk_after_sign_in(client, office, lead):
    response = sign_in(client, lead)

    assert response.status_code == 302
    assert response["Location"] == "/en/desk/"


def test_wrong_password_says_so_and_keeps_the_address(client, office, lead):
    response = sign_in(client, lead, "wrong")

    assert response.status_code == 200
    assert lead.email in response.content.decode()
    assert not response.wsgi_request.user.is_authenticated


def test_six_wrong_passwords_close_the_login_even_for_the_right_one(client, office, lead):
    for _attempt in range(6):
        response = sign_in(client, lead, "wrong")

    assert response.status_code == 429
    assert sign_in(client, lead).status_code == 429


def test_nobody_signs_up(client, office):
    response = client.post(
        "/en/account/signup/",
        {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert response.status_code == 200
    assert not client.session.get("_auth_user_id")


@pytest.mark.parametrize("address", ["/en/desk/", "/en/admin/"])
def test_staff_without_second_factor_set_it_up_first(client, office, lead, settings, address):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")

    response = client.get(address)

    assert response.status_code == 302
    assert response["Location"] == "/en/account/2fa/totp/activate/"


def test_staff_with_second_factor_pass(client, office, lead, settings):
    settings.STAFF_SECOND_FACTOR = True
    Authenticator.objects.create(user=lead, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/en/desk/").status_code == 200


def test_members_need_no_second_factor(client, office, member, settings):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/en/account/password/change/").status_code == 200
    assert client.get("/en/round-table/").status_code == 200


def test_admin_sends_strangers_to_the_portals_own_sign_in(client, office):
    response = client.get("/en/admin/", follow=True)

    assert response.redirect_chain[-1][0].startswith("/en/account/login/?next=")


def test_admin_is_closed_to_members(client, office, member):
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/en/admin/", follow=True).status_code == 403
