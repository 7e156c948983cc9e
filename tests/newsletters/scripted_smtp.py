"""A mail server that does as a test tells it, with everything a real one may do wrong."""

import socket
import threading
import time
from email import message_from_bytes, policy


class ScriptedServer:
    """``script``: address or “*” → {step: what to do}.

    Steps are connect, ehlo, mail, rcpt, data, content and dot; the first two happen before any
    address is known. To do is an answer such as “451 4.2.1 later”, “drop” (the connection), or a
    number of seconds to be slow. ``accepted`` holds (recipients, content) of mails that were taken,
    which a server that drops the connection at the dot has done, too.
    """

    def __init__(self, offers=("PIPELINING", "DSN")):
        self.offers, self.script = list(offers), {}
        self.accepted, self.commands, self.connections = [], [], 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self):
        self.listener.close()

    @property
    def recipients(self):
        return [recipients[0] for recipients, _content in self.accepted]

    @property
    def messages(self):
        return [
            message_from_bytes(content.replace(b"\r\n", b"\n"), policy=policy.default)
            for _recipients, content in self.accepted
        ]

    def _listen(self):
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, connection.makefile("rb") as lines:
            try:
                Conversation(self, connection, lines).hold()
            except (OSError, DroppedError):
                connection.close()


class DroppedError(Exception):
    pass


class Conversation:
    def __init__(self, server, connection, lines):
        self.server, self.connection, self.lines = server, connection, lines
        self.recipients, self.addressee, self.has_sender = [], "*", False

    def hold(self):
        self.answer("connect", "220 ready")
        while line := self.lines.readline().decode().strip():
            self.server.commands.append(line)
            verb = line.upper().split(" ")[0].split(":")[0]
            if verb == "EHLO":
                offers = "".join(f"250-{offer}\r\n" for offer in ["me", *self.server.offers])
                self.answer("ehlo", f"{offers}250 HELP")
            elif verb == "MAIL":
                self.recipients, self.has_sender = [], self.answer("mail", "250 ok")
            elif verb == "RCPT":
                address = self.addressee = line.partition("<")[2].partition(">")[0]
                if not self.has_sender:
                    self.say("503 no sender")
                elif self.answer("rcpt", "250 ok"):
                    self.recipients.append(address)
            elif verb == "DATA":
                self.data()
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def data(self):
        if not self.recipients:
            self.say("503 no recipients")
        elif self.answer("data", "354 go on"):
            content = b""
            for line in self.lines:
                if line == b".\r\n":
                    self.dot(content)
                    return
                content += line.removeprefix(b".")
                if content.count(b"\n") == 30:
                    self.answer("content", "")

    def dot(self, content):
        taken = (list(self.recipients), content)
        if "drop after taking" in self.todo("dot"):
            self.server.accepted.append(taken)
            raise DroppedError
        if self.answer("dot", "250 taken"):
            self.server.accepted.append(taken)

    def todo(self, step):
        script = self.server.script
        for key in (self.addressee, "*"):
            if step in script.get(key, {}):
                todo = script[key][step]
                return todo if isinstance(todo, list) else [todo]
        return []

    def answer(self, step, usual):
        """Do what the script says; return whether the step went well."""
        for todo in self.todo(step):
            if isinstance(todo, float):
                time.sleep(todo)
            elif todo == "drop":
                raise DroppedError
            else:
                usual = todo
        if usual:
            self.say(usual)
        if usual.startswith("421"):
            raise DroppedError
        return usual[:1] in ("2", "3")

    def say(self, text):
        self.connection.sendall(f"{text}\r\n".encode())
