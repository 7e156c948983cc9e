"""An IMAP and a POP3 server of one mailbox, in this process: as much of them as a reader uses."""

import re
import socketserver
import threading
from contextlib import contextmanager


class Line(socketserver.StreamRequestHandler):
    """Reads lines, answers lines. ``mails``: key → content; ``seen``: keys with that flag."""

    mails = {}
    seen = set()
    log = []

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode() if isinstance(text, str) else text + b"\r\n")

    def lines(self):
        for line in self.rfile:
            self.log.append(line.decode().strip())
            yield line.decode().strip()


class Imap(Line):
    def handle(self):
        deleted = set()
        self.say("* OK ready")
        for line in self.lines():
            tag, command, *rest = line.split(" ", 2)
            rest = rest[0] if rest else ""
            if command == "CAPABILITY":
                self.say("* CAPABILITY IMAP4rev1")
            elif command == "LOGIN" and rest != 'bounces "se cret"':
                self.say(f"{tag} NO wrong password")
                continue
            elif command == "SELECT" and rest != '"INBOX"':
                self.say(f"{tag} NO no such folder")
                continue
            elif command == "SELECT":
                self.say(f"* {len(self.mails)} EXISTS")
            elif command == "UID":
                self.uid(rest, deleted)
            elif command == "EXPUNGE":
                for key in deleted:
                    self.mails.pop(key, None)
            self.say(f"{tag} OK done")
            if command == "LOGOUT":
                return

    def uid(self, rest, deleted):
        if rest.startswith("SEARCH"):
            found = [key for key in self.mails if key not in self.seen]
            self.say(f"* SEARCH {' '.join(found)}".rstrip())
            return
        key = re.match(r"\w+ (\d+)", rest)[1]
        if rest.startswith("FETCH"):
            size = int(re.search(r"<0\.(\d+)>", rest)[1])
            content = self.mails[key][:size]
            self.say(f"* {key} FETCH (UID {key} BODY[]<0> {{{len(content)}}}")
            self.wfile.write(content)
            self.say(")")
        elif "Deleted" in rest:
            deleted.add(key)
        elif "Seen" in rest:
            self.seen.add(key)


class Pop(Line):
    def handle(self):
        deleted = set()
        self.say("+OK ready")
        for line in self.lines():
            command, *rest = line.split()
            if command == "PASS" and line != "PASS se cret":
                self.say("-ERR wrong password")
                continue
            self.say("+OK")
            if command == "LIST":
                for key, content in self.mails.items():
                    self.say(f"{key} {len(content)}")
                self.say(".")
            elif command == "TOP":
                for part in self.mails[rest[0]].splitlines():
                    self.say(b"." + part if part.startswith(b".") else part)
                self.say(".")
            elif command == "DELE":
                deleted.add(rest[0])
            elif command == "QUIT":
                for key in deleted:
                    del self.mails[key]
                return


@contextmanager
def serving(kind, mails):
    """Yield (port, the handler class, whose ``mails`` are what is left)."""
    handler = type("Handler", (kind,), {"mails": dict(mails), "seen": set(), "log": []})
    with socketserver.ThreadingTCPServer(("localhost", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_address[1], handler
        server.shutdown()
