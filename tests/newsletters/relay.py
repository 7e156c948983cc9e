"""A relay that answers as a test tells it to; it stands in for SMTP."""

from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused, SMTPServerDisconnected

from django.core.mail.backends.locmem import EmailBackend


class Relay(EmailBackend):
    """``answers``: address → (step, code); ``asked``: addresses in the order of their mails."""

    answers = {}
    asked = []
    opened = 0
    is_down = False

    def open(self):
        type(self).opened += 1
        if self.is_down:
            raise ConnectionRefusedError("nobody listens")
        return True

    def send_messages(self, messages):
        if self.is_down:
            raise ConnectionRefusedError("nobody listens")
        [message] = messages
        [address] = message.to
        self.asked.append(address)
        step, code = self.answers.get(address, ("accept", 250))
        text = f"4.7.0 said {code}".encode()
        if step == "rcpt":
            raise SMTPRecipientsRefused({address: (code, text)})
        if step == "data":
            raise SMTPDataError(code, text)
        if step == "sender":
            raise SMTPSenderRefused(code, text, "portal@example.org")
        if step == "drop":
            raise SMTPServerDisconnected("Connection unexpectedly closed")
        return super().send_messages(messages)
