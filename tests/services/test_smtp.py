import smtplib

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

UNSUBSCRIBE = "<https://portal.example.org/unsubscribe/abc>"


def make_mail(*, to, subject="Einladung: Runder Tisch für Integration"):
    mail = EmailMultiAlternatives(
        subject,
        "Grüße aus dem Rathaus\nتحية من البلدية\n",
        "Büro <buero@example.org>",
        [to],
        headers={"List-Unsubscribe": UNSUBSCRIBE},
    )
    mail.attach_alternative("<p lang='ar' dir='rtl'>تحية من البلدية</p>", "text/html")
    return mail


def test_mail_arrives_with_its_parts_in_every_script(post_office):
    sent = make_mail(to="leser@example.org").send()

    [message] = post_office.messages
    text, html = message.iter_parts()
    assert sent == 1
    assert message.get_content_type() == "multipart/alternative"
    assert message["Subject"] == "Einladung: Runder Tisch für Integration"
    assert message["From"].addresses[0].display_name == "Büro"
    assert message["List-Unsubscribe"] == UNSUBSCRIBE
    assert text.get_content_type() == "text/plain"
    assert text.get_content() == "Grüße aus dem Rathaus\nتحية من البلدية\n"
    assert html.get_content_type() == "text/html"
    assert html.get_content() == "<p lang='ar' dir='rtl'>تحية من البلدية</p>"


def test_envelope_names_sender_and_recipient(post_office):
    make_mail(to="Leserin <leserin@example.org>").send()

    [envelope] = post_office.envelopes
    assert envelope.mail_from == "buero@example.org"
    assert envelope.rcpt_tos == ["leserin@example.org"]


def test_one_connection_carries_many_mails(post_office):
    mails = [make_mail(to=f"leser{number}@example.org") for number in range(20)]

    sent = get_connection().send_messages(mails)

    assert sent == 20
    assert [envelope.rcpt_tos for envelope in post_office.envelopes] == [
        [f"leser{number}@example.org"] for number in range(20)
    ]


def test_refused_address_reaches_the_caller_with_its_code(post_office):
    post_office.unknown.add("niemand@example.org")

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        make_mail(to="niemand@example.org").send()

    assert refusal.value.recipients == {"niemand@example.org": (550, b"5.1.1 No such mailbox")}
    assert post_office.envelopes == []


def test_subject_cannot_carry_a_header_of_its_own(post_office):
    with pytest.raises(ValueError, match="newlines"):
        make_mail(to="leser@example.org", subject="Hallo\nBcc: alle@example.org").send()

    assert post_office.envelopes == []
