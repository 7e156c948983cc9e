from django.core.mail import EmailMessage, get_connection

OUTBOX = "kit_portal.common.mail.OutboxFolderBackend"


def test_desk_is_for_staff_and_sends_members_to_their_round_table(office, lead, member, client_of):
    staff, guest = client_of(lead).get("/en/desk/"), client_of(member).get("/en/desk/")

    assert staff.status_code == 200
    assert guest["Location"] == "/en/round-table/my/"


def test_desk_shows_only_jobs_of_the_role(office, interpreter_desk, client_of):
    html = client_of(interpreter_desk).get("/en/desk/").content.decode()

    assert "Log a mission" in html
    assert "Implementation report" not in html


def test_outbox_shows_a_mail_that_would_have_gone_out(office, lead, client_of, settings, tmp_path):
    settings.EMAIL_BACKEND, settings.OUTBOX_FOLDER = OUTBOX, tmp_path
    EmailMessage(
        "Hallo Runde", "Der Text", to=["mara@example.org"], connection=get_connection()
    ).send()
    client = client_of(lead)

    listed = client.get("/en/desk/outbox/").content.decode()
    name = next(tmp_path.glob("*.eml")).name
    shown = client.get(f"/en/desk/outbox/{name}/").content.decode()

    assert "Hallo Runde" in listed
    assert "Der Text" in shown


def test_outbox_is_closed_where_real_mail_goes_out(office, lead, client_of):
    assert client_of(lead).get("/en/desk/outbox/").status_code == 404


def test_outbox_opens_no_other_file(office, lead, client_of, settings, tmp_path):
    settings.EMAIL_BACKEND, settings.OUTBOX_FOLDER = OUTBOX, tmp_path / "mail"
    (tmp_path / "mail").mkdir()
    (tmp_path / "secret.eml").write_text("Subject: x")

    assert client_of(lead).get("/en/desk/outbox/..%2Fsecret.eml/").status_code == 404
