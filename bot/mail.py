"""Handing mails to the office's mail server over SMTP. Nothing here raises for what it does.

No address, name or word of a mail enters the log: a step, a status and a time do.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum

import structlog

from domain.delivery import MailAnswer, MailStep

_log = structlog.get_logger(__name__)
_TIMEOUT = 10.0  # seconds for one answer
_PATIENCE = 60.0  # seconds for all of a mail, a look for viruses included; its lease is longer
_GO_ON = 354
_NOT_OFFERED = 502  # what we note when a server lacks TLS or a login that we need
_POLICY = re.compile(rb"\b5\.7\.\d{1,3}\b")


class Security(StrEnum):
    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, repr=False)
class MailServer:
    """Where mails are handed in, and as whom. ``sender`` is a bare address."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = ""


class _Refused(Exception):
    def __init__(self, status: int, text: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.text = text


@dataclass
class _Talk:
    """How far one conversation with the server has come."""

    step: MailStep = MailStep.DOOR
    all_sent: bool = False

    def answer_to(self, error: Exception) -> MailAnswer:
        status, text = None, b""
        if isinstance(error, _Refused):
            status, text = error.status, error.text
        elif isinstance(error, smtplib.SMTPResponseException):
            status, said = error.smtp_code, error.smtp_error
            text = said if isinstance(said, bytes) else str(said).encode()
        elif isinstance(error, smtplib.SMTPException) and not isinstance(
            error, smtplib.SMTPServerDisconnected
        ):
            status = _NOT_OFFERED
        if status is not None and status < 200:
            status = None  # not the language of a mail server
        arrived = status is None and self.all_sent
        return MailAnswer(self.step, status, bool(_POLICY.search(text)), arrived)


class Mailer:
    """One a process, shared by its threads. Each mail has a connection of its own."""

    def __init__(
        self,
        server: MailServer,
        tls: ssl.SSLContext | None = None,
        timeout: float = _TIMEOUT,
        patience: float = _PATIENCE,
    ) -> None:
        self.sender = server.sender
        self._server = server
        self._tls = tls or ssl.create_default_context()
        self._timeout = timeout
        self._patience = patience

    def send(self, letter: EmailMessage, recipient: str) -> MailAnswer:
        """Hand in one mail for one address."""
        started = time.monotonic()
        talk, failed = _Talk(), None
        try:
            with self._connected(talk, started) as smtp:
                status = self._hand_in(smtp, talk, letter, recipient, started)
            answer = MailAnswer(talk.step, status)
        except (smtplib.SMTPException, OSError, ValueError, _Refused) as error:
            answer, failed = talk.answer_to(error), type(error).__name__
        _log.info(
            "mail_call",
            step=answer.step.value,
            status=answer.status,
            milliseconds=round((time.monotonic() - started) * 1000, 1),
            error=failed,
        )
        return answer

    def check(self) -> str | None:
        """Connect and log in, and send nothing; what is wrong, for the operator, or None."""
        talk = _Talk()
        try:
            with self._connected(talk, time.monotonic()):
                return None
        except (smtplib.SMTPException, OSError, ValueError, _Refused) as error:
            answer = talk.answer_to(error)
            said = f"status {answer.status}" if answer.status else type(error).__name__
            if answer.step is MailStep.LOGIN:
                return f"it did not accept PRONGSAI_SMTP_USER and _PASSWORD ({said})"
            return (
                f"it cannot be reached ({said}); check PRONGSAI_SMTP_HOST, _PORT and _SECURITY, "
                "and that the firewall lets this machine out"
            )

    @contextmanager
    def _connected(self, talk: _Talk, started: float) -> Iterator[smtplib.SMTP]:
        """A connection, greeted, encrypted and logged in; cut off when the patience is over."""
        smtp = self._connect()
        left = max(self._patience - (time.monotonic() - started), 0.0)
        watch = threading.Timer(left, _cut, [smtp])
        watch.daemon = True
        watch.start()
        try:
            smtp.ehlo_or_helo_if_needed()
            if self._server.security is Security.STARTTLS:
                _expect(smtp.starttls(context=self._tls))
                smtp.ehlo_or_helo_if_needed()
            talk.step = MailStep.LOGIN
            if self._server.user:
                smtp.login(self._server.user, self._server.password)
            yield smtp
            with suppress(smtplib.SMTPException, OSError):
                smtp.putcmd("quit")
        finally:
            watch.cancel()
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        # Its own name is what it says first; asking DNS for it could take long.
        host, port, name = self._server.host, self._server.port, self.sender.rpartition("@")[2]
        if self._server.security is Security.TLS:
            return smtplib.SMTP_SSL(host, port, name, timeout=self._timeout, context=self._tls)
        return smtplib.SMTP(host, port, name, timeout=self._timeout)

    def _hand_in(
        self,
        smtp: smtplib.SMTP,
        talk: _Talk,
        letter: EmailMessage,
        recipient: str,
        started: float,
    ) -> int:
        content = letter.as_bytes(policy=SMTP)
        talk.step = MailStep.SENDER
        _expect(smtp.mail(self._server.sender))
        talk.step = MailStep.RECIPIENT
        _expect(smtp.rcpt(recipient))
        talk.step = MailStep.WORDS
        if time.monotonic() - started > self._patience:
            raise TimeoutError("the mail server was too slow")
        status, text = smtp.docmd("DATA")
        if status != _GO_ON:
            raise _Refused(status, text)
        talk.all_sent = True
        # A line that is a lone dot would end the mail (RFC 5321, 4.5.2).
        smtp.send(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n")
        if smtp.sock is not None:
            smtp.sock.settimeout(self._patience)
        return _expect(smtp.getreply())


def _expect(reply: tuple[int, bytes]) -> int:
    status, text = reply
    if not 200 <= status < 300:
        raise _Refused(status, text)
    return status


def _cut(smtp: smtplib.SMTP) -> None:
    sock = smtp.sock
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(2)
