"""Newsletters through every kind of mail server that EMAIL_URL can name."""

import socket
import ssl

import environ
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from benchmarks.mail_ground.certificate import make_certificate
from newsletters import delivery
from tests.newsletters.making import make_newsletter, make_readers, start, states

USER, PASSWORD = "portal@example.org", "ge:heim/50%"


class Taker:
    def __init__(self):
        self.mails = []

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        is_tls = server.transport.get_extra_info("sslcontext") is not None
        self.mails.append((envelope.rcpt_tos[0], is_tls, bool(session.authenticated)))
        return "250 Accepted"


def check_login(server, session, envelope, mechanism, data):
    known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@pytest.fixture
def start_server(tmp_path, monkeypatch):
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    controllers = []

    def serve(*, tls="", login=False):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = {"hostname": "127.0.0.1", "port": port, "server_hostname": "localhost"}
        if tls == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        elif tls == "tls":
            options |= {"ssl_context": context}
        if login:
            options |= {"authenticator": check_login, "auth_required": True}
            options |= {"auth_require_tls": tls == "starttls"}
        controller = Controller(Taker(), **options)
        controller.start()
        controllers.append(controller)
        return controller.handler, port

    yield serve
    for controller in controllers:
        controller.stop()


def set_email_url(settings, url):
    for name, value in environ.Env.email_url_config(url).items():
        setattr(settings, name, value)


LOGIN = "portal%40example.org:ge%3Aheim%2F50%25@"


@pytest.mark.parametrize(
    ("url", "tls", "login"),
    [
        ("smtp://localhost:{port}", "", False),
        ("smtp://" + LOGIN + "localhost:{port}", "", True),
        ("smtp+tls://localhost:{port}", "starttls", False),
        ("smtp+tls://" + LOGIN + "localhost:{port}", "starttls", True),
        ("smtp+ssl://localhost:{port}", "tls", False),
    ],
)
def test_issue_goes_through(newsletter_desk, office, settings, start_server, url, tls, login):
    server, port = start_server(tls=tls, login=login)
    set_email_url(settings, url.format(port=port))
    newsletter = make_newsletter()
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)

    delivery.deliver_issue(issue)

    assert states(issue) == {"sent": 3}
    assert server.mails == [(f"p{n}@example.org", bool(tls), login) for n in range(3)]


def test_wrong_password_changes_nothing(newsletter_desk, office, settings, start_server):
    _server, port = start_server(tls="starttls", login=True)
    set_email_url(settings, f"smtp+tls://portal%40example.org:falsch@localhost:{port}")
    newsletter = make_newsletter()
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)

    with pytest.raises(delivery.NoRelayError):
        delivery.deliver_issue(issue)

    assert states(issue) == {"pending": 3}


def test_certificate_of_somebody_else_is_not_trusted(
    newsletter_desk, office, settings, start_server, monkeypatch
):
    _server, port = start_server(tls="starttls")
    set_email_url(settings, f"smtp+tls://localhost:{port}")
    monkeypatch.delenv("SSL_CERT_FILE")
    newsletter = make_newsletter()
    make_readers(newsletter, 1)
    issue = start(newsletter, newsletter_desk)

    with pytest.raises(delivery.NoRelayError):
        delivery.deliver_issue(issue)

    assert states(issue) == {"pending": 1}
