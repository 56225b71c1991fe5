"""An SMTP server that answers as it is told to, and keeps the mail that it takes."""

import asyncio
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy


@dataclass
class SmtpServer:
    """Use it in `async with`. `replies` are by the verb that they answer."""

    tls: ssl.SSLContext | None = None
    """With it, STARTTLS is offered."""
    replies: dict[str, bytes] = field(default_factory=dict)
    mails: list = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    encrypted: bool = False
    port: int = 0
    _server: asyncio.Server | None = None

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()

    def _offers(self):
        offered = [b"250-AUTH PLAIN", b"250 OK"]
        return b"\r\n".join([b"250-receiver", *([b"250-STARTTLS"] if self.tls else []), *offered])

    async def _serve(self, reader, writer):
        writer.write(b"220 receiver\r\n")
        while line := await reader.readline():
            verb = line.decode().split()[0].upper()
            self.said.append(verb)
            reply = self.replies.get(verb) or {
                "EHLO": self._offers(),
                "DATA": b"354 go on",
                "STARTTLS": b"220 go on",
                "QUIT": b"221 bye",
                "AUTH": b"235 welcome",
            }.get(verb, b"250 OK")
            writer.write(reply + b"\r\n")
            await writer.drain()
            if verb == "DATA" and reply.startswith(b"354"):
                raw = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(message_from_bytes(raw[:-5], policy=policy.default))
                writer.write(self.replies.get(".", b"250 taken") + b"\r\n")
            if verb == "STARTTLS" and reply.startswith(b"220"):
                await writer.start_tls(self.tls)
                self.encrypted = True
            if verb == "QUIT":
                break
        writer.close()
