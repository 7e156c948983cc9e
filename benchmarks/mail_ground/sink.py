"""A mail server that takes everything, in a process of its own; for benchmarks.

It writes the port it listens on to ``port_file`` and offers PIPELINING and DSN; with ``--tls`` it
speaks TLS from the first byte. ``--log`` names the file to which the Message-ID of each mail goes
before its 250, as into a relay's log; ``--delay`` makes each mail take seconds, half of them before
that. Replies to commands that came together go back together, as RFC 2920 asks.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import ssl
from pathlib import Path

MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(<[^>]+>)")
GREETING = b"220 sink\r\n"
EHLO = b"250-sink\r\n250-PIPELINING\r\n250 DSN\r\n"
LIMIT = 1 << 20


class Sink:
    def __init__(self, options: argparse.Namespace) -> None:
        self.delay: float = options.delay
        self.log = (
            os.open(options.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if options.log else 0
        )

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(GREETING)
            while line := await reader.readuntil(b"\r\n"):
                verb = line[:4].upper()
                if verb == b"EHLO":
                    writer.write(EHLO)
                elif verb == b"DATA":
                    writer.write(b"354 go on\r\n")
                    await self.accept(await reader.readuntil(b"\r\n.\r\n"))
                    writer.write(b"250 2.0.0 accepted\r\n")
                elif verb == b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                else:
                    writer.write(b"250 OK\r\n")
        except (asyncio.IncompleteReadError, OSError):
            pass  # a sender that was killed: what has no final dot is thrown away
        finally:
            writer.close()

    async def accept(self, content: bytes) -> None:
        if self.delay:
            await asyncio.sleep(self.delay / 2)
        if self.log:
            found = MESSAGE_ID.search(content)
            os.write(self.log, (found[1] if found else b"<none>") + b"\n")
        if self.delay:
            await asyncio.sleep(self.delay / 2)


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port_file", type=Path)
    parser.add_argument("--log", default="")
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--tls", default="", help="a file with key and certificate")
    options = parser.parse_args()
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.tls)
    talk = Sink(options).talk
    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context, limit=LIMIT)
    whole = options.port_file.with_suffix(".part")
    whole.write_text(str(server.sockets[0].getsockname()[1]))
    whole.rename(options.port_file)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
