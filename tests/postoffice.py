"""A mail server for tests: real SMTP on this machine, with the troubles that a test asks for."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from bot.mail import MailServer, Security

SENDER = "bot@office.example"
USER, PASSWORD = "bot", "a mail pass word"


@dataclass
class PostOffice:
    """Answers with ``says`` while there are any, in their order; else it takes what comes."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    to_sender: list[str] = field(default_factory=list)
    to_recipient: list[str] = field(default_factory=list)
    to_words: list[str] = field(default_factory=list)
    cuts_after_words: int = 0
    logins: int = 0

    def server(self, **how: Any) -> MailServer:
        return MailServer(
            **{
                "host": "127.0.0.1",
                "port": self.port,
                "security": Security.NONE,
                "sender": SENDER,
                **how,
            }
        )

    # aiosmtpd's own names from here.
    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.to_sender:
            return self.to_sender.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.to_recipient:
            return self.to_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.to_words:
            return self.to_words.pop(0)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.raw.append(envelope.content)
        self.recipients += envelope.rcpt_tos
        self.senders.append(envelope.mail_from)
        if self.cuts_after_words:
            self.cuts_after_words -= 1
            server.transport.abort()
        return "250 OK"

    def let_in(
        self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any
    ) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        self.logins += known
        return AuthResult(success=known, handled=False)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def open_post_office(
    port: int | None = None, tls: ssl.SSLContext | None = None, *, wrapped: bool = False
) -> Iterator[PostOffice]:
    """``tls``: it offers STARTTLS and wants a login; ``wrapped``: TLS from the first byte."""
    office = PostOffice(port or free_port())
    safe: dict[str, Any] = {}
    if tls is not None:
        safe = {"authenticator": office.let_in}
        # Of TLS from the first byte aiosmtpd knows nothing, and warns.
        safe |= {"auth_require_tls": False} if wrapped else {"tls_context": tls}
        safe |= {"auth_required": not wrapped}
    controller = Controller(
        office,
        hostname="127.0.0.1",
        port=office.port,
        ssl_context=tls if wrapped else None,
        **safe,
    )
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def text_of(mail: EmailMessage) -> str:
    return _part(mail, "plain")


def html_of(mail: EmailMessage) -> str:
    return _part(mail, "html")


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content
