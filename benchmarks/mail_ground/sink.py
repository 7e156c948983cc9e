"""A mail server that takes everything, in a process of its own; for benchmarks.

It writes the port it listens on to ``port_file``, and offers PIPELINING, DSN and, with a
certificate, STARTTLS. ``--log`` names the file to which the Message-ID of each mail goes before its
250, as into a relay's log; ``--delay`` makes each mail take seconds, half of them before that.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import ssl
import threading
import time
from pathlib import Path

MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(<[^>]+>)")
END = b"\r\n.\r\n"


class Conversation:
    def __init__(self, connection: socket.socket, options: argparse.Namespace) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection, self.options = connection, options
        self.buffer = bytearray()

    def hold(self) -> None:
        self.say("220 sink")
        while line := self.read_until(b"\r\n"):
            verb = line[:4].upper()
            if verb == b"EHLO":
                offers = ["sink", "PIPELINING", "8BITMIME"] + ["STARTTLS"] * bool(self.options.tls)
                self.say("\r\n".join([*(f"250-{offer}" for offer in offers), "250 DSN"]))
            elif verb == b"DATA":
                self.say("354 go on")
                self.accept(self.read_until(END))
            elif verb == b"STAR":
                self.say("220 go on")
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self.options.tls)
                self.connection = context.wrap_socket(self.connection, server_side=True)
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 OK")

    def accept(self, content: bytes) -> None:
        if not content:
            return
        time.sleep(self.options.delay / 2)
        if self.options.log:
            found = MESSAGE_ID.search(content)
            with open(self.options.log, "ab") as log:
                log.write((found[1] if found else b"<none>") + b"\n")
        time.sleep(self.options.delay / 2)
        self.say("250 2.0.0 accepted")

    def say(self, text: str) -> None:
        self.connection.sendall(f"{text}\r\n".encode())

    def read_until(self, end: bytes) -> bytes:
        """Return what comes up to ``end``; nothing if the other side is gone."""
        start = 0
        while (found := self.buffer.find(end, start)) < 0:
            start = max(0, len(self.buffer) - len(end))
            received = self.connection.recv(1 << 16)
            if not received:
                return b""
            self.buffer += received
        taken = bytes(self.buffer[: found + len(end)])
        del self.buffer[: found + len(end)]
        return taken


def serve(connection: socket.socket, options: argparse.Namespace) -> None:
    try:
        Conversation(connection, options).hold()
    except OSError:  # a sender that was killed
        pass
    finally:
        connection.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port_file", type=Path)
    parser.add_argument("--log", default="")
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--tls", default="")
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as server:
        whole = options.port_file.with_suffix(".part")
        whole.write_text(str(server.getsockname()[1]))
        os.rename(whole, options.port_file)
        while True:
            connection, _address = server.accept()
            threading.Thread(target=serve, args=(connection, options), daemon=True).start()


if __name__ == "__main__":
    main()
